/**
 * Views as every partition has them: rows of table `object`, one a view, and one with the version
 * of the configuration objects that all of them are of. They are copies of what partition 0 has
 * among its objects, told by `lib/control/view-consumers.ts`: so a partition knows its views, and
 * what is indexed for them, as soon as it starts.
 */
import { Packr } from 'msgpackr';
import { Table, type Reader } from '../../store/contract.js';
import { prefixEnd, readU32, readUtf8, u32Key, utf8Key } from '../../store/keys.js';

const versionKey = 'views';
const prefix = 'views\0';
/** Queue, NUL, name: so the views of a queue are found; the value is empty. */
const queuePrefix = 'view queues\0';
const pageRows = 256;
const noValue = new Uint8Array(0);
const packr = new Packr({ useRecords: false });

/** A view: its name, and the fields of its object as JSON; undefined: it is not there any more. */
export type ViewChange = readonly [name: string, json: string | undefined];

interface Rows extends Reader {
  put(table: typeof Table.object, key: string, value: Uint8Array): void;
  delete(table: typeof Table.object, key: string): void;
}

/** The version of the configuration objects that the views are of; 0: of none. */
export function readViewsVersion(reader: Reader): number {
  const row = reader.get(Table.object, versionKey);
  return row === undefined ? 0 : readU32(Buffer.from(row).toString('latin1'));
}

export function putViewsVersion(rows: Rows, version: number): void {
  rows.put(Table.object, versionKey, Buffer.from(u32Key(version), 'latin1'));
}

/** The fields of a view; undefined: there is none of this name. */
export function readViewRow(reader: Reader, name: string): string | undefined {
  const row = reader.get(Table.object, prefix + utf8Key(name));
  return row === undefined ? undefined : textOf(row);
}

/**
 * Writes a view.
 * @param queueOf the queue that fields of a view name
 * @returns names of the queues that it is a view of, before and from now on
 */
export function putViewRow(
  rows: Rows,
  [name, json]: ViewChange,
  queueOf: (json: string) => string,
): string[] {
  const key = prefix + utf8Key(name);
  const queues: string[] = [];
  const before = readViewRow(rows, name);
  if (before !== undefined) {
    const queue = queueOf(before);
    rows.delete(Table.object, queueKey(queue, name));
    queues.push(queue);
  }
  if (json === undefined) {
    rows.delete(Table.object, key);
    return queues;
  }
  rows.put(Table.object, key, Uint8Array.from(packr.pack(json)));
  const queue = queueOf(json);
  rows.put(Table.object, queueKey(queue, name), noValue);
  return [...queues, queue];
}

const queueKey = (queue: string, name: string): string =>
  `${queuePrefix}${utf8Key(queue)}\0${utf8Key(name)}`;

/** Names of the views of a queue, in the order of their bytes: at most so many. */
export function viewsOfQueue(reader: Reader, queue: string, limit: number): string[] {
  const from = `${queuePrefix}${utf8Key(queue)}\0`;
  const rows = reader.range(Table.object, { from, to: prefixEnd(from), limit });
  return rows.map(([key]) => readUtf8(key, from.length));
}

/** Names of views behind `after`, in the order of their bytes; undefined: from the first. */
export function viewNamesAfter(reader: Reader, after: string | undefined): string[] {
  const from = after === undefined ? prefix : `${prefix}${utf8Key(after)}\0`;
  const rows = reader.range(Table.object, { from, to: prefixEnd(prefix), limit: pageRows });
  return rows.map(([key]) => readUtf8(key, prefix.length));
}

/** Names of queues that have views, behind `after`: at most so many. */
export function queuesWithViews(
  reader: Reader,
  after: string | undefined,
  limit: number,
): string[] {
  const to = prefixEnd(queuePrefix);
  const names: string[] = [];
  let from = after === undefined ? queuePrefix : `${queuePrefix}${utf8Key(after)}\x01`;
  while (names.length < limit) {
    const [row] = reader.range(Table.object, { from, to, limit: 1 });
    if (row === undefined) break;
    const name = readUtf8(row[0], queuePrefix.length, row[0].indexOf('\0', queuePrefix.length));
    names.push(name);
    from = `${queuePrefix}${utf8Key(name)}\x01`;
  }
  return names;
}

/** Whether a key of table `object` is of the views. */
export const isViewKey = (key: string): boolean =>
  key === versionKey || key.startsWith(prefix) || key.startsWith(queuePrefix);

/**
 * What is wrong with such a row; undefined: nothing.
 * @throws an exception for what cannot be unpacked
 */
export function faultOfViewRow(key: string, row: Uint8Array): string | undefined {
  if (key === versionKey) return row.length === 4 ? undefined : 'it is not a version';
  if (key.startsWith(queuePrefix)) return row.length === 0 ? undefined : 'it has a value';
  return textOf(row) === '' ? 'it has no fields' : undefined;
}

const textOf = (row: Uint8Array): string => packr.unpack(row) as string;
