/**
 * Memory for rows on their way to the store. They are small, many, and forgotten once committed, so
 * many share one slab: an ArrayBuffer of its own costs more than the bytes of a row, and LMDB asks
 * for the address of each one. A slab lives as long as a view of it: copy what is to be kept or
 * sent to another thread.
 */
/** The methods of a Buffer over a row; most rows are one already. */
export const bufferOf = (row: Uint8Array): Buffer =>
  Buffer.isBuffer(row) ? row : Buffer.from(row.buffer, row.byteOffset, row.byteLength);

const slabBytes = 65_536;
const sharedBytes = 8_192;

let slab = Buffer.allocUnsafeSlow(slabBytes);
let used = 0;

/** Bytes for one row, not cleared. */
export function rowBytes(length: number): Buffer {
  if (length > sharedBytes) return Buffer.allocUnsafeSlow(length);
  if (used + length > slabBytes) {
    slab = Buffer.allocUnsafeSlow(slabBytes);
    used = 0;
  }
  used += length;
  return slab.subarray(used - length, used);
}

/**
 * An integer of 32 bits, big-endian, byte by byte: the methods of a Buffer look at their arguments
 * each time, which is most of what they take.
 */
export const u32At = (row: Uint8Array, at: number): number =>
  row[at]! * 0x100_0000 + ((row[at + 1]! << 16) | (row[at + 2]! << 8) | row[at + 3]!);

/** The same with a sign. */
export const i32At = (row: Uint8Array, at: number): number =>
  (row[at]! << 24) | (row[at + 1]! << 16) | (row[at + 2]! << 8) | row[at + 3]!;

/** Puts an integer of 32 bits, with or without a sign, big-endian. */
export function putInt32(row: Uint8Array, at: number, value: number): void {
  row[at] = value >>> 24;
  row[at + 1] = value >>> 16;
  row[at + 2] = value >>> 8;
  row[at + 3] = value;
}
