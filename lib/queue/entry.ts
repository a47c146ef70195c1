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
  /** `private`: it has a part in every partition. Absent: it is ordinary, and lives in one. */
  readonly kind?: 'private' | undefined;
}

/** All queues, as they count. */
export interface QueueEntries {
  /** Counts up with every change of the list; 0: there never was one. */
  readonly version: number;
  /** The highest number that a queue ever had: none is given twice. */
  readonly highest: number;
  readonly queues: readonly QueueEntry[];
}
