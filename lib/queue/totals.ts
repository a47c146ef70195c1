/** Durable totals of a queue: stored with every write set that touches it, never recomputed. */
import { Packr } from 'msgpackr';
import { assert } from '../assert.js';
import { limits } from '../limits.js';

/** See QueueTotals in the protocol: EventQueueStatistics. */
export interface Totals {
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
}

const codecVersion = 1;
const packr = new Packr({ useRecords: false, mapsAsObjects: true });

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
export function addStops({ stopped }: Totals, name: string, count: number): void {
  const stops = (Object.hasOwn(stopped, name) ? stopped[name]! : 0) + count;
  if (stops === 0) delete stopped[name];
  else stopped[name] = stops;
}

/** Adds all counts of `other`, or with -1 takes them away. @returns `totals` */
export function addTotals(totals: Totals, other: Totals, sign: 1 | -1 = 1): Totals {
  totals.submitted += sign * other.submitted;
  totals.entered += sign * other.entered;
  totals.left += sign * other.left;
  totals.waiting += sign * other.waiting;
  totals.processing += sign * other.processing;
  for (const [name, count] of Object.entries(other.stopped)) addStops(totals, name, sign * count);
  return totals;
}

/** Bytes of the totals as `encodeTotals` makes them, at most. */
export function totalsBytesMax({ stopped }: Totals): number {
  let bytes = 64;
  for (const reason in stopped) bytes += reasonBytesMax(reason);
  return bytes;
}

/** Bytes of one reason and its count in them, at most. */
export const reasonBytesMax = (reason: string): number => reason.length * 3 + 14;

export const encodeTotals = (totals: Totals): Buffer =>
  Buffer.from(
    packr.pack([
      codecVersion,
      totals.submitted,
      totals.entered,
      totals.left,
      totals.waiting,
      totals.processing,
      totals.stopped,
    ]),
  );

/** @throws {AssertionError} for a version that this code does not know */
export function decodeTotals(bytes: Uint8Array): Totals {
  const [version, submitted, entered, left, waiting, processing, stopped] = packr.unpack(bytes) as [
    number,
    number,
    number,
    number,
    number,
    number,
    Record<string, number>,
  ];
  assert(version === codecVersion, `totals row of unknown version ${version}`);
  return { submitted, entered, left, waiting, processing, stopped };
}
