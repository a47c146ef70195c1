/** A queue as the list of all queues has it: its number and name, and where it is. */

/** An entry of the list that every partition has; `partition` is where its interactions live. */
export interface QueueEntry {
  readonly number: number;
  readonly name: string;
  readonly businessProcess: string;
  readonly partition: number;
  /** The placement that chose the partition; absent: a number did, or its business process. */
  readonly placement?: string | undefined;
  /**
   * Partitions where it lived before, the oldest first, never the present one. There may still be
   * interactions of it, and there are totals. Absent: it was never moved.
   */
  readonly formerly?: readonly number[] | undefined;
  /**
   * `private`: it is under the workbins of a type, and has a part in every partition. Absent: it is
   * ordinary, and lives in one.
   */
  readonly kind?: 'private' | undefined;
  /** Of a private queue: who owns these workbins. */
  readonly owner?: WorkbinOwnerKind | undefined;
}

/** Kinds of objects that own workbins, as their types name them. */
export type WorkbinOwnerKind = 'agent' | 'agentGroup' | 'place' | 'placeGroup';

/** Partitions in which there may be something of a queue, of so many. */
export const partitionsOf = (
  { partition, formerly = [], kind }: QueueEntry,
  partitions: number,
): readonly number[] =>
  kind === 'private'
    ? Array.from({ length: partitions }, (_, number) => number)
    : [partition, ...formerly];

/** All queues, as they count. */
export interface QueueEntries {
  /** Counts up with every change of the list; 0: there never was one. */
  readonly version: number;
  /** The highest number that a queue ever had: none is given twice. */
  readonly highest: number;
  readonly queues: readonly QueueEntry[];
}
