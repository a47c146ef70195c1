/** Reads the journal of a partition that nobody has open: what it has and LMDB has not. */
import { Buffer } from 'node:buffer';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Applied } from './contract.js';
import type { FormatRow } from './format-row.js';
import { describePartition, isSamePartition, type PartitionIdentity } from './identity.js';
import { decodeHeader, headerBytes, journalFormat, type JournalHeader } from './journal-header.js';
import type { JournaledSet } from './journal-record.js';
import { scanAreas } from './journal-scan.js';

/** Name of the file in the directory of its partition. */
export const journalName = 'journal';
/** Bytes of an area, and how many there are. */
export const areaBytes = 2 ** 21;
export const areas = 2;
/** Where the header begins. */
export const headerStart = areas * areaBytes;
/** Of the whole file; the header has a page to itself. */
export const journalBytes = headerStart + 4_096;

/** What LMDB says of the journal in front of it. */
export interface JournalRows {
  applied(): Applied;
  /** The journal that LMDB belongs to (8 bytes), once there is one. */
  journal(): Uint8Array | undefined;
  /** The opening of the journal in which the last set came to LMDB; 0: of none. */
  appliedOpening(): number;
}

/** Sets to be put into LMDB, in order, and the header, if there is a journal; or what is wrong. */
export type JournalFound =
  | { readonly sets: readonly JournaledSet[]; readonly header: JournalHeader | undefined }
  | { readonly damage: string };

/** In the records of one partition, so that those of another are not taken for them. */
export const ownerOf = ({ storeId, partition }: PartitionIdentity): number =>
  crc32(`${storeId}/${partition}`);

/**
 * What follows the last set of LMDB, or what is wrong, as a sentence. Changes nothing.
 * @throws what the system reports
 */
export function readJournalOf(
  rows: JournalRows,
  directory: string,
  format: FormatRow,
): JournalFound {
  const path = join(directory, journalName);
  const damage = (what: string): JournalFound => ({ damage: `${path} ${what}.` });
  const journal = rows.journal();
  if (journal === undefined) return { sets: [], header: undefined };
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined) return damage('is missing, and what was in it with it');
  if (size === 0) return damage('is empty');
  if (size < journalBytes) return damage(`was cut short: ${size} of ${journalBytes} bytes`);
  const descriptor = openSync(path, 'r');
  try {
    const header = decodeHeader(piece(descriptor, headerStart, headerBytes));
    if (header === undefined) {
      return damage(`is damaged: its header, at byte ${headerStart}, cannot be read`);
    }
    if ('version' in header) {
      return damage(`has format ${header.version}; this program knows ${journalFormat}`);
    }
    const contradiction = contradictionOf(header, rows, format, journal);
    if (contradiction !== undefined) return damage(contradiction);
    if (!header.isOpen) return { sets: [], header };
    const file = piece(descriptor, 0, headerStart);
    const timeline = format.timeline.id;
    const wanted = { owner: ownerOf(format), session: header.session, timeline };
    const reading = scanAreas(file, areaBytes, wanted, rows.applied());
    if ('damage' in reading) return damage(`is damaged: ${reading.damage}`);
    return { sets: reading.sets, header };
  } finally {
    closeSync(descriptor);
  }
}

/** What makes the header not that of the journal that LMDB means. */
function contradictionOf(
  header: JournalHeader,
  rows: JournalRows,
  identity: PartitionIdentity,
  journal: Uint8Array,
): string | undefined {
  if (!isSamePartition(header, identity)) {
    const [found, wanted] = [describePartition(header), describePartition(identity)];
    return `belongs to ${found}, and data.mdb beside it is ${wanted}`;
  }
  if (Buffer.compare(header.journal, journal) !== 0) {
    return `is journal ${hex(header.journal)}, and data.mdb beside it wants ${hex(journal)}`;
  }
  const appliedOpening = rows.appliedOpening();
  if (header.opening < appliedOpening) {
    const openings = `opening ${header.opening}, where data.mdb has sets of ${appliedOpening}`;
    return `is older than data.mdb beside it: it ends with ${openings}`;
  }
  const { sequence } = rows.applied();
  if (sequence >= header.sequence) return undefined;
  const sets = `write set ${header.sequence}, and data.mdb ends with ${sequence}`;
  return `is newer than data.mdb beside it: it was written when that had ${sets}`;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function piece(descriptor: number, start: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  const read = readSync(descriptor, buffer, 0, bytes, start);
  return buffer.subarray(0, read);
}
