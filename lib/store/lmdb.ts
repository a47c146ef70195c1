/**
 * The product's medium: one LMDB environment per partition, one named database per table.
 *
 * A write set is one conditional block of lmdb's write queue: "if the sequence row is P, write all
 * this and the new sequence row". The block is atomic; several blocks may share a transaction. The
 * condition chains the sets: when one is aborted, those already queued behind it do nothing.
 * The store's own rows (sequence, format) are in the unnamed root database, whose page each commit
 * rewrites anyway, because the roots of all tables are in it.
 */
import { Buffer } from 'node:buffer';
import { open, type Database, type RootDatabase } from 'lmdb';
import type { Clock } from '../clock.js';
import {
  tableNames,
  type Applied,
  type Entry,
  type Outcome,
  type RangeOptions,
  type TableName,
  type WriteSet,
} from './contract.js';
import { LayeredStore, type Medium } from './layered.js';

/** Chosen before format 1; docs/reference/storage.md has the figures. Fixed when a file is made. */
export const pageBytes = 8_192;
const mapBytesDefault = 2 ** 40;
const databasesMax = 32;
/** LMDB's code for "the map is full"; the transaction was aborted and the store is as before. */
const mapFullCode = -30_792;
const appliedKey = '#applied';

/** Settings of an environment. */
export interface LmdbOptions {
  readonly clock: Clock;
  /** Bound on the size of the file; address space, not memory. Default 1 TB. */
  readonly mapBytes?: number;
  /** A commit pending for longer has an unknown outcome. Default 30 s. */
  readonly commitTimeoutMs?: number;
  /** Page size of a file that is made now; an existing one keeps its own. */
  readonly pageBytes?: number;
}

type Table = Database<Uint8Array, string>;

/** Committed state in LMDB. */
export class LmdbMedium implements Medium {
  private readonly root: RootDatabase<Uint8Array, string>;
  private readonly tables = new Map<TableName, Table>();
  private readonly clock: Clock;
  private readonly commitTimeoutMs: number;

  /**
   * Opens or makes the environment in `directory`.
   * @param prepare reads or writes the store's own rows in the transaction that opens the tables, so
   *   that a file with tables but without its format row cannot be left behind.
   * @throws what lmdb throws when the files cannot be opened
   */
  constructor(directory: string, options: LmdbOptions, prepare?: (rows: StoreRows) => void) {
    this.clock = options.clock;
    this.commitTimeoutMs = options.commitTimeoutMs ?? 30_000;
    this.root = open<Uint8Array, string>({
      path: directory,
      noSubdir: false,
      mapSize: options.mapBytes ?? mapBytesDefault,
      pageSize: options.pageBytes ?? pageBytes,
      maxDbs: databasesMax,
      overlappingSync: false,
      eventTurnBatching: false,
      encoding: 'binary',
      keyEncoder,
    });
    this.root.transactionSync(() => {
      for (const name of tableNames) {
        const settings = { name, encoding: 'binary' as const, keyEncoder };
        this.tables.set(name, this.root.openDB<Uint8Array, string>(settings));
      }
      const rows: StoreRows = {
        get: (key) => this.root.getBinary(key),
        put: (key, value) => void this.root.putSync(key, value),
      };
      if (rows.get(appliedKey) === undefined) rows.put(appliedKey, appliedRow(0, 0));
      prepare?.(rows);
    });
  }

  get(table: TableName, key: string): Uint8Array | undefined {
    return this.tables.get(table)!.getBinary(key);
  }

  range(table: TableName, options: RangeOptions): Entry[] {
    const { from, to, reverse = false, limit = Infinity } = options;
    if (to === '') return [];
    const lower = from === '' ? undefined : from;
    const entries: Entry[] = [];
    const range = this.tables
      .get(table)!
      .getRange(
        reverse
          ? { start: to!, end: lower!, reverse, limit, exclusiveStart: true, inclusiveEnd: true }
          : { start: lower!, end: to!, limit },
      );
    for (const { key, value } of range) entries.push([key, value]);
    return entries;
  }

