/**
 * Durable totals of a queue: stored with every write set that touches it, never recomputed.
 *
 * Layout, codec version 1 (big-endian): version u8, then sections (`pack/sections.ts`). `counts`:
 * submitted, entered and left u48, waiting and processing u32. `stopped`: of each reason the length
 * of its UTF-8 u8, that, and how many u48. `abandoned`: u48; absent: none. A row keeps the sections
 * that this code does not know; `interval` (what happened in the current interval of statistics)
 * and `ages` (how many wait, by when they were placed) are among them.
 */
import { assert } from '../assert.js';
import { limits } from '../limits.js';
import {
  noBytes,
  sectionContentAt,
  sectionEndAt,
  sectionTagAt,
  writeSectionHead,
} from '../pack/sections.js';

/** See QueueTotals in the protocol: EventQueueStatistics. */
export interface QueueCounts {
  /** Submitted into this queue. */
  submitted: number;
  /** Placed here from elsewhere (also from this queue itself). */
  entered: number;
  /** Placed elsewhere from here. */
  left: number;
  /** In state 0 here now, those on hold included. */
  waiting: number;
  /** In states 1 to 3 with this as their queue now. */
  processing: number;
  /** Stopped while this was their queue, by ReasonSystemName. */
  stopped: Record<string, number>;
  /** Whose customers left here before an agent had them in hand. */
  abandoned: number;
}

/** The row of a queue, or of a tenant in it. */
export interface Totals extends QueueCounts {
  /** Further sections of the row, as they are; none is of the counts above. */
  sections: Uint8Array;
}

/** Tags of sections. Only append. */
export const TotalsSection = { counts: 1, stopped: 2, interval: 3, ages: 4, abandoned: 5 } as const;

const codecVersion = 1;
const countsBytes = 26;
/** Before the reasons: version, two heads of sections and the counts. */
const fixedBytes = 1 + 3 + countsBytes + 3;
/** The section of them. */
const abandonedBytes = 3 + 6;
/** Of a reason: its length and its count. */
const reasonBytes = 7;

/** What a reason counts as that is not counted by its name. */
const otherReason = 'other';

/** Reasons that the protocol names: these are always counted by name. */
export const knownReasons: readonly string[] = [
  'Normal',
  'AutoResponded',
  'Forwarded',
  'Redirected',
  'Sent',
  'Terminated',
  'Abandoned',
];
const isKnown = new Set(knownReasons);

export const noTotals = (): Totals => ({
  submitted: 0,
  entered: 0,
  left: 0,
  waiting: 0,
  processing: 0,
  stopped: {},
  abandoned: 0,
  sections: noBytes,
});

/**
 * Counts a stop under its reason, or as `other`: a row is written with each change of its queue,
 * and whoever stops chooses the reason, so that the names in a row are few and short.
 * @returns the name that it counts under
 */
export function countStop(totals: Totals, reason: string): string {
  const name = isCountedByName(totals, reason) ? reason : otherReason;
  addStops(totals, name, 1);
  return name;
}

function isCountedByName({ stopped }: Totals, reason: string): boolean {
  if (Object.hasOwn(stopped, reason) || isKnown.has(reason)) return true;
  const bytes = Buffer.byteLength(reason);
  if (bytes > limits.stopReasonBytes || reason === '__proto__') return false;
  const names = Object.keys(stopped);
  const bytesSoFar = names.reduce((sum, name) => sum + Buffer.byteLength(name), 0);
  return (
    names.length < limits.stopReasonsPerQueue &&
    bytesSoFar + bytes <= limits.stopReasonsBytesPerQueue
  );
}

const isChosen = (name: string): boolean => !isKnown.has(name) && name !== otherReason;

/** Whether stops are counted under reasons that clients chose. */
export const hasChosenReasons = ({ stopped }: Totals): boolean =>
  Object.keys(stopped).some(isChosen);

/** Counts what was counted under reasons that clients chose as `other`; the sum stays. */
export function foldReasons(totals: Totals): void {
  for (const name of Object.keys(totals.stopped).filter(isChosen)) {
    const count = totals.stopped[name]!;
    delete totals.stopped[name];
    addStops(totals, otherReason, count);
  }
}

/** Adds so many stops under a name of `countStop`; a name with none is not there. */
export function addStops({ stopped }: QueueCounts, name: string, count: number): void {
  const stops = (Object.hasOwn(stopped, name) ? stopped[name]! : 0) + count;
  if (stops === 0) delete stopped[name];
  else stopped[name] = stops;
}

