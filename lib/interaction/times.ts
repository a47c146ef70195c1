/**
 * The times that the server keeps of an interaction: one table, `timeNames`, and all that goes over
 * each of them made from it.
 *
 * Every transition reads and writes them, and a loop that finds a member by a name it has in a
 * variable costs several times what a member that stands in the code does. So the code is made
 * from the table once, when this file is loaded, member by member.
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

/** A function of this text, in which `$` stands for each name and `%` for its bit. */
function made<Made>(parameters: string, begin: string, each: string, end: string): Made {
  const parts = timeNames.map((name, index) =>
    each.replaceAll('$', name).replaceAll('%', `${2 ** index}`),
  );
  return new Function(...parameters.split(', '), begin + parts.join('') + end) as Made;
}

/** None of them. */
export const noTimes = made<() => Times>('', 'return {', '$: undefined,', '};');

/** Bits of the times that are set, in the order of `timeNames`. */
export const maskOfTimes = made<(times: Times) => number>(
  'times',
  'return (0',
  ' | (times.$ === undefined ? 0 : %)',
  ') >>> 0;',
);

/** Writes the times of a mask, 8 bytes each. @returns where they end */
export const writeTimes = made<(buffer: Buffer, at: number, mask: number, times: Times) => number>(
  'buffer, at, mask, times',
  '',
  'if (mask & %) at = buffer.writeDoubleBE(times.$, at);',
  'return at;',
);

/** Reads the times of a mask, the inverse of `writeTimes`. */
export const readTimes = made<(buffer: Buffer, at: number, mask: number) => Times>(
  'buffer, at, mask',
  'at -= 8; return {',
  '$: mask & % ? buffer.readDoubleBE((at += 8)) : undefined,',
  '};',
);

type PackedKeys = Readonly<Record<TimeName, PackedKey>>;
const keys = Object.fromEntries(timeNames.map((name) => [name, packedKey(name)])) as PackedKeys;
const packEach = made<(writer: PairWriter, keys: PackedKeys, times: Times) => void>(
  'writer, keys, times',
  '',
  'writer.number(keys.$, times.$);',
  '',
);

/** Writes those that are set as properties. */
export const packTimes = (writer: PairWriter, times: Times): void => packEach(writer, keys, times);

/** How many bits are set. */
export function bitsSet(mask: number): number {
  const pairs = mask - ((mask >>> 1) & 0x5555_5555);
  const fours = (pairs & 0x3333_3333) + ((pairs >>> 2) & 0x3333_3333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}

/** How many of the times are set. */
export const timesSet = (times: Times): number => bitsSet(maskOfTimes(times));
