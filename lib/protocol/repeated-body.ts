/** The body of a request that is sent again. */
import type { PackWriter } from '../pack/writer.js';

/** Bytes that a body grows by when it says its age, at most. */
export const retryAgeBytesMax = 24;

/**
 * Writes a packed body with RetryAgeMs behind its other attributes, of which it has
 * fewer than 2 ** 16 - 1.
 */
export function writeRepeatedBody(writer: PackWriter, body: Uint8Array, ageMs: number): void {
  const head = body[0]!;
  const isShort = (head & 0xf0) === 0x80;
  const entries = isShort ? head & 0x0f : (body[1]! << 8) | body[2]!;
  writer.mapHead(entries + 1);
  writer.raw(body.subarray(isShort ? 1 : 3));
  writer.string('RetryAgeMs');
  writer.number(ageMs);
}
