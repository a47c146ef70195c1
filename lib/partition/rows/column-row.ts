/**
 * Columns of this partition: which key of attached data each has its values from, and how far that
 * has come for the interactions that were there before it.
 *
 * Table `registry`, key: u8 of `Registry.columns`, column number u32. Value, codec version 1:
 * version u8, state u8, type u8, what else it has u8, tenant u32, interactions seen f64, those
 * with a value that does not fit f64; then as texts the key, its name in conditions (empty: the key
 * itself), and the last interaction that was seen (empty: none).
 */
import { assert } from '../../assert.js';
import type { MappedKey, MappedType } from '../../interaction/mapped-keys.js';
import { FieldReader, FieldWriter } from '../../pack/fields.js';
import { Table, type Reader } from '../../store/contract.js';
import { prefixEnd, readU32, u32Key } from '../../store/keys.js';
import { Registry, registryKey } from './registry.js';

/**
 * `filling`: interactions up to the cursor have it, and all that are written. `dropping`: nobody
 * reads it, and those up to the cursor do not have it; then its row goes, never its number.
 */
export const ColumnState = { filling: 1, live: 2, dropping: 3 } as const;
export type ColumnState = (typeof ColumnState)[keyof typeof ColumnState];

/** A column, as its row has it. */
export interface ColumnRow extends MappedKey {
  state: ColumnState;
  /** While it is filled or dropped: the last identifier that was seen; empty: none. */
  cursor: string;
  /** Interactions that were seen on the way. */
  seen: number;
  /** Interactions that have it filled, with a value that does not fit its type. */
  unfit: number;
}

const codecVersion = 1;
const types = { text: 1, number: 2, time: 3 } as const satisfies Record<MappedType, number>;
const tenantBit = 1;
const prefix = registryKey(Registry.columns);
const keyBytes = prefix.length + 4;

const keyOf = (number: number): string => prefix + u32Key(number);

/** Whether a key of table `registry` is of a column. */
export const isColumnKey = (key: string): boolean =>
  key.length === keyBytes && key.startsWith(prefix);

interface Rows {
  put(table: typeof Table.registry, key: string, value: Uint8Array): void;
  delete(table: typeof Table.registry, key: string): void;
}

export function putColumn(rows: Pick<Rows, 'put'>, one: ColumnRow): void {
  const { number, state, type, tenantId, seen, unfit, key, column = '', cursor } = one;
  const fields = new FieldWriter()
    .u8(codecVersion)
    .u8(state)
    .u8(types[type])
    .u8(tenantId === undefined ? 0 : tenantBit)
    .u32(tenantId ?? 0)
    .f64(seen)
    .f64(unfit)
    .text(key)
    .text(column)
    .text(cursor);
  rows.put(Table.registry, keyOf(number), fields.take());
}

/** No interaction has it any more; its number is not given again. */
export function deleteColumn(rows: Pick<Rows, 'delete'>, number: number): void {
  rows.delete(Table.registry, keyOf(number));
}

/** @throws {AssertionError} for a row that this code does not know */
export function decodeColumn(rowKey: string, row: Uint8Array): ColumnRow {
  const fields = new FieldReader(row);
  assert(fields.u8() === codecVersion, 'column row of unknown version');
  const state = fields.u8() as ColumnState;
  const typeNumber = fields.u8();
  const type = (Object.keys(types) as MappedType[]).find((one) => types[one] === typeNumber);
  assert(type !== undefined && state >= 1 && state <= 3, 'column row of unknown type or state');
  const bits = fields.u8();
  const tenant = fields.u32();
  const [seen, unfit] = [fields.f64(), fields.f64()];
  const [key, column, cursor] = [fields.text(), fields.text(), fields.text()];
  assert(fields.isAtEnd, 'a column row is too long');
  return {
    number: readU32(rowKey, prefix.length),
    key,
    type,
    ...(column !== '' && { column }),
    ...((bits & tenantBit) !== 0 && { tenantId: tenant }),
    state,
    cursor,
    seen,
    unfit,
  };
}

/** The columns of a partition, by number. */
export function readColumns(reader: Reader): ColumnRow[] {
  return reader
    .range(Table.registry, { from: prefix + u32Key(0), to: prefixEnd(prefix) })
    .map(([key, row]) => decodeColumn(key, row));
}
