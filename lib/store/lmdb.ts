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
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { open, type Database, type RootDatabase } from 'lmdb';
import type { Clock } from '../clock.js';
import { privateFile } from '../disk/private.js';
import { noTimeline } from '../timeline.js';
import { appliedRow, readApplied, readOpening } from './applied-row.js';
import { isBinary, keyBytesMax, keyEncoder } from './keys.js';
import { describeSnapshot, type Snapshot } from './backup.js';
import {
  StorageError,
  tableNames,
  tables,
  type Applied,
  type Entry,
  type Outcome,
  type RangeOptions,
  type Reader,
  type Table,
  type WriteSet,
} from './contract.js';
import type { JournalNotes } from './journal-file.js';
import type { Medium } from './layered.js';
import {
  freeBytesOf,
  reserveBytesDefault,
  DiskSpace,
  type DiskReserves,
  type DiskState,
} from './disk-space.js';
import { observe, watchCommit, type WatchdogOptions } from './watchdog.js';
import { environmentStats, type EnvironmentStats, type TreeStats } from './stats.js';

/** Chosen before format 1; docs/internals/storage.md has the figures. Fixed when a file is made. */
export const pageBytesDefault = 8_192;
/** Address space, not memory; LMDB would grow the map by itself, at the cost of a new mapping. */
export const mapBytes = 2 ** 40;
/** Named databases of an environment, at most. */
export const databasesMax = 32;
/** The last write set. */
export const appliedKey = '#applied';
/** Which journal belongs to the environment; there once it has one. */
export const journalKey = '#journal';
/** Free pages are counted anew after so long. */
const reusableMs = 250;

/** Settings of an environment. */
export interface LmdbOptions {
  readonly clock: Clock;
  /** A commit pending for longer has an unknown outcome. Default 30 s. */
  readonly commitTimeoutMs?: number;
  /** Page size of a file that is made now; an existing one keeps its own. */
  readonly pageBytes?: number;
  /** A write set that would leave less than this free on the disk ends `full`. */
  readonly reserveBytes?: number;
  /** The same and what is refused before it; absent: only that. */
  readonly reserves?: DiskReserves | undefined;
  /** Told when a commit has been pending for a second, and when such a one has ended. */
  readonly slow?: ((waitedMs: number, ended: boolean) => void) | undefined;
  /** For tests: where the number of free bytes comes from. */
  readonly freeBytes?: () => number;
}

/** Rows of the store itself, in the root database; keys start with `#`, names of tables do not. */
export interface OwnRows {
  getOwn(key: string): Uint8Array | undefined;
  /** Only within `transaction`. */
  putOwn(key: string, value: Uint8Array): void;
}

/** Changing rows within `transaction`, where reads see the changes. */
export interface Writer extends Reader, OwnRows {
  put(table: Table, key: string, value: Uint8Array): void;
  delete(table: Table, key: string): void;
}

/** Committed state in LMDB. */
export class LmdbMedium implements Medium, Writer, JournalNotes {
  private readonly root: RootDatabase<Uint8Array, string>;
  /** By number of the table. */
  private readonly tables: Database<Uint8Array, string>[] = [];
  /** By table, once it was asked: no row has, or will have by what is on its way, a greater key. */
  private readonly greatestKeys: (string | undefined)[] = [];
  private readonly directory: string;
  private readonly clock: Clock;
  private readonly space: DiskSpace;
  private readonly watchdog: WatchdogOptions;
  private reusable = { bytes: 0, askedMs: -Infinity };
  private readonly snapshots = new Set<Snapshot>();
  /** Of the journal that sets come from, see `JournalNotes`. */
  private opening = 0;
  /** Identifier of the timeline that sets belong to; to be set before `openTables`. */
  timeline = noTimeline;

  /**
   * Opens or makes the environment in `directory`; `openTables` comes next.
   * @throws what lmdb throws when the files cannot be opened
   */
  constructor(directory: string, options: LmdbOptions) {
    const pageSize = options.pageBytes ?? pageBytesDefault;
    const freeBytes = options.freeBytes ?? (() => freeBytesOf(directory));
    this.directory = directory;
    this.clock = options.clock;
    this.watchdog = {
      clock: options.clock,
      timeoutMs: options.commitTimeoutMs ?? 30_000,
      slow: options.slow ?? (() => undefined),
    };
    const commitBytes = options.reserveBytes ?? reserveBytesDefault;
    const only = { commitBytes, moveBytes: 0, submitBytes: 0 };
    const reusableBytes = (): number => this.reusableBytes();
    const sources = { clock: this.clock, freeBytes, reusableBytes };
    this.space = new DiskSpace(sources, options.reserves ?? only, pageSize);
    // An option of the native part that the types do not know.
    const mode = { permissionsMode: privateFile };
    this.root = open<Uint8Array, string>({
      ...mode,
      path: directory,
      noSubdir: false,
      mapSize: mapBytes,
      pageSize,
      maxDbs: databasesMax,
      overlappingSync: false,
      eventTurnBatching: false,
      encoding: 'binary',
      keyEncoder,
    });
  }

