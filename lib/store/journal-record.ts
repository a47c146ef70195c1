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
 * | 20 | 4     | 0                                                                     |
 * | 24 | 8     | drawn when the journal was opened: older bytes are never taken for new |
 * | 32 | 24    | epoch, sequence, sequence of the predecessor                          |
 * | 56 |       | each change: table, 1 if put, key bytes (2), value bytes (4), key, value |
 */
import type { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';
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
  session: 24,
  epoch: 32,
  sequence: 40,
  previous: 48,
  body: 56,
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
}

/** A write set as it was read back. */
export type JournaledSet = Omit<WriteSet, 'partition'>;

/** A record as it was read back. */
export interface JournalRecord extends JournalIdentity {
  readonly writeSet: JournaledSet;
  readonly previousSequence: number;
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

/** Writes a record to the beginning of `target`, which has `recordBytesOf` bytes. */
export function writeRecord(
  target: Buffer,
  identity: JournalIdentity,
  writeSet: WriteSet,
  previousSequence: number,
): void {
  const { epoch, sequence, changes } = writeSet;
  target.writeUInt32LE(magic, 0);
  target.writeUInt32LE(changes.length, at.changes);
  target.writeUInt32LE(identity.owner, at.owner);
  target.writeUInt32LE(0, at.owner + 4);
  target.set(identity.session, at.session);
  target.writeDoubleLE(epoch, at.epoch);
  target.writeDoubleLE(sequence, at.sequence);
  target.writeDoubleLE(previousSequence, at.previous);
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
 * Only for the journal's own buffers: when LMDB's keys were written by the same loop, V8 made a call into
 * its runtime for each byte.
 */
function writeShortKey(target: Buffer, start: number, key: string): number {
  const { length } = key;
  if (length > shortKeyBytes) return writeKey(target, start, key);
  for (let index = 0; index < length; index += 1) target[start + index] = key.charCodeAt(index);
  return start + length;
}

/** Reads the record at the beginning of `source`; undefined when there is none, or not all of it. */
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
    // A copy: LMDB is given values by their address, and these stand in one buffer.
    const value = isPut ? Uint8Array.from(source.subarray(keyEnd, end)) : undefined;
    changes.push({ table, key, value });
    position = end;
  }
  return {
    owner: source.readUInt32LE(at.owner),
    session: Uint8Array.from(source.subarray(at.session, at.session + sessionBytes)),
    writeSet: {
      epoch: source.readDoubleLE(at.epoch),
      sequence: source.readDoubleLE(at.sequence),
      changes,
    },
    previousSequence: source.readDoubleLE(at.previous),
    slots: Math.ceil(bytes / slotBytes),
  };
}
