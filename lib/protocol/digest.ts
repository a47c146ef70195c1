/**
 * Tells whether two requests with one RequestKey are the same: a hash of the message number
 * and of the bytes of the body, except RetryAgeMs, which only a repetition has, and the number
 * of attributes. A repetition that has the same meaning in other bytes counts as another
 * request; the page says so.
 */
import { Item, PackReader } from '../pack/reader.js';
import { viewOf } from '../text/view.js';
import { unpackItem } from '../pack/items.js';
import type { FrameHeader } from './frame.js';

const ageName = 'RetryAgeMs';
const reader = new PackReader();

/**
 * The digest of a request whose body has been decoded: 32 bits with a sign.
 * @param hasAge the body has RetryAgeMs
 */
export function digestOf(
  frame: Uint8Array,
  { message, bodyStart, bodyEnd }: FrameHeader,
  hasAge: boolean,
): number {
  const start = bodyStart + headBytes(frame[bodyStart]!);
  if (!hasAge) return finish(hashBytes(frame, start, bodyEnd, message));
  const { from, to } = ageEntry(frame, bodyStart, bodyEnd);
  // Together the bytes that the body had before: hashed as one run, wherever the entry is.
  const rest = new Uint8Array(from - start + bodyEnd - to);
  rest.set(frame.subarray(start, from));
  rest.set(frame.subarray(to, bodyEnd), from - start);
  return finish(hashBytes(rest, 0, rest.length, message));
}

/** Bytes that tell how many entries a map has. */
const headBytes = (head: number): number => (head === 0xdf ? 5 : head === 0xde ? 3 : 1);

/** Where the entry of RetryAgeMs begins and ends. */
function ageEntry(frame: Uint8Array, start: number, end: number): { from: number; to: number } {
  reader.reset(frame, start, end);
  reader.next();
  for (let left = reader.size; left > 0; left--) {
    const from = reader.position;
    const isName = reader.next() === Item.string && reader.text() === ageName;
    unpackItem(reader);
    if (isName) return { from, to: reader.position };
  }
  return { from: end, to: end };
}

/**
 * Sixteen bytes at a time in four lanes, which the processor works on side by side; the turn brings
 * what a multiplication has carried up down again. Wherever the bytes are, the hash is the same.
 */
function hashBytes(bytes: Uint8Array, start: number, end: number, seed: number): number {
  const view = viewOf(bytes);
  const origin = bytes.byteOffset;
  const last = origin + end;
  let one = seed ^ (end - start);
  let two = 0x3c6e_f372;
  let three = 0x1b87_3593;
  let four = 0x52dc_e729;
  let at = origin + start;
  // Two steps to a turn of the loop: a fifth less time.
  for (; at + 32 <= last; at += 32) {
    one = mix(mix(one, view.getInt32(at, true)), view.getInt32(at + 16, true));
    two = mix(mix(two, view.getInt32(at + 4, true)), view.getInt32(at + 20, true));
    three = mix(mix(three, view.getInt32(at + 8, true)), view.getInt32(at + 24, true));
    four = mix(mix(four, view.getInt32(at + 12, true)), view.getInt32(at + 28, true));
  }
  if (at + 16 <= last) {
    one = mix(one, view.getInt32(at, true));
    two = mix(two, view.getInt32(at + 4, true));
    three = mix(three, view.getInt32(at + 8, true));
    four = mix(four, view.getInt32(at + 12, true));
    at += 16;
  }
  for (; at + 4 <= last; at += 4) one = mix(one, view.getInt32(at, true));
  for (; at < last; at++) two = mix(two, view.getUint8(at));
  return mix(mix(mix(one, two), three), four);
}

function mix(hash: number, unit: number): number {
  const product = Math.imul(hash ^ unit, 0x9e37_79b1);
  return (product << 13) | (product >>> 19);
}

function finish(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  return mixed ^ (mixed >>> 13);
}
