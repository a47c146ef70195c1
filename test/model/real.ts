/** The real server on a real disk, its clients over TCP, and the events that a subscriber sees. */
import {
  connect,
  type Client,
  type EventStream,
  type InteractionEvent,
} from '../../lib/client/index.js';
import { startServer, type Server, type StartOptions } from '../../lib/index.js';
import { actors, guest, registrationOf, report, type Actor } from './actors.js';

/** Partitions of the queues of one set: two beside each other, two elsewhere. */
export const partitionsOfSet = [0, 0, 1, 2] as const;
const partitions = 3;

/** Queues of a set; each sequence has a set of its own. */
export const queuesOfSet = (set: number): string[] =>
  partitionsOfSet.map((_, index) => `set${set}.${'abcd'[index]}`);

/** How a server with some sets of queues is started, but for its data. */
export function startOptions(sets: readonly number[]): Omit<StartOptions, 'data'> {
  const queues = sets.map((set) =>
    queuesOfSet(set).map((name, index) => ({ name, partition: partitionsOfSet[index]! })),
  );
  return {
    create: 'init',
    partitions,
    listen: '127.0.0.1:0',
    withAdmin: false,
    businessProcesses: [{ name: 'model', queues: queues.flat() }],
  };
}

export class Real {
  readonly #server: Server;
  /**
   * One connection for all, so that their requests come to a partition in the order of the calls.
   */
  readonly #clients: ReadonlyMap<Actor, Client>;
  #guest: Client | undefined;
  readonly #watcher: Client;
  readonly #stream: EventStream;
  readonly #events = new Map<string, InteractionEvent[]>();
  readonly #lastSequences: number[] = Array.from({ length: partitions }, () => 0);
  #arrived: () => void = () => undefined;
  /** How long to wait for what must come. */
  patienceMs = 10_000;
  /** What is wrong with the stream of events as a whole. */
  readonly faults: string[] = [];

  private constructor(server: Server, clients: ReadonlyMap<Actor, Client>, watcher: Client) {
    this.#server = server;
    this.#clients = clients;
    this.#watcher = watcher;
    this.#stream = watcher.events({ fromStart: true });
    void this.#read();
  }

  static async start(data: string, sets: number): Promise<Real> {
    const all = Array.from({ length: sets }, (_, set) => set);
    const server = await startServer({ data, ...startOptions(all) });
    const address = `${server.address.host}:${server.address.port}`;
    const [first, ...others] = actors;
    const client = await connect({ server: address, ...registrationOf(first!) });
    const clients = new Map<Actor, Client>([[first!, client]]);
    for (const actor of others) clients.set(actor, await client.addClient(registrationOf(actor)));
    const watcher = await connect({
      server: address,
      ...registrationOf(report),
      clientName: 'model/watcher',
    });
    return new Real(server, clients, watcher);
  }

  client(actor: Actor): Client {
    const client = actor === guest ? this.#guest : this.#clients.get(actor);
    if (client === undefined) throw new Error(`${actor.name} is not registered`);
    return client;
  }

  async registerGuest(): Promise<void> {
    this.#guest = await this.#clients.get(report)!.addClient(registrationOf(guest));
  }

  async unregisterGuest(): Promise<void> {
    await this.#guest?.close();
    this.#guest = undefined;
  }

  /** The events of an interaction by version, when there are so many; fewer when patience ends. */
  async takeEvents(id: string, count: number): Promise<InteractionEvent[]> {
    const endMs = performance.now() + this.patienceMs;
    while ((this.#events.get(id)?.length ?? 0) < count && performance.now() < endMs) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 100);
        this.#arrived = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    const events = this.#events.get(id) ?? [];
    this.#events.delete(id);
    return events.sort((left, right) => left.InteractionVersion - right.InteractionVersion);
  }

  /** Interactions with events that nobody has taken. */
  get strangers(): string[] {
    return [...this.#events.keys()];
  }

  async stop(): Promise<void> {
    await this.#stream.close();
    await Promise.all([...this.#clients.values(), this.#watcher].map((client) => client.close()));
    await this.#server.stop();
  }

  async #read(): Promise<void> {
    for await (const event of this.#stream) {
      if (event.event === 'EventGap') {
        this.faults.push(`a gap in partition ${event.Partition}`);
        continue;
      }
      const expected = this.#lastSequences[event.Partition]! + 1;
      if (event.Sequence !== expected) {
        this.faults.push(`sequence ${event.Sequence} of ${event.Partition}, not ${expected}`);
      }
      this.#lastSequences[event.Partition] = event.Sequence;
      if (!('InteractionId' in event)) continue;
      const events = this.#events.get(event.InteractionId);
      if (events === undefined) this.#events.set(event.InteractionId, [event]);
      else events.push(event);
      this.#arrived();
    }
  }
}
