/** What the threads of the pool do: between the bytes of a file and the bytes of the protocol. */
import { isFault, type JsonObject, readJsonObject, readUtf8 } from '../text/index.js';
import type { Column } from './columns.js';
import { CsvReader } from './csv.js';
import { faultOf, RecordFault } from './record-fault.js';
import {
  encodeRecords,
  type Format,
  type ImportRecord,
  packCsvRecord,
  packJsonRecord,
} from './records.js';

/** Part of a file, of whole records. */
export interface ParseTask {
  readonly format: Format;
  /** Of CSV. */
  readonly columns: readonly Column[];
  readonly bytes: Uint8Array;
  /** Bytes and lines before it in the file. */
  readonly start: { readonly offset: number; readonly line: number };
  /** Begins the identifiers of records that have none. */
  readonly prefix: string;
}

/** Where a record is in its file: its line from 1, its bytes from 0 and up to an end. */
export interface Place {
  readonly line: number;
  readonly from: number;
  readonly to: number;
}

/** A record that cannot be taken. */
export interface Fault extends Place {
  readonly what: string;
}

/** A record that can be sent; its body ends at `end` of the bodies. */
export interface Sendable extends Place {
  readonly id: string;
  readonly end: number;
}

export interface Parsed {
  readonly records: readonly Sendable[];
  /** The bodies, one behind the other. */
  readonly bodies: Uint8Array;
  readonly faults: readonly Fault[];
  /** Records that had no identifier. */
  readonly idsMade: number;
}

/** Parses and packs part of a file. */
export function parse(task: ParseTask): Parsed {
  const records: Sendable[] = [];
  const bodies: Uint8Array[] = [];
  const faults: Fault[] = [];
  let [end, idsMade] = [0, 0];
  for (const { place, pack } of task.format === 'csv' ? csvRecords(task) : jsonRecords(task)) {
    try {
      const { id, isIdMade, packed } = pack(`${task.prefix}.${place.line}`);
      end += packed.length;
      if (isIdMade) idsMade += 1;
      bodies.push(packed);
      records.push({ ...place, id, end });
    } catch (error) {
      if (!(error instanceof RecordFault)) throw error;
      faults.push({ ...place, what: error.message });
    }
  }
  return { records, bodies: Buffer.concat(bodies), faults, idsMade };
}

interface Read {
  readonly place: Place;
  /** @throws {RecordFault} */
  pack(otherwise: string): ImportRecord;
}

const lineFeed = 0x0a;

function* jsonRecords({ bytes, start }: ParseTask): Generator<Read> {
  let { line } = start;
  for (let from = 0; from < bytes.length;) {
    const lineEnd = bytes.indexOf(lineFeed, from);
    const to = lineEnd < 0 ? bytes.length : lineEnd;
    const next = lineEnd < 0 ? to : lineEnd + 1;
    line += 1;
    if (!isBlank(bytes, from, to)) {
      const place = { line, from: start.offset + from, to: start.offset + next };
      const [begin, end] = [from, to];
      yield { place, pack: (otherwise) => packJsonRecord(objectOf(bytes, begin, end), otherwise) };
    }
    from = next;
  }
}

function isBlank(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at];
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false;
  }
  return true;
}

function objectOf(bytes: Uint8Array, from: number, to: number): JsonObject {
  const text = readUtf8(bytes, from, to);
  if (isFault(text))
    throw new RecordFault(`${text.what}, at byte ${text.position - from + 1}`, text.remedy);
  const object = readJsonObject(text, { keepFloats: true });
  if (!isFault(object)) return object;
  throw new RecordFault(`${object.what}, at character ${object.position + 1}`, object.remedy);
}

function* csvRecords({ bytes, start, columns }: ParseTask): Generator<Read> {
  const reader = new CsvReader(bytes, true);
  while (reader.next()) {
    if (reader.fault === undefined && reader.isBlank) continue;
    const place = {
      line: start.line + reader.line + 1,
      from: start.offset + reader.start,
      to: start.offset + reader.end,
    };
    yield {
      place,
      pack(otherwise) {
        const cells = reader.fault ?? reader.fields();
        if (isFault(cells)) throw faultOf(`column ${reader.columnAt(cells.position)}`, cells);
        return packCsvRecord(columns, cells, otherwise);
      },
    };
  }
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
