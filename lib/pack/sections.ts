/**
 * Sections of a row: behind its fixed part stands what only some rows have, each with a tag and a
 * length. So a row of a thing that has none costs nothing for them, and whoever does not know a tag
 * keeps its bytes as they are.
 *
 * Head of a section: tag u8, length u16 (big-endian). With the greatest bit of the tag the length
 * is u32. Tags are 1 to 127 and mean one thing for ever: a section with another layout gets another
 * tag.
 */
import { assert } from '../assert.js';

/** Bit of the first byte with which the length has four bytes. */
const wideBit = 0x80;
const narrowMost = 0xffff;

/** No sections, or a section without bytes. */
export const noBytes: Uint8Array = new Uint8Array(0);

/** Bytes before the content of a section that has so many. */
export const sectionHeadBytes = (length: number): number => (length > narrowMost ? 5 : 3);

/** Writes the head of a section. @returns where its content begins */
export function writeSectionHead(
  target: Uint8Array,
  at: number,
  tag: number,
  length: number,
): number {
  assert(tag > 0 && tag < wideBit, 'a tag of a section is 1 to 127');
  if (length <= narrowMost) {
    target[at] = tag;
    target[at + 1] = length >>> 8;
    target[at + 2] = length;
    return at + 3;
  }
  target[at] = tag | wideBit;
  target[at + 1] = length >>> 24;
  target[at + 2] = length >>> 16;
  target[at + 3] = length >>> 8;
  target[at + 4] = length;
  return at + 5;
}

/** The tag of the section at `at`. */
export const sectionTagAt = (bytes: Uint8Array, at: number): number => bytes[at]! & ~wideBit;

/** Where the content of the section at `at` begins. */
export const sectionContentAt = (bytes: Uint8Array, at: number): number =>
  at + (bytes[at]! & wideBit ? 5 : 3);

/** Where the section at `at` ends, and the next begins. */
export function sectionEndAt(bytes: Uint8Array, at: number): number {
  const isWide = (bytes[at]! & wideBit) !== 0;
  const first = (bytes[at + 1]! << 8) | bytes[at + 2]!;
  if (!isWide) return at + 3 + first;
  // Never back: who walks over a damaged row must come to its end.
  return at + 5 + (((first << 16) | (bytes[at + 3]! << 8) | bytes[at + 4]!) >>> 0);
}

/** The content of a section among others, a view; undefined: it is not there. */
export function sectionIn(sections: Uint8Array, tag: number): Uint8Array | undefined {
  for (let at = 0; at < sections.length;) {
    const end = sectionEndAt(sections, at);
    if (sectionTagAt(sections, at) === tag) {
      return sections.subarray(sectionContentAt(sections, at), end);
    }
    at = end;
  }
  return undefined;
}

/**
 * The same sections with another content of one, or without it (undefined). The others stay as they
 * are; all stand in the order of their tags if they did before.
 */
export function withSection(
  sections: Uint8Array,
  tag: number,
  content: Uint8Array | undefined,
): Uint8Array {
  let at = 0;
  while (at < sections.length && sectionTagAt(sections, at) < tag) at = sectionEndAt(sections, at);
  const isThere = at < sections.length && sectionTagAt(sections, at) === tag;
  const behind = isThere ? sectionEndAt(sections, at) : at;
  if (content === undefined) return cut(sections, at, behind);
  const headBytes = sectionHeadBytes(content.length);
  const bytes = new Uint8Array(at + headBytes + content.length + sections.length - behind);
  bytes.set(sections.subarray(0, at));
  const contentAt = writeSectionHead(bytes, at, tag, content.length);
  bytes.set(content, contentAt);
  bytes.set(sections.subarray(behind), contentAt + content.length);
  return bytes;
}

/** Without the bytes in [start, end). */
function cut(bytes: Uint8Array, start: number, end: number): Uint8Array {
  if (start === end) return bytes;
  if (end - start === bytes.length) return noBytes;
  const rest = new Uint8Array(bytes.length - (end - start));
  rest.set(bytes.subarray(0, start));
  rest.set(bytes.subarray(end), start);
  return rest;
}
