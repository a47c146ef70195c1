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
