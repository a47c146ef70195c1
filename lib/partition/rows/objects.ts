/** Rows of table `object` as they travel: the partition does not know what they mean. */
import { Packr } from 'msgpackr';
import { Table, type Entry } from '../../store/contract.js';
import type { Turn } from '../turn.js';

/** Rows of table `object`; `undefined` deletes. */
export type ObjectChanges = readonly (readonly [key: string, value: Uint8Array | undefined])[];

const packr = new Packr({ useRecords: false });

/** Rows as one piece of bytes, cheap to pass between threads. */
export function packRows(rows: ObjectChanges | readonly Entry[]): Uint8Array {
  return Uint8Array.from(packr.pack(rows.map(([key, value]) => [key, value ?? null])));
}

/** The inverse of `packRows`. The values are views of `bytes`. */
export function unpackRows(bytes: Uint8Array): ObjectChanges {
  const rows = packr.unpack(bytes) as [string, Uint8Array | null][];
  return rows.map(([key, value]) => [key, value ?? undefined] as const);
}

/** Bytes that changes take in a write set, about. */
export function bytesOf(changes: ObjectChanges): number {
  return changes.reduce((sum, [key, value]) => sum + key.length + (value?.length ?? 0), 0);
}

export function putObjects(turn: Turn, changes: ObjectChanges): void {
  for (const [key, value] of changes) {
    if (value === undefined) turn.delete(Table.object, key);
    else turn.put(Table.object, key, value);
  }
}
