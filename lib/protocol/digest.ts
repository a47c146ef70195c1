/**
 * Tells whether two requests with one RequestKey are the same: a hash of the message number and of
 * the bytes of the body, except RetryAgeMs, which only a repetition has, and the number of attributes.
 * A repetition that has the same meaning in other bytes counts as another request; the page says so.
 */
import { Item, PackReader } from '../interaction/attached-data-reader.js';
import { unpackItem } from '../interaction/attached-data.js';
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
  // Together the bytes that the body had before: hashed as one run, wherever the entry stands.
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

/** Four bytes at a time; the turn brings what a multiplication has carried up down again. */
function hashBytes(bytes: Uint8Array, start: number, end: number, seed: number): number {
  let hash = seed ^ (end - start);
  let at = start;
  for (const last = end - 3; at < last; at += 4) {
    const unit =
      bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    const product = Math.imul(hash ^ unit, 0x9e37_79b1);
    hash = (product << 13) | (product >>> 19);
  }
  for (; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x0100_0193);
  return hash;
}

function finish(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  return mixed ^ (mixed >>> 13);
}
