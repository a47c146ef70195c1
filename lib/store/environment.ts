/**
 * The environment of one partition and its tables, opened, and opened anew when its map has grown.
 *
 * What LMDB maps is only the system's cache, but what was touched of it the system gives up page by page at
 * the end of the process (docs/reference/storage.md, "What an end takes"), and LMDB lets go of nothing
 * while an environment is open.
 */
import { readFileSync } from 'node:fs';
import { open, type Database, type RootDatabase } from 'lmdb';
import { tableNames, tables, type Table } from './contract.js';
import { readKey, writeKey } from './keys.js';

/** Address space, not memory; LMDB would grow the map by itself, at the cost of a new mapping. */
const mapBytes = 2 ** 40;
const databasesMax = 32;
/** A map is made anew when the process has touched so much more of files than after the last time. */
const touchedBytesMost = 2 ** 27;

/** Binary strings as bytes. */
const keyEncoder = {
  writeKey: (key: string, target: Uint8Array, start: number): number =>
    writeKey(target, start, key),
  readKey,
};

/** Bytes of mapped files that the process has touched; 0 where the system does not tell. */
export function touchedBytes(): number {
  try {
    const status = readFileSync('/proc/self/status', 'latin1');
    return Number(/^RssFile:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1_024;
  } catch {
    return 0;
  }
}

export class Environment {
  root: RootDatabase<Uint8Array, string>;
  /** By number of the table; empty until `openTables`. */
  readonly tables: Database<Uint8Array, string>[] = [];
  readonly #directory: string;
  readonly #pageBytes: number;
  readonly #touchedBytes: () => number;
  /** What was touched when it was opened anew last; not asked for at the start of a server. */
  #freshBytes = 0;

  /**
   * Opens or makes it in `directory`.
   * @param pageBytes of a file that is made now
   * @param touched for tests: where the number of touched bytes comes from
   * @throws what lmdb throws when the files cannot be opened
   */
  constructor(directory: string, pageBytes: number, touched: () => number = touchedBytes) {
    this.#directory = directory;
    this.#pageBytes = pageBytes;
    this.#touchedBytes = touched;
    this.root = this.#open();
  }

  /** Opens the tables and makes those that are missing. */
  openTables(): void {
    for (const table of tables) this.tables[table] = this.#openTable(table);
  }

  /** Whether its map should be made anew. */
  get isWorn(): boolean {
    return this.#touchedBytes() - this.#freshBytes > touchedBytesMost;
  }

  /**
   * Opens it anew. To be called by a callback of the event loop, with no transaction open or on its way: lmdb
   * then waits for nothing but promises that have settled, so nobody else runs, or reads, before it is open.
   */
  async renew(): Promise<void> {
    await this.root.close();
    this.root = this.#open();
    this.openTables();
    this.#freshBytes = this.#touchedBytes();
  }

  #open(): RootDatabase<Uint8Array, string> {
    return open<Uint8Array, string>({
      path: this.#directory,
      noSubdir: false,
      mapSize: mapBytes,
      pageSize: this.#pageBytes,
      maxDbs: databasesMax,
      overlappingSync: false,
      eventTurnBatching: false,
      encoding: 'binary',
      keyEncoder,
    });
  }

  #openTable(table: Table): Database<Uint8Array, string> {
    const settings = { name: tableNames[table]!, encoding: 'binary' as const, keyEncoder };
    return this.root.openDB<Uint8Array, string>(settings);
  }
}
