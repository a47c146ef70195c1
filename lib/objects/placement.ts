/**
 * In which partition a queue lives. A queue names the number of a partition, or a placement: a name
 * for one or several partitions. Three placements are always there, after the kinds of queues that
 * the original's database guide keeps apart:
 *
 *   archive       many interactions, seldom touched: the last eighth of the partitions, at
 *                 least one
 *   flow          passed through at once: the others; one business process keeps to one of them
 *   distribution  waited in for agents: the others
 *
 * With a single partition all three are that one. The configuration may set these and add
 * others (`placements`). Of several partitions a queue gets the one with the fewest queues, the
 * lowest number first; where it is already is right if that is one of them, so that nothing
 * moves without a reason.
 *
 * A new queue that names nothing goes to the home of its business process, which is not an archive
 * partition if any queue is placed there; one that is there already stays.
 */
import { fnvStart, fnvStep } from '../fnv.js';
import type { QueueEntry } from '../queue/entry.js';

/** Partitions by the name of a placement. */
export type NamedPlacements = Readonly<Record<string, readonly number[]>>;

/** Where a queue is wanted. At most one of `partition` and `placement` is given. */
export interface WantedQueue {
  readonly name: string;
  readonly businessProcess: string;
  readonly partition?: number | undefined;
  readonly placement?: string | undefined;
}

const archive = 'archive';
const flow = 'flow';
/** Partitions of which one is for archives. */
const archiveShare = 8;

/** Over UTF-8. Part of the placement of new queues: stable over versions. */
const hashOf = (text: string): number => Buffer.from(text).reduce(fnvStep, fnvStart) >>> 0;

/**
 * The partition that the queues of a business process share unless they name another, so that a
 * move within the process stays in one partition.
 */
export function homeOfProcess(name: string, partitions: number): number {
  return hashOf(name) % partitions;
}

export class Placements {
  /** Partitions of the store. */
  readonly partitions: number;
  readonly #named: ReadonlyMap<string, readonly number[]>;

  /** @param named as configured; they win over those that are always there */
  constructor(partitions: number, named: NamedPlacements = {}) {
    this.partitions = partitions;
    const all = Array.from({ length: partitions }, (_, number) => number);
    const live = partitions - Math.ceil(partitions / archiveShare);
    const rest = partitions === 1 ? all : all.slice(0, live);
    this.#named = new Map([
      [archive, partitions === 1 ? all : all.slice(live)],
      [flow, rest],
      ['distribution', rest],
      ...Object.entries(named),
    ]);
  }

  get names(): string[] {
    return [...this.#named.keys()];
  }

  /** The partitions of a placement; undefined: there is none of this name. */
  of(name: string): readonly number[] | undefined {
    return this.#named.get(name);
  }

  /** Placements that name partitions which the store does not have. */
  missing(): { readonly name: string; readonly partition: number }[] {
    return [...this.#named].flatMap(([name, numbers]) =>
      numbers
        .filter((partition) => partition >= this.partitions)
        .map((partition) => ({ name, partition })),
    );
  }

  /** For messages. */
  get range(): string {
    return `the store has partitions 0 to ${this.partitions - 1}`;
  }

  /** Where a queue that names nothing goes. `archives`: a queue of the store is an archive. */
  homeOf(businessProcess: string, archives: boolean): number {
    const home = homeOfProcess(businessProcess, this.partitions);
    const kept = archives ? this.#named.get(archive)! : [];
    return kept.includes(home) ? (this.#ofProcess(flow, businessProcess) ?? home) : home;
  }

  #ofProcess(placement: string, businessProcess: string): number | undefined {
    const numbers = this.#named.get(placement)!;
    return numbers[hashOf(businessProcess) % numbers.length];
  }

  /**
   * The partition of a queue.
   * @param present where it lives now; undefined: it is new
   * @param crowd queues by partition
   */
  choose(
    { businessProcess, partition, placement }: WantedQueue,
    present: number | undefined,
    crowd: readonly number[],
    archives: boolean,
  ): number {
    if (partition !== undefined) return partition;
    if (placement === undefined) return present ?? this.homeOf(businessProcess, archives);
    const numbers = this.#named.get(placement);
    // A placement that is configured no longer moves nothing.
    if (numbers === undefined) return present ?? this.homeOf(businessProcess, archives);
    if (present !== undefined && numbers.includes(present)) return present;
    if (placement === flow) return this.#ofProcess(flow, businessProcess) ?? 0;
    return numbers.reduce((least, number) => (crowd[number]! < crowd[least]! ? number : least));
  }
}

/** A queue that goes to another partition. */
export interface QueueMove {
  readonly number: number;
  readonly queue: string;
  readonly from: number;
  readonly to: number;
}

/** What a new list of queues comes to. */
export interface Layout {
  readonly queues: readonly QueueEntry[];
  readonly highest: number;
  /** Queues that are new. */
  readonly added: readonly QueueEntry[];
  readonly moved: readonly QueueMove[];
  readonly isChanged: boolean;
}

/**
 * Lays out queues over the partitions. Each has a new number or keeps the one it has.
 * @param wanted all queues that there are to be, those that are there first
 */
export function layOut(
  placements: Placements,
  stored: readonly QueueEntry[],
  wanted: readonly WantedQueue[],
  highestEver: number,
): Layout {
  const byName = new Map(stored.map((queue) => [queue.name, queue]));
  const archives = wanted.some(({ placement }) => placement === archive);
  const crowd = new Array<number>(placements.partitions).fill(0);
  for (const { partition } of stored) crowd[partition]! += 1;
  let highest = stored.reduce((most, { number }) => Math.max(most, number), highestEver);
  let isChanged = false;
  const [queues, added, moved]: [QueueEntry[], QueueEntry[], QueueMove[]] = [[], [], []];
  for (const one of wanted) {
    const { name, businessProcess, placement } = one;
    const present = byName.get(name);
    const partition = placements.choose(one, present?.partition, crowd, archives);
    const named = placement === undefined ? {} : { placement };
    if (present === undefined) {
      highest += 1;
      const queue = { number: highest, name, businessProcess, partition, ...named };
      crowd[partition]! += 1;
      queues.push(queue);
      added.push(queue);
      continue;
    }
    const { number, formerly, partition: from, kind, owner } = present;
    if (partition !== from) {
      crowd[from]! -= 1;
      crowd[partition]! += 1;
      moved.push({ number, queue: name, from, to: partition });
    }
    isChanged ||= partition !== from || placement !== present.placement;
    isChanged ||= businessProcess !== present.businessProcess;
    const before = partition === from ? formerly : withFormer(present, partition);
    const lived = before === undefined || before.length === 0 ? {} : { formerly: before };
    const special = kind === undefined ? {} : { kind, owner };
    queues.push({ number, name, businessProcess, partition, ...named, ...lived, ...special });
  }
  return { queues, highest, added, moved, isChanged: isChanged || added.length > 0 };
}

/** Where a queue has lived when it goes on: never twice the same, and not where it lives then. */
const withFormer = ({ partition, formerly = [] }: QueueEntry, to: number): number[] => [
  ...formerly.filter((one) => one !== to && one !== partition),
  partition,
];
