/**
 * A real server with a queue in each of four partitions, and clients that write frames themselves.
 */
import { join } from 'node:path';
import type { Test } from 'tap';
import { startServer, type Server } from '../../lib/index.js';
import type { Body } from '../../lib/protocol/encode.js';
import { FrameFlag } from '../../lib/protocol/frame-layout.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { messageByName, type RequestName } from '../../lib/protocol/registry.js';
import { directoryOf } from '../fixture/directory.js';
import { RawClient, registration, type Received } from '../net/harness.js';

export const partitions = 4;
/** Connections of a test that do the same at once, each with queues of its own. */
export const lanes = 16;
/** A queue of that partition. */
export const queueOf = (partition: number, lane = 0): string => `q${partition}.${lane}`;

export const retry = FrameFlag.retry;
export const fence = FrameFlag.fence;

export async function startOrderServer(
  t: Test,
  options: Partial<Parameters<typeof startServer>[0]> = {},
): Promise<Server> {
  const queues = Array.from({ length: partitions * lanes }, (_, index) => {
    const partition = index % partitions;
    return { name: queueOf(partition, Math.floor(index / partitions)), partition };
  });
  const server = await startServer({
    listen: '127.0.0.1:0',
    withAdmin: false,
    threads: 2,
    partitions,
    data: join(directoryOf(t), 'data'),
    create: 'init',
    businessProcesses: [{ name: 'order', queues }],
    ...options,
  });
  t.teardown(() => server.stop());
  return server;
}

/** One connection; `add` gathers frames that `write` sends in one piece. */
export class Writer {
  readonly raw: RawClient;
  #reference = 0;
  #frames: Uint8Array[] = [];

  private constructor(raw: RawClient) {
    this.raw = raw;
  }

  /** Connects and, with a type, registers ProxyClientId 1 as it. */
  static async open(t: Test, server: Server, clientType?: string): Promise<Writer> {
    const raw = await RawClient.open(server.address.port);
    t.teardown(() => raw.socket.destroy());
    const writer = new Writer(raw);
    if (clientType !== undefined) await writer.register(clientType);
    return writer;
  }

  async register(clientType: string, more: Body = {}, proxyClient = 1): Promise<Received> {
    const body = {
      ...registration,
      ClientName: `a ${clientType}`,
      ClientType: clientType,
      ...more,
    };
    return await this.ask('RequestRegisterClient', body, { proxyClient });
  }

  /** Gathers a frame; returns its reference. */
  add(
    name: RequestName,
    body: Body = {},
    route: { proxyClient?: number; flags?: number } = {},
  ): number {
    const reference = ++this.#reference;
    const { number } = messageByName(name);
    this.#frames.push(
      this.raw.frame(number, reference, body, { ...routeOf(name, body), ...route }),
    );
    return reference;
  }

  /** Writes what was gathered, in one piece. */
  write(): void {
    this.raw.socket.write(Buffer.concat(this.#frames));
    this.#frames = [];
  }

  answer(reference: number): Promise<Received> {
    return this.raw.answer(reference);
  }

  /** Writes what was gathered and one more, and waits for the answer of that. */
  ask(...frame: Parameters<Writer['add']>): Promise<Received> {
    const reference = this.add(...frame);
    this.write();
    return this.answer(reference);
  }

  /** Forgets answers: a search among thousands of them takes its time. */
  forget(): void {
    this.raw.received.length = 0;
  }
}

function routeOf(name: RequestName, body: Body): { kind: RouteKind; key: string } {
  const { InteractionId: id, Queue: queue, ViewId: view } = body as Record<string, string>;
  if (name === 'RequestPull' && view === '_system_') {
    const [key] = Object.keys(body['PullParameters'] as object);
    return { kind: RouteKind.id, key: key! };
  }
  if (name === 'RequestPull') return { kind: RouteKind.queue, key: view! };
  if (messageByName(name).routes.every(({ kind }) => kind === 'none')) {
    return { kind: RouteKind.none, key: '' };
  }
  if (id !== undefined) return { kind: RouteKind.id, key: id };
  return { kind: RouteKind.queue, key: queue! };
}

/** Does the same on many connections at once, so many times on each. */
export async function inLanes(
  rounds: number,
  work: (lane: number, next: () => number | undefined) => Promise<void>,
): Promise<void> {
  await Promise.all(
    Array.from({ length: lanes }, (_, lane) => {
      let round = 0;
      return work(lane, () => (round < rounds ? round++ : undefined));
    }),
  );
}

/** An interaction to submit into the queue of a partition. */
export const submission = (partition: number, more: Body = {}, lane = 0): Body => ({
  Queue: queueOf(partition, lane),
  MediaType: 'email',
  InteractionType: 'Inbound',
  ...more,
});

/** Identifiers of what a pull got. */
export const pulledOf = ({ body }: Received): string[] =>
  (body['Interactions'] as { InteractionId: string }[]).map(({ InteractionId }) => InteractionId);

/** Properties that an answer to 188 has. */
export const propertiesOf = ({ body }: Received): Record<string, unknown> =>
  body['Interaction'] as Record<string, unknown>;
