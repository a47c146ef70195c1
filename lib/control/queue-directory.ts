/**
 * The queues of the server. Every partition has the same list; what partition 0 has counts.
 *
 * A change goes to partition 0 first, with what must be true in the same moment; then to the
 * others, which take it however often they fail meanwhile; a start tells those that did not get it.
 * Clients are told last. A queue is removed only if it is empty: first all partitions close it, so
 * that nothing more sets out for it; when nothing is on the way any more, it is counted.
 */
import type { QueueEntry } from '../queue/entry.js';
import type { ActorRef } from '../actor/index.js';
import type { Clock } from '../clock.js';
import type { BusinessProcessDeclaration } from '../config/configuration.js';
import { IxionError } from '../errors.js';
import type { ServerEvent } from '../interaction/event.js';
import { packQueues, unpackQueues, type PackedQueueList } from '../partition/rows/queue-list.js';
import type { PartitionMessage, QueueUsage } from '../mail/partition.js';
import { type NamedPlacements, Placements } from '../objects/placement.js';
import { planQueues, type QueuePlan } from './queue-plan.js';
import { untilRebuilt } from './until-rebuilt.js';

const deadlineMs = 30_000;
/** Between two looks at what is on its way. */
const lookMs = 50;
/** For how long a partition may refuse a list that counts. */
const patienceMs = 20_000;
/** For how long what is on its way to a queue may stay so. */
const arrivalMs = 5_000;

type Partitions = readonly ActorRef<PartitionMessage>[];

/** What another list needs to say. */
export interface QueueChange {
  readonly queues: readonly QueueEntry[];
  /** The highest number ever given. */
  readonly highest: number;
  /** The version that it follows: nothing changed in between. */
  readonly after: number;
  /** Rows of table `object` of partition 0 that become true with it (`packRows`). */
  readonly also?: Uint8Array | undefined;
  /** What is reported of it. */
  readonly event?: ServerEvent | undefined;
}

export class QueueDirectory {
  readonly #partitions: Partitions;
  readonly #clock: Clock;
  readonly #placements: Placements;
  #queues: readonly QueueEntry[] = [];
  #version = 0;
  #highest = 0;
  /** Told of every list that counts, with its version, once all partitions have it. */
  onChange: (version: number, queues: readonly QueueEntry[]) => void = () => undefined;

  constructor(partitions: Partitions, clock: Clock, named?: NamedPlacements) {
    this.#partitions = partitions;
    this.#clock = clock;
    this.#placements = new Placements(partitions.length, named);
  }

  get all(): readonly QueueEntry[] {
    return this.#queues;
  }

  /** Counts up with every change. */
  get version(): number {
    return this.#version;
  }

  /** The highest number that a queue ever had. */
  get highest(): number {
    return this.#highest;
  }

