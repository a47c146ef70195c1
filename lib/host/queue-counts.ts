/**
 * The counts of queues of a partition as they are on disk, for those who subscribe to them: all at
 * first, and those of a queue again when they have changed. What is told are counts and not what
 * was added to them, so that nothing is counted twice or left out, however much was changed in
 * between. A queue that changes all the time is told of every `limits.queueCountsMs`.
 *
 * As long as nobody wants them nothing is kept here, and turns note nothing.
 */
import type { Clock, Timer } from '../clock.js';
import { EventNumber } from '../interaction/event.js';
import { limits } from '../limits.js';
import type { Partition } from '../partition/partition.js';
import type { TotalsRow } from '../partition/turn.js';
import { commonTenant, isTenantKey } from '../partition/ledger/tenant-totals.js';
import { partitionsOf } from '../queue/entry.js';
import { addTotals, decodeTotals, noTotals, type QueueCounts } from '../queue/totals.js';
import { Table } from '../store/contract.js';
import { readU32 } from '../store/keys.js';
import type { EventFilter } from './event-filter.js';
import type { EventReaders } from './event-readers.js';

/** Rows of one queue: of all that is in it, and of what tenants other than 1 have of that. */
interface Kept {
  all: Uint8Array | undefined;
  readonly byTenant: Map<number, Uint8Array>;
}

/** Of whom something was asked that has not become durable. */
interface Beginning {
  readonly target: string;
  readonly reader: number;
  isOver: boolean;
}

export interface QueueCountsOptions {
  readonly partition: number;
  readonly partitions: number;
  readonly clock: Clock;
  readonly readers: EventReaders;
  /** Some readers are owed counts. */
  owed(): void;
}

export class QueueCountsNews {
  readonly #options: QueueCountsOptions;
  /** By number of the queue; undefined: nobody wants them. */
  #kept: Map<number, Kept> | undefined;
  /** Names of queues, also of those that are gone and that somebody is to hear of. */
  readonly #names = new Map<number, string>();
  #changed = new Set<number>();
  #timer: Timer | undefined;
  readonly #beginning = new Set<Beginning>();
  #partition: Partition | undefined;

  constructor(options: QueueCountsOptions) {
    this.#options = options;
  }

