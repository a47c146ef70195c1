/**
 * Keys of what views list, as parts of keys of table `order`: of two rows the one whose key is less
 * comes first. Part of the data format.
 *
 * | value  | bytes                                                                           |
 * | ------ | ------------------------------------------------------------------------------- |
 * | absent | 0                                                                               |
 * | number | 1, then a double with its bits turned so that bytes sort as numbers; -0 is 0    |
 * | time   | as a number, in milliseconds                                                    |
 * | truth  | 1, then 0 or 1                                                                  |
 * | text   | 1, then its first 128 bytes of UTF-8, each 0 followed by 255; then two 0        |
 *
 * NaN is absent. Of a descending term all bytes are complemented, the first one included: absent
 * values come last there. Every value ends itself, so that none is the beginning of another one.
 */
import type { Value, ValueType } from '../condition/index.js';
import { limits } from '../limits.js';
import { readKey } from '../store/keys.js';

const { orderTextBytes } = limits;
/** A text of this many bytes or more has all bytes that count, whatever its last character is. */
const textRoom = orderTextBytes + 4;
/** Greatest part of a key that a value takes: its mark, all its bytes escaped, its end. */
export const valueBytesMax = 1 + 2 * orderTextBytes + 2;

const twoTo32 = 0x1_0000_0000;
const encoder = new TextEncoder();

/** Writes parts of a key one after the other; used again and again. */
export class ValueKey {
  readonly #bytes: Buffer;
  readonly #text = Buffer.allocUnsafeSlow(textRoom);
  #length = 0;

  /** @param values so many at most, and what else is in the key */
  constructor(values: number, otherBytes = 128) {
    this.#bytes = Buffer.allocUnsafeSlow(values * valueBytesMax + otherBytes);
  }

  /** Forgets what was begun. */
  begin(): this {
    this.#length = 0;
    return this;
  }

  /** Characters of a key that was made before. */
  text(text: string): this {
    for (let at = 0; at < text.length; at++) this.#bytes[this.#length++] = text.charCodeAt(at);
    return this;
  }

  /** An integer in 0..2^53-1. */
  u64(value: number): this {
    this.#length = this.#bytes.writeUInt32BE(Math.floor(value / twoTo32), this.#length);
    this.#length = this.#bytes.writeUInt32BE(value >>> 0, this.#length);
    return this;
  }

  /** An integer in -2^31..2^31-1; greater ones first. */
  i32Descending(value: number): this {
    this.#length = this.#bytes.writeUInt32BE((0x7fff_ffff - value) >>> 0, this.#length);
    return this;
  }

  /** A value; undefined: it is absent. */
  value(value: Value | undefined, isDescending = false): this {
    const start = this.#length;
    const bytes = this.#bytes;
    if (value === undefined || Number.isNaN(value)) bytes[this.#length++] = 0;
    else {
      bytes[this.#length++] = 1;
      if (typeof value === 'number') this.#number(value);
      else if (typeof value === 'boolean') bytes[this.#length++] = value ? 1 : 0;
      else this.#string(value);
    }
    if (isDescending) {
      for (let at = start; at < this.#length; at++) bytes[at] = 0xff - bytes[at]!;
    }
    return this;
  }

  /** The key. */
  take(): string {
    return readKey(this.#bytes, 0, this.#length);
  }

  #number(value: number): void {
    const bytes = this.#bytes;
    const start = this.#length;
    this.#length = bytes.writeDoubleBE(value === 0 ? 0 : value, start);
    if ((bytes[start]! & 0x80) === 0) bytes[start]! |= 0x80;
    else for (let at = start; at < this.#length; at++) bytes[at] = 0xff - bytes[at]!;
  }

  #string(value: string): void {
    const { written } = encoder.encodeInto(value, this.#text);
    const count = Math.min(written, orderTextBytes);
    const bytes = this.#bytes;
    for (let at = 0; at < count; at++) {
      const byte = this.#text[at]!;
      bytes[this.#length++] = byte;
      if (byte === 0) bytes[this.#length++] = 0xff;
    }
    bytes[this.#length++] = 0;
    bytes[this.#length++] = 0;
  }
}

/**
 * Where the value at `at` of a key ends.
 * @param type of the value, which is not in the key
 */
export function endOfValue(
  key: string,
  at: number,
  type: ValueType,
  isDescending: boolean,
): number {
  const turned = isDescending ? 0xff : 0;
  if (key.charCodeAt(at) === turned) return at + 1;
  if (type === 'boolean') return at + 2;
  if (type !== 'text') return at + 9;
  for (let next = at + 1; next < key.length; next++) {
    if (key.charCodeAt(next) !== turned) continue;
    next++;
    if (key.charCodeAt(next) === turned) return next + 1;
  }
  return key.length;
}
