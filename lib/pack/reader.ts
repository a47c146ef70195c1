/**
 * Reads MessagePack item by item, from bytes that nobody trusts. One reader may be used again and
 * again (`reset`), so that looking through attached data allocates nothing.
 */
import { IxionError } from '../errors.js';
import { isUtf8, readName, readRepeatedText, readText } from './text.js';

/** What an item is. `integer` fits a number exactly, `bigInteger` does not. */
export const Item = {
  nil: 0,
  boolean: 1,
  integer: 2,
  bigInteger: 3,
  float: 4,
  string: 5,
  binary: 6,
  extension: 7,
  array: 8,
  map: 9,
} as const;
export type Item = (typeof Item)[keyof typeof Item];

/** Names of items, for descriptions of errors, by number. */
export const itemNames = Object.keys(Item);

/** The extension type of a MessagePack timestamp. */
export const timestampExtension = -1;

/** Greatest distance of a Date from 1970, in seconds. */
const dateSeconds = 8_640_000_000_000;

const scratch = new DataView(new ArrayBuffer(8));
const noBytes = new Uint8Array(0);

/** A position in MessagePack bytes, and the item read last. */
export class PackReader {
  buffer: Uint8Array = noBytes;
  /** The next byte to read; after an item with a payload, the first byte of the payload. */
  position = 0;
  /** Nothing at or after this is read. */
  end = 0;
  /** What positions in errors are counted from. */
  origin = 0;
  /** Bytes of payload of a string, binary or extension; entries of an array or map. */
  size = 0;
  /** Value of an integer, a float or (0 or 1) a boolean; type of an extension. */
  number = 0;
  /** Value of a bigInteger. */
  big = 0n;

  /** Starts at `start`; positions in errors are counted from `origin`. */
  reset(buffer: Uint8Array, start: number, end: number, origin: number = start): this {
    this.buffer = buffer;
    this.position = start;
    this.end = end;
    this.origin = origin;
    return this;
  }

  /** An error at the present position. */
  error(errorName: 'MalformedBody' | 'WrongAttributeType', what: string): IxionError {
    return new IxionError(errorName, `${what}, at byte ${this.position - this.origin}`);
  }

  /**
   * Reads the head of one item, and the whole item if it is a number, boolean or nil.
   * @throws {IxionError} MalformedBody when the bytes end too early or the byte 0xc1 is met
   */
  next(): Item {
    const head = this.#unsigned(1);
    if (head <= 0x7f) return this.#integer(head);
    if (head >= 0xe0) return this.#integer(head - 0x100);
    if (head <= 0x8f) return this.#sized(Item.map, head & 0x0f);
    if (head <= 0x9f) return this.#sized(Item.array, head & 0x0f);
    if (head <= 0xbf) return this.#payload(Item.string, head & 0x1f);
    return this.#wide(head);
  }

  /**
   * The text of a string item just read, and moves behind it. @throws {IxionError} MalformedBody
   */
  text(): string {
    return this.#behind(readText(this.buffer, this.position, this.position + this.size));
  }

  /** The same for a key or another text that comes often. @throws {IxionError} MalformedBody */
  repeatedText(): string {
    return this.#behind(readRepeatedText(this.buffer, this.position, this.position + this.size));
  }

  /**
   * The same for a name; undefined, and does not move, if it has a control character.
   * @throws {IxionError} MalformedBody
   */
  name(): string | undefined {
    const { buffer, position, size } = this;
    const name = readName(buffer, position, position + size);
    if (name !== undefined) this.position += size;
    else if (!isUtf8(buffer, position, position + size)) return this.#behind(undefined);
    return name;
  }

  /** A view of the payload of a binary item just read, and moves behind it. */
  view(): Uint8Array {
    const start = this.position;
    this.position += this.size;
    return this.buffer.subarray(start, this.position);
  }

