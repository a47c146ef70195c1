/**
 * Who has an interaction, as a state row has it: 16 bytes of session key, then the name of
 * the client. Few sessions own nearly everything, so what was made of one is kept and found again:
 * a hexadecimal text and a name cost more than the rest of a row.
 */
import { assert } from '../assert.js';

export interface Owner {
  /** Session key, 32 hexadecimal digits. */
  readonly owner: string;
  readonly assignedTo: string;
  /** The same as in the row. */
  readonly bytes: Uint8Array;
}

const keyBytes = 16;
/** A power of two. */
const slots = 256;
const kept = new Array<Owner | undefined>(slots).fill(undefined);

/** The bytes of an owner. */
export function bytesOfOwner(owner: string, assignedTo: string): Uint8Array {
  const slot = (nibble(owner, 30) << 4) | nibble(owner, 31);
  const known = kept[slot];
  if (known !== undefined && known.owner === owner && known.assignedTo === assignedTo) {
    return known.bytes;
  }
  const name = Buffer.from(assignedTo, 'utf8');
  assert(name.length <= 255, 'a name is at most 255 bytes');
  const bytes = Buffer.concat([Buffer.from(owner, 'hex'), name]);
  kept[slot] = { owner, assignedTo, bytes };
  return bytes;
}

/** The owner in [start, end). */
export function ownerAt(buffer: Buffer, start: number, end: number): Owner {
  const slot = buffer[start + keyBytes - 1]!;
  const known = kept[slot];
  if (known !== undefined && isSame(buffer, start, end, known.bytes)) return known;
  const bytes = Uint8Array.from(buffer.subarray(start, end));
  return (kept[slot] = {
    owner: buffer.toString('hex', start, start + keyBytes),
    assignedTo: buffer.toString('utf8', start + keyBytes, end),
    bytes,
  });
}

/** A length of one byte and the UTF-8 of a text. */
export function shortString(text: string): Buffer<ArrayBuffer> {
  const content = Buffer.from(text, 'utf8');
  assert(content.length <= 255, 'a name is at most 255 bytes');
  return Buffer.concat([Buffer.of(content.length), content]);
}

function isSame(buffer: Uint8Array, at: number, end: number, bytes: Uint8Array): boolean {
  if (end - at !== bytes.length) return false;
  for (let index = 0; index < bytes.length; index++) {
    if (buffer[at + index] !== bytes[index]) return false;
  }
  return true;
}

/** The value of a hexadecimal digit, whatever its case. */
const nibble = (text: string, at: number): number => {
  const code = text.charCodeAt(at);
  return code <= 57 ? code - 48 : (code & 0xdf) - 55;
};
