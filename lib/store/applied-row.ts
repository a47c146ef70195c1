/** The row `#applied`: the last write set that LMDB has, and where it came from. */
import { Buffer } from 'node:buffer';
import type { Applied } from './contract.js';

/**
 * The sequence is first and little-endian, because lmdb's `ifVersion` compares it there.
 * @param opening of the journal, see `JournalNotes`
 */
export function appliedRow(epoch: number, sequence: number, opening: number): Uint8Array {
  const row = Buffer.alloc(24);
  row.writeDoubleLE(sequence, 0);
  row.writeDoubleLE(epoch, 8);
  row.writeDoubleLE(opening, 16);
  return row;
}

/** What `appliedRow` wrote. */
export function readApplied(row: Uint8Array): Applied {
  const view = viewOf(row);
  return { sequence: view.getFloat64(0, true), epoch: view.getFloat64(8, true) };
}

/** The opening in such a row; before format 3 there was none. */
export const readOpening = (row: Uint8Array): number =>
  row.byteLength < 24 ? 0 : viewOf(row).getFloat64(16, true);

const viewOf = (row: Uint8Array): DataView =>
  new DataView(row.buffer, row.byteOffset, row.byteLength);
