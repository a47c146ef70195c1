/**
 * The small row of an interaction: what a transition rewrites. What seldom changes is in its body.
 *
 * Layout, codec version 2 (big-endian): version u8, state u8, flags u16, interaction version u32,
 * move number u32, queue number u32, tenant u32, priority i32, mask of times u16, the times that
 * are set (f64 each, in the order of `timeNames`), its place in the order (f64) if it has one of
 * its own (since data format 5), then owner (16 bytes) and its name if there is one, then the
 * results of keyed requests (`record-results.ts`). To change it: raise the version, keep this reader,
 * add a case to `decodeState`.
 */
import { assert } from '../assert.js';
import { resultsAt, bytesOfResults, type RecordResult } from './record-results.js';
import { bytesOfOwner, ownerAt } from './owner-bytes.js';
import { bufferOf, rowBytes } from './row-bytes.js';

/** Values of InteractionState. */
export const InteractionState = { queued: 0, cached: 1, routed: 2, handled: 3 } as const;
export type InteractionState = (typeof InteractionState)[keyof typeof InteractionState];

/** Times that the server keeps, in the order of the row. Only append. */
export const timeNames = [
  'ReceivedAt',
  'SubmittedAt',
  'PlacedInQueueAt',
  'MovedToQueueAt',
  'HeldAt',
  'HoldUntil',
  'DeliveredAt',
  'SubmittedToRouterAt',
  'AbandonedAt',
  'AssignedAt',
  'CompletedAt',
] as const;
export type TimeName = (typeof timeNames)[number];

/**
 * Every time, undefined: never. All have one shape, made by `noTimes`, so that V8
 * finds them at once.
 */
export type Times = { [Name in TimeName]: number | undefined };

/** None of them. */
export const noTimes = (): Times => ({
  ReceivedAt: undefined,
  SubmittedAt: undefined,
  PlacedInQueueAt: undefined,
  MovedToQueueAt: undefined,
  HeldAt: undefined,
  HoldUntil: undefined,
  DeliveredAt: undefined,
  SubmittedToRouterAt: undefined,
  AbandonedAt: undefined,
  AssignedAt: undefined,
  CompletedAt: undefined,
});

/** By what it is in the order of its queue, behind its priority. */
export const orderOf = ({ orderAt, times }: Pick<StateRecord, 'orderAt' | 'times'>): number =>
  orderAt ?? times.ReceivedAt ?? 0;

/** The state of an interaction. Times are milliseconds since 1970 UTC. */
export interface StateRecord {
  state: InteractionState;
  isHeld: boolean;
  isOnline: boolean;
  /** The client chose the identifier, so that a tombstone must guard it after the end. */
  chosenId: boolean;
  /** Counts changes from 1. */
  version: number;
  /** Counts hand-offs between partitions from 0. */
  move: number;
  /** Number of the queue it is in; it is always in one. */
  queue: number;
  tenantId: number;
  priority: number;
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
  /**
   * It was read from a row `state`, so there is one; not from the row of its
   * interaction. Not stored.
   */
  hasRow: boolean;
}

const codecVersion = 2;
/** Its results did not say what they were of; they are forgotten. */
const versionBefore = 1;
const fixedBytes = 26;
const flagBits = {
  isHeld: 1,
  isOnline: 2,
  chosenId: 4,
  owner: 8,
  results: 16,
  orderAt: 32,
} as const;

/** Encodes a record; for the store, see `rowBytes`. */
export function encodeState(record: StateRecord): Buffer {
  const buffer = rowBytes(stateBytes(record));
  writeState(buffer, 0, record);
  return buffer;
}

/** How many of the times are set. */
export const timesSet = (times: Times): number => bitsSet[maskOf(times)]!;

/** Bytes of a record. */
export function stateBytes(record: StateRecord): number {
  let bytes = fixedBytes + timesSet(record.times) * 8;
  if (record.orderAt !== undefined) bytes += 8;
  if (record.owner !== '') bytes += bytesOfOwner(record.owner, record.assignedTo).length;
  if (record.results.length > 0) bytes += bytesOfResults(record.results).length;
  return bytes;
}

/** Writes a record at `start`, into as many bytes as `stateBytes` says. */
export function writeState(buffer: Buffer, start: number, record: StateRecord): void {
  const mask = maskOf(record.times);
  buffer[start] = codecVersion;
  buffer[start + 1] = record.state;
  buffer.writeUInt16BE(flagsOf(record), start + 2);
  buffer.writeUInt32BE(record.version, start + 4);
  buffer.writeUInt32BE(record.move, start + 8);
  buffer.writeUInt32BE(record.queue, start + 12);
  buffer.writeUInt32BE(record.tenantId, start + 16);
  buffer.writeInt32BE(record.priority, start + 20);
  buffer.writeUInt16BE(mask, start + 24);
  let at = writeTimes(buffer, start + fixedBytes, mask, record.times);
  if (record.orderAt !== undefined) at = buffer.writeDoubleBE(record.orderAt, at);
  if (record.owner !== '') {
    const bytes = bytesOfOwner(record.owner, record.assignedTo);
    for (let index = 0; index < bytes.length; index++) buffer[at++] = bytes[index]!;
  }
  if (record.results.length > 0) buffer.set(bytesOfResults(record.results), at);
}

/** Bits of the times that are set, in the order of `timeNames`. */
const maskOf = (times: Times): number =>
  (times.ReceivedAt === undefined ? 0 : 0x001) |
  (times.SubmittedAt === undefined ? 0 : 0x002) |
  (times.PlacedInQueueAt === undefined ? 0 : 0x004) |
  (times.MovedToQueueAt === undefined ? 0 : 0x008) |
  (times.HeldAt === undefined ? 0 : 0x010) |
  (times.HoldUntil === undefined ? 0 : 0x020) |
  (times.DeliveredAt === undefined ? 0 : 0x040) |
  (times.SubmittedToRouterAt === undefined ? 0 : 0x080) |
  (times.AbandonedAt === undefined ? 0 : 0x100) |
  (times.AssignedAt === undefined ? 0 : 0x200) |
  (times.CompletedAt === undefined ? 0 : 0x400);

