/**
 * Verification at the level of storage: every entry of every table can be read, keys ascend, a
 * direct read finds what the walk found, and there are as many entries as the table says. What the
 * entries mean is for the visitor, which the partition supplies.
 */
import { Buffer } from 'node:buffer';
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

/**
 * Reads all of a store that nobody writes to meanwhile. Takes about a second per 500,000 entries,
 * at once: not for a thread that serves.
 */
export function walk(
  store: Reader & { count(table: Table): number },
  visit: Visitor = () => undefined,
): WalkReport {
  const problems: string[] = [];
  const report = (problem: string): void => {
    if (problems.length < problemsMax) problems.push(problem);
  };
  const reports = tables.map((table): TableReport => {
    const name = tableNames[table]!;
    let entries = 0;
    let bytes = 0;
    let last = '';
    for (const [key, value] of entriesOf(store, table)) {
      if (key <= last) report(`${name}: ${hex(key)} stands behind ${hex(last)}`);
      const problem = visit(table, key, value);
      if (problem !== undefined) report(`${name}: ${hex(key)}: ${problem}`);
      entries += 1;
      bytes += key.length + value.length;
      last = key;
      if (entries % pieceEntries === 1 && !sameBytes(store.get(table, key), value)) {
        report(`${name}: ${hex(key)} is not found by its key`);
      }
    }
    const counted = store.count(table);
    if (counted !== entries) report(`${name}: ${entries} entries were read, ${counted} counted`);
    return { table: name, entries, bytes };
  });
  return { tables: reports, problems };
}

/** Piece by piece: a store reads a range at once. A piece that does not ascend would never end. */
function* entriesOf(store: Reader, table: Table): Generator<Entry> {
  let from = '';
  for (;;) {
    const piece = store.range(table, { from, limit: pieceEntries });
    yield* piece;
    const next = piece.length < pieceEntries ? undefined : `${piece[piece.length - 1]![0]}\0`;
    if (next === undefined || next <= from) return;
    from = next;
  }
}

function sameBytes(left: Uint8Array | undefined, right: Uint8Array): boolean {
  return left !== undefined && Buffer.compare(left, right) === 0;
}

const hex = (key: string): string => Buffer.from(key, 'latin1').toString('hex');
