/** Building maps pair by pair, so that values that are packed already are copied and not decoded. */
import { PackWriter } from './attached-data-writer.js';

/** A key as it stands in a packed map: made once, copied ever after. */
export type PackedKey = Uint8Array;

/** Pairs without the head of their map. */
export interface PackedPairs {
  readonly count: number;
  readonly bytes: Uint8Array;
}

export function packedKey(name: string): PackedKey {
  const writer = new PackWriter();
  writer.string(name);
  return writer.take().slice();
}

/** All writers write into one buffer, one after the other; what is taken stays. */
const writer = new PackWriter();

/** Collects pairs; a value that is absent makes no pair. To be taken before the next one is made. */
export class PairWriter {
  #count = 0;

  string(key: PackedKey, value: string | undefined): void {
    if (value === undefined) return;
    this.#key(key);
    writer.string(value);
  }

  number(key: PackedKey, value: number | undefined): void {
    if (value === undefined) return;
    this.#key(key);
    writer.number(value);
  }

  packed(key: PackedKey, value: Uint8Array | undefined): void {
    if (value === undefined) return;
    this.#key(key);
    writer.raw(value);
  }

  /** Pairs that are packed already. */
  append({ count, bytes }: PackedPairs): void {
    writer.raw(bytes);
    this.#count += count;
  }

  take(): PackedPairs {
    return { count: this.#count, bytes: writer.take() };
  }

  #key(key: PackedKey): void {
    writer.raw(key);
    this.#count++;
  }
}

/** The map made of these pairs. */
export function packedMap({ count, bytes }: PackedPairs): Uint8Array {
  writer.mapHead(count);
  writer.raw(bytes);
  return writer.take();
}
