/**
 * Writes MessagePack into a buffer that grows. Small on purpose: exactly the items of the protocol,
 * each in its shortest form, so that equal values have equal bytes.
 */
import { IxionError } from '../errors.js';
import { limits } from '../limits.js';
import { loneSurrogate } from '../text/utf8.js';
import { newBytes, writeText } from './text.js';
import type { KeyValue, KeyValues } from './value.js';

const slabBytes = 65_536;
const scratch = new DataView(new ArrayBuffer(8));
const int64Min = -(2n ** 63n);
const int64Max = 2n ** 63n - 1n;

/**
 * Own keys by `for in`: V8 then makes no list of them and finds each value by the object's
 * shape. Not exported: what comes from another module is not a constant to V8, and the call
 * would be a real one.
 */
const isOwn = Object.prototype.hasOwnProperty;

/** Bytes written since the last `take`. */
export class PackWriter {
  /** What was written is in [start, position). Replaced when it has to grow. */
  buffer: Uint8Array = newBytes(slabBytes);
  start = 0;
  position = 0;
  readonly #isStrict: boolean;

  /**
   * @param isStrict text that has no UTF-8 is refused; otherwise U+FFFD stands for
   *   each half of a pair
   */
  constructor(isStrict = false) {
    this.#isStrict = isStrict;
  }

  /** A view of what was written; what comes next is written behind it, so that the view stays. */
  take(): Uint8Array {
    const view = this.buffer.subarray(this.start, this.position);
    this.start = this.position;
    return view;
  }

  /** Makes room for `bytes` more. What was taken before is left to its owners. */
  reserve(bytes: number): void {
    if (this.buffer.length - this.position >= bytes) return;
    const used = this.position - this.start;
    const next = newBytes(Math.max(slabBytes, (used + bytes) * 2));
    next.set(this.buffer.subarray(this.start, this.position));
    this.buffer = next;
    this.start = 0;
    this.position = used;
  }

  unsigned8(value: number): void {
    this.buffer[this.position++] = value;
  }

  unsigned16(value: number): void {
    const { buffer } = this;
    buffer[this.position++] = value >>> 8;
    buffer[this.position++] = value;
  }

  unsigned32(value: number): void {
    const { buffer } = this;
    buffer[this.position++] = value >>> 24;
    buffer[this.position++] = value >>> 16;
    buffer[this.position++] = value >>> 8;
    buffer[this.position++] = value;
  }

