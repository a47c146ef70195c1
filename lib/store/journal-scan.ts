/**
 * What the areas of a journal hold of its last opening, and whether something is missing that
 * somebody was told is on disk.
 *
 * Where the records end is told by what is behind. Of the last opening there is at first
 * nothing (zeros, or records of other openings and of earlier laps, which have lesser sequences). A
 * crash may also leave a record cut short, and whole ones behind it, since several are written at a
 * time: nobody was told of those. But each record says which sets were durable when it was written.
 * If one that is missing was, or if the missing one is there but for a single bit, then it was on
 * disk and has been damaged since.
 */
import type { Buffer } from 'node:buffer';
import type { Applied } from './contract.js';
import {
  bitsFromHead,
  readRecord,
  readTurnedRecord,
  slotBytes,
  type JournaledSet,
  type JournalIdentity,
  type JournalRecord,
} from './journal-record.js';

/** Where something is in the file. */
interface Place {
  /** First byte of its area. */
  readonly area: number;
  readonly position: number;
}

type Found = JournalRecord & Place;

/**
 * What was read: sets to be put into LMDB, in order; or what is wrong, as the end of a sentence.
 */
export type JournalReading =
  | { readonly sets: readonly JournaledSet[] }
  | { readonly damage: string };

/** What follows the last set of LMDB. `file`: all areas, each of so many bytes. */
export function scanAreas(
  file: Buffer,
  areaBytes: number,
  identity: JournalIdentity,
  applied: Applied,
): JournalReading {
  const records: Found[] = [];
  const suspects: Place[] = [];
  for (let area = 0; area < file.length; area += areaBytes) {
    scanArea(file.subarray(0, area + areaBytes), area, identity, records, suspects);
  }
  const newer = records
    .filter(({ writeSet }) => writeSet.sequence > applied.sequence)
    .toSorted((one, other) => one.writeSet.sequence - other.writeSet.sequence);
  const chain = chainOf(newer, applied.sequence);
  const older = chain.find(({ writeSet }) => writeSet.epoch < applied.epoch);
  if (older !== undefined) {
    const { epoch, sequence } = older.writeSet;
    const where = `the record of write set ${sequence} at byte ${older.position}`;
    return { damage: `${where} is of epoch ${epoch}, and epoch ${applied.epoch} has begun` };
  }
  const strange = chain.map((record) => strangenessOf(record, identity)).find(Boolean);
  if (strange !== undefined) return { damage: strange };
  const last = chain.at(-1);
  const sequence = last?.writeSet.sequence ?? applied.sequence;
  const damage =
    turnedBit(file, areaBytes, identity, suspects, sequence) ??
    missing(newer.slice(chain.length), newer, sequence, last);
  return damage === undefined ? { sets: chain.map(({ writeSet }) => writeSet) } : { damage };
}

function scanArea(
  file: Buffer,
  area: number,
  identity: JournalIdentity,
  records: Found[],
  suspects: Place[],
): void {
  for (let position = area; position < file.length;) {
    const slot = file.subarray(position);
    const bits = bitsFromHead(slot, identity);
    const record = bits === 0 ? readRecord(slot) : undefined;
    if (record !== undefined) records.push({ ...record, area, position });
    // One that is of this opening but for one bit, or not whole.
    else if (bits <= 1) suspects.push({ area, position });
    position += (record?.slots ?? 1) * slotBytes;
  }
}

/** What a whole record has that this store, or this program, cannot have written. */
function strangenessOf(
  { writeSet, position, timeline, hasLog }: Found,
  wanted: JournalIdentity,
): string | undefined {
  const where = `the record of write set ${writeSet.sequence} at byte ${position}`;
  if (hasLog) return `${where} has a position in a log`;
  if (timeline === wanted.timeline) return undefined;
  return `${where} is of timeline ${timeline}, and the store is in ${wanted.timeline}`;
}

/** The records that follow each other from this set on. */
function chainOf(newer: readonly Found[], sequence: number): Found[] {
  const chain: Found[] = [];
  let last = sequence;
  for (const record of newer) {
    if (record.previousSequence !== last) break;
    chain.push(record);
    last = record.writeSet.sequence;
  }
  return chain;
}

/** A record that is newer than all of the chain, and whole but for one bit. */
function turnedBit(
  file: Buffer,
  areaBytes: number,
  { owner, session }: JournalIdentity,
  suspects: readonly Place[],
  last: number,
): string | undefined {
  for (const { area, position } of suspects) {
    const record = readTurnedRecord(file.subarray(position, area + areaBytes));
    if (record === undefined || record.owner !== owner) continue;
    const { sequence } = record.writeSet;
    if (sequence <= last || !record.session.every((byte, at) => byte === session[at])) continue;
    return `in the record of write set ${sequence} at byte ${position} a bit is not what was written`;
  }
  return undefined;
}

/** Sequences of a partition go up by one: so the set that is missing is known. */
function missing(
  behind: readonly Found[],
  newer: readonly Found[],
  last: number,
  lastRecord: Found | undefined,
): string | undefined {
  const [next] = behind;
  if (next === undefined) return undefined;
  const wanted = last + 1;
  const told = behind.filter(({ oldestUnsettled }) => oldestUnsettled > wanted).length;
  if (told === 0) return undefined;
  const position = placeBefore(next, newer, lastRecord);
  const count = behind.length === 1 ? 'a record' : `${behind.length} records`;
  return (
    `the record of write set ${wanted}, expected at byte ${position}, cannot be read, though it was ` +
    `on disk before ${count} behind it`
  );
}

/**
 * Where the record before `next` should be: behind the one before it in its area, or at its end.
 */
function placeBefore(next: Found, newer: readonly Found[], last: Found | undefined): number {
  const before = newer
    .filter(({ area, position }) => area === next.area && position < next.position)
    .toSorted((one, other) => one.position - other.position)
    .at(-1);
  if (before !== undefined) return endOf(before);
  if (next.position > next.area || last === undefined) return next.area;
  return endOf(last);
}

const endOf = ({ position, slots }: Found): number => position + slots * slotBytes;
