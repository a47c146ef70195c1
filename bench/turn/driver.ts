/**
 * One side: the partition of a build over a medium that keeps nothing, and requests for it. This
 * module lies in each build and imports nothing of `lib` but types, so that two sides share no code
 * that V8 could fit to both.
 */
import { getHeapStatistics } from 'node:v8';
import type { CounterLane } from '../../lib/counters/index.js';
import type { Partition } from '../../lib/partition/partition.js';
import type {
  Answer,
  Operation,
  Reply,
  Request,
  SessionInfo,
} from '../../lib/partition/request.js';
import { FleetingMedium } from './medium.js';
import { loadModules, type BuildModules } from './modules.js';

/** `frames`: requests are decoded and answers packed, as the actor does. `requests`: neither. */
export type Form = 'frames' | 'requests';

export interface DriverOptions {
  readonly form: Form;
  /** Names of queues. */
  readonly queues: readonly string[];
}

/**
 * Those of the media server and of the one who works, by the number that frames are tagged with.
 */
const sessions: readonly SessionInfo[] = (['MediaServer', 'RoutingEngine'] as const).map(
  (clientType, index) => ({
    number: index + 1,
    sessionKey: `${index + 1}`.repeat(32),
    clientName: `bench client ${clientType}`,
    clientType,
    tenantId: 1,
  }),
);

export interface Served {
  /** Microseconds for one request, of each batch. */
  readonly us: number[];
  /** By which the heap has grown for one request. */
  readonly bytes: number;
  readonly ids: string[];
}

const dayMs = 86_400_000;
const partitionOptions = {
  partition: 0,
  partitions: 1,
  reconnectTimeoutMs: 30_000,
  identifierRetentionMs: dayMs,
  eventRetentionMs: dayMs,
  // Little, so that what is past it goes all the time, as in a server that has run for days.
  eventRetentionBytes: 4_194_304,
};
const plentyOfSpace = { level: 0, changes: 1_000_000 } as const;
/** Enough for what waits for a commit to be told of its end. */
const hops = 12;

/** Counts nothing, as a server whose counters are off. */
const lane: CounterLane = { add: () => undefined, enabled: () => false };

export class Driver {
  readonly #modules: BuildModules;
  readonly #form: Form;
  readonly #medium = new FleetingMedium();
  readonly #partition: Partition;
  #ids: string[] = [];
  #answers = 0;
  /** Bytes of answers; so that they are not made in vain. */
  bytes = 0;

  private constructor(modules: BuildModules, form: Form) {
    this.#modules = modules;
    this.#form = form;
    const { Answers, LayeredStore, Partition: PartitionOf, PartitionTime, systemClock } = modules;
    const store = new LayeredStore(this.#medium);
    const listener = {
      tellBytes: (_: number, bytes: Uint8Array) => {
        this.bytes += bytes.length;
        return true;
      },
    };
    const answers = new Answers(listener as never, lane);
    const isPacked = form === 'frames';
    this.#partition = new PartitionOf(
      partitionOptions,
      store,
      new PartitionTime(systemClock, store),
      { send: () => true, wakeAt: () => undefined, disk: () => plentyOfSpace },
      {
        replies: (replies) => {
          if (isPacked) answers.send(replies);
          this.#take(replies);
        },
        eventsUpTo: () => undefined,
        failed: (_, error) => {
          throw error;
        },
        broken: (outcome) => {
          throw new Error(`turn: a write set ended ${outcome}`);
        },
      },
      store.applied().sequence,
    );
  }

  /**
   * Makes a side of a build.
   * @param root the top folder of the build
   * @throws {Error} when this bench does not know how the build is driven
   */
  static async open(root: string, { form, queues }: DriverOptions): Promise<Driver> {
    const driver = new Driver(await loadModules(root), form);
    const partition = driver.#partition;
    partition.wake();
    for (const session of sessions) partition.sessionOpened(session);
    const list = queues.map((name, index) => {
      return { number: index + 1, name, businessProcess: 'bench', partition: 0 };
    });
    const applied = partition.replaceQueues({
      version: 1,
      highest: list.length,
      closing: [],
      chunks: driver.#modules.packQueues(list),
    });
    await driver.#land();
    if (!(await applied)) throw new Error('turn: the queues were not taken');
    return driver;
  }

  /**
   * Serves batches, each a turn.
   * @param isSubmit they are of the media server
   * @returns what a request took, and the identifiers that were answered
   * @throws {Error} for an answer that is an error, or one that is missing
   */
  async serve(batches: readonly (readonly Uint8Array[])[], isSubmit: boolean): Promise<Served> {
    const session = sessions[isSubmit ? 0 : 1]!;
    const count = batches.reduce((sum, { length }) => sum + length, 0);
    const decoded =
      this.#form === 'requests' ? batches.map((each) => this.#decode(session, each)) : [];
    this.#ids = [];
    this.#answers = 0;
    const us: number[] = [];
    const heapBefore = getHeapStatistics().used_heap_size;
    for (let index = 0; index < batches.length; index++) {
      const startMs = performance.now();
      if (this.#form === 'frames')
        for (const frame of batches[index]!) this.#receive(session, frame);
      else for (const request of decoded[index]!) this.#partition.request(request);
      this.#partition.commit();
      for (let hop = 0; hop < hops; hop++) await undefined;
      us.push(((performance.now() - startMs) * 1_000) / batches[index]!.length);
    }
    await this.#land();
    const bytes = getHeapStatistics().used_heap_size - heapBefore;
    if (this.#answers !== count) {
      throw new Error(`turn: ${this.#answers} answers to ${count} requests`);
    }
    return { us, bytes: bytes / count, ids: this.#ids };
  }

  /** As the actor does it. */
  #receive(session: SessionInfo, frame: Uint8Array): void {
    this.#partition.request(this.#requestOf(session, frame));
    this.#partition.commitIfFull();
  }

  #requestOf(session: SessionInfo, frame: Uint8Array): Request {
    const { readHeader, decodeOperation, digestOfRequest } = this.#modules;
    const header = readHeader(frame, 0);
    const { reference, proxyClient, flags } = header;
    const operation: Operation = decodeOperation(frame, header);
    const retried = (flags & 1) !== 0;
    if (digestOfRequest === undefined) {
      const request = { session, reference, proxyClient, operation, retried, frame, hops: 0 };
      return request as unknown as Request;
    }
    const digest = digestOfRequest(frame, header, operation);
    return { session, reference, proxyClient, operation, retried, frame, digest, hops: 0 };
  }

  #decode(session: SessionInfo, frames: readonly Uint8Array[]): Request[] {
    return frames.map((frame) => this.#requestOf(session, frame));
  }

  async #land(): Promise<void> {
    this.#medium.land();
    await this.#partition.settled();
  }

  #take(replies: readonly Reply[]): void {
    for (const { answer } of replies) {
      if (answer.kind === 'error') throw refusal(answer);
      if (answer.kind === 'pulled' && answer.interactions.length !== 1) {
        throw new Error(`turn: a pull got ${answer.interactions.length}`);
      }
      if (answer.kind === 'ack' && answer.interactionId !== undefined) {
        this.#ids.push(answer.interactionId);
      }
      this.#answers++;
    }
  }
}

const refusal = ({ error, detail }: Answer & { kind: 'error' }): Error =>
  new Error(`turn: refused with ${error}: ${detail}`);
