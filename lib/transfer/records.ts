/**
 * Interactions as records of a file: a JSON object per line, or a record of CSV. Properties have
 * their names of the protocol; times are those of RFC 3339, attached data typed JSON.
 */
import { createHash } from 'node:crypto';
import { IxionError } from '../errors.js';
import { Item, PackReader } from '../pack/reader.js';
import { PackWriter } from '../pack/writer.js';
import { timeMsMax } from '../protocol/attribute.js';
import { decodeBody, type Attribute } from '../protocol/index.js';
import {
  isFault,
  type JsonObject,
  type JsonValue,
  readBoolean,
  readInteger,
  readJsonObject,
  readTime,
  TextFault,
  timeTextToMs,
  writeTime,
} from '../text/index.js';
import { type Column, columns, importDefinition, ofStore, propertyOf } from './columns.js';
import { formatCsv } from './csv.js';
import { faultOf, RecordFault } from './record-fault.js';
import { packJson, readJson } from './typed-json.js';

export type Format = 'jsonl' | 'csv';

const isTime = (name: string): boolean => name.endsWith('At') || name === 'HoldUntil';

/** The text of every interaction of a packed array. */
export function encodeRecords(packed: Uint8Array, format: Format): { text: string; count: number } {
  const reader = new PackReader().reset(packed, 0, packed.length);
  reader.next();
  const count = reader.size;
  let text = '';
  for (let left = count; left > 0; left -= 1) {
    const properties = readProperties(reader);
    text +=
      format === 'csv'
        ? formatCsv(columns.map((name) => properties.get(name)?.cell))
        : `{${[...properties].map(([name, { json }]) => `"${name}":${json}`).join(',')}}\n`;
  }
  return { text, count };
}

interface PropertyText {
  readonly json: string;
  /** In CSV: a text without the quotes of JSON, the rest as it is. */
  readonly cell: string;
}

function readProperties(reader: PackReader): Map<string, PropertyText> {
  const properties = new Map<string, PropertyText>();
  reader.next();
  for (let left = reader.size; left > 0; left -= 1) {
    reader.next();
    const name = reader.repeatedText();
    const property = readProperty(reader, name);
    if (!ofStore.has(name)) properties.set(name, property);
  }
  return properties;
}

function readProperty(reader: PackReader, name: string): PropertyText {
  const start = reader.position;
  const item = reader.next();
  if (item === Item.string) {
    const text = reader.text();
    return { json: JSON.stringify(text), cell: text };
  }
  if (item === Item.integer && isTime(name)) {
    const text = writeTime(reader.number);
    return { json: reader.number > timeTextToMs ? text : `"${text}"`, cell: text };
  }
  reader.position = start;
  const json = readJson(reader);
  return { json, cell: json };
}

/** Views of what it wrote stay as they are. */
const bodyWriter = new PackWriter();

/** One interaction, ready to be sent. */
export interface ImportRecord {
  readonly id: string;
  /** It had no identifier. */
  readonly isIdMade: boolean;
  /** The body of a RequestImportInteraction; a view. */
  readonly packed: Uint8Array;
}

/** A property and how its value is packed. */
interface Pair {
  readonly name: string;
  pack(writer: PackWriter): void;
}

/**
 * Packs a line of JSON, read with `keepFloats`.
 * @param otherwise begins the identifier if it has none
 * @throws {RecordFault} saying what is wrong with it
 */
export function packJsonRecord(values: JsonObject, otherwise: string): ImportRecord {
  const pairs: Pair[] = [];
  let id: string | undefined;
  for (const [key, value] of values) {
    const property = propertyOf(key);
    if (property instanceof TextFault) throw new RecordFault(property.what, property.remedy);
    // null is absent.
    if (property === undefined || value === null) continue;
    const { name, attribute } = property;
    if (name === 'InteractionId') id = textOf(name, value);
    else pairs.push({ name, pack: (writer) => packValue(writer, key, attribute, value) });
  }
  return packPairs(id, pairs, otherwise);
}

/** Packs a record of CSV; see `packJsonRecord`. */
export function packCsvRecord(
  header: readonly Column[],
  cells: readonly (string | undefined)[],
  otherwise: string,
): ImportRecord {
  if (cells.length !== header.length) {
    const what = `${cells.length} fields, and ${header.length} columns`;
    throw new RecordFault(what, 'look for a comma or a quote that is missing or too much');
  }
  const pairs: Pair[] = [];
  const data = new Map<string, string>();
  let id: string | undefined;
  for (const [index, column] of header.entries()) {
    const cell = cells[index];
    if (cell === undefined || column.kind === 'ignored') continue;
    if (column.kind === 'data') data.set(column.key, cell);
    else if (column.name === 'InteractionId') id = cell;
    else {
      const { name, attribute } = column;
      pairs.push({ name, pack: (writer) => packCell(writer, name, attribute, cell) });
    }
  }
  if (data.size > 0) pairs.push({ name: 'UserData', pack: (writer) => packTexts(writer, data) });
  return packPairs(id, pairs, otherwise);
}

