/** A file in parts of whole records. */
import type { FileHandle } from 'node:fs/promises';
import { parseCsv } from './csv.js';
import type { Format } from './records.js';

const readBytes = 262_144;
/** No record is longer: an interaction is below a MiB, and text may take some times its bytes. */
const recordBytesMax = 16_777_216;
const lineFeed = 0x0a;
const quote = 0x22;

/** Where a part stands. */
export interface Chunk {
  readonly bytes: Uint8Array;
  /** Lines before it. */
  readonly line: number;
  /** Where it ends in the file, and lines before that. */
  readonly end: Position;
}

export interface Position {
  readonly offset: number;
  readonly line: number;
}

/** The first record of a CSV file: its columns, and where the next record begins. */
export async function readHeader(
  file: FileHandle,
): Promise<{ readonly header: (string | undefined)[]; readonly next: Position }> {
  for await (const { bytes } of readChunks(file, 'csv', { offset: 0, line: 0 })) {
    const end = endOfRecords(bytes, 'csv', 1);
    const text = Buffer.from(bytes.subarray(0, end))
      .toString('utf8')
      .replace(/^\uFEFF/, '');
    const [first] = parseCsv(text);
    const line = text.split('\n').length - 1;
    return { header: [...(first?.fields ?? [])], next: { offset: end, line } };
  }
  return { header: [], next: { offset: 0, line: 0 } };
}

/** @throws {Error} for a record without end */
export async function* readChunks(
  file: FileHandle,
  format: Format,
  from: Position,
): AsyncGenerator<Chunk> {
  let { offset, line } = from;
  let rest = Buffer.alloc(0);
  for (;;) {
    const buffer = Buffer.allocUnsafeSlow(rest.length + readBytes);
    rest.copy(buffer);
    const { bytesRead } = await file.read(buffer, rest.length, readBytes, offset + rest.length);
    const bytes = buffer.subarray(0, rest.length + bytesRead);
    if (bytes.length === 0) return;
    // The last record may lack its line break.
    const end = bytesRead === 0 ? bytes.length : endOfRecords(bytes, format);
    if (end > 0) {
      const chunk = Uint8Array.from(bytes.subarray(0, end));
      const after = line + countLines(chunk);
      offset += end;
      yield { bytes: chunk, line, end: { offset, line: after } };
      line = after;
    } else if (bytes.length > recordBytesMax) {
      throw new Error(`line ${line + 1}: a record of more than ${recordBytesMax} bytes`);
    }
    rest = Buffer.from(bytes.subarray(end));
  }
}

/** The end of the last whole record, or of so many; 0: there is none. */
function endOfRecords(bytes: Uint8Array, format: Format, records = Infinity): number {
  if (format === 'jsonl' && records === Infinity) return bytes.lastIndexOf(lineFeed) + 1;
  let isQuoted = false;
  let [end, found] = [0, 0];
  for (let at = 0; at < bytes.length && found < records; at += 1) {
    if (bytes[at] === quote) isQuoted = !isQuoted;
    else if (bytes[at] === lineFeed && !isQuoted) {
      end = at + 1;
      found += 1;
    }
  }
  return found === 0 && records < Infinity ? bytes.length : end;
}

function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) lines += 1;
  return lines;
}
