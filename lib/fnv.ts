/**
 * FNV-1a, 32 bits, a byte at a time. Homes of identifiers and placements hang on
 * it: never change it.
 */

/** The hash of nothing. */
export const fnvStart = 0x811c9dc5;

/** The hash of what was hashed and one byte more. May be negative: end with `>>> 0`. */
export const fnvStep = (hash: number, byte: number): number => Math.imul(hash ^ byte, 0x01000193);