  /** Works with this instance of the partition; what was not durable of the one before is gone. */
  takes(partition: Partition): void {
    this.#partition = partition;
    this.#kept = undefined;
    this.#changed.clear();
    const [first] = this.#options.readers.withCounts();
    if (first === undefined) return;
    this.#begin(partition);
    for (const reader of this.#options.readers.withCounts()) this.#oweAll(reader.owed!);
  }

  end(): void {
    this.#timer?.cancel();
  }

  /**
   * Resolves when counts can be told that agree with the last event on disk, with the numbers of
   * the queues; with undefined if it is not wanted any more, or the partition is built anew.
   */
  async start(target: string, reader: number): Promise<Set<number> | undefined> {
    const partition = this.#partition!;
    const beginning: Beginning = { target, reader, isOver: false };
    this.#beginning.add(beginning);
    if (this.#kept === undefined) {
      // Before what is noted from now on comes what was written so far, on disk or not.
      partition.commit();
      this.#begin(partition);
    }
    const isDurable = await partition.durably();
    this.#beginning.delete(beginning);
    if (!isDurable || beginning.isOver || this.#partition !== partition) {
      this.forgetUnlessWanted();
      return undefined;
    }
    const owed = new Set<number>();
    this.#oweAll(owed);
    return owed;
  }

  /** Who was to be told is not there any more; without a number: none of an actor. */
  cancel(target: string, reader?: number): void {
    for (const one of this.#beginning) {
      if (one.target === target && (reader ?? one.reader) === one.reader) one.isOver = true;
    }
    this.forgetUnlessWanted();
  }

  /** Nothing is kept for nobody. */
  forgetUnlessWanted(): void {
    if (this.#kept === undefined || this.#beginning.size > 0) return;
    const [first] = this.#options.readers.withCounts();
    if (first !== undefined) return;
    this.#kept = undefined;
    this.#names.clear();
    this.#changed.clear();
    this.#partition!.core.queues.tellsTotals = false;
  }

  /** Rows of totals are on disk. */
  take(rows: readonly TotalsRow[]): void {
    const kept = this.#kept;
    if (kept === undefined) return;
    for (const [key, row] of rows) this.#changed.add(keep(kept, key, row));
    const { clock } = this.#options;
    this.#timer ??= clock.setTimer(limits.queueCountsMs, () => this.#tell());
  }

  /**
   * The counts of a queue for who wants these events; undefined: it is not here, and never was.
   * The attributes of EventQueueState.
   */
  stateOf(queue: number, filter: EventFilter): Record<string, unknown> | undefined {
    const name = this.#nameOf(queue);
    if (name === undefined) return undefined;
    const { all, byTenant } = this.#kept?.get(queue) ?? nothingKept;
    const totals = all === undefined ? noTotals() : decodeTotals(all);
    const isGone = this.#partition!.core.queues.find(name) === undefined;
    return {
      Queue: name,
      ...attributesOf(shareOf(totals, byTenant, filter)),
      ...(isGone && { IsGone: true }),
    };
  }

  #begin({ core }: Partition): void {
    core.queues.tellsTotals = true;
    const kept = (this.#kept = new Map<number, Kept>());
    for (const [key, row] of core.store.range(Table.totals, {})) keep(kept, key, row);
  }

  /** Every queue that is here, or of which there is something. */
  #oweAll(owed: Set<number>): void {
    const { partition, partitions } = this.#options;
    for (const queue of this.#partition!.core.queues.list()) {
      this.#names.set(queue.number, queue.name);
      if (partitionsOf(queue, partitions).includes(partition)) owed.add(queue.number);
    }
    for (const queue of this.#kept!.keys()) if (this.#names.has(queue)) owed.add(queue);
  }

  #tell(): void {
    this.#timer = undefined;
    const changed = this.#changed;
    this.#changed = new Set();
    for (const reader of this.#options.readers.withCounts()) {
      for (const queue of changed) reader.owed!.add(queue);
    }
    if (changed.size > 0) this.#options.owed();
  }

  #nameOf(queue: number): string | undefined {
    const known = this.#names.get(queue);
    if (known !== undefined) return known;
    const found = this.#partition!.core.queues.list().find(({ number }) => number === queue);
    if (found !== undefined) this.#names.set(queue, found.name);
    return found?.name;
  }
}

const nothingKept: Kept = { all: undefined, byTenant: new Map() };

/** @returns the number of the queue */
function keep(kept: Map<number, Kept>, key: string, row: Uint8Array | undefined): number {
  const isOfTenant = isTenantKey(key);
  const queue = readU32(key, isOfTenant ? 4 : 0);
  let one = kept.get(queue);
  if (one === undefined) kept.set(queue, (one = { all: undefined, byTenant: new Map() }));
  if (!isOfTenant) one.all = row;
  else if (row === undefined) one.byTenant.delete(readU32(key, 8));
  else one.byTenant.set(readU32(key, 8), row);
  return queue;
}

/** Whether a filter wants what comes into queues and goes, of a tenant. */
function isCounted({ tenants, kinds }: EventFilter, tenant: number): boolean {
  const wanted = tenants === undefined ? kinds : tenants.get(tenant);
  if (tenants !== undefined && !tenants.has(tenant)) return false;
  return wanted === undefined || wanted.has(EventNumber.PlacedInQueue);
}

/** What the tenants of a filter have; tenant 1 has what is left by the others. */
function shareOf(
  all: QueueCounts,
  byTenant: ReadonlyMap<number, Uint8Array>,
  filter: EventFilter,
): QueueCounts {
  const hasCommon = isCounted(filter, commonTenant);
  const share = hasCommon ? all : noTotals();
  for (const [tenant, row] of byTenant) {
    if (isCounted(filter, tenant) === hasCommon) continue;
    addTotals(share, decodeTotals(row), hasCommon ? -1 : 1);
  }
  return share;
}

const attributesOf = (counts: QueueCounts): Record<string, unknown> => ({
  Submitted: counts.submitted,
  Entered: counts.entered,
  Left: counts.left,
  Waiting: counts.waiting,
  Processing: counts.processing,
  Stopped: counts.stopped,
  Abandoned: counts.abandoned,
});
