/** A real server with agents, places and media among its objects, and clients over TCP. */
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Test } from 'tap';
import { startServer, type Server, type StartOptions } from '../../lib/index.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { answerByNumber } from '../../lib/protocol/registry.js';
import { directoryOf } from '../fixture/directory.js';
import { RawClient, errorOf, eventually, type Received } from '../net/harness.js';

/** Enough for all files that share a process. */
const numbered = (line: (at: number) => string): string =>
  Array.from({ length: 160 }, (_, at) => line(at + 1)).join('\n');

/** Media of the server: chat is online, and its grace is short enough for a test. */
const objects = `
media:
  - {name: chat, online: true, disconnectGraceSeconds: 1}
  - {name: email}
  - {name: voice, online: true}
notReadyReasons:
  - {name: Lunch}
users:
  - {name: gone, enabled: false}
agents:
  - {name: homeless}
  - {name: leaver, user: gone, place: spare}
  - {name: off, enabled: false}
${numbered((at) => `  - {name: agent ${at}, place: place ${at}}`)}
places:
  - {name: spare}
  - {name: closed, enabled: false}
${numbered((at) => `  - {name: place ${at}}`)}
`;
let people = 0;

/** An agent of the server, another one each time, and its place. */
export function person(): { readonly id: string; readonly place: string } {
  people += 1;
  return { id: `agent ${people}`, place: `place ${people}` };
}

const quiet = { listen: '127.0.0.1:0', withAdmin: false, threads: 1, partitions: 2 } as const;
const change = { who: 'test', comment: '', dryRun: false, merge: true, prune: false };

/** Applies objects as an administrator does. */
export async function apply(server: Server, text: string): Promise<void> {
  const file = Readable.from([Buffer.from(text)]);
  const result = await server.objects.apply(file, change, { who: 'test' }, () => undefined);
  if (!('isApplied' in result)) throw new Error(JSON.stringify(result));
}

/** Starts a server on new data with the objects of this file, or goes on with what is there. */
export async function startAgents(
  t: Test,
  { data = join(directoryOf(t), 'data'), ...options }: StartOptions & { data?: string } = {},
  isNew = true,
): Promise<Server> {
  const businessProcesses = [{ name: 'p', queues: [{ name: 'in' }] }];
  const create = isNew ? 'init' : undefined;
  const server = await startServer({ ...quiet, data, create, businessProcesses, ...options });
  t.teardown(() => server.stop({ drainMs: 0 }));
  if (isNew) await apply(server, objects);
  return server;
}

/** Sets an option by its section and name. */
export function setOption(
  server: Server,
  path: string,
  value: string | boolean | number,
): Promise<void> {
  const [section, name] = path.split('/');
  return apply(server, `options:\n  ${section}:\n    ${name}: ${JSON.stringify(value)}\n`);
}

/** Something a client got: its name and what is of interest in it. */
export type Told = readonly [name: string, body: Readonly<Record<string, unknown>>];

/** A client that speaks for an agent, or one that reads events. */
export class Desktop {
  readonly client: RawClient;
  readonly proxyClient: number;
  /** Of events only those about this agent are of interest; undefined: all. */
  about: string | undefined;
  #reference = 0;
  #read = 0;

  constructor(client: RawClient, proxyClient = 1) {
    this.client = client;
    this.proxyClient = proxyClient;
    this.#reference = proxyClient * 1_000_000;
  }

  /** Asks, and resolves with the answer. */
  async ask(message: number, body: object = {}, key = ''): Promise<Received> {
    const { proxyClient } = this;
    const route = { kind: RouteKind.agent, key, proxyClient };
    return await this.client.ask(message, ++this.#reference, { ...body }, route);
  }

  /** Sends without waiting; returns the reference. */
  send(message: number, body: object = {}, key = ''): number {
    const { proxyClient } = this;
    const route = { kind: RouteKind.agent, key, proxyClient };
    this.client.send(message, ++this.#reference, { ...body }, route);
    return this.#reference;
  }

  login(AgentId: string, more: object = {}): Promise<Received> {
    return this.ask(135, { AgentId, ...more }, AgentId);
  }

  /** What it got since this was asked last, in order. */
  told(): Told[] {
    const mine = this.#mine();
    const fresh = mine.slice(this.#read);
    this.#read = mine.length;
    return fresh.map(({ message, body }) => [answerByNumber(message)!.name, body]);
  }

  /** Whether there is something that was not asked for yet. */
  get hasMore(): boolean {
    return this.#mine().length > this.#read;
  }

  /** The names of that. */
  names(): string[] {
    return this.told().map(([name]) => name);
  }

  /** Resolves with what it got once there is so much. */
  async until(count: number): Promise<Told[]> {
    await this.client.until(() => this.#mine().length >= this.#read + count);
    return this.told();
  }

  #mine(): Received[] {
    const { proxyClient, about } = this;
    return this.client.received.filter(
      (one) =>
        one.proxyClient === proxyClient && (about === undefined || one.body['AgentId'] === about),
    );
  }

  /** Its link breaks. */
  async lose(): Promise<void> {
    this.client.socket.destroy();
    await eventually(() => this.client.closed);
  }
}

/** Opens a connection. */
export async function dial(t: Test, server: Server): Promise<RawClient> {
  const client = await RawClient.open(server.address.port);
  t.teardown(() => client.socket.destroy());
  return client;
}

/** A desktop on a connection of its own, registered. */
export async function desktop(
  t: Test,
  server: Server,
  body: object = {},
  on?: RawClient,
  proxyClient = 1,
): Promise<Desktop> {
  const client = on ?? (await dial(t, server));
  const registration = { ClientType: 'AgentApplication', ClientName: 'desktop', ...body };
  const answer = await client.register(proxyClient, registration, proxyClient);
  if (errorOf(answer) !== 0) throw new Error(JSON.stringify(answer.body));
  const made = new Desktop(client, proxyClient);
  made.told();
  return made;
}

/** A reporting client that reads the events of its tenant from now on, those about an agent. */
export async function reporting(t: Test, server: Server, about?: string): Promise<Desktop> {
  const client = await dial(t, server);
  await client.register(1, { ClientType: 'ReportingEngine', ClientName: 'stat' });
  await client.ask(170, 2);
  const made = new Desktop(client);
  made.about = about;
  made.told();
  return made;
}