  /** Opens the tables, makes those that are missing, and does `also` in the same transaction. */
  openTables(also: () => void = () => {}): void {
    this.transaction(() => {
      for (const table of tables) {
        const settings = { name: tableNames[table]!, encoding: 'binary' as const, keyEncoder };
        this.tables[table] = this.root.openDB<Uint8Array, string>(settings);
      }
      if (this.getOwn(appliedKey) === undefined) this.putOwn(appliedKey, this.appliedOf(0, 0));
      also();
    });
    this.opening = this.appliedOpening();
  }

  /** Does `work` in one durable transaction; for making and upgrading a store, not for its life. */
  transaction(work: () => void): void {
    this.root.transactionSync(work);
  }

  /** Commits sets in one transaction, before anybody else writes. */
  applyNow(sets: readonly Omit<WriteSet, 'partition'>[]): void {
    this.transaction(() => {
      for (const { epoch, sequence, changes } of sets) {
        for (const { table, key, value } of changes) {
          if (value === undefined) this.delete(table, key);
          else this.put(table, key, value);
        }
        this.putOwn(appliedKey, this.appliedOf(epoch, sequence));
      }
    });
  }

  get(table: Table, key: string): Uint8Array | undefined {
    // Identifiers ascend: most that is asked of the newest interactions has never come here.
    if (key > this.greatestKeyOf(table)) return undefined;
    // What somebody asks for may be no key: cut to bytes it would be another one.
    if (key === '' || key.length > keyBytesMax || !isBinary(key)) return undefined;
    try {
      return this.tables[table]!.getBinary(key);
    } catch (error) {
      throw storageError(error);
    }
  }

  range(table: Table, options: RangeOptions): Entry[] {
    const { from, to, reverse = false, limit = Infinity } = options;
    if (to === '') return [];
    const lower = from === '' ? undefined : from;
    const entries: Entry[] = [];
    // Both bounds are given, be it as undefined: lmdb's default bound is not a binary string.
    const range = this.tables[table]!.getRange(
      reverse
        ? { start: to!, end: lower!, reverse, limit, exclusiveStart: true, inclusiveEnd: true }
        : { start: lower!, end: to!, limit },
    );
    try {
      for (const { key, value } of range) entries.push([key, value]);
    } catch (error) {
      throw storageError(error);
    }
    return entries;
  }

  count(table: Table): number {
    return this.treeOf(table).entryCount;
  }

  applied(): Applied {
    return readApplied(this.getOwn(appliedKey)!);
  }

  appliedOpening(): number {
    return readOpening(this.getOwn(appliedKey)!);
  }

  noteOpening(opening: number): void {
    this.opening = opening;
  }

  journal(): Uint8Array | undefined {
    return this.getOwn(journalKey);
  }

  async noteJournal(journal: Uint8Array): Promise<boolean> {
    return (await this.watched(this.root.put(journalKey, Buffer.from(journal)))) === true;
  }

  /** This environment has no journal, as a copy has none. Only within `transaction`. */
  forgetJournal(): void {
    this.root.removeSync(journalKey);
    this.opening = 0;
    const { epoch, sequence } = this.applied();
    this.putOwn(appliedKey, this.appliedOf(epoch, sequence));
  }

  /** What was written last begins another timeline. Only within `transaction`. */
  beginTimeline(timeline: string): void {
    const { epoch, sequence } = this.applied();
    this.timeline = timeline;
    this.putOwn(appliedKey, this.appliedOf(epoch, sequence));
  }

  put(table: Table, key: string, value: Uint8Array): void {
    this.noteKey(table, key);
    this.tables[table]!.putSync(key, value);
  }

  delete(table: Table, key: string): void {
    this.tables[table]!.removeSync(key);
  }

  getOwn(key: string): Uint8Array | undefined {
    return this.root.getBinary(key);
  }

  putOwn(key: string, value: Uint8Array): void {
    this.root.putSync(key, value);
  }

  commit(writeSet: WriteSet, previousSequence: number): Promise<Outcome> {
    if (!this.take(writeSet)) return Promise.resolve('full');
    return this.write(writeSet, previousSequence);
  }

