/** Base64 of RFC 4648, section 4, in its one canonical form. */
import { TextFault } from './fault.js';

const foreign = /[^A-Za-z0-9+/]/;
const remedy = 'give base64 with its padding, without spaces or line breaks';

/**
 * The bytes of a text. Padding has to be there, bits that no byte takes have to be zero, and no
 * other character is passed over: so one value has one text.
 */
export function readBase64(text: string): Uint8Array | TextFault {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bad = text.slice(0, text.length - padding).search(foreign);
  if (bad >= 0) {
    const character = JSON.stringify(String.fromCodePoint(text.codePointAt(bad)!));
    return new TextFault(`${character} does not belong to base64`, remedy, bad);
  }
  if (text.length % 4 !== 0) {
    return new TextFault('the base64 is not a multiple of four characters', remedy, text.length);
  }
  const bytes = Buffer.from(text, 'base64');
  // The last four characters only: what precedes them has no bits to spare.
  if (padding > 0 && bytes.subarray(-(3 - padding)).toString('base64') !== text.slice(-4)) {
    const at = text.length - padding - 1;
    return new TextFault(
      'the last character of the base64 has bits that no byte takes',
      remedy,
      at,
    );
  }
  return bytes;
}

/** The canonical text of bytes. */
export const writeBase64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
