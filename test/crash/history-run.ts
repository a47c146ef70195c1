/**
 * A history: clients of the protocol that repeat their requests in every way, on a real server
 * that is killed with -9 and whose actors crash; from time to time all stand still, and what
 * clients were told is compared with the events and with what is there. See `history-log.ts` for
 * what must be true.
 */
import type { Client, EventStream } from '../../lib/client/index.js';
import { seededRandom } from '../../lib/clock.js';
import { ExpectedQueue } from './expected.js';
import { HistoryClient } from './history-client.js';
import { HistoryLog, type Seen } from './history-log.js';
import { historyQueues } from './history-requests.js';
import { isUnknown } from './workload.js';
import { KillableServer } from './killable-server.js';
import { connectPatiently } from './open-workload.js';
import { RawClient, rawRequest } from './raw-client.js';

export interface HistoryOptions {
  readonly seconds: number;
  /** Work between two comparisons. */
  readonly roundSeconds: number;
  readonly clients: number;
  readonly seed: number;
  /** An empty directory. */
  readonly directory: string;
  onRound?(report: HistoryReport): void;
}

export interface HistoryReport {
  readonly complaints: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
}

const environment = {
  IXION_FAULT_INJECTION: 'true',
  IXION_SUPERVISION_INTENSITY: '1000',
  IXION_SUPERVISION_PERIOD_MS: '3600000',
  IXION_THREADS: '2',
};
const patienceMs = 60_000;
/** Interactions that are read at a comparison, and at the last one. */
const readMost = 300;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

class History {
  readonly #options: HistoryOptions;
  readonly #server: KillableServer;
  readonly #random;
  readonly #log = new HistoryLog();
  readonly #clients: HistoryClient[];
  #reader!: Client;
  #incarnation = 1;
  #isPaused = false;
  #rounds = 0;

