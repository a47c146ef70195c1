/**
 * Rows of the table `erased`: interactions whose personal data were erased on request, by
 * identifier, so that a restore of an older backup can erase them again. Part of the data format.
 *
 * Codec version 1, big-endian: version u8, then as u64 when it was erased, in milliseconds since
 * 1970, and the sequence of the last event that was blanked for it; 0: none.
 */
import { assert } from '../../assert.js';
import { put64, unsigned64At } from '../../pack/unsigned.js';

/** What is known of an erasure. */
export interface Erasure {
  readonly timeMs: number;
  readonly lastSequence: number;
}

const codecVersion = 1;
const at = { time: 1, sequence: 9, end: 17 } as const;

export function encodeErasure({ timeMs, lastSequence }: Erasure): Buffer {
  const row = Buffer.alloc(at.end);
  row[0] = codecVersion;
  put64(row, at.time, timeMs);
  put64(row, at.sequence, lastSequence);
  return row;
}

/** @throws {AssertionError} for a version that this code does not know, or another length */
export function decodeErasure(bytes: Uint8Array): Erasure {
  assert(bytes[0] === codecVersion, 'erasure row of unknown version');
  assert(bytes.length === at.end, `an erasure row has ${bytes.length} bytes`);
  return {
    timeMs: unsigned64At(bytes, at.time),
    lastSequence: unsigned64At(bytes, at.sequence),
  };
}
