/** Queues as the partitions know them. */

/** A queue as the partitions know it. */
export interface PlacedQueue {
  readonly number: number;
  readonly name: string;
  readonly businessProcess: string;
  readonly partition: number;
  /** The placement that chose it; absent: a number did, or its business process. */
  readonly placement?: string | undefined;
  /** Where it lived before, the oldest first. */
  readonly formerly?: readonly number[] | undefined;
}

export interface PlacedQueues {
  /** Counts up with every change. */
  readonly version: number;
  /** The highest number ever given. */
  readonly highest: number;
  readonly queues: readonly PlacedQueue[];
}
