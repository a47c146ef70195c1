/**
 * A write set as bytes of the journal: a record of whole slots, so that no write touches what is on
 * disk already. Little-endian.
 *
 * | at | bytes | what                                                                  |
 * | -- | ----- | --------------------------------------------------------------------- |
 * | 0  | 4     | a fixed number                                                        |
 * | 4  | 4     | CRC-32 of all that follows                                            |
 * | 8  | 4     | bytes of the record, without what fills its last slot                 |
 * | 12 | 4     | changes                                                               |
 * | 16 | 4     | CRC-32 of the store and the partition that it belongs to              |
 * | 20 | 4     | 1 + sets from the oldest whose end was not known to this one          |
 * | 24 | 8     | drawn when the journal was opened: older bytes are never taken for new |
 * | 32 | 24    | epoch, sequence, sequence of the predecessor                          |
 * | 56 | 8     | the timeline that it belongs to                                       |
 * | 64 | 40    | position in a log that several servers share, and hash of it: zero    |
 * | 104 |      | each change: table, 1 if put, key bytes (2), value bytes (4), key, value |
 */
import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';
import { timelineBytes, timelineOfBytes } from '../timeline.js';
import { hasNoLog } from './applied-row.js';
import { tables, type Change, type WriteSet } from './contract.js';
import { writeKey } from './keys.js';

/** Records begin at multiples of this: what the disk and the system write at once. */
export const slotBytes = 4_096;

const magic = 0x314a_5849;
const at = {
  crc: 4,
  bytes: 8,
  changes: 12,
  owner: 16,
  behind: 20,
  session: 24,
  epoch: 32,
  sequence: 40,
  previous: 48,
  timeline: 56,
  log: 64,
  body: 104,
};
const sessionBytes = 8;
const changeHeadBytes = 8;
/** Longer keys are rare and worth a call into native code. */
const shortKeyBytes = 64;

/** What all records of one opening have in common. */
export interface JournalIdentity {
  readonly owner: number;
  /** 8 random bytes. */
  readonly session: Uint8Array;
  /** Identifier of the timeline. */
  readonly timeline: string;
}

/** A write set as it was read back. */
export type JournaledSet = Omit<WriteSet, 'partition'>;

/** A record as it was read back. */
export interface JournalRecord extends JournalIdentity {
  readonly writeSet: JournaledSet;
  readonly previousSequence: number;
  /** Whether it has a position in a log, which this program knows nothing of. */
  readonly hasLog: boolean;
  /** All sets with lesser sequences were durable when this one was written. */
  readonly oldestUnsettled: number;
  readonly slots: number;
}

/** Bytes that a write set takes in the journal, what fills its last slot included. */
export function recordBytesOf({ changes }: WriteSet): number {
  let bytes = at.body;
  for (const { key, value } of changes) {
    bytes += changeHeadBytes + key.length + (value?.length ?? 0);
  }
  return Math.ceil(bytes / slotBytes) * slotBytes;
}

/** How a set stands to those before it. */
export interface RecordPlace {
  readonly previousSequence: number;
  /** Of the sets on their way to the disk, this one included, the first. */
  readonly oldestUnsettled: number;
}

/** Writes a record to the beginning of `target`, which has `recordBytesOf` bytes. */
export function writeRecord(
  target: Buffer,
  identity: JournalIdentity,
  writeSet: WriteSet,
  { previousSequence, oldestUnsettled }: RecordPlace,
): void {
  const { epoch, sequence, changes } = writeSet;
  target.writeUInt32LE(magic, 0);
  target.writeUInt32LE(changes.length, at.changes);
  target.writeUInt32LE(identity.owner, at.owner);
  target.writeUInt32LE(1 + sequence - oldestUnsettled, at.behind);
  target.set(identity.session, at.session);
  target.writeDoubleLE(epoch, at.epoch);
  target.writeDoubleLE(sequence, at.sequence);
  target.writeDoubleLE(previousSequence, at.previous);
  target.set(timelineBytes(identity.timeline), at.timeline);
  target.fill(0, at.log, at.body);
  let position = at.body;
  for (const { table, key, value } of changes) {
    target[position] = table;
    target[position + 1] = value === undefined ? 0 : 1;
    target.writeUInt16LE(key.length, position + 2);
    target.writeUInt32LE(value?.length ?? 0, position + 4);
    position += changeHeadBytes;
    position = writeShortKey(target, position, key);
    if (value === undefined) continue;
    target.set(value, position);
    position += value.length;
  }
  target.writeUInt32LE(position, at.bytes);
  target.writeUInt32LE(crc32(target.subarray(at.bytes, position)), at.crc);
  target.fill(0, position);
}

/**
 * Only for the journal's own buffers: when LMDB's keys were written by the same loop, V8 made a
 * call into its runtime for each byte.
 */
function writeShortKey(target: Buffer, start: number, key: string): number {
  const { length } = key;
  if (length > shortKeyBytes) return writeKey(target, start, key);
  for (let index = 0; index < length; index += 1) target[start + index] = key.charCodeAt(index);
  return start + length;
}

