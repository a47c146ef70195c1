/**
 * RequestQueueStatistics: the durable totals of queues, a page at a time, from the
 * partitions that have some.
 */
import { partitionsOf, type QueueEntry } from '../../queue/entry.js';
import { IxionError } from '../../errors.js';
import { limits } from '../../limits.js';
import { addTotals, totalsBytesMax, type QueueCounts } from '../../queue/totals.js';
import type { PartitionLink } from '../partition-link.js';
import type { FrontRequest } from './front-request.js';
import type { QueueTotals } from '../../mail/partition.js';

/** About the bytes of a page; totals that an older version wrote may be long. */
const pageBytes = 524_288;
/** Bytes of a row besides its totals and its name. */
const rowBytes = 128;

export const queueStatistics: FrontRequest<'RequestQueueStatistics'> = {
  does: 'asks',
  turn: 'asks',
  open({ links, replies, queues }) {
    const totals = new QueueStatistics(links, queues);
    return async ({ connection, identity: { tenants } }, asker, body) => {
      const { Queues: names, After: after } = body;
      const page = await totals.page({ names, after, tenants });
      const answer = { ...page };
      return () => replies.answer(connection, asker, 'EventQueueStatistics', answer);
    };
  },
};

/** Which queues, from where on, and of which tenants. */
interface StatisticsRequest {
  /** Absent: all, by name. */
  readonly names: readonly string[] | undefined;
  readonly after: string | undefined;
  /** Absent: of all tenants. */
  readonly tenants: readonly number[] | undefined;
}

interface StatisticsPage {
  readonly Queues: readonly Readonly<Record<string, unknown>>[];
  readonly Next: string | undefined;
}

class QueueStatistics {
  readonly #links: readonly PartitionLink[];
  readonly #queues: () => ReadonlyMap<string, QueueEntry>;
  /** The queues whose names are sorted below. */
  #sortedOf: ReadonlyMap<string, QueueEntry> | undefined;
  #sorted: readonly string[] = [];

  constructor(links: readonly PartitionLink[], queues: () => ReadonlyMap<string, QueueEntry>) {
    this.#links = links;
    this.#queues = queues;
  }

  /**
   * The next page.
   * @throws {IxionError} (as a rejection) UnknownQueue, WrongAttributeType, and
   *   what a partition says
   */
  async page({ names, after, tenants }: StatisticsRequest): Promise<StatisticsPage> {
    const all = names === undefined ? this.#names() : [...new Set(names)];
    const from = after === undefined ? 0 : placeAfter(all, after, names === undefined);
    const wanted = all.slice(from, from + limits.queuesPerStatistics);
    const byPartition = this.#byPartition(wanted);
    const told = new Map<number, ReadonlyMap<string, QueueTotals>>();
    await Promise.all(
      [...byPartition].map(async ([partition, queues]) => {
        const message = { type: 'queue-statistics', queues, tenants } as const;
        const rows = await this.#links[partition]!.ask<QueueTotals[]>(message);
        told.set(partition, new Map(rows.map((row) => [row.queue, row])));
      }),
    );
    const rows = this.#rows(wanted, told);
    const isLast = from + rows.length >= all.length;
    return { Queues: rows.map(rowOf), Next: isLast ? undefined : wanted[rows.length - 1] };
  }

  /** The first of the wanted that fit a page and that all their partitions have told of. */
  #rows(
    wanted: readonly string[],
    told: ReadonlyMap<number, ReadonlyMap<string, QueueTotals>>,
  ): QueueTotals[] {
    const rows: QueueTotals[] = [];
    let bytes = 0;
    for (const name of wanted) {
      const parts = this.#partitionsOf(name).map((partition) => told.get(partition)?.get(name));
      const row = addUp(parts);
      if (row === undefined) break;
      bytes += rowBytes + name.length * 3 + totalsBytesMax(row);
      if (bytes > pageBytes && rows.length > 0) break;
      rows.push(row);
    }
    return rows;
  }

  #byPartition(names: readonly string[]): Map<number, string[]> {
    const byPartition = new Map<number, string[]>();
    for (const name of names) {
      for (const partition of this.#partitionsOf(name)) {
        const others = byPartition.get(partition);
        if (others === undefined) byPartition.set(partition, [name]);
        else others.push(name);
      }
    }
    return byPartition;
  }

  /** A queue that was moved has totals where it lived before, too, and a private one everywhere. */
  #partitionsOf(name: string): readonly number[] {
    const queue = this.#queues().get(name);
    if (queue === undefined) throw new IxionError('UnknownQueue', `no queue "${name}"`);
    return partitionsOf(queue, this.#links.length);
  }

  #names(): readonly string[] {
    const queues = this.#queues();
    if (queues !== this.#sortedOf) {
      this.#sortedOf = queues;
      this.#sorted = [...queues.keys()].sort();
    }
    return this.#sorted;
  }
}

/**
 * Where a page begins. A queue that went since the page before is not a fault, where all are told.
 */
function placeAfter(names: readonly string[], after: string, areSorted: boolean): number {
  if (!areSorted) {
    const at = names.indexOf(after);
    if (at >= 0) return at + 1;
    throw new IxionError('WrongAttributeType', `After, "${after}", is none of Queues`);
  }
  let [low, high] = [0, names.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (names[middle]! <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The sum over partitions; undefined: one has not told. */
function addUp(parts: readonly (QueueTotals | undefined)[]): QueueTotals | undefined {
  const [first, ...others] = parts;
  if (first === undefined || others.length === 0) return first;
  const sum: QueueTotals & QueueCounts = { ...first, stopped: { ...first.stopped } };
  for (const other of others) {
    if (other === undefined) return undefined;
    addTotals(sum, other);
  }
  return sum;
}

const rowOf = (totals: QueueTotals): Readonly<Record<string, unknown>> => ({
  Queue: totals.queue,
  Partition: totals.partition,
  Submitted: totals.submitted,
  Entered: totals.entered,
  Left: totals.left,
  Waiting: totals.waiting,
  Processing: totals.processing,
  Stopped: totals.stopped,
  Abandoned: totals.abandoned,
});
