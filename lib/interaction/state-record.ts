/**
 * The small row of an interaction: what a transition rewrites. What seldom changes is in its body.
 *
 * Layout, codec version 1 (big-endian): version u8, state u8, flags u16, mask of times u32,
 * interaction version u32, assignment u32, move number u32, queue number u32, tenant u32, priority
 * i32, SubmitSeq f64; PlaceInQueueSeq (f64) unless it is the same; the times that are set (f64
 * each, in the order of `timeNames`); then sections (`pack/sections.ts`), as `StateSection` numbers
 * them. Those of owner, own place and results are members of a record; the others stay packed in
 * `sections` until somebody asks for one (`state-sections.ts`), also those that this code does not
 * know: a rewritten row has them byte for byte.
 */
import { assert } from '../assert.js';
import {
  noBytes,
  sectionContentAt,
  sectionEndAt,
  sectionTagAt,
  writeSectionHead,
  sectionHeadBytes,
} from '../pack/sections.js';
import { resultsAt, bytesOfResults, type RecordResult } from './record-results.js';
import { ownerAt, ownerTag, sectionOfOwner } from './owner-bytes.js';
import { bufferOf, i32At, putInt32, rowBytes, u32At } from './row-bytes.js';
import { bitsSet, maskOfTimes, readTimes, writeTimes, type Times } from './times.js';

/** Values of InteractionState. */
export const InteractionState = { queued: 0, cached: 1, routed: 2, handled: 3 } as const;
export type InteractionState = (typeof InteractionState)[keyof typeof InteractionState];

/** Tags of sections, in which order they are written. Only append. */
export const StateSection = {
  owner: ownerTag,
  ownPlace: 2,
  results: 3,
  parties: 4,
  offer: 5,
  workbin: 6,
  lock: 7,
  takenFrom: 8,
  columns: 9,
  routing: 10,
  counts: 11,
  rests: 12,
  visit: 13,
  filed: 14,
  segments: 15,
} as const;
export type StateSection = (typeof StateSection)[keyof typeof StateSection];

/** By what it is in the order of its queue, behind its priority. */
export const orderOf = ({ orderAt, times }: Pick<StateRecord, 'orderAt' | 'times'>): number =>
  orderAt ?? times.ReceivedAt ?? 0;

/** The state of an interaction. Times are milliseconds since 1970 UTC. */
export interface StateRecord {
  state: InteractionState;
  isHeld: boolean;
  /** A snapshot has locked it, as its section `lock` says: nobody else takes it. */
  isLocked: boolean;
  isOnline: boolean;
  /** The client chose the identifier, so that a tombstone must guard it after the end. */
  chosenId: boolean;
  /** Counts changes from 1. */
  version: number;
  /** Counts from 1 the changes of owner, state or queue only. */
  assignment: number;
  /** Counts hand-offs between partitions from 0. */
  move: number;
  /** Number of the queue it is in; it is always in one. */
  queue: number;
  tenantId: number;
  priority: number;
  /** SubmitSeq: where it is among all that were submitted; see `Sequences`. */
  submitSeq: number;
  /** PlaceInQueueSeq: the same of its placing in its queue; 0: it was never placed in one. */
  placeSeq: number;
  times: Times;
  /** Its place in the order of its queue, where that is not the time at which it was received. */
  orderAt: number | undefined;
  /** Session key of the client that has it (states 2 and 3), 32 hexadecimal digits. */
  owner: string;
  /** Name of that client (AssignedTo). */
  assignedTo: string;
  /**
   * Results of keyed requests that were executed away from home and that home does not know yet,
   * oldest first. They travel with the interaction, since a repeated request comes by way of home.
   */
  results: readonly RecordResult[];
  /** All other sections, packed; see `state-sections.ts`. Its bytes are never changed. */
  sections: Uint8Array;
  /**
   * It was read from a row `state`, so there is one; not from the row of its
   * interaction. Not stored.
   */
  hasRow: boolean;
}