/**
 * Reads the record at the beginning of `source`; undefined when there is none, or not all of it.
 */
export function readRecord(source: Buffer): JournalRecord | undefined {
  if (source.length < at.body || source.readUInt32LE(0) !== magic) return undefined;
  const bytes = source.readUInt32LE(at.bytes);
  if (bytes < at.body || bytes > source.length) return undefined;
  if (crc32(source.subarray(at.bytes, bytes)) !== source.readUInt32LE(at.crc)) return undefined;
  const changes: Change[] = [];
  let position = at.body;
  for (let left = source.readUInt32LE(at.changes); left > 0; left -= 1) {
    const table = tables[source[position]!]!;
    const isPut = source[position + 1] === 1;
    const keyEnd = position + changeHeadBytes + source.readUInt16LE(position + 2);
    const end = keyEnd + source.readUInt32LE(position + 4);
    const key = source.toString('latin1', position + changeHeadBytes, keyEnd);
    // A copy: LMDB is given values by their address, and these are in one buffer.
    const value = isPut ? Uint8Array.from(source.subarray(keyEnd, end)) : undefined;
    changes.push({ table, key, value });
    position = end;
  }
  const sequence = source.readDoubleLE(at.sequence);
  const view = new DataView(source.buffer, source.byteOffset, source.length);
  return {
    owner: source.readUInt32LE(at.owner),
    session: Uint8Array.from(source.subarray(at.session, at.session + sessionBytes)),
    writeSet: { epoch: source.readDoubleLE(at.epoch), sequence, changes },
    previousSequence: source.readDoubleLE(at.previous),
    timeline: timelineOfBytes(source.subarray(at.timeline, at.log)),
    hasLog: !hasNoLog(view, at.log),
    oldestUnsettled: sequence - (source.readUInt32LE(at.behind) - 1),
    slots: Math.ceil(bytes / slotBytes),
  };
}

/** How many bits of a slot's beginning differ from that of a record of this owner and session. */
export function bitsFromHead(slot: Buffer, { owner, session }: JournalIdentity): number {
  let bits = bitsOf(slot.readUInt32LE(0) ^ magic) + bitsOf(slot.readUInt32LE(at.owner) ^ owner);
  for (let index = 0; index < sessionBytes; index += 1) {
    bits += bitsOf(slot[at.session + index]! ^ session[index]!);
  }
  return bits;
}

function bitsOf(word: number): number {
  let bits = 0;
  for (let left = word >>> 0; left > 0; left = (left & (left - 1)) >>> 0) bits += 1;
  return bits;
}

/**
 * The record at the beginning of `source` as it was before one of its bits was turned around;
 * undefined when no single bit makes it whole. No write that was cut short differs by one bit, so
 * that such a record was on disk.
 */
export function readTurnedRecord(source: Buffer): JournalRecord | undefined {
  if (source.length < at.body) return undefined;
  const head = bitsOf(source.readUInt32LE(0) ^ magic);
  if (head > 1) return undefined;
  // What the checksum does not cover: the fixed number, the checksum itself, and
  // how far it reaches.
  if (head === 1) return withBit(source, bitIn(source.readUInt32LE(0) ^ magic));
  const { length } = source;
  for (let bit = at.bytes * 8; bit < (at.bytes + 4) * 8; bit += 1) {
    const bytes = (source.readUInt32LE(at.bytes) ^ (1 << (bit - at.bytes * 8))) >>> 0;
    const found = bytes <= length && bytes >= at.body ? withBit(source, bit) : undefined;
    if (found !== undefined) return found;
  }
  const bytes = source.readUInt32LE(at.bytes);
  if (bytes < at.body || bytes > length) return undefined;
  const difference = crc32(source.subarray(at.bytes, bytes)) ^ source.readUInt32LE(at.crc);
  if (bitsOf(difference) === 1) return withBit(source, at.crc * 8 + bitIn(difference));
  const bit = bitOfDifference(difference >>> 0, bytes - at.bytes);
  return bit === undefined ? undefined : withBit(source, at.bytes * 8 + bit);
}

const bitIn = (word: number): number => 31 - Math.clz32(word);

function withBit(source: Buffer, bit: number): JournalRecord | undefined {
  const copy = Buffer.from(source);
  copy[bit >> 3] = copy[bit >> 3]! ^ (1 << (bit & 7));
  return readRecord(copy);
}

const polynomial = 0xedb8_8320;

/**
 * Which bit of so many bytes changes their CRC-32 by `difference`, counted from the first
 * byte's lowest. A CRC is linear: the change that a bit makes is that of the bit behind it,
 * taken one step further.
 */
function bitOfDifference(difference: number, bytes: number): number | undefined {
  let change = polynomial;
  for (let bit = bytes * 8 - 1; bit >= 0; bit -= 1) {
    if (change >>> 0 === difference) return bit;
    change = change & 1 ? (change >>> 1) ^ polynomial : change >>> 1;
  }
  return undefined;
}
