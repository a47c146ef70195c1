/** Unsigned numbers of fixed width, big-endian, as heads of rows have them. */

const twoTo32 = 0x1_0000_0000;

/** Writes 2 bytes. @returns where they end */
export function put16(buffer: Uint8Array, at: number, value: number): number {
  buffer[at] = value >>> 8;
  buffer[at + 1] = value;
  return at + 2;
}

/** Writes 4 bytes; of a number below 0 its 32 bits. @returns where they end */
export function put32(buffer: Uint8Array, at: number, value: number): number {
  buffer[at] = value >>> 24;
  buffer[at + 1] = value >>> 16;
  buffer[at + 2] = value >>> 8;
  buffer[at + 3] = value;
  return at + 4;
}

/** Writes 8 bytes of an integer in 0..2^53-1. @returns where they end */
export function put64(buffer: Uint8Array, at: number, value: number): number {
  return put32(buffer, put32(buffer, at, Math.floor(value / twoTo32)), value % twoTo32);
}

/** 2 bytes as a number. */
export const unsigned16At = (bytes: Uint8Array, at: number): number =>
  (bytes[at]! << 8) | bytes[at + 1]!;

/** 4 bytes as a number with a sign. */
export const signed32At = (bytes: Uint8Array, at: number): number =>
  (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;

/** 4 bytes as a number. */
export const unsigned32At = (bytes: Uint8Array, at: number): number => signed32At(bytes, at) >>> 0;

/** 8 bytes as a number. */
export const unsigned64At = (bytes: Uint8Array, at: number): number =>
  unsigned32At(bytes, at) * twoTo32 + unsigned32At(bytes, at + 4);