/** By mask, how many times it has. */
const bitsSet = Uint8Array.from({ length: 1 << timeNames.length }, (_, mask) => {
  let bits = 0;
  for (let left = mask; left > 0; left >>>= 1) bits += left & 1;
  return bits;
});

/** Time by time and not in a loop over names: what every transition passes reads no key by name. */
function writeTimes(buffer: Buffer, start: number, mask: number, times: Times): number {
  let at = start;
  if (mask & 0x001) at = buffer.writeDoubleBE(times.ReceivedAt!, at);
  if (mask & 0x002) at = buffer.writeDoubleBE(times.SubmittedAt!, at);
  if (mask & 0x004) at = buffer.writeDoubleBE(times.PlacedInQueueAt!, at);
  if (mask & 0x008) at = buffer.writeDoubleBE(times.MovedToQueueAt!, at);
  if (mask & 0x010) at = buffer.writeDoubleBE(times.HeldAt!, at);
  if (mask & 0x020) at = buffer.writeDoubleBE(times.HoldUntil!, at);
  if (mask & 0x040) at = buffer.writeDoubleBE(times.DeliveredAt!, at);
  if (mask & 0x080) at = buffer.writeDoubleBE(times.SubmittedToRouterAt!, at);
  if (mask & 0x100) at = buffer.writeDoubleBE(times.AbandonedAt!, at);
  if (mask & 0x200) at = buffer.writeDoubleBE(times.AssignedAt!, at);
  if (mask & 0x400) at = buffer.writeDoubleBE(times.CompletedAt!, at);
  return at;
}

/** Reads the times of a mask, the inverse of `writeTimes`. */
function readTimes(buffer: Buffer, start: number, mask: number): Times {
  let at = start - 8;
  return {
    ReceivedAt: mask & 0x001 ? buffer.readDoubleBE((at += 8)) : undefined,
    SubmittedAt: mask & 0x002 ? buffer.readDoubleBE((at += 8)) : undefined,
    PlacedInQueueAt: mask & 0x004 ? buffer.readDoubleBE((at += 8)) : undefined,
    MovedToQueueAt: mask & 0x008 ? buffer.readDoubleBE((at += 8)) : undefined,
    HeldAt: mask & 0x010 ? buffer.readDoubleBE((at += 8)) : undefined,
    HoldUntil: mask & 0x020 ? buffer.readDoubleBE((at += 8)) : undefined,
    DeliveredAt: mask & 0x040 ? buffer.readDoubleBE((at += 8)) : undefined,
    SubmittedToRouterAt: mask & 0x080 ? buffer.readDoubleBE((at += 8)) : undefined,
    AbandonedAt: mask & 0x100 ? buffer.readDoubleBE((at += 8)) : undefined,
    AssignedAt: mask & 0x200 ? buffer.readDoubleBE((at += 8)) : undefined,
    CompletedAt: mask & 0x400 ? buffer.readDoubleBE((at += 8)) : undefined,
  };
}

function flagsOf(record: StateRecord): number {
  return (
    (record.isHeld ? flagBits.isHeld : 0) |
    (record.isOnline ? flagBits.isOnline : 0) |
    (record.chosenId ? flagBits.chosenId : 0) |
    (record.owner === '' ? 0 : flagBits.owner) |
    (record.results.length === 0 ? 0 : flagBits.results) |
    (record.orderAt === undefined ? 0 : flagBits.orderAt)
  );
}

/**
 * Decodes a record that begins at `start`. `hasRow`: the bytes are those of a row `state`.
 * @throws {AssertionError} for a version that this code does not know
 */
export function decodeState(
  bytes: Uint8Array,
  start: number = 0,
  hasRow: boolean = true,
): StateRecord {
  const buffer = bufferOf(bytes);
  const version = buffer[start]!;
  assert(version === codecVersion || version === versionBefore, 'state row of unknown version');
  const flags = buffer.readUInt16BE(start + 2);
  const mask = buffer.readUInt16BE(start + 24);
  let at = start + fixedBytes + bitsSet[mask]! * 8;
  const orderAt = flags & flagBits.orderAt ? buffer.readDoubleBE(at) : undefined;
  if (orderAt !== undefined) at += 8;
  const owner = flags & flagBits.owner ? ownerAt(buffer, at) : nobody;
  at += owner.bytes.length;
  return {
    state: buffer[start + 1] as InteractionState,
    isHeld: (flags & flagBits.isHeld) !== 0,
    isOnline: (flags & flagBits.isOnline) !== 0,
    chosenId: (flags & flagBits.chosenId) !== 0,
    version: buffer.readUInt32BE(start + 4),
    move: buffer.readUInt32BE(start + 8),
    queue: buffer.readUInt32BE(start + 12),
    tenantId: buffer.readUInt32BE(start + 16),
    priority: buffer.readInt32BE(start + 20),
    times: readTimes(buffer, start + fixedBytes, mask),
    orderAt,
    owner: owner.owner,
    assignedTo: owner.assignedTo,
    results:
      flags & flagBits.results && version === codecVersion ? resultsAt(buffer, at) : noResults,
    hasRow,
  };
}

const nobody = { owner: '', assignedTo: '', bytes: new Uint8Array(0) };
/** Of a record that has none. */
export const noResults: readonly RecordResult[] = [];