  /** Whether the disk has room for a set; if so the room is taken. */
  take(writeSet: WriteSet): boolean {
    return this.space.take(writeSet);
  }

  /** Whether a set may wait, see `DiskSpace.isPlenty`. */
  hasPlentyOfSpace(): boolean {
    return this.space.isPlenty();
  }

  /** Whether there still is room for a set whose room was taken. */
  fits(writeSet: WriteSet): boolean {
    return this.space.fits(writeSet);
  }

  /** Commits a set whose room was taken. */
  async write(writeSet: WriteSet, previousSequence: number): Promise<Outcome> {
    // When this has settled lmdb has dropped its read snapshot: the layer may leave the overlay.
    const applied = await this.watched(this.enqueue(writeSet, previousSequence));
    if (applied === undefined) return 'unknown';
    return applied ? 'durable' : 'refused';
  }

  /** What a write to the disk says; undefined when it failed or does not end. Never rejects. */
  watched<Result>(writing: Promise<Result>): Promise<Result | undefined> {
    return new Promise((resolve) => {
      const watchdog = watchCommit(this.watchdog, () => resolve(undefined));
      writing.then(
        (result) => {
          watchdog.cancel();
          resolve(result);
        },
        (error: unknown) => {
          watchdog.cancel();
          observe(error);
          resolve(undefined);
        },
      );
    });
  }

  /** Bytes of a page of this environment. */
  get pageBytes(): number {
    return (this.root.getStats() as RootStats).root.pageSize;
  }

  /** The committed state of now, kept until it is released. Nothing may be in flight. */
  snapshot(): Snapshot {
    const transaction = this.root.useReadTransaction();
    const snapshot = describeSnapshot(this.directory, () => {
      if (this.snapshots.delete(snapshot)) transaction.done();
    });
    this.snapshots.add(snapshot);
    return snapshot;
  }

  /** How much a nearly full disk lets pass. */
  diskState(): DiskState {
    return this.space.state();
  }

  /** How much room each table takes. */
  stats(): EnvironmentStats {
    const { root, free, lastPageNumber, ...own } = this.root.getStats() as RootStats;
    const { size } = statSync(join(this.directory, 'data.mdb'));
    return environmentStats(root.pageSize, lastPageNumber, size, [
      ...tables.map((table) => [tableNames[table]!, this.treeOf(table)] as const),
      ['(root)', own],
      ['(free pages)', free],
    ]);
  }

  /** Writes a copy without free pages into an empty directory. Nobody may write meanwhile. */
  compactInto(directory: string): Promise<void> {
    return this.root.backup(directory, true);
  }

  close(): Promise<void> {
    for (const snapshot of this.snapshots) snapshot.release();
    return this.root.close();
  }

  private appliedOf(epoch: number, sequence: number): Uint8Array {
    return appliedRow(epoch, sequence, this.opening, this.timeline);
  }

  private noteKey(table: Table, key: string): void {
    if (key > this.greatestKeyOf(table)) this.greatestKeys[table] = key;
  }

  private greatestKeyOf(table: Table): string {
    const known = this.greatestKeys[table];
    if (known !== undefined) return known;
    const [last] = this.range(table, { reverse: true, limit: 1 });
    return (this.greatestKeys[table] = last === undefined ? '' : last[0]);
  }

  private treeOf(table: Table): TreeStats {
    return this.tables[table]!.getStats() as TreeStats;
  }

  private enqueue(writeSet: WriteSet, previousSequence: number): Promise<boolean> {
    const { epoch, sequence, changes } = writeSet;
    return this.root.ifVersion(appliedKey, previousSequence, () => {
      for (const { table, key, value } of changes) {
        const database = this.tables[table]!;
        if (value === undefined) void database.remove(key);
        else {
          this.noteKey(table, key);
          void database.put(key, value);
        }
      }
      void this.root.put(appliedKey, this.appliedOf(epoch, sequence));
    });
  }

  /** Free pages, asked rarely; none while a snapshot keeps them from being used. */
  private reusableBytes(): number {
    const nowMs = this.clock.monotonicMs();
    if (this.snapshots.size > 0) return 0;
    if (nowMs - this.reusable.askedMs > reusableMs) {
      this.reusable = { bytes: this.stats().freeBytes, askedMs: nowMs };
    }
    return this.reusable.bytes;
  }
}

/** What lmdb tells of the root: its own tree, and what is true of the whole environment. */
interface RootStats extends TreeStats {
  readonly root: { readonly pageSize: number };
  readonly free: TreeStats;
  readonly lastPageNumber: number;
}

const storageError = (cause: unknown): StorageError =>
  new StorageError(`the store cannot be read: ${(cause as Error).message}`, { cause });
