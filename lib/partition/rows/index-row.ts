/**
 * Definitions of indexes: by what the keys of table `order` begin with. Each partition has its own,
 * since the rows of a queue are where it lives.
 *
 * Table `registry`, key: u8 of `Registry.indexes`, queue number u32, index number u32; so the first
 * one of a queue is its own order, which it has as soon as something waits in it. Value: version
 * u8, state u8, what u8 (`IndexKind`); of one for views then length of the cursor u16, the cursor,
 * and packed what it is made for (`IndexShape` in `lib/views`, as JSON).
 */
import { Packr } from 'msgpackr';
import { assert } from '../../assert.js';
import { Table, type Reader } from '../../store/contract.js';
import { prefixEnd, readU32, u32Key } from '../../store/keys.js';
import { newNumber, Registry, registryKey, type RegistryRows } from './registry.js';

/**
 * `building`: rows up to the cursor are in it, and all that changes is kept up. `dropping`: nobody
 * reads it, and its keys go, some at a time; then its row does, never its number.
 */
export const IndexState = { building: 1, live: 2, dropping: 3 } as const;
export type IndexState = (typeof IndexState)[keyof typeof IndexState];

/** What an index lists and how. Only append. */
export const IndexKind = {
  /**
   * What can be pulled from its queue: priority descending, received, PlaceInQueueSeq, identifier.
   */
  ownOrder: 1,
  /** Some of what can be pulled from its queue, in another order; see `lib/views`. */
  views: 2,
} as const;
export type IndexKind = (typeof IndexKind)[keyof typeof IndexKind];

/** An index, as its row has it. */
export interface IndexDefinition {
  readonly queue: number;
  /** Its number, by which keys of table `order` begin; never used twice in this partition. */
  readonly number: number;
  readonly state: IndexState;
  readonly kind: IndexKind;
  /** While it is being built: the last key of the own order that was looked at; empty: none. */
  readonly cursor: string;
  /** Of one for views: what it is made for, as JSON. */
  readonly shape?: string;
}

const codecVersion = 1;
const packr = new Packr({ useRecords: false });
const headBytes = 3;
const prefix = registryKey(Registry.indexes);
const keyBytes = prefix.length + 8;

const keyOf = ({ queue, number }: IndexDefinition): string =>
  prefix + u32Key(queue) + u32Key(number);

/** Whether a key of table `registry` is of an index. */
export const isIndexKey = (key: string): boolean =>
  key.length === keyBytes && key.startsWith(prefix);

/** The row of an index. */
export function encodeIndex({ state, kind, cursor, shape }: IndexDefinition): Buffer {
  const isBuilding = state === IndexState.building;
  assert(isBuilding || cursor === '', 'an index that is not being built has a cursor');
  const head = Buffer.of(codecVersion, state, kind);
  const at = Buffer.from(cursor, 'latin1');
  if (shape === undefined) return Buffer.concat([head, at]);
  const length = Buffer.of(at.length >> 8, at.length & 0xff);
  return Buffer.concat([head, length, at, packr.pack(shape)]);
}

/** @throws {AssertionError} for a version that this code does not know */
export function decodeIndex(key: string, row: Uint8Array): IndexDefinition {
  assert(row[0] === codecVersion, 'index row of unknown version');
  const bytes = Buffer.from(row);
  const definition = {
    queue: readU32(key, prefix.length),
    number: readU32(key, prefix.length + 4),
    state: row[1] as IndexState,
    kind: row[2] as IndexKind,
  };
  if (definition.kind !== IndexKind.views) {
    return { ...definition, cursor: bytes.toString('latin1', headBytes) };
  }
  const at = headBytes + 2;
  const end = at + bytes.readUInt16BE(headBytes);
  return {
    ...definition,
    cursor: bytes.toString('latin1', at, end),
    shape: packr.unpack(bytes.subarray(end)) as string,
  };
}

/** The indexes of a queue, or of all, in the order of their numbers within a queue. */
export function readIndexes(reader: Reader, queue?: number): IndexDefinition[] {
  const from = queue === undefined ? prefix + u32Key(0) : prefix + u32Key(queue);
  const to = prefixEnd(queue === undefined ? prefix : from);
  return reader.range(Table.registry, { from, to }).map(([key, row]) => decodeIndex(key, row));
}

/** Makes the own order of a queue that has none. */
export function newOwnOrder(rows: RegistryRows, queue: number): IndexDefinition {
  const number = newNumber(rows, Registry.indexes);
  const { live: state } = IndexState;
  const definition = { queue, number, state, kind: IndexKind.ownOrder, cursor: '' };
  rows.put(Table.registry, keyOf(definition), encodeIndex(definition));
  return definition;
}

/** Begins an index for views; it has nothing yet. */
export function newViewsIndex(rows: RegistryRows, queue: number, shape: string): IndexDefinition {
  const number = newNumber(rows, Registry.indexes);
  const { building: state } = IndexState;
  const definition = { queue, number, state, kind: IndexKind.views, cursor: '', shape };
  putIndex(rows, definition);
  return definition;
}

/** Notes how far it is. */
export function putIndex(rows: RegistryRows, definition: IndexDefinition): void {
  rows.put(Table.registry, keyOf(definition), encodeIndex(definition));
}

/** Definitions behind `after`, of all queues; undefined: from the first. */
export function indexesAfter(
  reader: Reader,
  after: IndexDefinition | undefined,
  limit: number,
): IndexDefinition[] {
  const from = after === undefined ? prefix + u32Key(0) : `${keyOf(after)}\0`;
  const rows = reader.range(Table.registry, { from, to: prefixEnd(prefix), limit });
  return rows.map(([key, row]) => decodeIndex(key, row));
}

/** Its keys are gone; its number is not given again. */
export function deleteIndex(
  rows: { delete(table: typeof Table.registry, key: string): void },
  definition: IndexDefinition,
): void {
  rows.delete(Table.registry, keyOf(definition));
}
