/**
 * The small row of an interaction: what a transition rewrites. What seldom changes is in its body.
 *
 * Layout, codec version 1 (big-endian): version u8, state u8, flags u16, interaction version u32,
 * move number u32, queue number u32, tenant u32, priority i32, mask of times u16, the times that are
 * set (f64 each, in the order of `timeNames`), then holder (16 bytes) and its name if there is one, then
 * the recent results. To change it: raise the version, keep this reader, add a case to `decodeState`.
 */
import { assert } from '../assert.js';
import { bufferOf, rowBytes } from './row-bytes.js';

/** Values of InteractionState (domain 2.2). */
export const InteractionState = { queued: 0, cached: 1, routed: 2, handled: 3 } as const;
export type InteractionState = (typeof InteractionState)[keyof typeof InteractionState];

/** Times that the server keeps (domain 2.2), in the order of the row. Only append. */
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
 * The answer of a keyed request that was executed away from home. It travels with the interaction,
 * so that the same key gets the same answer wherever the interaction has gone meanwhile.
 */
export interface RecentResult {
  readonly clientName: string;
  /** The 16 bytes of the RequestKey as a binary string. */
  readonly requestKey: string;
}

/** The state of an interaction. Times are milliseconds since 1970 UTC; absent = never. */
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
  /** Number of the queue it is in; it is always in one (domain 1.1). */
  queue: number;
  tenantId: number;
  priority: number;
  times: Partial<Record<TimeName, number>>;
  /** Session key of the client that has it (states 2 and 3), 32 hexadecimal digits. */
  holder: string;
  /** Name of that client (domain 2.2 AssignedTo). */
  assignedTo: string;
  recent: readonly RecentResult[];
}

const codecVersion = 1;
const fixedBytes = 26;
const flagBits = { isHeld: 1, isOnline: 2, chosenId: 4, holder: 8, recent: 16 } as const;
/** Results kept with an interaction that is away from home. */
const recentLimit = 8;

/** The record with one more recent result, the oldest dropped. */
export function withRecent(record: StateRecord, result: RecentResult): void {
  record.recent = [...record.recent, result].slice(-recentLimit);
}

/** Encodes a record; for the store, see `rowBytes`. */
export function encodeState(record: StateRecord): Buffer {
  const { times } = record;
  const strings = stringsOf(record);
  const buffer = rowBytes(fixedBytes + timesSet(times) * 8 + strings.length);
  buffer[0] = codecVersion;
  buffer[1] = record.state;
  buffer.writeUInt16BE(flagsOf(record), 2);
  buffer.writeUInt32BE(record.version, 4);
  buffer.writeUInt32BE(record.move, 8);
  buffer.writeUInt32BE(record.queue, 12);
  buffer.writeUInt32BE(record.tenantId, 16);
  buffer.writeInt32BE(record.priority, 20);
  let mask = 0;
  let at = fixedBytes;
  for (let bit = 0; bit < timeNames.length; bit++) {
    const time = times[timeNames[bit]!];
    if (time === undefined) continue;
    mask |= 1 << bit;
    at = buffer.writeDoubleBE(time, at);
  }
  buffer.writeUInt16BE(mask, 24);
  strings.copy(buffer, at);
  return buffer;
}

function timesSet(times: StateRecord['times']): number {
  let set = 0;
  for (let bit = 0; bit < timeNames.length; bit++) if (times[timeNames[bit]!] !== undefined) set++;
  return set;
}

const noStrings = Buffer.alloc(0);

function flagsOf(record: StateRecord): number {
  return (
    (record.isHeld ? flagBits.isHeld : 0) |
    (record.isOnline ? flagBits.isOnline : 0) |
    (record.chosenId ? flagBits.chosenId : 0) |
    (record.holder === '' ? 0 : flagBits.holder) |
    (record.recent.length === 0 ? 0 : flagBits.recent)
  );
}

/** Holder and recent results; most rows have neither. */
function stringsOf(record: StateRecord): Buffer {
  if (record.holder === '' && record.recent.length === 0) return noStrings;
  const parts: Buffer[] = [];
  if (record.holder !== '') {
    parts.push(Buffer.from(record.holder, 'hex'), shortString(record.assignedTo));
  }
  if (record.recent.length > 0) {
    parts.push(Buffer.of(record.recent.length));
    for (const { clientName, requestKey } of record.recent) {
      parts.push(shortString(clientName), Buffer.from(requestKey, 'latin1'));
    }
  }
  return Buffer.concat(parts);
}

function shortString(text: string): Buffer {
  const content = Buffer.from(text, 'utf8');
  assert(content.length <= 255, 'a name is at most 255 bytes');
  return Buffer.concat([Buffer.of(content.length), content]);
}

/**
 * Decodes a record.
 * @throws {AssertionError} for a version that this code does not know
 */
export function decodeState(bytes: Uint8Array): StateRecord {
  const buffer = bufferOf(bytes);
  assert(buffer[0] === codecVersion, `state row of unknown version ${buffer[0]}`);
  const flags = buffer.readUInt16BE(2);
  const mask = buffer.readUInt16BE(24);
  const times: Partial<Record<TimeName, number>> = {};
  let at = fixedBytes;
  for (let bit = 0; bit < timeNames.length; bit++) {
    if ((mask & (1 << bit)) === 0) continue;
    times[timeNames[bit]!] = buffer.readDoubleBE(at);
    at += 8;
  }
  const record: StateRecord = {
    state: buffer[1] as InteractionState,
    isHeld: (flags & flagBits.isHeld) !== 0,
    isOnline: (flags & flagBits.isOnline) !== 0,
    chosenId: (flags & flagBits.chosenId) !== 0,
    version: buffer.readUInt32BE(4),
    move: buffer.readUInt32BE(8),
    queue: buffer.readUInt32BE(12),
    tenantId: buffer.readUInt32BE(16),
    priority: buffer.readInt32BE(20),
    times,
    holder: '',
    assignedTo: '',
    recent: [],
  };
  if (flags & (flagBits.holder | flagBits.recent)) decodeStrings(buffer, at, flags, record);
  return record;
}

function decodeStrings(buffer: Buffer, start: number, flags: number, record: StateRecord): void {
  let at = start;
  const short = (): string => {
    const length = buffer[at]!;
    at += 1 + length;
    return buffer.toString('utf8', at - length, at);
  };
  if (flags & flagBits.holder) {
    record.holder = buffer.toString('hex', at, at + 16);
    at += 16;
    record.assignedTo = short();
  }
  if (flags & flagBits.recent) {
    const count = buffer[at++]!;
    const recent: RecentResult[] = [];
    for (let index = 0; index < count; index++) {
      const clientName = short();
      recent.push({ clientName, requestKey: buffer.toString('latin1', at, at + 16) });
      at += 16;
    }
    record.recent = recent;
  }
}