  /** Bytes that are MessagePack already. */
  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.position);
    this.position += bytes.length;
  }

  nil(): void {
    this.reserve(1);
    this.unsigned8(0xc0);
  }

  boolean(value: boolean): void {
    this.reserve(1);
    this.unsigned8(value ? 0xc3 : 0xc2);
  }

  mapHead(entries: number): void {
    this.#head(entries, 0x80, 0xde);
  }

  arrayHead(entries: number): void {
    this.#head(entries, 0x90, 0xdc);
  }

  /** Short ASCII in one pass, as names and keys are; all else with more care. */
  string(text: string): void {
    const { length } = text;
    this.reserve(5 + length * 3);
    if (length >= 32) return this.#text(text);
    const { buffer, position } = this;
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) return this.#text(text);
      buffer[position + 1 + index] = code;
    }
    buffer[position] = 0xa0 | length;
    this.position = position + 1 + length;
  }

  /** @throws {IxionError} WrongAttributeType */
  #refuseHalves(text: string): void {
    if (!this.#isStrict) return;
    const lone = loneSurrogate(text);
    if (lone < 0) return;
    const detail = `a text has half a character at position ${lone}: a surrogate without its other half`;
    const remedy = 'cut texts between characters, or replace such halves: text.toWellFormed()';
    throw new IxionError('WrongAttributeType', detail, { remedy });
  }

  #text(text: string): void {
    const { length } = text;
    const headBytes = length < 32 ? 1 : length < 0x100 ? 2 : length < 0x1_0000 ? 3 : 5;
    const start = this.position;
    const bytes = writeText(this.buffer, start + headBytes, text);
    if (bytes !== length) this.#refuseHalves(text);
    const needed = bytes < 32 ? 1 : bytes < 0x100 ? 2 : bytes < 0x1_0000 ? 3 : 5;
    if (needed !== headBytes) {
      this.buffer.copyWithin(start + needed, start + headBytes, start + headBytes + bytes);
    }
    if (needed === 1) this.unsigned8(0xa0 | bytes);
    else this.#length(0xd9, needed - 1, bytes);
    this.position += bytes;
  }

  binary(bytes: Uint8Array): void {
    const { length } = bytes;
    this.reserve(5 + length);
    this.#length(0xc4, length < 0x100 ? 1 : length < 0x1_0000 ? 2 : 4, length);
    this.buffer.set(bytes, this.position);
    this.position += length;
  }

  /** A binary whose bytes are given as characters 0 to 255. */
  binaryText(text: string): void {
    const { length } = text;
    this.reserve(5 + length);
    this.#length(0xc4, length < 0x100 ? 1 : length < 0x1_0000 ? 2 : 4, length);
    for (let at = 0; at < length; at++) this.buffer[this.position++] = text.charCodeAt(at);
  }

  /** A number: as an integer if it is one (-0 is not) and is safe, else as a float of 64 bits. */
  number(value: number): void {
    this.reserve(9);
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) return this.#integer(value);
    scratch.setFloat64(0, value);
    this.#eight(0xcb);
  }

  /** @throws {IxionError} WrongAttributeType outside 64 bits with a sign */
  bigInteger(value: bigint): void {
    if (value < int64Min || value > int64Max) {
      throw new IxionError('WrongAttributeType', `${value} does not fit 64 bits`);
    }
    const small = Number(value);
    if (Number.isSafeInteger(small)) return this.number(small);
    this.reserve(9);
    scratch.setBigInt64(0, value);
    this.#eight(value < 0n ? 0xd3 : 0xcf);
  }

  /** A timestamp extension in its shortest form. @throws {IxionError} WrongAttributeType */
  timestamp(value: Date): void {
    const timeMs = value.getTime();
    if (Number.isNaN(timeMs)) throw new IxionError('WrongAttributeType', 'an invalid Date');
    const seconds = Math.floor(timeMs / 1000);
    const nanoseconds = (timeMs - seconds * 1000) * 1_000_000;
    this.reserve(15);
    if (seconds < 0 || seconds >= 2 ** 34) {
      this.unsigned8(0xc7);
      this.unsigned16(0x0cff);
      this.unsigned32(nanoseconds);
      this.unsigned32(Math.floor(seconds / 0x1_0000_0000));
      this.unsigned32(seconds % 0x1_0000_0000);
    } else if (nanoseconds === 0 && seconds < 2 ** 32) {
      this.unsigned16(0xd6ff);
      this.unsigned32(seconds);
    } else {
      this.unsigned16(0xd7ff);
      this.unsigned32(nanoseconds * 4 + Math.floor(seconds / 0x1_0000_0000));
      this.unsigned32(seconds % 0x1_0000_0000);
    }
  }

  /**
   * Attached data. A property that is undefined is left out.
   * @throws {IxionError} WrongAttributeType for a value of another type, AttachedDataTooLarge when
   *   nested too deep; the other limits are checked by `scanAttachedData`
   */
  keyValues(values: KeyValues, level: number = 1): void {
    if (level > limits.attachedDataDepth) {
      throw new IxionError('AttachedDataTooLarge', `more than ${limits.attachedDataDepth} levels`);
    }
    let entries = 0;
    for (const key in values) if (isOwn.call(values, key) && values[key] !== undefined) entries++;
    this.mapHead(entries);
    for (const key in values) {
      if (!isOwn.call(values, key)) continue;
      const value = values[key];
      if (value === undefined) continue;
      this.string(key);
      if (typeof value === 'string') this.string(value);
      else if (typeof value === 'number') this.number(value);
      else this.#keyValue(key, value, level);
    }
  }

  #keyValue(key: string, value: KeyValue, level: number): void {
    if (typeof value === 'boolean') return this.boolean(value);
    if (typeof value === 'bigint') return this.bigInteger(value);
    if (value instanceof Uint8Array) return this.binary(value);
    if (value instanceof Date) return this.timestamp(value);
    if (isPlainObject(value)) return this.keyValues(value, level + 1);
    const type = Array.isArray(value) ? 'an array' : value === null ? 'null' : typeof value;
    throw new IxionError('WrongAttributeType', `attached data may not hold ${type}: key "${key}"`);
  }

  #integer(value: number): void {
    if (value >= 0) {
      if (value < 0x80) this.unsigned8(value);
      else if (value < 0x100) this.#length(0xcc, 1, value);
      else if (value < 0x1_0000) this.#length(0xcc, 2, value);
      else if (value < 0x1_0000_0000) this.#length(0xcc, 4, value);
      else this.#wideInteger(0xcf, value);
    } else if (value >= -0x20) this.unsigned8(value);
    else if (value >= -0x80) this.#length(0xd0, 1, value);
    else if (value >= -0x8000) this.#length(0xd0, 2, value);
    else if (value >= -0x8000_0000) this.#length(0xd0, 4, value);
    else this.#wideInteger(0xd3, value);
  }

  #wideInteger(head: number, value: number): void {
    this.unsigned8(head);
    this.unsigned32(Math.floor(value / 0x1_0000_0000));
    this.unsigned32(value % 0x1_0000_0000);
  }

  /** A head byte for 1, 2 or 4 bytes (`head`, the next, the one after) and the value in as many. */
  #length(head: number, bytes: number, value: number): void {
    if (bytes === 1) {
      this.unsigned8(head);
      this.unsigned8(value);
    } else if (bytes === 2) {
      this.unsigned8(head + 1);
      this.unsigned16(value);
    } else {
      this.unsigned8(head + 2);
      this.unsigned32(value);
    }
  }

  #head(entries: number, small: number, large: number): void {
    this.reserve(5);
    if (entries < 16) {
      this.unsigned8(small | entries);
    } else if (entries < 0x1_0000) {
      this.unsigned8(large);
      this.unsigned16(entries);
    } else {
      this.unsigned8(large + 1);
      this.unsigned32(entries);
    }
  }

  #eight(head: number): void {
    this.unsigned8(head);
    this.unsigned32(scratch.getUint32(0));
    this.unsigned32(scratch.getUint32(4));
  }
}

/** Whether a value is an object made by `{}`, a class-less record or one without prototype. */
export function isPlainObject(value: unknown): value is Record<string, never> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
