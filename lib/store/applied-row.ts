/**
 * The row `#applied`: the last write set that LMDB has, and where it came from. Little-endian.
 *
 * | at | bytes | what                                                              |
 * | -- | ----- | ----------------------------------------------------------------- |
 * | 0  | 8     | its sequence, a float: lmdb's `ifVersion` compares it there       |
 * | 8  | 8     | its epoch, a float                                                |
 * | 16 | 8     | the opening of the journal that it came from, a float             |
 * | 24 | 8     | the timeline that it belongs to                                   |
 * | 32 | 8     | its position in a log that several servers share; 0: there is none |
 * | 40 | 32    | hash of that log up to here; zero: there is none                  |
 */
import { Buffer } from 'node:buffer';
import { assert } from '../assert.js';
import { timelineBytes, timelineOfBytes } from '../timeline.js';
import type { Applied } from './contract.js';

const at = { epoch: 8, opening: 16, timeline: 24, log: 32, end: 72 };

/** Bytes of the position in a log and the hash; all zero in this format. */
export const logBytes = at.end - at.log;

/**
 * The row after a write set.
 * @param opening of the journal, see `JournalNotes`
 * @param timeline its identifier
 */
export function appliedRow(
  epoch: number,
  sequence: number,
  opening: number,
  timeline: string,
): Uint8Array {
  const row = Buffer.alloc(at.end);
  row.writeDoubleLE(sequence, 0);
  row.writeDoubleLE(epoch, at.epoch);
  row.writeDoubleLE(opening, at.opening);
  row.set(timelineBytes(timeline), at.timeline);
  return row;
}

/**
 * What `appliedRow` wrote.
 * @throws {AssertionError} for a row that is not of this format, or has a position in a log
 */
export function readApplied(row: Uint8Array): Applied {
  const view = viewOf(row);
  return { sequence: view.getFloat64(0, true), epoch: view.getFloat64(at.epoch, true) };
}

/** The opening in such a row. @throws {AssertionError} as `readApplied` */
export const readOpening = (row: Uint8Array): number => viewOf(row).getFloat64(at.opening, true);

/** Why such a row is not of a store in this timeline, as the end of a sentence. */
export function contradictionIn(row: Uint8Array, timeline: string): string | undefined {
  if (row.length !== at.end) return `the row of its last write set has ${row.length} bytes`;
  if (!hasNoLog(dataViewOf(row), at.log)) return 'its last write set has a position in a log';
  const found = timelineOfBytes(row.subarray(at.timeline, at.log));
  if (found === timeline) return undefined;
  return `its last write set is of timeline ${found}, and it is in ${timeline}`;
}

function viewOf(row: Uint8Array): DataView {
  assert(row.length === at.end, `the row of the last write set has ${row.length} bytes`);
  const view = dataViewOf(row);
  assert(hasNoLog(view, at.log), 'the last write set has a position in a log');
  return view;
}

const dataViewOf = (row: Uint8Array): DataView =>
  new DataView(row.buffer, row.byteOffset, row.byteLength);

/** Whether the position in a log and the hash that begin there are zero. */
export function hasNoLog(view: DataView, start: number): boolean {
  for (let position = start; position < start + logBytes; position += 4) {
    if (view.getUint32(position) !== 0) return false;
  }
  return true;
}
