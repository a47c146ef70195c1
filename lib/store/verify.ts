/**
 * Verification at the level of storage: every entry of every table can be read, keys ascend, a
 * direct read finds what the walk found, and there are as many entries as the table says. What the
 * entries mean is for the visitor, which the partition supplies.
 *
 * What is said of an entry names its table and key, and never holds any of its value:
 * that is a customer's.
 */
import { Buffer } from 'node:buffer';
import { AssertionError } from '../assert.js';
import { IxionError } from '../errors.js';
import {
  tableNames,
  tables,
  type Entry,
  type Reader,
  type Table,
  type TableName,
} from './contract.js';

const pieceEntries = 256;
/** A damaged table could have a problem in each of millions of rows; the first ones tell enough. */
const problemsMax = 100;

/** What was found in one table. */
export interface TableReport {
  readonly table: TableName;
  readonly entries: number;
  readonly bytes: number;
}

/** The result of `walk`; the store is sound when there are no problems. */
export interface WalkReport {
  readonly tables: readonly TableReport[];
  /** Up to 100, one sentence each. */
  readonly problems: readonly string[];
}

/** Called for each entry, in order of key; returns what is wrong with it, if anything. */
export type Visitor = (table: Table, key: string, value: Uint8Array) => string | undefined;

/** A place between two entries: in a table, behind a key. */
export interface WalkPosition {
  readonly table: TableName;
  readonly after: string;
}

/** For whoever must know how far it came, whatever happens. */
export interface WalkOptions {
  /** Entries that are read at once. */
  readonly pieceEntries?: number | undefined;
  /** Begin here; what is before is passed over. */
  readonly from?: WalkPosition | undefined;
  /** Told before each piece is read. */
  readonly reached?: ((position: WalkPosition) => void) | undefined;
}

/**
 * Reads all of a store that nobody writes to meanwhile. Takes about a second per 500,000 entries,
 * at once: not for a thread that serves. Of a table whose pages cannot be read it says so, and
 * goes on with the next.
 */
export function walk(
  store: Reader & { count(table: Table): number },
  visit: Visitor = () => undefined,
  options: WalkOptions = {},
): WalkReport {
  const problems: string[] = [];
  const report = (problem: string): void => {
    if (problems.length < problemsMax) problems.push(problem);
  };
  const { from } = options;
  const first = from === undefined ? 0 : tableNames.indexOf(from.table);
  const reports = tables.slice(first).map((table): TableReport => {
    const name = tableNames[table]!;
    const after = from?.table === name ? from.after : '';
    const found = { entries: 0, bytes: 0, last: after };
    try {
      walkTable(store, table, found, { visit, report, options });
      // Where a part was passed over there is nothing to compare.
      const counted = after === '' ? store.count(table) : found.entries;
      if (counted !== found.entries) {
        report(`${name}: ${found.entries} entries were read, ${counted} counted`);
      }
    } catch (error) {
      report(`${name}: cannot be read behind ${placeOf(found.last)}: ${wordsOf(error)}`);
    }
    return { table: name, entries: found.entries, bytes: found.bytes };
  });
  return { tables: reports, problems };
}

/** A key in hexadecimal digits, or the beginning of its table. */
export const placeOf = (key: string): string => (key === '' ? 'its beginning' : `key ${hex(key)}`);

/** What is said of a row; what is found is counted in `found`, also if reading fails. */
function walkTable(
  store: Reader,
  table: Table,
  found: { entries: number; bytes: number; last: string },
  {
    visit,
    report,
    options,
  }: {
    readonly visit: Visitor;
    readonly report: (problem: string) => void;
    readonly options: WalkOptions;
  },
): void {
  const name = tableNames[table]!;
  for (const [key, value] of entriesOf(store, table, found.last, options)) {
    if (key <= found.last) report(`${name}: ${hex(key)} is behind ${hex(found.last)}`);
    const problem = judgementOf(visit, table, key, value);
    if (problem !== undefined) report(`${name}: ${hex(key)}: ${problem}`);
    found.entries += 1;
    found.bytes += key.length + value.length;
    found.last = key;
    if (found.entries % pieceEntries === 1 && !sameBytes(store.get(table, key), value)) {
      report(`${name}: ${hex(key)} is not found by its key`);
    }
  }
}

/** A row that cannot be decoded is one that is not as it was written. */
function judgementOf(
  visit: Visitor,
  table: Table,
  key: string,
  value: Uint8Array,
): string | undefined {
  try {
    return visit(table, key, value);
  } catch (error) {
    // A page that cannot be read, of another row that the visitor looked for.
    if (isOfLmdb(error)) throw error;
    return `cannot be decoded: ${wordsOf(error)}`;
  }
}

/** LMDB's own errors have a number, and so have ours. */
const isOfLmdb = (error: unknown): boolean =>
  !(error instanceof IxionError) &&
  typeof (error as { code?: unknown } | undefined)?.code === 'number';

/** LMDB's words, and ours, have nothing of a row in them; those of others may. */
function wordsOf(error: unknown): string {
  const isOurs = error instanceof AssertionError || error instanceof IxionError;
  if (isOfLmdb(error) || isOurs) return (error as Error).message;
  return error instanceof Error ? error.name : 'unknown error';
}

/** Piece by piece: a store reads a range at once. A piece that does not ascend would never end. */
function* entriesOf(
  store: Reader,
  table: Table,
  after: string,
  { pieceEntries: limit = pieceEntries, reached }: WalkOptions,
): Generator<Entry> {
  let last = after;
  for (;;) {
    reached?.({ table: tableNames[table]!, after: last });
    const piece = store.range(table, { from: last === '' ? '' : `${last}\0`, limit });
    yield* piece;
    const next = piece.at(-1)?.[0];
    if (next === undefined || piece.length < limit || next <= last) return;
    last = next;
  }
}

function sameBytes(left: Uint8Array | undefined, right: Uint8Array): boolean {
  return left !== undefined && Buffer.compare(left, right) === 0;
}

const hex = (key: string): string => Buffer.from(key, 'latin1').toString('hex');