  constructor(options: HistoryOptions, server: KillableServer) {
    this.#options = options;
    this.#server = server;
    this.#random = seededRandom(options.seed);
    const place = { address: server.listen, incarnation: () => this.#incarnation };
    this.#clients = Array.from(
      { length: options.clients },
      (_, index) => new HistoryClient(index, options.seed + 1 + index, place, this.#log),
    );
  }

  async run(): Promise<HistoryReport> {
    this.#reader = await connectPatiently(this.#server, 'reader', 'ReportingEngine');
    const stream = this.#reader.events({ fromStart: true });
    const reading = this.#read(stream);
    const endMs = performance.now() + this.#options.seconds * 1_000;
    do {
      await this.#round(endMs);
      this.#options.onRound?.(this.#report());
    } while (performance.now() < endMs && this.#isSound);
    await stream.close();
    await reading;
    await this.#reader.close();
    for (const client of this.#clients) client.close();
    const code = await this.#server.stop();
    if (code !== 0) this.#log.complain(`the server ended with ${code}`);
    for (const fault of await this.#server.verify()) this.#log.complain(fault);
    return this.#report();
  }

  get #isSound(): boolean {
    return this.#log.complaints.length === 0;
  }

  #report(): HistoryReport {
    return { complaints: this.#log.complaints, counts: this.#log.counts };
  }

  async #read(stream: EventStream): Promise<void> {
    try {
      for await (const event of stream) {
        if (event.event === 'EventGap') this.#log.complain('a gap of events');
        else if ('InteractionId' in event) this.#log.event(event);
        else this.#log.complain(`no agent is there: ${event.event}`);
      }
    } catch (error) {
      this.#log.complain(`events: ${String(error)}`);
    }
  }

  async #round(endMs: number): Promise<void> {
    const roundEndMs = Math.min(endMs, performance.now() + this.#options.roundSeconds * 1_000);
    this.#isPaused = false;
    const work = Promise.all(this.#clients.map((client) => client.work(() => this.#isPaused)));
    while (performance.now() < roundEndMs && this.#isSound) {
      await sleep(500 + this.#random.fraction() * 4_500);
      if (this.#random.fraction() < 0.6) await this.#kill();
      else await this.#crash();
    }
    await this.#server.ready();
    this.#isPaused = true;
    await work;
    if (this.#isSound) await this.#compare(performance.now() >= endMs);
  }

  /** One kill in four hits the server while it starts. */
  async #kill(): Promise<void> {
    if (this.#random.fraction() >= 0.25) await this.#server.ready();
    await this.#server.kill();
    this.#incarnation++;
    this.#log.count('kills');
    this.#server.spawn();
  }

  /** Lets a request crash the actor of one partition. */
  async #crash(): Promise<void> {
    await this.#server.ready();
    const queue = historyQueues[Math.floor(this.#random.fraction() * historyQueues.length)]!.name;
    const sessionKey = this.#random.bytes(16);
    const client = await RawClient.open(this.#server.listen, {
      clientName: 'crasher',
      clientType: 'MediaServer',
      sessionKey,
    });
    const userData = { 'ixion.crash': Buffer.from(sessionKey).toString('hex') };
    const kind = { MediaType: 'email', InteractionType: 'Inbound', UserData: userData };
    await client?.send(rawRequest('RequestSubmit', { Queue: queue, ...kind }));
    client?.destroy();
    this.#log.count('crashes');
  }

  /** All stand still: everything that was executed has its event, and nothing else is there. */
  async #compare(isLast: boolean): Promise<void> {
    await sleep(200);
    await this.#catchUp();
    if (!this.#isSound) return;
    this.#log.check();
    const ids = [...this.#log.seen].filter(([, { submits }]) => submits > 0);
    const step = isLast ? 1 : Math.max(1, Math.floor(ids.length / readMost));
    for (let at = this.#rounds++ % step; at < ids.length; at += step) {
      await this.#compareOne(...ids[at]!);
    }
  }

  /** Waits until the reader has the events of requests that are made now, in every partition. */
  async #catchUp(): Promise<void> {
    const sentinel = await connectPatiently(this.#server, 'sentinel', 'MediaServer');
    const marks: string[] = [];
    for (const { name, partition } of historyQueues.slice(0, 4)) {
      const mark = `submit sentinel ${this.#rounds} ${partition}`;
      marks.push(mark);
      const { interactionId } = await sentinel.submit(
        { queue: name, mediaType: 'email', interactionType: 'Inbound' },
        { extension: { mark } },
      );
      await sentinel.stop(interactionId);
    }
    await sentinel.close();
    const deadlineMs = performance.now() + patienceMs;
    while (!marks.every((mark) => this.#log.isExecuted(mark))) {
      if (performance.now() > deadlineMs) return this.#log.complain('the reader does not catch up');
      await sleep(20);
    }
    await sleep(50);
  }

  async #compareOne(id: string, seen: Seen): Promise<void> {
    const actual = await this.#reader.getProperties(id).catch((error: unknown) => error);
    const last = Math.max(...seen.versions);
    if (seen.versions.size !== last) {
      this.#log.complain(`${id}: events of ${seen.versions.size} versions, not of ${last}`);
    }
    if (actual instanceof Error) {
      const isEnded = seen.stops === 1 && isUnknown(actual);
      if (!isEnded) this.#log.complain(`${id}, ended ${seen.stops} times: ${actual.message}`);
      return;
    }
    const properties = actual as { InteractionVersion?: number; UserData?: object };
    if (seen.stops > 0) this.#log.complain(`${id} has ended, and is there`);
    if (properties.InteractionVersion !== last) {
      this.#log.complain(`${id} has version ${properties.InteractionVersion}, not ${last}`);
    }
    const changes = Object.keys(properties.UserData ?? {});
    const isSame =
      changes.length === seen.changes.size && changes.every((one) => seen.changes.has(one));
    if (!isSame)
      this.#log.complain(`${id} has ${changes.length} changes, not ${seen.changes.size}`);
    this.#log.count('interactions compared');
  }
}

/** Runs a history from an empty store to a verified one. */
export async function runHistory(options: HistoryOptions): Promise<HistoryReport> {
  const queues = historyQueues.map(({ name, partition }) => new ExpectedQueue(name, partition));
  const server = await KillableServer.create(options.directory, queues, environment);
  try {
    return await new History(options, server).run();
  } finally {
    await server.kill();
  }
}