/** Adds all counts of `other`, or with -1 takes them away. @returns `totals` */
export function addTotals<Sum extends QueueCounts>(
  totals: Sum,
  other: Readonly<QueueCounts>,
  sign: 1 | -1 = 1,
): Sum {
  totals.submitted += sign * other.submitted;
  totals.entered += sign * other.entered;
  totals.left += sign * other.left;
  totals.waiting += sign * other.waiting;
  totals.processing += sign * other.processing;
  totals.abandoned += sign * other.abandoned;
  for (const [name, count] of Object.entries(other.stopped)) addStops(totals, name, sign * count);
  return totals;
}

/** Bytes of the totals as `encodeTotals` makes them, at most. */
export function totalsBytesMax(totals: QueueCounts & Partial<Totals>): number {
  const { stopped, sections = noBytes } = totals;
  let bytes = fixedBytes + abandonedBytes + sections.length;
  for (const reason in stopped) bytes += reasonBytesMax(reason);
  return bytes;
}

/** Bytes of one reason and its count in them, at most. */
export const reasonBytesMax = (reason: string): number => reason.length * 3 + reasonBytes;

export function encodeTotals(totals: Totals): Buffer {
  const { stopped, sections, abandoned } = totals;
  let reasonsBytes = 0;
  for (const reason in stopped) reasonsBytes += reasonBytes + Buffer.byteLength(reason);
  const reasonsHead = reasonsBytes === 0 ? 0 : 3;
  const moreBytes = (abandoned > 0 ? abandonedBytes : 0) + sections.length;
  const row = Buffer.allocUnsafe(fixedBytes - 3 + reasonsHead + reasonsBytes + moreBytes);
  row[0] = codecVersion;
  let at = writeSectionHead(row, 1, TotalsSection.counts, countsBytes);
  at = row.writeUIntBE(totals.submitted, at, 6);
  at = row.writeUIntBE(totals.entered, at, 6);
  at = row.writeUIntBE(totals.left, at, 6);
  at = row.writeUInt32BE(totals.waiting, at);
  at = row.writeUInt32BE(totals.processing, at);
  if (reasonsBytes > 0) {
    at = writeSectionHead(row, at, TotalsSection.stopped, reasonsBytes);
    for (const reason in stopped) {
      const length = row.write(reason, at + 1, 'utf8');
      row[at] = length;
      at = row.writeUIntBE(stopped[reason]!, at + 1 + length, 6);
    }
  }
  if (abandoned > 0) {
    at = writeSectionHead(row, at, TotalsSection.abandoned, abandonedBytes - 3);
    at = row.writeUIntBE(abandoned, at, 6);
  }
  row.set(sections, at);
  return row;
}

/** @throws {AssertionError} for a version that this code does not know */
export function decodeTotals(bytes: Uint8Array): Totals {
  const row = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  assert(row[0] === codecVersion, `totals row of unknown version ${row[0]}`);
  const totals = noTotals();
  for (let at = 1; at < row.length;) {
    const end = sectionEndAt(row, at);
    assert(end <= row.length, 'a section of a totals row is cut short');
    const contentAt = sectionContentAt(row, at);
    const tag = sectionTagAt(row, at);
    if (tag === TotalsSection.counts) readCounts(totals, row, contentAt);
    else if (tag === TotalsSection.stopped) readStopped(totals, row, contentAt, end);
    else if (tag === TotalsSection.abandoned) totals.abandoned = row.readUIntBE(contentAt, 6);
    else totals.sections = Buffer.concat([totals.sections, row.subarray(at, end)]);
    at = end;
  }
  return totals;
}

function readCounts(totals: Totals, row: Buffer, at: number): void {
  totals.submitted = row.readUIntBE(at, 6);
  totals.entered = row.readUIntBE(at + 6, 6);
  totals.left = row.readUIntBE(at + 12, 6);
  totals.waiting = row.readUInt32BE(at + 18);
  totals.processing = row.readUInt32BE(at + 22);
}

function readStopped({ stopped }: Totals, row: Buffer, start: number, end: number): void {
  for (let at = start; at < end;) {
    const countAt = at + 1 + row[at]!;
    stopped[row.toString('utf8', at + 1, countAt)] = row.readUIntBE(countAt, 6);
    at = countAt + 6;
  }
}