const codecVersion = 1;
const fixedBytes = 40;
const ownPlaceBytes = 8;
const flagBits = { isHeld: 1, isOnline: 2, chosenId: 4, placeSeq: 8, isLocked: 16 } as const;

/** Encodes a record; for the store, see `rowBytes`. */
export function encodeState(record: StateRecord): Buffer {
  const mask = maskOfTimes(record.times);
  const buffer = rowBytes(bytesWith(record, mask));
  writeWith(buffer, 0, record, mask);
  return buffer;
}

/** Bytes of a record. */
export const stateBytes = (record: StateRecord): number =>
  bytesWith(record, maskOfTimes(record.times));

/** Writes a record at `start`, into as many bytes as `stateBytes` says. */
export function writeState(buffer: Buffer, start: number, record: StateRecord): void {
  writeWith(buffer, start, record, maskOfTimes(record.times));
}

function bytesWith(record: StateRecord, mask: number): number {
  let bytes = fixedBytes + bitsSet(mask) * 8 + record.sections.length;
  if (record.placeSeq !== record.submitSeq) bytes += 8;
  if (record.owner !== '') bytes += sectionOfOwner(record.owner, record.assignedTo).length;
  if (record.orderAt !== undefined) bytes += withHead(ownPlaceBytes);
  if (record.results.length > 0) bytes += withHead(bytesOfResults(record.results).length);
  return bytes;
}

const withHead = (length: number): number => sectionHeadBytes(length) + length;

/** Numbers of a record fit their fields. */
const isInRange = ({ version, assignment, move, queue, tenantId, priority }: StateRecord) =>
  version >>> 0 === version &&
  assignment >>> 0 === assignment &&
  move >>> 0 === move &&
  queue >>> 0 === queue &&
  tenantId >>> 0 === tenantId &&
  (priority | 0) === priority;

function writeWith(buffer: Buffer, start: number, record: StateRecord, mask: number): void {
  const isPlacedLater = record.placeSeq !== record.submitSeq;
  assert(isInRange(record), 'a number of a state row is not one of 32 bits');
  buffer[start] = codecVersion;
  buffer[start + 1] = record.state;
  buffer[start + 2] = 0;
  buffer[start + 3] = flagsOf(record, isPlacedLater);
  putInt32(buffer, start + 4, mask);
  putInt32(buffer, start + 8, record.version);
  putInt32(buffer, start + 12, record.assignment);
  putInt32(buffer, start + 16, record.move);
  putInt32(buffer, start + 20, record.queue);
  putInt32(buffer, start + 24, record.tenantId);
  putInt32(buffer, start + 28, record.priority);
  let at = buffer.writeDoubleBE(record.submitSeq, start + 32);
  if (isPlacedLater) at = buffer.writeDoubleBE(record.placeSeq, at);
  at = writeTimes(buffer, at, mask, record.times);
  if (record.owner !== '') {
    const section = sectionOfOwner(record.owner, record.assignedTo);
    for (let index = 0; index < section.length; index++) buffer[at++] = section[index]!;
  }
  if (record.orderAt !== undefined) {
    at = writeSectionHead(buffer, at, StateSection.ownPlace, ownPlaceBytes);
    at = buffer.writeDoubleBE(record.orderAt, at);
  }
  if (record.results.length > 0) {
    const bytes = bytesOfResults(record.results);
    at = writeSectionHead(buffer, at, StateSection.results, bytes.length);
    buffer.set(bytes, at);
    at += bytes.length;
  }
  if (record.sections.length > 0) buffer.set(record.sections, at);
}

function flagsOf(record: StateRecord, isPlacedLater: boolean): number {
  return (
    (record.isHeld ? flagBits.isHeld : 0) |
    (record.isLocked ? flagBits.isLocked : 0) |
    (record.isOnline ? flagBits.isOnline : 0) |
    (record.chosenId ? flagBits.chosenId : 0) |
    (isPlacedLater ? flagBits.placeSeq : 0)
  );
}

