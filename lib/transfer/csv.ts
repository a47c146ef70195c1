/** Comma-separated values as RFC 4180 has them; an empty field is absent, `""` is an empty text. */

/** One record and where it begins. */
export interface CsvRecord {
  readonly fields: readonly (string | undefined)[];
  /** Line breaks of the text before it. */
  readonly line: number;
}

/** @throws {Error} for a quote in the wrong place, with the line counted from 0 */
export function parseCsv(text: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  let [at, line] = [0, 0];
  while (at < text.length) {
    const fields: (string | undefined)[] = [];
    const first = line;
    for (;;) {
      const field = text[at] === '"' ? quoted(text, at) : plain(text, at);
      fields.push(field.value);
      line += field.breaks;
      at = field.end;
      if (text[at] !== ',') break;
      at += 1;
    }
    if (text.startsWith('\r\n', at)) at += 2;
    else if (text[at] === '\n') at += 1;
    else if (at < text.length) throw new Error(`a quote in the wrong place, line ${line}`);
    line += 1;
    if (fields.length > 1 || fields[0] !== undefined) records.push({ fields, line: first });
  }
  return records;
}

interface Field {
  readonly value: string | undefined;
  readonly end: number;
  readonly breaks: number;
}

const plainEnd = /[,\r\n"]/g;

function plain(text: string, start: number): Field {
  plainEnd.lastIndex = start;
  const end = plainEnd.exec(text)?.index ?? text.length;
  return { value: end === start ? undefined : text.slice(start, end), end, breaks: 0 };
}

function quoted(text: string, start: number): Field {
  let at = start + 1;
  let value = '';
  for (;;) {
    const end = text.indexOf('"', at);
    if (end < 0) throw new Error('a quote is not closed');
    value += text.slice(at, end);
    if (text[end + 1] !== '"') {
      return { value, end: end + 1, breaks: value.split('\n').length - 1 };
    }
    value += '"';
    at = end + 2;
  }
}

/** One record, with its line break. */
export function formatCsv(fields: readonly (string | undefined)[]): string {
  return `${fields.map((field) => (field === undefined ? '' : formatField(field))).join(',')}\r\n`;
}

const formatField = (text: string): string =>
  text === '' || /[,"\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
