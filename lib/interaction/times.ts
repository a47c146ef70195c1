/**
 * The times that the server keeps of an interaction: `timeNames`, and all that goes over each of
 * them.
 *
 * Every transition reads and writes them, and a loop that finds a member by a name it has in a
 * variable makes a state row cost two fifths more. So each is written out here, member by
 * member, and checked against the table when this file is loaded.
 */
import { assert } from '../assert.js';
import { packedKey, type PackedKey, type PairWriter } from '../pack/pairs.js';

/** In the order of rows and answers: each has a bit in the mask of its row. Only append. */
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
 * Every time, in milliseconds since 1970 UTC, or undefined: never. All have one shape, so that V8
 * finds them at once.
 */
export type Times = { [Name in TimeName]: number | undefined };

assert(timeNames.length <= 32, 'the mask of times has 32 bits');

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

/** Bits of the times that are set, in the order of `timeNames`. */
export function maskOfTimes(times: Times): number {
  let mask = 0;
  if (times.ReceivedAt !== undefined) mask |= 1;
  if (times.SubmittedAt !== undefined) mask |= 2;
  if (times.PlacedInQueueAt !== undefined) mask |= 4;
  if (times.MovedToQueueAt !== undefined) mask |= 8;
  if (times.HeldAt !== undefined) mask |= 16;
  if (times.HoldUntil !== undefined) mask |= 32;
  if (times.DeliveredAt !== undefined) mask |= 64;
  if (times.SubmittedToRouterAt !== undefined) mask |= 128;
  if (times.AbandonedAt !== undefined) mask |= 256;
  if (times.AssignedAt !== undefined) mask |= 512;
  if (times.CompletedAt !== undefined) mask |= 1024;
  return mask >>> 0;
}

/** Writes the times of a mask, 8 bytes each. @returns where they end */
export function writeTimes(buffer: Buffer, start: number, mask: number, times: Times): number {
  let at = start;
  if (mask & 1) at = buffer.writeDoubleBE(times.ReceivedAt!, at);
  if (mask & 2) at = buffer.writeDoubleBE(times.SubmittedAt!, at);
  if (mask & 4) at = buffer.writeDoubleBE(times.PlacedInQueueAt!, at);
  if (mask & 8) at = buffer.writeDoubleBE(times.MovedToQueueAt!, at);
  if (mask & 16) at = buffer.writeDoubleBE(times.HeldAt!, at);
  if (mask & 32) at = buffer.writeDoubleBE(times.HoldUntil!, at);
  if (mask & 64) at = buffer.writeDoubleBE(times.DeliveredAt!, at);
  if (mask & 128) at = buffer.writeDoubleBE(times.SubmittedToRouterAt!, at);
  if (mask & 256) at = buffer.writeDoubleBE(times.AbandonedAt!, at);
  if (mask & 512) at = buffer.writeDoubleBE(times.AssignedAt!, at);
  if (mask & 1024) at = buffer.writeDoubleBE(times.CompletedAt!, at);
  return at;
}

/** Reads the times of a mask, the inverse of `writeTimes`. */
export function readTimes(buffer: Buffer, start: number, mask: number): Times {
  let at = start - 8;
  return {
    ReceivedAt: mask & 1 ? buffer.readDoubleBE((at += 8)) : undefined,
    SubmittedAt: mask & 2 ? buffer.readDoubleBE((at += 8)) : undefined,
    PlacedInQueueAt: mask & 4 ? buffer.readDoubleBE((at += 8)) : undefined,
    MovedToQueueAt: mask & 8 ? buffer.readDoubleBE((at += 8)) : undefined,
    HeldAt: mask & 16 ? buffer.readDoubleBE((at += 8)) : undefined,
    HoldUntil: mask & 32 ? buffer.readDoubleBE((at += 8)) : undefined,
    DeliveredAt: mask & 64 ? buffer.readDoubleBE((at += 8)) : undefined,
    SubmittedToRouterAt: mask & 128 ? buffer.readDoubleBE((at += 8)) : undefined,
    AbandonedAt: mask & 256 ? buffer.readDoubleBE((at += 8)) : undefined,
    AssignedAt: mask & 512 ? buffer.readDoubleBE((at += 8)) : undefined,
    CompletedAt: mask & 1024 ? buffer.readDoubleBE((at += 8)) : undefined,
  };
}

type PackedKeys = Readonly<Record<TimeName, PackedKey>>;
const keys = Object.fromEntries(timeNames.map((name) => [name, packedKey(name)])) as PackedKeys;

/** Writes those that are set as properties. */
export function packTimes(writer: PairWriter, times: Times): void {
  writer.number(keys.ReceivedAt, times.ReceivedAt);
  writer.number(keys.SubmittedAt, times.SubmittedAt);
  writer.number(keys.PlacedInQueueAt, times.PlacedInQueueAt);
  writer.number(keys.MovedToQueueAt, times.MovedToQueueAt);
  writer.number(keys.HeldAt, times.HeldAt);
  writer.number(keys.HoldUntil, times.HoldUntil);
  writer.number(keys.DeliveredAt, times.DeliveredAt);
  writer.number(keys.SubmittedToRouterAt, times.SubmittedToRouterAt);
  writer.number(keys.AbandonedAt, times.AbandonedAt);
  writer.number(keys.AssignedAt, times.AssignedAt);
  writer.number(keys.CompletedAt, times.CompletedAt);
}

/** What is written out is the table: each time alone, and where it is among all. */
function checkAgainstTable(): void {
  const all = noTimes();
  for (const [index, name] of timeNames.entries()) all[name] = index;
  const buffer = Buffer.alloc(timeNames.length * 8);
  const end = writeTimes(buffer, 0, maskOfTimes(all), all);
  const read = readTimes(buffer, 0, maskOfTimes(all));
  assert(end === buffer.length, 'a time of the table is not written');
  for (const [index, name] of timeNames.entries()) {
    const isInPlace = buffer.readDoubleBE(index * 8) === index && read[name] === index;
    assert(isInPlace, `the time ${name} is written or read as another`);
    const only = { ...noTimes(), [name]: index };
    assert(maskOfTimes(only) === 2 ** index, `the time ${name} has the bit of another`);
  }
}
checkAgainstTable();

/** How many bits are set. */
export function bitsSet(mask: number): number {
  const pairs = mask - ((mask >>> 1) & 0x5555_5555);
  const fours = (pairs & 0x3333_3333) + ((pairs >>> 2) & 0x3333_3333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}

/** How many of the times are set. */
export const timesSet = (times: Times): number => bitsSet(maskOfTimes(times));
