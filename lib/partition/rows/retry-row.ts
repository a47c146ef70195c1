/**
 * The row of the results of one write set. Part of the data format.
 *
 * Codec version 1, big-endian: version u8; as u64 the served time in milliseconds (`RetryKeys`),
 * the results up to and including this row, the bytes of all rows up to and including this one, and
 * the served time up to which results may be forgotten; the seed of the hashes i32; the number of
 * results u32 and the hash of each i32. Then of each result: kind u8, with 0x80 when its client is
 * that of the result before; digest i32; the 16 bytes of the key; unless it is the same, the
 * client's name; the number of identifiers u8, and these. A text is its length u8 and its UTF-8.
 */
import { assert } from '../../assert.js';
import { isTextOf, readText, writeText } from '../../pack/text.js';
import { put32, put64, signed32At, unsigned64At } from '../../pack/unsigned.js';
import { PackWriter } from '../../pack/writer.js';
import { KeyedKind, type KeyedResult } from '../../interaction/keyed-result.js';

/**
 * What a keyed request got, as it is kept with the write set. The key is bytes here, as it came: a
 * text of it would be made for each request, which costs more than to look for it.
 */
export interface KeptResult extends Omit<KeyedResult, 'requestKey'> {
  /** The 16 bytes of the RequestKey; never changed. */
  readonly key: Uint8Array;
  /** Of a submit the one it made, of a pull those taken, of other requests none. */
  readonly ids: readonly string[];
}

/** What stands before the results. */
export interface RetryRowHead {
  /** When it was written. */
  readonly servedMs: number;
  /** Results ever kept, up to and including this row. */
  readonly count: number;
  /** Bytes of all rows ever written, up to and including this one. */
  readonly bytes: number;
  /** Results up to this time may be forgotten; 0: none is. */
  readonly floorMs: number;
  readonly seed: number;
}

const codecVersion = 1;
const servedAt = 1;
const countAt = 9;
const bytesAt = 17;
const floorAt = 25;
const seedAt = 33;
const resultsAt = 37;
const hashesAt = 41;
const hashBytes = 4;
const keyBytes = 16;
const sameClient = 0x80;
const kinds = Object.keys(KeyedKind).length;
const writer = new PackWriter();

/**
 * Encodes a row.
 * @param bytesBefore of all rows before this one
 * @param hashes of the keys of the results
 */
export function encodeRetryRow(
  head: Omit<RetryRowHead, 'bytes'>,
  bytesBefore: number,
  results: readonly KeptResult[],
  hashes: readonly number[],
): Uint8Array {
  let most = hashesAt;
  for (const result of results) most += resultBytesMax(result);
  writer.reserve(most);
  const { buffer, position: start } = writer;
  buffer[start] = codecVersion;
  put64(buffer, start + servedAt, head.servedMs);
  put64(buffer, start + countAt, head.count);
  put64(buffer, start + floorAt, head.floorMs);
  put32(buffer, start + seedAt, head.seed);
  put32(buffer, start + resultsAt, results.length);
  let at = start + hashesAt;
  for (let index = 0; index < results.length; index++) at = put32(buffer, at, hashes[index]!);
  let before: string | undefined;
  for (const result of results) {
    at = writeResult(buffer, at, result, result.clientName === before);
    before = result.clientName;
  }
  put64(buffer, start + bytesAt, bytesBefore + at - start);
  writer.position = at;
  return writer.take();
}

/**
 * Bytes of a result in a row, at most: a name has up to three bytes a unit, identifiers are ASCII.
 */
export function resultBytesMax({ clientName, ids }: KeptResult): number {
  let bytes = hashBytes + 1 + 4 + keyBytes + 1 + clientName.length * 3 + 1;
  for (const id of ids) bytes += 1 + id.length;
  return bytes;
}

function writeResult(
  buffer: Uint8Array,
  start: number,
  { clientName, key, kind, digest, ids }: KeptResult,
  isSameClient: boolean,
): number {
  buffer[start] = isSameClient ? kind | sameClient : kind;
  let at = put32(buffer, start + 1, digest);
  for (let index = 0; index < keyBytes; index++) buffer[at++] = key[index]!;
  if (!isSameClient) at = writeShortText(buffer, at, clientName);
  buffer[at++] = ids.length;
  for (const id of ids) at = writeShortText(buffer, at, id);
  return at;
}

