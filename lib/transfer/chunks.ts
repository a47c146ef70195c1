/** A file in parts of whole records. */
import { isFault, TextFault } from '../text/index.js';
import { CsvReader } from './csv.js';
import { FileFault } from './file-fault.js';
import type { Format } from './records.js';
import type { Source } from './source.js';

const readBytes = 262_144;
/** No record is longer: an interaction is below a MiB, and text may take some times its bytes. */
const recordBytesMax = 16_777_216;
const lineFeed = 0x0a;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** A place between two records. */
export interface Position {
  readonly offset: number;
  /** Lines before it. */
  readonly line: number;
}

/** Where a part is. */
export interface Chunk {
  readonly bytes: Uint8Array;
  readonly start: Position;
  readonly end: Position;
}

export const fileStart: Position = { offset: 0, line: 0 };

/** Parts of a file, from a position on. @throws {FileFault} for a record without end, and UTF-16 */
export async function* readChunks(
  source: Source,
  format: Format,
  from: Position,
  name: string,
): AsyncGenerator<Chunk> {
  let { offset, line } = from;
  let rest: Uint8Array = Buffer.alloc(0);
  for (;;) {
    const more = await source.read(offset + rest.length, readBytes);
    if (offset + rest.length === 0) checkEncoding(more, name);
    const isLast = more.length === 0;
    const bytes = Buffer.concat([rest, more]);
    if (bytes.length === 0) return;
    const start = offset === 0 ? markLength(bytes) : 0;
    const { end, lines } = endOfRecords(bytes, format, start, isLast);
    if (end > start) {
      const chunk = Uint8Array.from(bytes.subarray(start, end));
      const after = { offset: offset + end, line: line + lines };
      yield { bytes: chunk, start: { offset: offset + start, line }, end: after };
      ({ offset, line } = after);
      rest = bytes.subarray(end);
    } else {
      if (isLast) return;
      if (bytes.length > recordBytesMax) throw tooLong(name, line);
      rest = bytes;
    }
  }
}

const tooLong = (name: string, line: number): FileFault =>
  new FileFault(
    `${name}:${line + 1}: a record has more than ${recordBytesMax} bytes`,
    'Look for a line break that is missing, or for a quote that is not closed.',
  );

/** Bytes of a mark of byte order. */
const markLength = (bytes: Uint8Array): number =>
  Buffer.compare(bytes.subarray(0, byteOrderMark.length), byteOrderMark) === 0
    ? byteOrderMark.length
    : 0;

/** Other encodings that say so. */
function checkEncoding(bytes: Uint8Array, name: string): void {
  const [first, second] = bytes;
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (isUtf16) throw new FileFault(`${name}: the file is UTF-16`, 'Save it as UTF-8.');
}

/** Behind the last whole record, and the line breaks up to there. */
function endOfRecords(
  bytes: Uint8Array,
  format: Format,
  start: number,
  isLast: boolean,
): { end: number; lines: number } {
  if (format === 'csv') {
    const reader = new CsvReader(bytes, isLast, start);
    let lines = 0;
    while (reader.next()) lines = reader.line + reader.breaks;
    const isTooLong = reader.end === start && bytes.length > recordBytesMax;
    return isTooLong ? firstLine(bytes, start) : { end: reader.end, lines };
  }
  // The last record may lack its line break.
  const end = isLast ? bytes.length : bytes.lastIndexOf(lineFeed) + 1;
  return { end, lines: countLines(bytes.subarray(start, end)) };
}

/** No record is so long: if a quote is open at its end, it is one that nobody closes. */
function firstLine(bytes: Uint8Array, start: number): { end: number; lines: number } {
  const reader = new CsvReader(bytes, true, start);
  reader.next();
  const isOpen = reader.fault !== undefined && reader.breaks === 1;
  return isOpen ? { end: reader.end, lines: 1 } : { end: start, lines: 0 };
}

function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) lines += 1;
  return lines;
}

/**
 * The first record of a CSV file: the names of its columns, and where the next record begins.
 * @throws {FileFault}
 */
export async function readHeader(
  source: Source,
  name: string,
): Promise<{ readonly names: readonly (string | undefined)[]; readonly next: Position }> {
  for await (const { bytes, start } of readChunks(source, 'csv', fileStart, name)) {
    const reader = new CsvReader(bytes, true);
    reader.next();
    const names = reader.fault ?? reader.fields();
    if (isFault(names)) throw headerFault(name, names);
    return { names, next: { offset: start.offset + reader.end, line: reader.breaks } };
  }
  throw headerFault(name, new TextFault('the file is empty', 'begin it with the names of columns'));
}

/** What is wrong with the line of column names. */
export const headerFault = (name: string, { what, remedy }: TextFault): FileFault =>
  new FileFault(`${name}:1: ${what}`, `${remedy[0]!.toUpperCase()}${remedy.slice(1)}.`);
