/**
 * Attached data as JSON, without loss: what JSON has no value for is an object with one key.
 *
 *   integer beyond 53 bits   {"$int": "9223372036854775807"}
 *   float that looks whole   {"$float": "1"}, also "-0", "NaN", "Infinity"
 *   timestamp                {"$time": "2026-01-31T12:00:00.000Z"}
 *   binary                   {"$binary": "AAEC"} (base64)
 *   any other extension      {"$packed": "..."} (its MessagePack, base64)
 *
 * A key of attached data that begins with "$" is written with another "$" before it.
 */
import { Item, PackReader, timestampExtension } from '../interaction/attached-data-reader.js';
import { PackWriter } from '../interaction/attached-data-writer.js';
import { skipItem } from '../interaction/attached-data.js';

/** The JSON text of the packed item that the reader stands before. @throws {IxionError} MalformedBody */
export function readJson(reader: PackReader): string {
  const start = reader.position;
  const item = reader.next();
  switch (item) {
    case Item.nil:
      return 'null';
    case Item.boolean:
      return reader.number === 1 ? 'true' : 'false';
    case Item.integer:
      return String(reader.number);
    case Item.bigInteger:
      return `{"$int":"${reader.big}"}`;
    case Item.float:
      return floatText(reader.number);
    case Item.string:
      return JSON.stringify(reader.text());
    case Item.binary:
      return `{"$binary":"${base64(reader.view())}"}`;
    case Item.extension:
      return extensionText(reader, start);
    case Item.array:
      return `[${times(reader.size, () => readJson(reader)).join(',')}]`;
    default:
      return `{${times(reader.size, () => pairText(reader)).join(',')}}`;
  }
}

function pairText(reader: PackReader): string {
  reader.next();
  const key = reader.repeatedText();
  return `${JSON.stringify(key.startsWith('$') ? `$${key}` : key)}:${readJson(reader)}`;
}

function floatText(value: number): string {
  if (!Number.isFinite(value) || Number.isSafeInteger(value)) {
    return `{"$float":"${Object.is(value, -0) ? '-0' : value}"}`;
  }
  return String(value);
}

/** Makes timestamps, to be compared. */
const timeWriter = new PackWriter();

/** A timestamp with less than a millisecond is kept as it is packed. */
function extensionText(reader: PackReader, start: number): string {
  const { position, size } = reader;
  const end = position + size;
  const packed = reader.buffer.subarray(start, end);
  if (reader.number === timestampExtension) {
    timeWriter.timestamp(new Date(reader.timestampMs()));
    const same = Buffer.compare(timeWriter.take(), packed) === 0;
    reader.position = position;
    if (same) {
      const text = new Date(reader.timestampMs()).toISOString();
      reader.position = end;
      return `{"$time":"${text}"}`;
    }
  }
  reader.position = end;
  return `{"$packed":"${base64(packed)}"}`;
}

/** Packs a value of `JSON.parse`. @throws {Error} saying what it cannot be */
export function packJson(writer: PackWriter, value: unknown): void {
  switch (typeof value) {
    case 'string':
      return writer.string(value);
    case 'number':
      return writer.number(value);
    case 'boolean':
      return writer.boolean(value);
    case 'object':
      if (value !== null && !Array.isArray(value)) return packObject(writer, value as JsonObject);
  }
  throw new Error(`attached data may not hold ${value === null ? 'null' : 'a list'}`);
}

type JsonObject = Readonly<Record<string, unknown>>;

function packObject(writer: PackWriter, object: JsonObject): void {
  const keys = Object.keys(object);
  const [only = ''] = keys;
  if (keys.length === 1 && /^\$[a-z]/.test(only)) return packTyped(writer, only, object[only]);
  writer.mapHead(keys.length);
  for (const key of keys) {
    if (/^\$(?!\$)/.test(key)) throw new Error(`"${key}" is no type; write "$${key}" for the key`);
    writer.string(key.startsWith('$$') ? key.slice(1) : key);
    packJson(writer, object[key]);
  }
}

function packTyped(writer: PackWriter, type: string, value: unknown): void {
  const text = typeof value === 'string' ? value : '';
  if (type === '$int' && /^-?\d{1,20}$/.test(text)) return writer.bigInteger(BigInt(text));
  if (type === '$float' && isFloat(text)) return packFloat(writer, Number(text));
  if (type === '$binary') return writer.binary(Buffer.from(text, 'base64'));
  if (type === '$time' && !Number.isNaN(Date.parse(text))) {
    return writer.timestamp(new Date(text));
  }
  if (type === '$packed') return packRaw(writer, Buffer.from(text, 'base64'));
  throw new Error(`${JSON.stringify({ [type]: value })} is no value; see the export's reference`);
}

const isFloat = (text: string): boolean =>
  text === 'NaN' || (text.trim() !== '' && !Number.isNaN(Number(text)));

function packFloat(writer: PackWriter, value: number): void {
  const packed = Buffer.alloc(9, 0xcb);
  packed.writeDoubleBE(value, 1);
  writer.raw(packed);
}

/** Exactly one item. */
function packRaw(writer: PackWriter, packed: Uint8Array): void {
  const reader = new PackReader().reset(packed, 0, packed.length);
  skipItem(reader);
  if (reader.position !== packed.length) throw new Error('"$packed" holds more than one item');
  writer.raw(packed);
}

const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');

const times = <Result>(count: number, make: () => Result): Result[] =>
  Array.from({ length: count }, make);
