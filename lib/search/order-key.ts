/**
 * The place of an interaction in an order as a text: of two, the one whose text is less by its
 * UTF-16 units comes first. So who joins what several partitions have found compares texts, and
 * need not know the order.
 */
import type { Order, OrderKey, Value } from '../condition/index.js';
import { limits } from '../limits.js';
import type { Subject } from './subject.js';

const numberBytes = Buffer.alloc(8);

/**
 * Ties are broken by the identifier. Of a text the first `limits.columnTextBytes` bytes count.
 * @param nowMs milliseconds since 1970 UTC; the same for all that are compared
 */
export function orderKeyOf(order: Order<Subject>, subject: Subject, nowMs: number): string {
  let key = '';
  const { keys } = order;
  for (let index = 0; index < keys.length; index++) key += partOf(keys[index]!, subject, nowMs);
  return key + subject.id;
}

/** Every part ends itself, so that none is the beginning of another one. */
function partOf(
  { read, isDescending }: OrderKey<Subject>,
  subject: Subject,
  nowMs: number,
): string {
  const value = read(subject, nowMs);
  const part = value === undefined ? '\0' : `\x01${bytesOf(value)}`;
  return isDescending ? complement(part) : part;
}

/** Units of a byte each, in the order of the values of one type. */
function bytesOf(value: Value): string {
  if (typeof value === 'boolean') return value ? '\x01' : '\0';
  if (typeof value === 'number') return bytesOfNumber(value);
  const bytes = Buffer.from(value, 'utf8').subarray(0, limits.columnTextBytes);
  return `${bytes.toString('latin1').replaceAll('\0', '\0\xff')}\0\0`;
}

/** The bits of a double, turned so that negative numbers come first. -0 is 0. */
function bytesOfNumber(value: number): string {
  numberBytes.writeDoubleBE(value === 0 ? 0 : value);
  const isNegative = (numberBytes[0]! & 0x80) !== 0;
  if (!isNegative) numberBytes[0]! ^= 0x80;
  const bytes = numberBytes.toString('latin1');
  return isNegative ? complement(bytes) : bytes;
}

function complement(bytes: string): string {
  let result = '';
  for (let at = 0; at < bytes.length; at++)
    result += String.fromCharCode(0xff - bytes.charCodeAt(at));
  return result;
}
