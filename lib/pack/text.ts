/**
 * Text to bytes and back, with Node's native routines where there is a Buffer and with the standard
 * ones elsewhere. Nothing of Node is imported, so that the client's core also runs in a browser.
 */
import { controlCharacter } from '../text/name.js';
import { asciiEnd, isUtf8 } from '../text/utf8.js';

export { isUtf8 };

/** The parts of Node's Buffer that are used here; they also take a plain Uint8Array as `this`. */
interface NativeText {
  latin1Slice(start: number, end: number): string;
  utf8Slice(start: number, end: number): string;
  latin1Write(text: string, offset: number, length: number): number;
  utf8Write(text: string, offset: number, length: number): number;
}

const native = (globalThis as { Buffer?: { prototype: unknown } }).Buffer?.prototype as
  | NativeText
  | undefined;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * New bytes, not cleared; on Node without its shared pool, so that no view pins another's memory.
 */
export function newBytes(length: number): Uint8Array {
  return typeof Buffer === 'undefined' ? new Uint8Array(length) : Buffer.allocUnsafeSlow(length);
}

/** The text of UTF-8 bytes in [start, end), or undefined if they are not well-formed UTF-8. */
export function readText(buffer: Uint8Array, start: number, end: number): string | undefined {
  const ascii = asciiEnd(buffer, start, end) === end;
  if (!ascii && !isUtf8(buffer, start, end)) return undefined;
  if (native === undefined) return decoder.decode(buffer.subarray(start, end));
  return ascii
    ? native.latin1Slice.call(buffer, start, end)
    : native.utf8Slice.call(buffer, start, end);
}

/** Whether the bytes in [start, end) are the UTF-8 of a text; ASCII is compared where it is. */
export function isTextOf(buffer: Uint8Array, start: number, end: number, text: string): boolean {
  const { length } = text;
  if (length > end - start) return false;
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) return readText(buffer, start, end) === text;
    if (code !== buffer[start + index]) return false;
  }
  return length === end - start;
}

/** Bytes as characters 0 to 255. */
export function binaryText(bytes: Uint8Array): string {
  if (native === undefined) return String.fromCharCode(...bytes);
  return native.latin1Slice.call(bytes, 0, bytes.length);
}

const cachedBytes = 32;
const cacheSlots = 1_024;
const newCache = (): (string | undefined)[] =>
  new Array<string | undefined>(cacheSlots).fill(undefined);
const texts = newCache();
/** Only what has been looked through: so a name that comes again is not looked through again. */
const names = newCache();

/**
 * The same for text that comes again and again, as names and keys do: short ASCII text is looked up
 * among texts read before, which is cheaper than to make it anew.
 */
export function readRepeatedText(
  buffer: Uint8Array,
  start: number,
  end: number,
): string | undefined {
  const size = end - start;
  if (size === 0 || size > cachedBytes) return readText(buffer, start, end);
  const slot = slotOf(buffer, start, size);
  const known = texts[slot];
  if (known !== undefined && equalsAscii(known, buffer, start, end)) return known;
  const text = readText(buffer, start, end);
  // Text that is not ASCII has fewer characters than bytes; kept, it would look like other bytes.
  if (text?.length === size) texts[slot] = text;
  return text;
}

/** The same for a name; undefined also if it has a control character (`lib/text/name.ts`). */
export function readName(buffer: Uint8Array, start: number, end: number): string | undefined {
  const size = end - start;
  if (size === 0 || size > cachedBytes) return withoutControls(readText(buffer, start, end));
  const slot = slotOf(buffer, start, size);
  const known = names[slot];
  if (known !== undefined && equalsAscii(known, buffer, start, end)) return known;
  const name = withoutControls(readText(buffer, start, end));
  if (name?.length === size) names[slot] = name;
  return name;
}

const withoutControls = (text: string | undefined): string | undefined =>
  text === undefined || controlCharacter(text) >= 0 ? undefined : text;

/** Four bytes of it tell most names apart, and what is found is compared anyway. */
function slotOf(buffer: Uint8Array, start: number, size: number): number {
  let hash = (size << 5) ^ buffer[start]!;
  hash = Math.imul(hash, 31) + buffer[start + (size >>> 1)]!;
  hash = Math.imul(hash, 31) + buffer[start + ((size * 3) >>> 2)]!;
  hash = Math.imul(hash, 31) + buffer[start + size - 1]!;
  return (hash ^ (hash >>> 10)) & (cacheSlots - 1);
}

function equalsAscii(text: string, buffer: Uint8Array, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) !== buffer[start + index]) return false;
  }
  return true;
}

/**
 * Text below this length is copied character by character: cheaper than a call into native code.
 */
const shortText = 40;

/**
 * Writes `text` as UTF-8 at `offset` and returns the number of bytes. The buffer has room for three
 * bytes per UTF-16 unit. A lone surrogate becomes U+FFFD.
 */
export function writeText(buffer: Uint8Array, offset: number, text: string): number {
  const length = text.length;
  if (length < shortText) {
    let index = 0;
    for (; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) break;
      buffer[offset + index] = code;
    }
    if (index === length) return length;
  }
  if (native === undefined) return encoder.encodeInto(text, buffer.subarray(offset)).written;
  return native.utf8Write.call(buffer, text, offset, length * 3);
}
