/**
 * Results of keyed requests that are in a state row, of an interaction that is away from home.
 *
 * Bytes: number of clients u8 and the name of each, then the number of results u8, and of
 * each: index of its client u8, kind u8, digest i32, served seconds i32 (big-endian), the
 * 16 bytes of its key.
 */
import { assert } from '../assert.js';
import { shortString } from './owner-bytes.js';
import type { KeyedKind, KeyedResult } from './keyed-result.js';

export interface RecordResult extends KeyedResult {
  /** When it was executed, by the served time of the partition where the interaction is. */
  readonly servedSeconds: number;
}

const keyBytes = 16;
const resultBytes = 10 + keyBytes;

/** What was encoded last: a row asks for its length first. */
let last: { readonly results: readonly RecordResult[]; readonly bytes: Buffer } | undefined;

/** The bytes of some results, at most 255. */
export function bytesOfResults(results: readonly RecordResult[]): Buffer {
  if (last?.results !== results) last = { results, bytes: encode(results) };
  return last.bytes;
}

function encode(results: readonly RecordResult[]): Buffer {
  assert(results.length <= 255, 'a state row holds at most 255 results');
  const names = [...new Set(results.map(({ clientName }) => clientName))];
  const rows = Buffer.alloc(1 + results.length * resultBytes);
  let at = rows.writeUInt8(results.length);
  for (const { clientName, requestKey, kind, digest, servedSeconds } of results) {
    at = rows.writeUInt8(names.indexOf(clientName), at);
    at = rows.writeUInt8(kind, at);
    at = rows.writeInt32BE(digest, at);
    at = rows.writeInt32BE(servedSeconds, at);
    at += rows.write(requestKey, at, keyBytes, 'latin1');
  }
  return Buffer.concat([Buffer.of(names.length), ...names.map(shortString), rows]);
}

/** The results that begin at `start`. */
export function resultsAt(buffer: Buffer, start: number): RecordResult[] {
  let at = start + 1;
  const names = Array.from({ length: buffer[start]! }, () => {
    const end = at + 1 + buffer[at]!;
    const name = buffer.toString('utf8', at + 1, end);
    at = end;
    return name;
  });
  const first = at + 1;
  return Array.from({ length: buffer[at]! }, (_, index) => {
    const from = first + index * resultBytes;
    return {
      clientName: names[buffer[from]!]!,
      requestKey: buffer.toString('latin1', from + 10, from + resultBytes),
      kind: buffer[from + 1] as KeyedKind,
      digest: buffer.readInt32BE(from + 2),
      servedSeconds: buffer.readInt32BE(from + 6),
    };
  });
}
