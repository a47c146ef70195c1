/**
 * Who has an interaction, as a section of its state row: 16 bytes of session key, then the name of
 * the client. Few sessions own nearly everything, so what was made of one is kept and found again,
 * with its head, so that a row is compared and written in one go: a hexadecimal text and a name
 * cost more than the rest of a row.
 */
import { assert } from '../assert.js';
import {
  sectionContentAt,
  sectionEndAt,
  sectionHeadBytes,
  writeSectionHead,
} from '../pack/sections.js';

export interface Owner {
  /** Session key, 32 hexadecimal digits. */
  readonly owner: string;
  readonly assignedTo: string;
  /** The same as in the row, with the head of the section. */
  readonly section: Uint8Array;
}

/** Tag of the section. */
export const ownerTag = 1;

const keyBytes = 16;
/** A key and a name are never so long that their section needs a wide head. */
const headBytes = sectionHeadBytes(0);
/** A power of two. */
const slots = 256;
const kept = new Array<Owner | undefined>(slots).fill(undefined);

/** The section of an owner. */
export function sectionOfOwner(owner: string, assignedTo: string): Uint8Array {
  const slot = (nibble(owner, 30) << 4) | nibble(owner, 31);
  const known = kept[slot];
  if (known !== undefined && known.owner === owner && known.assignedTo === assignedTo) {
    return known.section;
  }
  const name = Buffer.from(assignedTo, 'utf8');
  assert(name.length <= 255, 'a name is at most 255 bytes');
  const section = new Uint8Array(headBytes + keyBytes + name.length);
  const keyAt = writeSectionHead(section, 0, ownerTag, keyBytes + name.length);
  section.set(Buffer.from(owner, 'hex'), keyAt);
  section.set(name, keyAt + keyBytes);
  kept[slot] = { owner, assignedTo, section };
  return section;
}

/** The owner in the section at `at`, of a row that ends at `end`. */
export function ownerAt(buffer: Buffer, at: number, end: number): Owner {
  const slot = buffer[at + headBytes + keyBytes - 1]!;
  const known = kept[slot];
  // The same with its head has the same length.
  if (known !== undefined && isSame(buffer, at, end, known.section)) return known;
  const keyAt = sectionContentAt(buffer, at);
  const behind = sectionEndAt(buffer, at);
  assert(behind <= end, 'a section of a state row is cut short');
  const owner: Owner = {
    owner: buffer.toString('hex', keyAt, keyAt + keyBytes),
    assignedTo: buffer.toString('utf8', keyAt + keyBytes, behind),
    section: Uint8Array.from(buffer.subarray(at, behind)),
  };
  return keyAt === at + headBytes ? (kept[slot] = owner) : owner;
}

/** A length of one byte and the UTF-8 of a text. */
export function shortString(text: string): Buffer<ArrayBuffer> {
  const content = Buffer.from(text, 'utf8');
  assert(content.length <= 255, 'a name is at most 255 bytes');
  return Buffer.concat([Buffer.of(content.length), content]);
}

function isSame(buffer: Uint8Array, at: number, end: number, bytes: Uint8Array): boolean {
  const { length } = bytes;
  if (end - at < length) return false;
  // From its end: heads are all alike, and so are keys of one client but for their last bytes.
  for (let index = length - 1; index >= 0; index--) {
    if (buffer[at + index] !== bytes[index]) return false;
  }
  return true;
}

/** The value of a hexadecimal digit, whatever its case. */
const nibble = (text: string, at: number): number => {
  const code = text.charCodeAt(at);
  return code <= 57 ? code - 48 : (code & 0xdf) - 55;
};
