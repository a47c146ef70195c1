/**
 * Builders and readers of keys. A key is a binary string (see `contract.ts`): one character of
 * 0..255 per byte. Numbers are big-endian, so that the order of keys is the order of the values,
 * and each number has a fixed length, so that keys can be composed by `+`.
 */
import { Buffer } from 'node:buffer';
import { assert } from '../assert.js';

const twoTo32 = 0x1_0000_0000;

/** Longest key that every page size of LMDB from 4096 up can store, in bytes. */
export const keyBytesMax = 1_978;

/** Whether all characters of a text are bytes. */
export function isBinary(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    if (text.charCodeAt(index) > 255) return false;
  }
  return true;
}

/**
 * A bound of a range is a key, nothing, or the longest key and a byte.
 * @throws {AssertionError}
 */
export function checkBound(bound: string | undefined): void {
  if (bound === undefined) return;
  const isBound = bound.length <= keyBytesMax + 1 && isBinary(bound);
  assert(isBound, 'a bound of keys has at most 1979 characters, each a byte');
}

/** Methods of every Node buffer that its type does not list, without what `toString` asks first. */
const { latin1Slice, latin1Write } = Buffer.prototype as unknown as {
  latin1Slice(this: Uint8Array, start: number, end: number): string;
  latin1Write(this: Uint8Array, text: string, start: number): number;
};

/** Writes a key as bytes at `start`, into a buffer of any kind; returns where they end. */
export const writeKey = (target: Uint8Array, start: number, key: string): number =>
  start + latin1Write.call(target, key, start);

/** The key in [start, end). */
export const readKey = (source: Uint8Array, start: number, end: number): string =>
  latin1Slice.call(source, start, end);

/** Binary strings as bytes, for lmdb. */
export const keyEncoder = {
  writeKey: (key: string, target: Uint8Array, start: number): number =>
    writeKey(target, start, key),
  readKey,
};

/** Keys up to here are made flat, see `KeyBuilder`. */
const flatBytesMax = 2_048;

/**
 * Makes a key of several parts. Strings that are added or cut are trees of strings or views of
 * them in V8, and Maps find those slowly; what a builder makes is one run of bytes. One is
 * used again and again.
 */
export class KeyBuilder {
  readonly #bytes = Buffer.allocUnsafeSlow(flatBytesMax);
  #length = 0;

  /** Forgets what was begun. */
  begin(): this {
    this.#length = 0;
    return this;
  }

  /** An integer in 0..2^32-1, as `u32Key`. */
  u32(value: number): this {
    assert(value >>> 0 === value, 'u32Key: not an unsigned 32-bit integer');
    const bytes = this.#bytes;
    const at = this.#length;
    bytes[at] = value >>> 24;
    bytes[at + 1] = value >>> 16;
    bytes[at + 2] = value >>> 8;
    bytes[at + 3] = value;
    this.#length = at + 4;
    return this;
  }

  /** An integer in 0..2^53-1, as `u64Key`. */
  u64(value: number): this {
    assert(Number.isSafeInteger(value) && value >= 0, 'u64Key: not an integer in 0..2^53-1');
    return this.u32(Math.floor(value / twoTo32)).u32(value >>> 0);
  }

  /** One byte. */
  u8(value: number): this {
    assert((value & 0xff) === value, 'u8: not an unsigned 8-bit integer');
    this.#bytes[this.#length++] = value;
    return this;
  }

  /** Half as many bytes as a text has hexadecimal digits. */
  hex(digits: string): this {
    const bytes = this.#bytes;
    let at = this.#length;
    for (let index = 0; index < digits.length; index += 2) {
      const upper = digitOf(digits.charCodeAt(index));
      bytes[at++] = (upper << 4) | digitOf(digits.charCodeAt(index + 1));
    }
    this.#length = at;
    return this;
  }

  /** Four bytes for an integer in -2^31..2^31-1; greater numbers sort first. */
  i32Descending(value: number): this {
    assert((value | 0) === value, 'i32Descending: not a signed 32-bit integer');
    return this.u32((0x7fff_ffff - value) >>> 0);
  }

  /** The characters of a binary string from `start` on. All parts together have 2,048 at most. */
  text(text: string, start = 0): this {
    assert(this.#length + text.length - start <= flatBytesMax, 'a key is too long');
    const bytes = this.#bytes;
    let at = this.#length;
    for (let index = start; index < text.length; index += 1) bytes[at++] = text.charCodeAt(index);
    this.#length = at;
    return this;
  }

  /** The key. */
  take(): string {
    return readKey(this.#bytes, 0, this.#length);
  }
}

/** The value of a hexadecimal digit, whatever its case; of what is none, anything. */
const digitOf = (code: number): number => (code <= 57 ? code - 48 : (code & 0xdf) - 55);

/** The hexadecimal digits of the bytes in [start, end) of a key. */
export const readHex = (key: string, start: number, end: number): string =>
  Buffer.from(key.slice(start, end), 'latin1').toString('hex');

/** Four bytes for an integer in 0..2^32-1. */
export function u32Key(value: number): string {
  assert(value >>> 0 === value, 'u32Key: not an unsigned 32-bit integer');
  return fourBytes(value);
}

/** Eight bytes for an integer in 0..2^53-1. */
export function u64Key(value: number): string {
  assert(Number.isSafeInteger(value) && value >= 0, 'u64Key: not an integer in 0..2^53-1');
  return upperHalf(Math.floor(value / twoTo32)) + fourBytes(value >>> 0);
}

/** The UTF-8 bytes of a text. Keys sort by code point; a lone surrogate counts as U+FFFD. */
export function utf8Key(text: string): string {
  return isAscii(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

/** The text of UTF-8 bytes from `start` up to `end` (default: the end of the key). */
export function readUtf8(key: string, start = 0, end = key.length): string {
  const bytes = start === 0 && end === key.length ? key : key.slice(start, end);
  return isAscii(bytes) ? bytes : Buffer.from(bytes, 'latin1').toString('utf8');
}

/** The integer that `u32Key` put at position `at`. */
export function readU32(key: string, at = 0): number {
  assert(key.length >= at + 4, 'readU32: the key is too short');
  return (
    ((key.charCodeAt(at) << 24) |
      (key.charCodeAt(at + 1) << 16) |
      (key.charCodeAt(at + 2) << 8) |
      key.charCodeAt(at + 3)) >>>
    0
  );
}

/** The integer that `u64Key` put at position `at`. */
export function readU64(key: string, at = 0): number {
  return readU32(key, at) * twoTo32 + readU32(key, at + 4);
}

/**
 * The smallest key that is greater than every key with this prefix: the `to` of a range.
 * Undefined (an open bound) when there is none: the prefix is empty or all bytes are 255.
 */
export function prefixEnd(prefix: string): string | undefined {
  for (let last = prefix.length - 1; last >= 0; last -= 1) {
    const byte = prefix.charCodeAt(last);
    if (byte < 255) return prefix.slice(0, last) + String.fromCharCode(byte + 1);
  }
  return undefined;
}

function fourBytes(value: number): string {
  return String.fromCharCode(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
}

/** The upper half of times and sequences changes once in 2^32 steps, so the last one is kept. */
let cachedHalf = 0;
let cachedBytes = fourBytes(0);
function upperHalf(half: number): string {
  if (half !== cachedHalf) {
    cachedHalf = half;
    cachedBytes = fourBytes(half);
  }
  return cachedBytes;
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    if (text.charCodeAt(index) > 127) return false;
  }
  return true;
}
