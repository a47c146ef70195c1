/**
 * Journals of data format 2, which have no header: an area counts as far as its records follow each
 * other from its beginning. Read once, when such a store is upgraded.
 */
import { Buffer } from 'node:buffer';
import { existsSync, readFileSync } from 'node:fs';
import { readRecord, slotBytes, type JournaledSet, type JournalRecord } from './journal-record.js';

/**
 * The sets that follow `sequence`, in order.
 * @param owner of the records that count
 * @throws what the system reports
 */
export function readJournalBefore(
  path: string,
  areaBytes: number,
  owner: number,
  sequence: number,
): JournaledSet[] {
  if (!existsSync(path)) return [];
  const file = readFileSync(path);
  const records: JournalRecord[] = [];
  for (let area = 0; area < file.length; area += areaBytes) {
    records.push(...recordsOf(file.subarray(area, area + areaBytes), owner));
  }
  return chainFrom(sequence, records);
}

/** What continues the last set in LMDB, as far as nothing is missing. */
function chainFrom(sequence: number, records: readonly JournalRecord[]): JournaledSet[] {
  const newer = records
    .filter(({ writeSet }) => writeSet.sequence > sequence)
    .toSorted((one, other) => one.writeSet.sequence - other.writeSet.sequence);
  const [first] = newer;
  const sets: JournaledSet[] = [];
  let last = sequence;
  for (const { writeSet, previousSequence, session } of newer) {
    if (previousSequence !== last || !isSame(session, first!.session)) break;
    sets.push(writeSet);
    last = writeSet.sequence;
  }
  return sets;
}

/** The records of one area, from its beginning as far as they follow each other. */
function recordsOf(area: Buffer, owner: number): JournalRecord[] {
  const records: JournalRecord[] = [];
  for (let position = 0; position < area.length;) {
    const record = readRecord(area.subarray(position));
    if (record === undefined || record.owner !== owner) break;
    const last = records.at(-1);
    const follows =
      last === undefined ||
      (record.previousSequence === last.writeSet.sequence && isSame(record.session, last.session));
    if (!follows) break;
    records.push(record);
    position += record.slots * slotBytes;
  }
  return records;
}

const isSame = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;