  /**
   * The milliseconds since 1970 of a timestamp extension just read, and moves behind it.
   * @throws {IxionError} WrongAttributeType for another extension or a time no Date can hold
   */
  timestampMs(): number {
    const { size } = this;
    if (this.number !== timestampExtension || (size !== 4 && size !== 8 && size !== 12)) {
      throw this.error('WrongAttributeType', 'an extension is not a timestamp');
    }
    let seconds: number;
    let nanoseconds = 0;
    if (size === 4) {
      seconds = this.#unsigned(4);
    } else if (size === 8) {
      const high = this.#unsigned(4);
      nanoseconds = high >>> 2;
      seconds = (high & 3) * 0x1_0000_0000 + this.#unsigned(4);
    } else {
      nanoseconds = this.#unsigned(4);
      this.#fill(8);
      seconds = Number(scratch.getBigInt64(0));
    }
    if (nanoseconds > 999_999_999 || Math.abs(seconds) >= dateSeconds) {
      throw this.error('WrongAttributeType', 'a timestamp is out of range');
    }
    return seconds * 1000 + Math.floor(nanoseconds / 1_000_000);
  }

  #behind(text: string | undefined): string {
    if (text === undefined) throw this.error('MalformedBody', 'a string is not UTF-8');
    this.position += this.size;
    return text;
  }

  #wide(head: number): Item {
    if (head >= 0xcc && head <= 0xd3) return this.#number(head);
    if (head >= 0xd4 && head <= 0xd8) return this.#extension(1 << (head - 0xd4));
    switch (head) {
      case 0xc0:
        return Item.nil;
      case 0xc2:
      case 0xc3:
        this.number = head & 1;
        return Item.boolean;
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return this.#payload(Item.binary, this.#unsigned(1 << (head - 0xc4)));
      case 0xc7:
      case 0xc8:
      case 0xc9:
        return this.#extension(this.#unsigned(1 << (head - 0xc7)));
      case 0xca:
        this.#fill(4);
        this.number = scratch.getFloat32(0);
        return Item.float;
      case 0xcb:
        this.#fill(8);
        this.number = scratch.getFloat64(0);
        return Item.float;
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.#payload(Item.string, this.#unsigned(1 << (head - 0xd9)));
      case 0xdc:
      case 0xdd:
        return this.#sized(Item.array, this.#unsigned(2 << (head - 0xdc)));
      case 0xde:
      case 0xdf:
        return this.#sized(Item.map, this.#unsigned(2 << (head - 0xde)));
      default:
        this.position--;
        throw this.error('MalformedBody', 'a byte that MessagePack never uses');
    }
  }

  /** 0xcc to 0xd3: unsigned, then signed integers of 1, 2, 4 and 8 bytes. */
  #number(head: number): Item {
    const bytes = 1 << (head & 3);
    const signed = head >= 0xd0;
    if (bytes === 8) return this.#eightBytes(signed);
    const value = this.#unsigned(bytes);
    const shift = 32 - 8 * bytes;
    return this.#integer(signed ? (value << shift) >> shift : value);
  }

  /** Without a bigint where a number will do: every time in milliseconds is such a one. */
  #eightBytes(signed: boolean): Item {
    this.#need(8);
    const high = signed ? this.#unsigned(4) | 0 : this.#unsigned(4);
    const low = this.#unsigned(4);
    const value = high * 0x1_0000_0000 + low;
    if (Number.isSafeInteger(value)) return this.#integer(value);
    this.big = (BigInt(high) << 32n) | BigInt(low);
    return Item.bigInteger;
  }

  #integer(value: number): Item {
    this.number = value;
    return Item.integer;
  }

  #sized(item: Item, size: number): Item {
    this.size = size;
    return item;
  }

  #payload(item: Item, size: number): Item {
    this.#need(size);
    this.size = size;
    return item;
  }

  #extension(size: number): Item {
    const type = this.#unsigned(1);
    this.number = type > 0x7f ? type - 0x100 : type;
    return this.#payload(Item.extension, size);
  }

  #unsigned(bytes: number): number {
    this.#need(bytes);
    const { buffer } = this;
    let value = buffer[this.position++]!;
    for (let index = 1; index < bytes; index++) value = value * 0x100 + buffer[this.position++]!;
    return value;
  }

  #fill(bytes: number): void {
    this.#need(bytes);
    for (let index = 0; index < bytes; index++) {
      scratch.setUint8(index, this.buffer[this.position++]!);
    }
  }

  #need(bytes: number): void {
    if (this.end - this.position < bytes) {
      throw this.error('MalformedBody', 'the bytes end inside an item');
    }
  }
}
