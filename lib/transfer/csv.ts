/**
 * Comma-separated values as RFC 4180 has them, in bytes; an empty field is absent, `""` is an empty
 * text. A record that breaks the rules is its first line only: what follows is read as if it had
 * not been there, so that one stray quote costs one line.
 */
import { readUtf8, TextFault } from '../text/index.js';

/** A field: where it is, without its quotes. */
interface Field {
  readonly start: number;
  readonly end: number;
  readonly isQuoted: boolean;
}

const comma = 0x2c;
const quote = 0x22;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

const quoteRemedy = 'put the whole field in quotes, and write "" for a quote in it';

/** Reads records one after the other. Positions are those in the bytes. */
export class CsvReader {
  readonly #bytes: Uint8Array;
  /** Nothing follows the bytes. */
  readonly #isLast: boolean;
  /** Where the record begins, and behind its line break. */
  start: number;
  end: number;
  /** Line breaks before the record, from where the reader began, and those in it with its own. */
  line = 0;
  breaks = 0;
  /** What is wrong with it. */
  fault: TextFault | undefined;
  #fields: Field[] = [];

  constructor(bytes: Uint8Array, isLast: boolean, start = 0) {
    this.#bytes = bytes;
    this.#isLast = isLast;
    this.start = start;
    this.end = start;
  }

  /** The fields of the record, which has no fault; undefined for what is absent. */
  fields(): (string | undefined)[] | TextFault {
    const values: (string | undefined)[] = [];
    for (const { start, end, isQuoted } of this.#fields) {
      const text = readUtf8(this.#bytes, start, end);
      if (text instanceof TextFault) return text;
      if (isQuoted) values.push(text.replaceAll('""', '"'));
      else values.push(text === '' ? undefined : text);
    }
    return values;
  }

  /** The number, from 1, of the field at a position. */
  columnAt(position: number): number {
    const index = this.#fields.findIndex(
      ({ end, isQuoted }) => (isQuoted ? end + 1 : end) >= position,
    );
    return index < 0 ? this.#fields.length + 1 : index + 1;
  }

  /** There is nothing in the record. */
  get isBlank(): boolean {
    const [only] = this.#fields;
    return this.#fields.length === 1 && !only!.isQuoted && only!.start === only!.end;
  }

  /** Goes to the next record. False: there is none, or its end is not in the bytes. */
  next(): boolean {
    const { end } = this;
    if (end >= this.#bytes.length) return false;
    this.start = end;
    this.line += this.breaks;
    this.breaks = 0;
    this.fault = undefined;
    this.#fields = [];
    const behind = this.#record(end);
    if (behind !== undefined) return this.#take(behind);
    if (this.fault === undefined) return false;
    const lineEnd = this.#bytes.indexOf(lineFeed, end);
    if (lineEnd < 0 && !this.#isLast) return false;
    this.end = lineEnd < 0 ? this.#bytes.length : lineEnd + 1;
    this.breaks = lineEnd < 0 ? 0 : 1;
    return true;
  }

  #take(behind: number): true {
    const bytes = this.#bytes;
    this.end = behind;
    for (let at = bytes.indexOf(lineFeed, this.start); at >= 0 && at < behind;) {
      this.breaks += 1;
      at = bytes.indexOf(lineFeed, at + 1);
    }
    return true;
  }

  /** Behind the record; undefined with a fault, or without one when bytes are missing. */
  #record(start: number): number | undefined {
    const bytes = this.#bytes;
    let at = start;
    for (;;) {
      const field = bytes[at] === quote ? this.#quoted(at) : this.#plain(at);
      if (field === undefined) return undefined;
      this.#fields.push(field);
      at = field.isQuoted ? field.end + 1 : field.end;
      const byte = bytes[at];
      if (byte === comma) at += 1;
      else if (byte === lineFeed) return at + 1;
      else if (byte === undefined) return this.#isLast ? at : undefined;
      else if (byte === carriageReturn) return this.#lineEnd(at);
      else return this.#broken('text follows the closing quote of a field', quoteRemedy, at);
    }
  }

  #lineEnd(at: number): number | undefined {
    const byte = this.#bytes[at + 1];
    if (byte === lineFeed) return at + 2;
    if (byte === undefined && !this.#isLast) return undefined;
    const what = 'a carriage return is without a line feed';
    return this.#broken(what, 'end lines with a line feed, or with both', at);
  }

  #plain(start: number): Field | undefined {
    const bytes = this.#bytes;
    let at = start;
    for (; at < bytes.length; at += 1) {
      const byte = bytes[at];
      if (byte === comma || byte === lineFeed || byte === carriageReturn) break;
      if (byte !== quote) continue;
      return this.#broken('a quote is in a field that does not begin with one', quoteRemedy, at);
    }
    return { start, end: at, isQuoted: false };
  }

  #quoted(start: number): Field | undefined {
    const bytes = this.#bytes;
    let at = start + 1;
    for (;;) {
      const end = bytes.indexOf(quote, at);
      const isOpen = end < 0 || (end + 1 === bytes.length && !this.#isLast);
      if (isOpen && !this.#isLast) return undefined;
      if (end < 0) return this.#broken('a quote is not closed', quoteRemedy, start);
      if (bytes[end + 1] !== quote) return { start: start + 1, end, isQuoted: true };
      at = end + 2;
    }
  }

  #broken(what: string, remedy: string, position: number): undefined {
    this.fault = new TextFault(what, remedy, position);
    return undefined;
  }
}

/** One record, with its line break. */
export function formatCsv(fields: readonly (string | undefined)[]): string {
  return `${fields.map((field) => (field === undefined ? '' : formatField(field))).join(',')}\r\n`;
}

const formatField = (text: string): string =>
  text === '' || /[,"\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
