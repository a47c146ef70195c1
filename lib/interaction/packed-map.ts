/**
 * Building MessagePack maps piece by piece, so that bytes that are packed already are copied and
 * not decoded. Reading is the library's business; writing a few known kinds is ours.
 */

/** A growing buffer of packed key-value pairs. */
export class PairWriter {
  #buffer: Buffer;
  #at = 0;
  #pairs = 0;

  constructor(initialBytes = 512) {
    this.#buffer = Buffer.allocUnsafeSlow(initialBytes);
  }

  /** Pairs written. */
  get pairs(): number {
    return this.#pairs;
  }

  /** A pair whose value is text; absent: no pair. */
  string(key: PackedKey, value: string | undefined): void {
    if (value === undefined) return;
    this.#key(key, value.length * 3 + 5);
    this.#text(value);
  }

  /** A pair whose value is a whole number; absent: no pair. */
  integer(key: PackedKey, value: number | undefined): void {
    if (value === undefined) return;
    this.#key(key, 9);
    const buffer = this.#buffer;
    if (value >= 0 && value < 128) buffer[this.#at++] = value;
    else if (value >= 0 && value <= 0xffff_ffff) {
      buffer[this.#at] = 0xce;
      this.#at = buffer.writeUInt32BE(value, this.#at + 1);
    } else {
      buffer[this.#at] = 0xd3;
      this.#at = buffer.writeBigInt64BE(BigInt(value), this.#at + 1);
    }
  }

  /** A pair whose value is packed already; absent: no pair. */
  packed(key: PackedKey, value: Uint8Array | undefined): void {
    if (value === undefined) return;
    this.#key(key, value.length);
    this.#buffer.set(value, this.#at);
    this.#at += value.length;
  }

  /** Pairs that are packed already. */
  append(pairs: PackedPairs): void {
    this.#reserve(pairs.bytes.length);
    this.#buffer.set(pairs.bytes, this.#at);
    this.#at += pairs.bytes.length;
    this.#pairs += pairs.count;
  }

  /** The pairs alone. The writer may not be used afterwards. */
  take(): PackedPairs {
    return { count: this.#pairs, bytes: this.#buffer.subarray(0, this.#at) };
  }

  #key(key: PackedKey, valueBytes: number): void {
    this.#reserve(key.length + valueBytes);
    this.#buffer.set(key, this.#at);
    this.#at += key.length;
    this.#pairs++;
  }

  #text(value: string): void {
    const buffer = this.#buffer;
    const bytes = Buffer.byteLength(value);
    if (bytes < 32) buffer[this.#at++] = 0xa0 | bytes;
    else if (bytes < 256) {
      buffer[this.#at++] = 0xd9;
      buffer[this.#at++] = bytes;
    } else {
      buffer[this.#at] = 0xda;
      this.#at = buffer.writeUInt16BE(bytes, this.#at + 1);
    }
    this.#at += buffer.write(value, this.#at, 'utf8');
  }

  #reserve(more: number): void {
    const needed = this.#at + more;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, this.#at);
    this.#buffer = larger;
  }
}

/** A key as it stands in a packed map: made once, copied ever after. */
export type PackedKey = Uint8Array;

/** Pairs without the header of their map. */
export interface PackedPairs {
  readonly count: number;
  readonly bytes: Uint8Array;
}

/** Packs a key of at most 31 ASCII characters. */
export const packedKey = (name: string): PackedKey =>
  Buffer.concat([Buffer.of(0xa0 | name.length), Buffer.from(name, 'latin1')]);

/** The map made of these pairs. */
export function packedMap(pairs: PackedPairs): Buffer {
  const map = Buffer.allocUnsafeSlow(3 + pairs.bytes.length);
  map[0] = 0xde;
  map.writeUInt16BE(pairs.count, 1);
  map.set(pairs.bytes, 3);
  return map;
}
