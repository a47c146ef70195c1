/** What a partition, and each of its files, says that it is; compared whenever one is opened. */

/** What a partition is, written when it is made. */
export interface PartitionIdentity {
  /** Same for all partitions of one store. */
  readonly storeId: string;
  /** 0 to `partitions` - 1. */
  readonly partition: number;
  readonly partitions: number;
}

/** Whether both are the same partition of the same store. */
export const isSamePartition = (one: PartitionIdentity, other: PartitionIdentity): boolean =>
  one.storeId === other.storeId &&
  one.partition === other.partition &&
  one.partitions === other.partitions;

/** An identity in words. */
export const describePartition = ({ storeId, partition, partitions }: PartitionIdentity): string =>
  `partition ${partition} of ${partitions} of store ${storeId}`;