  async commit(writeSet: WriteSet, previousSequence: number): Promise<Outcome> {
    return new Promise((resolve) => {
      const watchdog = this.watch(() => resolve('unknown'));
      const settle = (outcome: Outcome): void => {
        watchdog.cancel();
        resolve(outcome);
      };
      this.enqueue(writeSet, previousSequence).then(
        (applied) => {
          this.root.resetReadTxn();
          settle(applied ? 'durable' : 'refused');
        },
        (error: unknown) => void classify(error).then(settle),
      );
    });
  }

  applied(): Applied {
    return readApplied(this.root.getBinary(appliedKey)!);
  }

  count(table: TableName): number {
    return (this.tables.get(table)!.getStats() as { entryCount: number }).entryCount;
  }

  close(): Promise<void> {
    return this.root.close();
  }

  private enqueue(writeSet: WriteSet, previousSequence: number): Promise<boolean> {
    const { epoch, sequence, changes } = writeSet;
    return this.root.ifVersion(appliedKey, previousSequence, () => {
      for (const { table, key, value } of changes) {
        const database = this.tables.get(table)!;
        if (value === undefined) void database.remove(key);
        else void database.put(key, value);
      }
      void this.root.put(appliedKey, appliedRow(epoch, sequence));
    });
  }

  /** A machine that slept wakes with its timers due first, so the commit gets a second chance. */
  private watch(expire: () => void): { cancel(): void } {
    let timer = this.clock.setTimer(this.commitTimeoutMs, () => {
      timer = this.clock.setTimer(1_000, expire);
    });
    return { cancel: () => timer.cancel() };
  }
}

/** The store's own rows, in the root database; the names of tables are not to be used as keys. */
export interface StoreRows {
  get(key: string): Uint8Array | undefined;
  put(key: string, value: Uint8Array): void;
}

/** Methods of every Node buffer that its type does not list; much cheaper than `write` for keys. */
interface Latin1Buffer extends Uint8Array {
  latin1Slice(start: number, end: number): string;
  latin1Write(text: string, start: number): number;
}

/** Binary strings as bytes. Longer keys are rare and worth a call into native code. */
const keyEncoder = {
  writeKey(key: string, target: Latin1Buffer, start: number): number {
    const length = key.length;
    if (length > 64) return start + target.latin1Write(key, start);
    for (let index = 0; index < length; index += 1) target[start + index] = key.charCodeAt(index);
    return start + length;
  },
  readKey: (source: Latin1Buffer, start: number, end: number): string =>
    source.latin1Slice(start, end),
};

/** The sequence stands first and little-endian, because lmdb's `ifVersion` compares it there. */
function appliedRow(epoch: number, sequence: number): Uint8Array {
  const row = Buffer.alloc(16);
  row.writeDoubleLE(sequence, 0);
  row.writeDoubleLE(epoch, 8);
  return row;
}

function readApplied(row: Uint8Array): Applied {
  const view = new DataView(row.buffer, row.byteOffset, row.byteLength);
  return { sequence: view.getFloat64(0, true), epoch: view.getFloat64(8, true) };
}

/**
 * What a rejected commit means. A full map is found while pages are allocated, before anything is
 * written. Every other error (a full disk reports EIO) may have hit the write that decides.
 */
async function classify(error: unknown): Promise<Outcome> {
  const cause = await Promise.resolve((error as { commitError?: unknown }).commitError).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return (cause as { code?: unknown } | undefined)?.code === mapFullCode ? 'full' : 'unknown';
}

/** A store in LMDB, without looking at its format: `format.ts` opens those of the product. */
export class LmdbStore extends LayeredStore {
  constructor(directory: string, options: LmdbOptions) {
    super(new LmdbMedium(directory, options));
  }
}