function packPairs(
  given: string | undefined,
  pairs: readonly Pair[],
  otherwise: string,
): ImportRecord {
  const names = pairs.map(({ name }) => name);
  const doubled = names.find((name, index) => names.indexOf(name) !== index);
  if (doubled !== undefined) throw new RecordFault(`${doubled} is there twice`, 'leave one out');
  bodyWriter.take();
  for (const { name, pack } of pairs) {
    bodyWriter.string(name);
    pack(bodyWriter);
  }
  const rest = bodyWriter.take();
  const id = given ?? `${otherwise}.${createHash('sha256').update(rest).digest('hex').slice(0, 8)}`;
  bodyWriter.mapHead(pairs.length + 1);
  bodyWriter.string('InteractionId');
  bodyWriter.string(id);
  bodyWriter.raw(rest);
  const packed = bodyWriter.take();
  checkBody(packed);
  return { id, isIdMade: given === undefined, packed };
}

/** The same check as the server's. */
function checkBody(packed: Uint8Array): void {
  let body: Readonly<Record<string, unknown>>;
  try {
    body = decodeBody(importDefinition, packed, 0, packed.length);
  } catch (error) {
    if (!(error instanceof IxionError)) throw error;
    // The byte is one of the request, which nobody has seen.
    const what = error.message.replace(/, at byte \d+$/, '');
    throw new RecordFault(what, 'see docs/PROTOCOL.md for what it may be');
  }
  if (body['Hold'] === true) return;
  const lost = ['HeldAt', 'HoldUntil'].find((name) => body[name] !== undefined);
  if (lost === undefined) return;
  throw new RecordFault(`${lost} belongs to what is on hold`, 'set IsHeld, or leave it out');
}

function packValue(writer: PackWriter, name: string, { kind }: Attribute, value: JsonValue): void {
  switch (kind) {
    case 'keyValues':
      if (!(value instanceof Map)) throw new RecordFault(`${name} is not an object`, 'write {...}');
      return packJson(writer, value as JsonObject, name);
    case 'timestamp':
      return writer.number(typeof value === 'number' ? value : timeOf(name, textOf(name, value)));
    case 'integer':
      if (typeof value === 'number' && Number.isInteger(value)) return writer.number(value);
      throw new RecordFault(`${name} is not a whole number`, 'write digits only, without quotes');
    case 'boolean':
      if (value === 0 || value === 1) return writer.boolean(value === 1);
      if (typeof value === 'boolean') return writer.boolean(value);
      throw new RecordFault(`${name} is neither true nor false`, 'write true or false, or 1 or 0');
    default:
      return writer.string(textOf(name, value));
  }
}

function textOf(name: string, value: JsonValue): string {
  if (typeof value === 'string') return value;
  throw new RecordFault(`${name} is not a text`, 'put it in quotation marks');
}

function packCell(writer: PackWriter, name: string, { kind }: Attribute, cell: string): void {
  switch (kind) {
    case 'keyValues': {
      const object = readJsonObject(cell, { keepFloats: true });
      if (isFault(object)) throw new RecordFault(`${name}: ${object}`, 'it is a JSON object');
      return packJson(writer, object, name);
    }
    case 'timestamp':
      return writer.number(/^\d+$/.test(cell) ? wholeOf(name, cell) : timeOf(name, cell));
    case 'integer':
      return writer.number(wholeOf(name, cell));
    case 'boolean': {
      const truth = readBoolean(cell);
      if (isFault(truth)) throw faultOf(name, truth);
      return writer.boolean(truth);
    }
    default:
      return writer.string(cell);
  }
}

function packTexts(writer: PackWriter, data: ReadonlyMap<string, string>): void {
  writer.mapHead(data.size);
  for (const [key, text] of data) {
    writer.string(key);
    writer.string(text);
  }
}

function timeOf(name: string, text: string): number {
  const timeMs = readTime(text, 0, timeTextToMs);
  if (isFault(timeMs)) throw faultOf(name, timeMs);
  return timeMs;
}

/** Also a time, in milliseconds since 1970: so one behind the year 9999 is written. */
function wholeOf(name: string, text: string): number {
  const number = readInteger(text, -timeMsMax, timeMsMax);
  if (isFault(number)) throw faultOf(name, number);
  return number;
}
