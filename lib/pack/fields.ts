/** Writing and reading the fields of a section one after the other, big-endian. */
import { assert } from '../assert.js';

/** Collects fields; what does not fit its field is a programmer error. */
export class FieldWriter {
  #bytes = Buffer.allocUnsafe(256);
  #length = 0;

  #reserve(bytes: number): number {
    const at = this.#length;
    if (at + bytes > this.#bytes.length) {
      const next = Buffer.allocUnsafe((at + bytes) * 2);
      this.#bytes.copy(next, 0, 0, at);
      this.#bytes = next;
    }
    this.#length = at + bytes;
    return at;
  }

  u8(value: number): this {
    assert(value >= 0 && value <= 0xff, 'a field of 8 bits');
    this.#bytes.writeUInt8(value, this.#reserve(1));
    return this;
  }

  u16(value: number): this {
    assert(value >= 0 && value <= 0xffff, 'a field of 16 bits');
    const at = this.#reserve(2);
    this.#bytes.writeUInt16BE(value, at);
    return this;
  }

  u32(value: number): this {
    assert(value >>> 0 === value, 'a field of 32 bits');
    const at = this.#reserve(4);
    this.#bytes.writeUInt32BE(value, at);
    return this;
  }

  /** Any number, in 64 bits of IEEE 754. */
  f64(value: number): this {
    const at = this.#reserve(8);
    this.#bytes.writeDoubleBE(value, at);
    return this;
  }

  /** UTF-8 with a length of 16 bits. */
  text(value: string): this {
    return this.bytes(Buffer.from(value, 'utf8'));
  }

  /** Bytes with a length of 16 bits. */
  bytes(value: Uint8Array): this {
    this.u16(value.length);
    const at = this.#reserve(value.length);
    this.#bytes.set(value, at);
    return this;
  }

  /** What was written, in memory of its own. */
  take(): Uint8Array {
    return Uint8Array.prototype.slice.call(this.#bytes, 0, this.#length);
  }
}

/** Reads what a `FieldWriter` wrote. */
export class FieldReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  #step(bytes: number): number {
    const at = this.#at;
    this.#at = at + bytes;
    assert(this.#at <= this.#bytes.length, 'a section is cut short');
    return at;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  u8(): number {
    return this.#bytes.readUInt8(this.#step(1));
  }

  u16(): number {
    return this.#bytes.readUInt16BE(this.#step(2));
  }

  u32(): number {
    return this.#bytes.readUInt32BE(this.#step(4));
  }

  f64(): number {
    return this.#bytes.readDoubleBE(this.#step(8));
  }

  text(): string {
    const length = this.u16();
    const at = this.#step(length);
    return this.#bytes.toString('utf8', at, at + length);
  }

  bytes(): Uint8Array {
    const length = this.u16();
    const at = this.#step(length);
    return this.#bytes.subarray(at, at + length);
  }
}
