/** What the threads of the pool do: between the bytes of a file and the bytes of the protocol. */
import { parseCsv } from './csv.js';
import { type Format, encodeRecords, packRecord } from './records.js';

/** Part of a file, of whole records. */
export interface ParseTask {
  readonly format: Format;
  /** Of CSV: the columns. */
  readonly header: readonly (string | undefined)[];
  readonly bytes: Uint8Array;
  /** Lines before it in the file. */
  readonly line: number;
  /** Begins the identifiers of records that have none. */
  readonly prefix: string;
}

/** A record that cannot be taken. */
export interface Fault {
  /** From 1. */
  readonly line: number;
  readonly what: string;
}

export interface Parsed {
  readonly records: readonly { readonly id: string; readonly line: number; readonly end: number }[];
  /** The bodies, one behind the other; each record says where its own ends. */
  readonly bodies: Uint8Array;
  readonly faults: readonly Fault[];
}

/** Parses and packs part of a file. */
export function parse(task: ParseTask): Parsed {
  const { bytes } = task;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const text = buffer.toString('utf8').replace(/^\uFEFF/, '');
  const records: Parsed['records'][number][] = [];
  const bodies: Uint8Array[] = [];
  let end = 0;
  const faults: Fault[] = [];
  for (const [line, read] of task.format === 'csv' ? csvRecords(task, text) : jsonRecords(text)) {
    const number = task.line + line + 1;
    try {
      const { id, packed } = packRecord(read(), `${task.prefix}.${number}`);
      end += packed.length;
      bodies.push(packed);
      records.push({ id, line: number, end });
    } catch (error) {
      faults.push({ line: number, what: (error as Error).message });
    }
  }
  return { records, bodies: Buffer.concat(bodies), faults };
}

type Values = Readonly<Record<string, unknown>>;
type Read = readonly [line: number, read: () => Values];

function jsonRecords(text: string): Read[] {
  return text.split('\n').flatMap((line, index): Read[] => {
    if (line.trim() === '') return [];
    return [[index, () => objectOf(JSON.parse(line))]];
  });
}

function objectOf(value: unknown): Values {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Values;
  throw new Error('a line is no JSON object');
}

function csvRecords({ header }: ParseTask, text: string): Read[] {
  return parseCsv(text).map(({ fields, line }): Read => [
    line,
    () => {
      if (fields.length > header.length) {
        throw new Error(`${fields.length} fields, and ${header.length} columns`);
      }
      return Object.fromEntries(fields.map((field, index) => [header[index] ?? '', field]));
    },
  ]);
}

/** A page of interactions. */
export interface FormatTask {
  readonly packed: Uint8Array;
  readonly format: Format;
}

/** The text of a page, as UTF-8. */
export function format(task: FormatTask): { readonly bytes: Uint8Array; readonly count: number } {
  const { text, count } = encodeRecords(task.packed, task.format);
  return { bytes: new TextEncoder().encode(text), count };
}