  /** Reads the list of the store; partitions that an interrupted change left behind get it. */
  async load(): Promise<void> {
    const [list, ...others] = await Promise.all(
      this.#partitions.map((partition, index) =>
        partition.ask<PackedQueueList>(
          { type: 'list-queues', withQueues: index === 0 },
          { deadlineMs },
        ),
      ),
    );
    if (list === undefined) return;
    this.#take(list, unpackQueues(list.chunks));
    const behind = others.flatMap(({ version, closing }, index) =>
      version === list.version && closing.length === 0 ? [] : [index + 1],
    );
    if (list.closing.length > 0) await this.#write(0, { ...list, closing: [] });
    await Promise.all(behind.map((index) => this.#write(index, { ...list, closing: [] })));
  }

  /** Adds and moves queues as a configuration says; any conflict of it changes nothing. */
  async add(declared: readonly BusinessProcessDeclaration[]): Promise<QueuePlan> {
    const plan = planQueues(this.#queues, declared, this.#placements, this.#highest);
    const { isChanged, queues, highest } = plan;
    if (isChanged) await this.replace({ queues, highest, after: this.#version });
    return plan;
  }

  /**
   * Makes another list count. Queues that are no longer in it must have been
   * closed and found empty.
   * @throws {IxionError} Busy when the list is not the one that the change was made
   * for; Unavailable when nothing was changed; UnknownOutcome when it counts but a
   * partition does not take it
   */
  async replace({ queues, highest, after, also, event }: QueueChange): Promise<void> {
    if (after !== this.#version) throw new IxionError('Busy', 'the queues changed meanwhile');
    const version = after + 1;
    const list: PackedQueueList = { version, highest, closing: [], chunks: packQueues(queues) };
    const [first] = this.#partitions;
    const message = { type: 'replace-queues', list, also, event } as const;
    if ((await first?.ask<boolean>(message, { deadlineMs })) === false) {
      throw new IxionError('Unavailable', 'the change was not made');
    }
    this.#take(list, queues);
    try {
      await Promise.all(this.#partitions.slice(1).map((_, index) => this.#write(index + 1, list)));
    } finally {
      this.onChange(version, queues);
    }
  }

  /**
   * Closes queues and counts the interactions of each. Follow it by `replace` or `reopen`.
   * @throws {IxionError} Busy when something stays on its way to one of them
   */
  async close(numbers: readonly number[]): ReturnType<QueueDirectory['filledOf']> {
    await this.#everywhere({ type: 'close-queues', numbers });
    const until = this.#clock.monotonicMs() + arrivalMs;
    while ((await this.#usage(numbers)).some(({ inTransit }) => inTransit > 0)) {
      if (this.#clock.monotonicMs() > until) {
        throw new IxionError('Busy', 'interactions are on their way to a queue to be removed');
      }
      await this.#sleep();
    }
    return this.filledOf(numbers);
  }

  /** Those of these queues that have interactions. */
  async filledOf(
    numbers: readonly number[],
  ): Promise<{ readonly number: number; readonly interactions: number }[]> {
    const found = new Map<number, number>();
    for (const { interactions } of await this.#usage(numbers)) {
      for (const [number, count] of interactions) {
        found.set(number, (found.get(number) ?? 0) + count);
      }
    }
    return [...found].map(([number, interactions]) => ({ number, interactions }));
  }

  /** Takes a `close` back. */
  async reopen(): Promise<void> {
    await this.#everywhere({ type: 'close-queues', numbers: [] });
  }

  #take({ version, highest }: PackedQueueList, queues: readonly QueueEntry[]): void {
    this.#version = version;
    this.#highest = highest;
    this.#queues = queues;
  }

  #usage(numbers: readonly number[]): Promise<QueueUsage[]> {
    const message = { type: 'queue-usage', numbers } as const;
    return Promise.all(
      this.#partitions.map((partition) => partition.ask<QueueUsage>(message, { deadlineMs })),
    );
  }

  async #everywhere(message: PartitionMessage): Promise<void> {
    const done = await Promise.all(
      this.#partitions.map((partition) => partition.ask<boolean>(message, { deadlineMs })),
    );
    if (done.includes(false)) throw new IxionError('Unavailable', 'a partition refused');
  }

  /** Gives a partition the list that counts; it may be being rebuilt just now. */
  async #write(index: number, list: PackedQueueList): Promise<void> {
    const message = { type: 'replace-queues', list, also: undefined } as const;
    const partition = this.#partitions[index]!;
    const write = async (): Promise<void> => {
      if (await partition.ask<boolean>(message, { deadlineMs })) return;
      throw new IxionError('Unavailable', 'it refused');
    };
    try {
      await untilRebuilt(write, { clock: this.#clock, patienceMs });
    } catch (error) {
      if (!(error instanceof IxionError)) throw error;
      const detail = `partition ${index} does not take the queues, which it will at the next start`;
      throw new IxionError('UnknownOutcome', `${detail}: ${error.message}`);
    }
  }

  #sleep(): Promise<void> {
    return new Promise((resolve) => void this.#clock.setTimer(lookMs, () => resolve()));
  }
}
