/**
 * UTF-8, of which nothing is guessed: bytes that are not well-formed are a fault and never U+FFFD,
 * and a text that has no UTF-8 (a lone surrogate) is one too.
 */
import { TextFault } from './fault.js';
import { viewOf } from './view.js';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const remedy = 'save it as UTF-8';

/**
 * The text of the bytes in [start, end); a mark of byte order stays. The position of a fault is
 * counted in bytes from the start of `bytes`.
 */
export function readUtf8(
  bytes: Uint8Array,
  start = 0,
  end: number = bytes.length,
): string | TextFault {
  const wellFormed = wellFormedEnd(bytes, start, end);
  if (wellFormed === end) return decoder.decode(bytes.subarray(start, end));
  const byte = bytes[wellFormed]!.toString(16).padStart(2, '0');
  return new TextFault(`the byte ${byte} is not UTF-8`, remedy, wellFormed);
}

/** Line and column, both from 1, of a byte; the column is counted in bytes. */
export function placeOf(bytes: Uint8Array, position: number): { line: number; column: number } {
  let [line, start] = [1, 0];
  for (let at = bytes.indexOf(0x0a); at >= 0 && at < position; at = bytes.indexOf(0x0a, at + 1)) {
    line += 1;
    start = at + 1;
  }
  return { line, column: position - start + 1 };
}

/**
 * The same text without a mark of byte order (U+FEFF) before it, as editors of Windows write one.
 */
export const withoutByteOrderMark = (text: string): string =>
  text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;

/**
 * The position of the first surrogate that stands alone, so that the text has no UTF-8; -1: none.
 */
export function loneSurrogate(text: string): number {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0xd800 || code > 0xdfff) continue;
    const next = text.charCodeAt(at + 1);
    if (code > 0xdbff || !(next >= 0xdc00 && next <= 0xdfff)) return at;
    at++;
  }
  return -1;
}

/** The number of UTF-8 bytes of a text; a lone surrogate counts three, as U+FFFD would. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x80) continue;
    bytes += code < 0x800 ? 1 : 2;
    const isPair = code >= 0xd800 && code <= 0xdbff && isTrailing(text.charCodeAt(at + 1));
    // Two units, four bytes: two more than the units that are counted already.
    if (isPair) at++;
  }
  return bytes;
}

const isTrailing = (code: number): boolean => code >= 0xdc00 && code <= 0xdfff;

/** The position of the first byte above 127 in [start, end), or `end`. */
export function asciiEnd(buffer: Uint8Array, start: number, end: number): number {
  let index = end - start < longText ? start : asciiWordsEnd(buffer, start, end);
  // Eight at a time: most text is ASCII, and all text that comes is looked at.
  for (; index + 8 <= end; index += 8) {
    const four = buffer[index]! | buffer[index + 1]! | buffer[index + 2]! | buffer[index + 3]!;
    const more = buffer[index + 4]! | buffer[index + 5]! | buffer[index + 6]! | buffer[index + 7]!;
    if ((four | more) > 0x7f) break;
  }
  while (index < end && buffer[index]! < 0x80) index++;
  return index;
}

/** From here on words of four bytes are cheaper, although a view of them has to be found. */
const longText = 48;

/** The same in steps of sixteen bytes: `asciiEnd` is in the step behind what this finds. */
function asciiWordsEnd(buffer: Uint8Array, start: number, end: number): number {
  const view = viewOf(buffer);
  const origin = buffer.byteOffset;
  let at = origin + start;
  for (const last = origin + end - 16; at <= last; at += 16) {
    const two = view.getInt32(at, true) | view.getInt32(at + 4, true);
    const more = view.getInt32(at + 8, true) | view.getInt32(at + 12, true);
    if (((two | more) & 0x8080_8080) !== 0) break;
  }
  return at - origin;
}

/** Whether the bytes in [start, end) are well-formed UTF-8 (Unicode 15, table 3-7). */
export const isUtf8 = (buffer: Uint8Array, start: number, end: number): boolean =>
  wellFormedEnd(buffer, start, end) === end;

/** Where the first sequence begins that is not well-formed UTF-8, or `end`. */
export function wellFormedEnd(buffer: Uint8Array, start: number, end: number): number {
  let index = asciiEnd(buffer, start, end);
  while (index < end) {
    const first = buffer[index]!;
    const length = sequenceLength(first);
    if (length === 0 || index + length > end) return index;
    if (!isContinuation(first, buffer[index + 1]!)) return index;
    for (let next = index + 2; next < index + length; next++) {
      if ((buffer[next]! & 0xc0) !== 0x80) return index;
    }
    index = asciiEnd(buffer, index + length, end);
  }
  return end;
}

function sequenceLength(first: number): number {
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (first >= 0xe0 && first <= 0xef) return 3;
  if (first >= 0xf0 && first <= 0xf4) return 4;
  return 0;
}

/** The second byte rules out overlong forms, surrogates and code points above U+10FFFF. */
function isContinuation(first: number, second: number): boolean {
  const least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const greatest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  return second >= least && second <= greatest;
}