function writeShortText(buffer: Uint8Array, at: number, text: string): number {
  const bytes = writeText(buffer, at + 1, text);
  buffer[at] = bytes;
  return at + 1 + bytes;
}

/** @throws {AssertionError} for a version that this code does not know */
export function retryRowHead(row: Uint8Array): RetryRowHead {
  assert(row[0] === codecVersion, 'retry row of unknown version');
  return {
    servedMs: unsigned64At(row, servedAt),
    count: unsigned64At(row, countAt),
    bytes: unsigned64At(row, bytesAt),
    floorMs: unsigned64At(row, floorAt),
    seed: signed32At(row, seedAt),
  };
}

/** How many results a row has. */
export const resultsInRow = (row: Uint8Array): number => signed32At(row, resultsAt);

/** The hash of the key of the result with this index. */
export const hashInRow = (row: Uint8Array, index: number): number =>
  signed32At(row, hashesAt + index * hashBytes);

/** The result of this client and key; undefined: it is not in this row. */
export function resultInRow(
  row: Uint8Array,
  clientName: string,
  key: Uint8Array,
): KeptResult | undefined {
  let at = hashesAt + resultsInRow(row) * hashBytes;
  let isOfClient = false;
  while (at < row.length) {
    const head = row[at]!;
    const keyAt = at + 5;
    let idsAt = keyAt + keyBytes;
    if ((head & sameClient) === 0) {
      const nameAt = idsAt + 1;
      idsAt = nameAt + row[idsAt]!;
      isOfClient = isTextOf(row, nameAt, idsAt, clientName);
    }
    if (isOfClient && isSameKey(row, keyAt, key)) {
      const kind = (head & ~sameClient) as KeyedKind;
      const digest = signed32At(row, at + 1);
      return { clientName, key, kind, digest, ids: idsAtOf(row, idsAt) };
    }
    at = behindIds(row, idsAt);
  }
  return undefined;
}

/**
 * Looks at all of a row.
 * @returns its head
 * @throws {AssertionError} when anything in it is not as it was written
 */
export function checkRetryRow(row: Uint8Array): RetryRowHead {
  assert(row.length >= hashesAt, 'a retry row ends inside its head');
  const head = retryRowHead(row);
  const results = resultsInRow(row);
  let at = hashesAt + results * hashBytes;
  for (let index = 0; index < results; index++) {
    assert(at < row.length, `a retry row of ${results} results ends before result ${index}`);
    const first = row[at]!;
    assert((first & ~sameClient) < kinds, `result ${index} of a retry row is of an unknown kind`);
    assert(
      index > 0 || (first & sameClient) === 0,
      'the first result of a retry row has no client',
    );
    let idsAt = at + 5 + keyBytes;
    if ((first & sameClient) === 0) idsAt += 1 + (row[idsAt] ?? 0);
    assert(idsAt < row.length, `a retry row ends inside result ${index}`);
    at = behindIds(row, idsAt);
    assert(at <= row.length, `a retry row ends inside result ${index}`);
  }
  assert(at === row.length, 'a retry row is longer than its results');
  return head;
}

/** Whether a key stands at a place. */
export function isSameKey(bytes: Uint8Array, at: number, key: Uint8Array): boolean {
  for (let index = 0; index < keyBytes; index++) {
    if (bytes[at + index] !== key[index]) return false;
  }
  return true;
}

function idsAtOf(row: Uint8Array, start: number): string[] {
  let at = start + 1;
  return Array.from({ length: row[start]! }, () => {
    const end = at + 1 + row[at]!;
    const id = readText(row, at + 1, end)!;
    at = end;
    return id;
  });
}

function behindIds(row: Uint8Array, start: number): number {
  let at = start + 1;
  for (let left = row[start]!; left > 0; left--) at += 1 + (row[at] ?? 0);
  return at;
}
