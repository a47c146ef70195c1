/**
 * A partition as it is on the disk, to be read only: nothing is written to any of its files, so
 * that one that may be damaged stays as it is, and a file system that cannot be written will do.
 * What the journal has and LMDB has not is read from an overlay.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { open, type Database, type RootDatabase } from 'lmdb';
import { readApplied, readOpening } from './applied-row.js';
import {
  tableNames,
  tables,
  type Applied,
  type Entry,
  type RangeOptions,
  type Reader,
  type Table,
} from './contract.js';
import { contradictionOfApplied, currentFormat, type OpenOptions, strangerOf } from './format.js';
import { decodeFormat, formatKey, type FormatRow } from './format-row.js';
import { readJournalOf, type JournalRows } from './journal-reading.js';
import type { JournaledSet } from './journal-record.js';
import { isBinary, keyBytesMax, keyEncoder } from './keys.js';
import { appliedKey, databasesMax, journalKey, mapBytes } from './lmdb.js';
import {
  damaged,
  damagedFile,
  missing,
  newer,
  type OpenRefusal,
  remedies,
} from './open-refusal.js';
import { Layer, layeredGet, layeredRange } from './overlay.js';
import { preflight } from './preflight.js';

/** A partition that is open for reading. */
export interface PartitionReading {
  readonly reader: Reader & { count(table: Table): number };
  readonly format: FormatRow;
  close(): Promise<void>;
}

/**
 * Opens the partition in `directory` for reading. Nobody may have it open.
 * @throws what lmdb throws when a page cannot be read
 */
export async function readPartition(
  directory: string,
  wanted: Pick<OpenOptions, 'identity' | 'timeline'>,
): Promise<PartitionReading | OpenRefusal> {
  if (!existsSync(join(directory, 'data.mdb'))) {
    return damagedFile(`${join(directory, 'data.mdb')} is missing.`);
  }
  const obstacle = preflight(directory, 'reading');
  if (obstacle !== undefined) return { ...obstacle, remedy: remedies[obstacle.problem] };
  const committed = new CommittedRows(directory);
  const found = findPartition(committed, directory, wanted);
  if ('problem' in found) {
    await committed.close();
    return found;
  }
  const layer = new Layer();
  for (const { changes } of found.sets) for (const change of changes) layer.take(change);
  const layers = found.sets.length === 0 ? [] : [layer];
  const reader = {
    get: (table: Table, key: string) => layeredGet(committed, layers, table, key),
    range: (table: Table, options: RangeOptions) => layeredRange(committed, layers, table, options),
    count: (table: Table) => committed.count(table) + addedBy(layer, committed, table),
  };
  return { reader, format: found.format, close: () => committed.close() };
}

/** What the rows say that it is, and what they lack that the journal has. */
function findPartition(
  rows: CommittedRows,
  directory: string,
  wanted: Pick<OpenOptions, 'identity' | 'timeline'>,
): { format: FormatRow; sets: readonly JournaledSet[] } | OpenRefusal {
  const bytes = rows.getOwn(formatKey);
  if (bytes === undefined) return missing(directory);
  const format = decodeFormat(bytes);
  if (format === undefined) return damaged(directory);
  if (format.format > currentFormat) return newer(directory, format.format, currentFormat);
  const stranger = strangerOf(rows, directory, format, wanted);
  if (stranger !== undefined) return stranger;
  const contradiction = contradictionOfApplied(rows, directory, format);
  if (contradiction !== undefined) return contradiction;
  const reading = readJournalOf(rows, directory, format);
  return 'damage' in reading ? damagedFile(reading.damage) : { format, sets: reading.sets };
}

/** Rows that a layer adds to a table, less those that it takes away. */
function addedBy(layer: Layer, committed: Reader, table: Table): number {
  let added = 0;
  for (const { key, value, ...change } of layer.changes()) {
    if (change.table !== table) continue;
    const isThere = committed.get(table, key) !== undefined;
    if (value === undefined && isThere) added -= 1;
    else if (value !== undefined && !isThere) added += 1;
  }
  return added;
}

/** What LMDB has. */
class CommittedRows implements Reader, JournalRows {
  readonly #root: RootDatabase<Uint8Array, string>;
  /** A store of an older format lacks the tables that came later. */
  readonly #tables: (Database<Uint8Array, string> | undefined)[];
  readonly pageBytes: number;

  constructor(directory: string) {
    this.#root = open<Uint8Array, string>({
      path: directory,
      noSubdir: false,
      readOnly: true,
      mapSize: mapBytes,
      maxDbs: databasesMax,
      encoding: 'binary',
      keyEncoder,
    });
    this.pageBytes = (this.#root.getStats() as { root: { pageSize: number } }).root.pageSize;
    this.#tables = tables.map((table) => this.#tableOf(tableNames[table]!));
  }

  get(table: Table, key: string): Uint8Array | undefined {
    if (key === '' || key.length > keyBytesMax || !isBinary(key)) return undefined;
    return this.#tables[table]?.getBinary(key);
  }

  range(table: Table, { from, to, reverse = false, limit = Infinity }: RangeOptions): Entry[] {
    if (to === '') return [];
    const lower = from === '' ? undefined : from;
    const range = this.#tables[table]?.getRange(
      reverse
        ? { start: to!, end: lower!, reverse, limit, exclusiveStart: true, inclusiveEnd: true }
        : { start: lower!, end: to!, limit },
    );
    return [...(range ?? [])].map(({ key, value }) => [key, value]);
  }

  count(table: Table): number {
    const stats = this.#tables[table]?.getStats() as { entryCount: number } | undefined;
    return stats?.entryCount ?? 0;
  }

  getOwn(key: string): Uint8Array | undefined {
    return this.#root.getBinary(key);
  }

  applied(): Applied {
    return readApplied(this.getOwn(appliedKey)!);
  }

  appliedOpening(): number {
    return readOpening(this.getOwn(appliedKey)!);
  }

  journal(): Uint8Array | undefined {
    return this.getOwn(journalKey);
  }

  close(): Promise<void> {
    return this.#root.close();
  }

  #tableOf(name: string): Database<Uint8Array, string> | undefined {
    try {
      const settings = { name, encoding: 'binary' as const, keyEncoder };
      return this.#root.openDB<Uint8Array, string>(settings);
    } catch (error) {
      if ((error as Error).message === 'Database not found') return undefined;
      throw error;
    }
  }
}
