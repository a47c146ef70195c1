/**
 * What a partition asks of its storage. Three stores keep it: lmdb (the product), memory (the
 * simulator) and fault (either of them, failing on purpose). One conformance suite runs on all.
 *
 * A key is a *binary string*: a JavaScript string whose characters are all in 0..255, one per byte.
 * Such strings compare, hash and sort as the bytes do, so that maps, the overlay and LMDB agree on
 * one order. `keys.ts` builds them. It has 1 to 1978 bytes. Whoever asks for anything else finds
 * nothing; to write it, or to give it as a bound, is a programmer error. (That characters are bytes
 * is asked of what is written to `object` only: the other tables have keys of numbers and of
 * checked identifiers.) A value is bytes, never changed after it was handed over.
 */

/** The tables of a partition, by number. The numbers are part of the data format: only append. */
export const Table = {
  meta: 0,
  interaction: 1,
  state: 2,
  order: 3,
  deadline: 4,
  outbox: 5,
  retry: 6,
  location: 7,
  transit: 8,
  taken: 9,
  gone: 10,
  party: 11,
  totals: 12,
  object: 13,
  registry: 14,
  position: 15,
  erased: 16,
  aside: 17,
} as const;
export type Table = (typeof Table)[keyof typeof Table];
export type TableName = keyof typeof Table;
/** Their names, each at its number. */
export const tableNames = Object.keys(Table) as readonly TableName[];
export const tables = Object.values(Table) as readonly Table[];

/** Bounds of a range: `from` included, `to` excluded; absent = open. */
export interface RangeOptions {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Read from the upper bound downwards. */
  readonly reverse?: boolean | undefined;
  readonly limit?: number | undefined;
}

export type Entry = readonly [key: string, value: Uint8Array];

/**
 * A read of the storage failed: the disk or the files are not what they should be, whatever was
 * asked. Never a reason to refuse one request and go on.
 */
export class StorageError extends Error {
  override name = 'StorageError';
}

/** Reading; `get` and `range` see every put and delete appended before, committed or not. */
export interface Reader {
  /** @throws {StorageError} as `range` */
  get(table: Table, key: string): Uint8Array | undefined;
  /** A snapshot of the moment of the call, read at once; keep `limit` small (short reads). */
  range(table: Table, options: RangeOptions): Entry[];
}

/**
 * One atomic set of changes: physical, serializable, self-contained. The store takes it over.
 * The applied sequence is a row in the same commit (`#applied`, see `applied-row.ts`).
 */
export interface WriteSet {
  readonly partition: number;
  readonly epoch: number;
  readonly sequence: number;
  readonly changes: readonly Change[];
}

/** `value` undefined: delete; deleting what is not there is fine. */
export interface Change {
  readonly table: Table;
  readonly key: string;
  readonly value: Uint8Array | undefined;
  /**
   * Of a put: whoever made it knows that there was no such row. What has gathered before it reaches
   * the disk then needs no delete when the row ends, see `Layer`. Absent: it may have been there.
   */
  isNew?: boolean;
}

/** The last write set that is on disk; sequence 0 when there was none. */
export interface Applied {
  readonly epoch: number;
  readonly sequence: number;
}

/**
 * How an append ended.
 * `durable`: on disk. `refused`: not done, and the store is as before it; drop the overlay and
 * rebuild. `full`: refused because there is no room. `unknown`: the disk did not say; fence.
 */
export type Outcome = 'durable' | 'refused' | 'full' | 'unknown';

/**
 * Storage of one partition, owned by one actor in one thread.
 *
 * `append` makes the changes visible to this store's own `get` and `range` at once (the overlay),
 * and settles when it is known how it ended; sets commit in the order of the calls and settle in
 * that order. When one is not durable, every later one in flight ends the same way or worse,
 * and all their layers leave the overlay; every append after it ends as the failure did, until
 * `settle` (for ever after `unknown`). Sequences ascend. The promise never rejects.
 */
export interface Store extends Reader {
  append(writeSet: WriteSet): Promise<Outcome>;
  /** Number of write sets on their way to the disk. */
  readonly inFlight: number;
  /**
   * Waits for the sets in flight to end, and forgets a failure other than `unknown`: what to do
   * first when the owner is rebuilt, after its crash or after an append that was not durable.
   */
  settle(): Promise<void>;
  /** The last write set on disk; after `settle`, the one to go on from. */
  applied(): Applied;
  /** Entries in a table, as the storage counts them (committed only); for verify and status. */
  count(table: Table): number;
  close(): Promise<void>;
}

/**
 * How much a nearly full disk lets pass; ascending. `noSubmits`: no new interactions. `onlyEnds`:
 * ends and resumes. `nothing`: nothing that writes.
 */
export const DiskLevel = { normal: 0, noSubmits: 1, onlyEnds: 2, nothing: 3 } as const;
export type DiskLevel = (typeof DiskLevel)[keyof typeof DiskLevel];

/** What a turn may write. */
export interface DiskAllowance {
  readonly level: DiskLevel;
  /** Changes that its write set may have. */
  readonly changes: number;
}
