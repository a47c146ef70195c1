/** The bytes of a file of records as lines of cells, whatever a spreadsheet made of it. Pure. */
import { isFault, placeOf, readUtf8 } from '../text/index.js';
import { RecordFileError } from './file-error.js';

/** What may be between cells; the one that the first line has most of is the file's. */
const separators = [',', ';', '\t'] as const;

/** A line of the file, counted from 1, and its cells. */
export interface Row {
  readonly lineNumber: number;
  readonly cells: readonly string[];
}

/**
 * The text of a file.
 * @throws {RecordFileError} for one that is empty, is UTF-16, or is not UTF-8, by that name
 */
export function textOfFile(bytes: Uint8Array): string {
  if (bytes.length === 0) throw new RecordFileError(['the file is empty']);
  const [first = 0, second = 0] = bytes;
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  // Without a mark, a column's name in UTF-16 has a zero beside each letter.
  if (isUtf16 || bytes.subarray(0, 64).includes(0)) {
    throw new RecordFileError(['the file is UTF-16; save it as UTF-8']);
  }
  const text = readUtf8(bytes);
  if (!isFault(text)) return text;
  const { line } = placeOf(bytes, text.position);
  throw new RecordFileError([`line ${line}: ${text.what}; ${text.remedy}`]);
}

/** The lines that are not blank; cells are trimmed, quotes around a whole cell are taken off. */
export function rowsOf(text: string): Row[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const separator = separatorOf(lines[0] ?? '');
  return lines.flatMap((line, index) =>
    line.trim() === ''
      ? []
      : [{ lineNumber: index + 1, cells: line.split(separator).map(unquoted) }],
  );
}

function separatorOf(header: string): string {
  const count = (separator: string): number => header.split(separator).length;
  return separators.reduce((most, each) => (count(each) > count(most) ? each : most));
}

const unquoted = (cell: string): string => /^\s*"([^"]*)"\s*$/.exec(cell)?.[1] ?? cell.trim();
