/**
 * Rows of the table `position`: how far a reader of events that the server itself keeps has come,
 * by its name. Part of the data format.
 *
 * Codec version 1, big-endian: version u8, the 8 bytes of the timeline, then as u64 the sequence of
 * the last event that it is done with, and when it said so, in milliseconds since 1970.
 */
import { assert } from '../../assert.js';
import { put64, unsigned64At } from '../../pack/unsigned.js';
import { readUtf8, utf8Key } from '../../store/keys.js';
import { timelineBytes, timelineOfBytes } from '../../timeline.js';

/** How far a reader has come. */
export interface ReaderPosition {
  /** Identifier of the timeline that the sequence belongs to. */
  readonly timeline: string;
  readonly sequence: number;
  readonly timeMs: number;
}

const codecVersion = 1;
const at = { timeline: 1, sequence: 9, time: 17, end: 25 } as const;

/** The key of a reader. */
export const positionKey = (name: string): string => utf8Key(name);

/** The reader that a key is of. */
export const readerOfPositionKey = (key: string): string => readUtf8(key);

export function encodePosition({ timeline, sequence, timeMs }: ReaderPosition): Buffer {
  const row = Buffer.alloc(at.end);
  row[0] = codecVersion;
  row.set(timelineBytes(timeline), at.timeline);
  put64(row, at.sequence, sequence);
  put64(row, at.time, timeMs);
  return row;
}

/** @throws {AssertionError} for a version that this code does not know, or another length */
export function decodePosition(bytes: Uint8Array): ReaderPosition {
  assert(bytes[0] === codecVersion, 'position row of unknown version');
  assert(bytes.length === at.end, `a position row has ${bytes.length} bytes`);
  return {
    timeline: timelineOfBytes(bytes.subarray(at.timeline, at.sequence)),
    sequence: unsigned64At(bytes, at.sequence),
    timeMs: unsigned64At(bytes, at.time),
  };
}
