/**
 * The header of a journal: whose it is, and what in it counts. It is behind the areas, in a
 * slot of its own, within what a disk writes as one. Little-endian.
 *
 * | at | bytes | what                                                                        |
 * | -- | ----- | --------------------------------------------------------------------------- |
 * | 0  | 4     | a fixed number                                                              |
 * | 4  | 4     | CRC-32 of all that follows                                                  |
 * | 8  | 2     | bytes of the header                                                         |
 * | 10 | 2     | format of the journal, 1                                                    |
 * | 12 | 4     | 1: the areas may hold what LMDB has not; 0: they hold nothing that is needed |
 * | 16 | 8     | drawn when the journal was made; LMDB has it too (`#journal`)               |
 * | 24 | 8     | drawn at the last opening, in every record of it                            |
 * | 32 | 8     | openings since it was made                                                  |
 * | 40 | 8     | a sequence that LMDB had when this was written                              |
 * | 48 | 4     | partition                                                                   |
 * | 52 | 4     | partitions                                                                  |
 * | 56 |       | identifier of the store, UTF-8                                              |
 */
import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';
import type { PartitionIdentity } from './identity.js';

/** Bytes of a header with the longest identifier; a sector of a disk. */
export const headerBytes = 512;

/** Of its header and its records. */
export const journalFormat = 1;

const magic = 0x484a_5849;
const at = {
  crc: 4,
  bytes: 8,
  format: 10,
  isOpen: 12,
  journal: 16,
  session: 24,
  opening: 32,
  sequence: 40,
  partition: 48,
  partitions: 52,
  storeId: 56,
};

/** What a header says. */
export interface JournalHeader extends PartitionIdentity {
  /** The areas may hold what LMDB has not. */
  readonly isOpen: boolean;
  /** 8 random bytes, drawn when the journal was made. */
  readonly journal: Uint8Array;
  /** 8 random bytes, drawn at the last opening. */
  readonly session: Uint8Array;
  /** Openings since the journal was made. */
  readonly opening: number;
  /** LMDB had this set when the header was written. */
  readonly sequence: number;
}

/** A header as bytes of the file. */
export function encodeHeader(header: JournalHeader): Buffer {
  const storeId = Buffer.from(header.storeId, 'utf8');
  const bytes = at.storeId + storeId.length;
  const buffer = Buffer.alloc(headerBytes);
  buffer.writeUInt32LE(magic, 0);
  buffer.writeUInt16LE(bytes, at.bytes);
  buffer.writeUInt16LE(journalFormat, at.format);
  buffer.writeUInt32LE(header.isOpen ? 1 : 0, at.isOpen);
  buffer.set(header.journal, at.journal);
  buffer.set(header.session, at.session);
  buffer.writeDoubleLE(header.opening, at.opening);
  buffer.writeDoubleLE(header.sequence, at.sequence);
  buffer.writeUInt32LE(header.partition, at.partition);
  buffer.writeUInt32LE(header.partitions, at.partitions);
  buffer.set(storeId, at.storeId);
  buffer.writeUInt32LE(crc32(buffer.subarray(at.bytes, bytes)), at.crc);
  return buffer;
}

/** A header of a format that this program does not know. */
export interface UnknownHeader {
  readonly version: number;
}

/** Reads a header; undefined when these bytes are none, or not as they were written. */
export function decodeHeader(buffer: Buffer): JournalHeader | UnknownHeader | undefined {
  if (buffer.length < headerBytes || buffer.readUInt32LE(0) !== magic) return undefined;
  const bytes = buffer.readUInt16LE(at.bytes);
  if (bytes < at.storeId || bytes > headerBytes) return undefined;
  if (crc32(buffer.subarray(at.bytes, bytes)) !== buffer.readUInt32LE(at.crc)) return undefined;
  const version = buffer.readUInt16LE(at.format);
  if (version !== journalFormat) return { version };
  return {
    isOpen: buffer.readUInt32LE(at.isOpen) === 1,
    journal: Uint8Array.from(buffer.subarray(at.journal, at.session)),
    session: Uint8Array.from(buffer.subarray(at.session, at.opening)),
    opening: buffer.readDoubleLE(at.opening),
    sequence: buffer.readDoubleLE(at.sequence),
    partition: buffer.readUInt32LE(at.partition),
    partitions: buffer.readUInt32LE(at.partitions),
    storeId: buffer.toString('latin1', at.storeId, bytes),
  };
}
