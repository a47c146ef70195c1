/**
 * Building maps pair by pair, so that values that are packed already are copied and not decoded.
 */
import { assert } from '../assert.js';
import { packItem } from './items.js';
import { PackWriter } from './writer.js';

/** A key as it is in a packed map: made once, copied ever after. */
export type PackedKey = Uint8Array;

/** Pairs without the head of their map. */
export class PackedPairs {
  readonly count: number;
  readonly bytes: Uint8Array;

  constructor(count: number, bytes: Uint8Array) {
    this.count = count;
    this.bytes = bytes;
  }
}

export function packedKey(name: string): PackedKey {
  const writer = new PackWriter();
  writer.string(name);
  return writer.take().slice();
}

/** All writers write into one buffer, one after the other; what is taken stays. */
const writer = new PackWriter();

/**
 * Collects pairs; a value that is absent makes no pair. To be taken before the next one is made.
 */
export class PairWriter {
  readonly #expected: number;
  #count = 0;

  /** @param expected pairs of a whole map, which is then what `takeMap` gives; absent: no head. */
  constructor(expected?: number) {
    this.#expected = expected ?? 0;
    if (expected !== undefined) writer.mapHead(expected);
  }

  string(key: PackedKey, value: string | undefined): void {
    if (value === undefined) return;
    this.#key(key);
    writer.string(value);
  }

  number(key: PackedKey, value: number | undefined): void {
    if (value === undefined) return;
    this.#key(key);
    if (value > 0xffff_ffff && value <= Number.MAX_SAFE_INTEGER && Number.isInteger(value)) {
      wide(value);
    } else writer.number(value);
  }

  true(key: PackedKey): void {
    this.#key(key);
    writer.boolean(true);
  }

  packed(key: PackedKey, value: Uint8Array | undefined): void {
    if (value === undefined) return;
    this.#key(key);
    writer.raw(value);
  }

  /** A value as `packItem` takes it. */
  item(key: PackedKey, value: unknown): void {
    if (value === undefined) return;
    this.#key(key);
    packItem(writer, value);
  }

  /** Pairs that are packed already. */
  append({ count, bytes }: PackedPairs): void {
    writer.raw(bytes);
    this.#count += count;
  }

  take(): PackedPairs {
    return new PackedPairs(this.#count, writer.take());
  }

  /** The whole map; there must be as many pairs as were expected. */
  takeMap(): Uint8Array {
    assert(this.#count === this.#expected, 'a map has as many pairs as its head says');
    return writer.take();
  }

  /** Byte by byte: keys are short, and a call into native code costs more. */
  #key(key: PackedKey): void {
    const { length } = key;
    writer.reserve(length);
    const { buffer, position } = writer;
    for (let index = 0; index < length; index++) buffer[position + index] = key[index]!;
    writer.position = position + length;
    this.#count++;
  }
}

/** The pairs of an object, see `packItem`; a member that is undefined makes none. */
export function packPairs(members: Readonly<Record<string, unknown>>): PackedPairs {
  let count = 0;
  for (const name in members) {
    if (members[name] === undefined) continue;
    writer.string(name);
    packItem(writer, members[name]);
    count++;
  }
  return new PackedPairs(count, writer.take());
}

/** As `PackWriter.number` does it with what has more than 32 bits, as times have: most are such. */
function wide(value: number): void {
  writer.reserve(9);
  const { buffer, position } = writer;
  const upper = Math.floor(value / 0x1_0000_0000);
  buffer[position] = 0xcf;
  buffer[position + 1] = upper >>> 24;
  buffer[position + 2] = upper >>> 16;
  buffer[position + 3] = upper >>> 8;
  buffer[position + 4] = upper;
  buffer[position + 5] = value >>> 24;
  buffer[position + 6] = value >>> 16;
  buffer[position + 7] = value >>> 8;
  buffer[position + 8] = value;
  writer.position = position + 9;
}

/** The map made of these pairs. */
export function packedMap({ count, bytes }: PackedPairs): Uint8Array {
  writer.mapHead(count);
  writer.raw(bytes);
  return writer.take();
}
