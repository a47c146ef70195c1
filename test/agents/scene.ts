/** Clients around interactions: who hands in, who routes, agents, and who reads what is told. */
import type { Test } from 'tap';
import type { Server } from '../../lib/index.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { errorOf, eventually, type Received } from '../net/harness.js';
import { tokenOf } from '../security/secured-server.js';
import { desktop, person, reporting, type Desktop, type Told } from './support.js';

let reference = 500_000_000;
let submitted = 0;

/** Asks by identifier. */
export const byId = (
  { client, proxyClient }: Desktop,
  message: number,
  body: Readonly<Record<string, unknown>>,
): Promise<Received> => {
  const key = String(body['InteractionId']);
  const route = { kind: RouteKind.id, key, proxyClient };
  return client.ask(message, (reference += 1), { ...body }, route);
};

/** The answer to what was sent before. */
export async function answerTo({ client }: Desktop, sent: number): Promise<Received> {
  await eventually(() => client.received.some((one) => one.reference === sent));
  return client.received.find((one) => one.reference === sent)!;
}

/** Resolves with the next message of a number that a client has got since it was asked last. */
export async function next(who: Desktop, name: string): Promise<Told[1]> {
  for (;;) {
    const found = who.told().find(([one]) => one === name);
    if (found !== undefined) return found[1];
    await who.client.until(() => who.hasMore);
  }
}

/** A registration with the token of an application. */
export const as = (name: string, ClientType = 'AgentApplication') => ({
  ClientName: name,
  ClientType,
  Credentials: tokenOf(name),
});

/** An agent that is logged in. */
export interface Worker {
  readonly desk: Desktop;
  readonly id: string;
  readonly place: string;
}

/** @throws {Error} when a request is refused that is to be executed */
export function done(answer: Received): Received {
  if (errorOf(answer) !== 0) throw new Error(JSON.stringify(answer.body));
  return answer;
}

export class Scene {
  readonly mail: Desktop;
  readonly router: Desktop;
  readonly #stat: Desktop;
  readonly #server: Server;
  readonly #test: Test;
  #told: Told[] = [];

  private constructor(
    test: Test,
    server: Server,
    [mail, router, stat]: readonly [Desktop, Desktop, Desktop],
  ) {
    this.#test = test;
    this.#server = server;
    this.mail = mail;
    this.router = router;
    this.#stat = stat;
  }

  static async open(test: Test, server: Server): Promise<Scene> {
    const mail = await desktop(test, server, { ClientType: 'MediaServer', ClientName: 'mail' });
    const router = await desktop(test, server, { ClientType: 'RoutingEngine', ClientName: 'urs' });
    return new Scene(test, server, [mail, router, await reporting(test, server)]);
  }

  /** The same on a server that wants tokens. */
  static async secured(test: Test, server: Server): Promise<Scene> {
    const mail = await desktop(test, server, as('media', 'MediaServer'));
    const router = await desktop(test, server, as('router', 'RoutingEngine'));
    const stat = await desktop(test, server, as('reporting', 'ReportingEngine'));
    await stat.client.ask(170, 2);
    stat.told();
    return new Scene(test, server, [mail, router, stat]);
  }

  /** Another agent each time. */
  async agent(media: object = { voice: 1 }, registration: object = {}): Promise<Worker> {
    const desk = await desktop(this.#test, this.#server, registration);
    const { id, place } = person();
    done(await desk.login(id, { MediaList: media }));
    await next(desk, 'EventCurrentAgentStatus');
    return { desk, id, place };
  }

  /** Hands in an interaction. */
  async submit(more: object = {}): Promise<string> {
    const id = `voice.${process.pid}.${(submitted += 1)}`;
    const kind = { MediaType: 'voice', InteractionType: 'Inbound', IsOnline: true };
    done(await byId(this.mail, 101, { InteractionId: id, Queue: 'in', ...kind, ...more }));
    return id;
  }

  /** An interaction that an agent has accepted; its events so far are read. */
  async inHand({ desk, id: AgentId }: Worker, more: object = {}): Promise<string> {
    const id = await this.submit(more);
    const offered = done(await this.router.ask(107, { InteractionId: id, AgentId }));
    const { TicketId } = offered.body['Extension'] as { TicketId: number };
    done(await byId(desk, 128, { InteractionId: id, TicketId }));
    await this.about(id, 6);
    desk.told();
    this.router.told();
    return id;
  }

  /** The next events about an interaction. */
  async about(id: string, count: number): Promise<Told[]> {
    const found: Told[] = [];
    while (found.length < count) {
      const at = this.#told.findIndex(([, body]) => body['InteractionId'] === id);
      if (at >= 0) found.push(...this.#told.splice(at, 1));
      else this.#told.push(...(await this.#stat.until(1)));
    }
    return found;
  }

  /** What was told of it and not read. */
  rest(id: string): Told[] {
    this.#told.push(...this.#stat.told());
    return this.#told.filter(([, body]) => body['InteractionId'] === id);
  }

  async properties(id: string): Promise<Readonly<Record<string, unknown>>> {
    const { body } = done(await byId(this.mail, 188, { InteractionId: id }));
    return body['Interaction'] as Readonly<Record<string, unknown>>;
  }
}