/**
 * Decodes a record in [start, end). `hasRow`: the bytes are those of a row `state`.
 * @throws {AssertionError} for a version that this code does not know, or bytes that end elsewhere
 */
export function decodeState(
  bytes: Uint8Array,
  start: number = 0,
  end: number = bytes.length,
  hasRow: boolean = true,
): StateRecord {
  const buffer = bufferOf(bytes);
  assert(buffer[start] === codecVersion, 'state row of unknown version');
  const flags = buffer[start + 3]!;
  const mask = u32At(buffer, start + 4);
  const submitSeq = buffer.readDoubleBE(start + 32);
  let at = start + fixedBytes;
  let placeSeq = submitSeq;
  if (flags & flagBits.placeSeq) {
    placeSeq = buffer.readDoubleBE(at);
    at += 8;
  }
  const record: StateRecord = {
    state: buffer[start + 1] as InteractionState,
    isHeld: (flags & flagBits.isHeld) !== 0,
    isLocked: (flags & flagBits.isLocked) !== 0,
    isOnline: (flags & flagBits.isOnline) !== 0,
    chosenId: (flags & flagBits.chosenId) !== 0,
    version: u32At(buffer, start + 8),
    assignment: u32At(buffer, start + 12),
    move: u32At(buffer, start + 16),
    queue: u32At(buffer, start + 20),
    tenantId: u32At(buffer, start + 24),
    priority: i32At(buffer, start + 28),
    submitSeq,
    placeSeq,
    times: readTimes(buffer, at, mask),
    orderAt: undefined,
    owner: '',
    assignedTo: '',
    results: noResults,
    sections: noBytes,
    hasRow,
  };
  const sectionsAt = at + bitsSet(mask) * 8;
  if (sectionsAt !== end) readSections(record, buffer, sectionsAt, end);
  return record;
}

function readSections(record: StateRecord, buffer: Buffer, start: number, end: number): void {
  let at = start;
  if (buffer[at] === ownerTag) {
    // Mostly it is the only one.
    at = readOwner(record, buffer, at, end);
    if (at === end) return;
  }
  /** Of the others, as far as they stand together. */
  let from = end;
  let to = end;
  while (at < end) {
    const contentAt = sectionContentAt(buffer, at);
    const behind = sectionEndAt(buffer, at);
    assert(behind <= end, 'a section of a state row is cut short');
    switch (sectionTagAt(buffer, at)) {
      case ownerTag:
        readOwner(record, buffer, at, end);
        break;
      case StateSection.ownPlace:
        record.orderAt = buffer.readDoubleBE(contentAt);
        break;
      case StateSection.results:
        record.results = resultsAt(buffer, contentAt);
        break;
      default:
        if (to !== at) {
          keepSections(record, buffer, from, to);
          from = at;
        }
        to = behind;
    }
    at = behind;
  }
  assert(at === end, 'a state row ends within its times');
  keepSections(record, buffer, from, to);
}

/** @returns where the section ends */
function readOwner(record: StateRecord, buffer: Buffer, at: number, end: number): number {
  const { owner, assignedTo, section } = ownerAt(buffer, at, end);
  record.owner = owner;
  record.assignedTo = assignedTo;
  return at + section.length;
}

/** Mostly there are none, or all stand together. */
function keepSections(record: StateRecord, buffer: Buffer, from: number, to: number): void {
  if (from === to) return;
  const more = viewOf(buffer, from, to - from);
  const isFirst = record.sections.length === 0;
  record.sections = isFirst ? more : Buffer.concat([record.sections, more]);
}

/** Cheaper than `subarray`, which asks what to make first. */
const viewOf = (row: Uint8Array, start: number, length: number): Uint8Array =>
  new Uint8Array(row.buffer, row.byteOffset + start, length);

/** Of a record that has none. */
export const noResults: readonly RecordResult[] = [];
