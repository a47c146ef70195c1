/**
 * Attached data as JSON, without loss: what JSON has no value for is an object with one key.
 *
 *   integer beyond 53 bits   {"$int": "9223372036854775807"}
 *   float that is whole      {"$float": "1"}, also "-0", "NaN", "Infinity"
 *   timestamp                {"$time": "2026-01-31T12:00:00.000Z"}
 *   binary                   {"$binary": "AAEC"} (base64)
 *   any other extension      {"$packed": "..."} (its MessagePack, base64)
 *
 * A key of attached data that begins with "$" is written with another "$" before it.
 */
import { Item, PackReader, timestampExtension } from '../pack/reader.js';
import { PackWriter } from '../pack/writer.js';
import { skipItem } from '../pack/items.js';
import {
  isFault,
  JsonFloat,
  type JsonObject,
  type JsonValue,
  readBase64,
  readBigInteger,
  readDate,
  readDecimal,
  type TextFault,
  timeTextFromMs,
  timeTextToMs,
  writeBase64,
  writeTime,
} from '../text/index.js';
import { RecordFault } from './record-fault.js';

/**
 * The JSON text of the packed item that the reader stands before.
 * @throws {IxionError} MalformedBody
 */
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
      return `{"$binary":"${writeBase64(reader.view())}"}`;
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

/** From here on a whole number is written with an exponent. */
const exponentFrom = 1e21;

function floatText(value: number): string {
  if (Object.is(value, -0)) return '{"$float":"-0"}';
  if (Number.isInteger(value) && Math.abs(value) < exponentFrom) {
    // All its digits: the shortest text that gives the same number ends in zeros
    // that are not its own.
    return `{"$float":"${BigInt(value)}"}`;
  }
  return Number.isFinite(value) ? String(value) : `{"$float":"${value}"}`;
}

/** Makes timestamps, to be compared. */
const timeWriter = new PackWriter();

/**
 * A timestamp with less than a millisecond, or of a year that has no text, is kept as it is packed.
 */
function extensionText(reader: PackReader, start: number): string {
  const { position, size } = reader;
  const end = position + size;
  const packed = reader.buffer.subarray(start, end);
  let text: string | undefined;
  if (reader.number === timestampExtension) {
    const timeMs = reader.timestampMs();
    if (timeMs >= timeTextFromMs && timeMs <= timeTextToMs) text = writeTime(timeMs);
  }
  reader.position = end;
  if (text !== undefined) {
    timeWriter.timestamp(readDate(text) as Date);
    if (Buffer.compare(timeWriter.take(), packed) === 0) return `{"$time":"${text}"}`;
  }
  return `{"$packed":"${writeBase64(packed)}"}`;
}

/**
 * Packs a value that `readJson` of `lib/text` has read with `keepFloats`.
 * @throws {RecordFault} saying where it cannot be
 * @param path of the value, for messages
 */
export function packJson(writer: PackWriter, value: JsonValue, path: string): void {
  switch (typeof value) {
    case 'string':
      return writer.string(value);
    case 'number':
      return writer.number(value);
    case 'boolean':
      return writer.boolean(value);
  }
  if (value instanceof JsonFloat) return packFloat(writer, value.value);
  if (value instanceof Map) return packObject(writer, value as JsonObject, path);
  const what = value === null ? 'null' : 'a list';
  throw new RecordFault(`${path} is ${what}, which attached data cannot hold`, 'leave it out');
}

function packObject(writer: PackWriter, object: JsonObject, path: string): void {
  const [only] = object;
  if (object.size === 1 && only !== undefined && /^\$[a-z]/.test(only[0])) {
    return packTyped(writer, ...only, path);
  }
  writer.mapHead(object.size);
  for (const [key, value] of object) {
    if (/^\$(?!\$)/.test(key)) {
      throw new RecordFault(`${path}: "${key}" is not a type`, `write "$${key}" for the key`);
    }
    const plain = key.startsWith('$$') ? key.slice(1) : key;
    writer.string(plain);
    packJson(writer, value, `${path}.${plain}`);
  }
}

function packTyped(writer: PackWriter, type: string, value: JsonValue, path: string): void {
  const given = `${path}.${type}`;
  const read = <Value>(reader: (text: string) => Value | TextFault): Value => {
    if (typeof value !== 'string') {
      throw new RecordFault(`${given} is not a text`, 'put its value in quotation marks');
    }
    const result = reader(value);
    if (isFault(result)) throw new RecordFault(`${given}: ${result.what}`, result.remedy);
    return result;
  };
  switch (type) {
    case '$int':
      return writer.bigInteger(read((text) => readBigInteger(text)));
    case '$float':
      return packFloat(writer, read(readFloat));
    case '$binary':
      return writer.binary(read(readBase64));
    case '$time':
      return writer.timestamp(read(readDate));
    case '$packed':
      return packRaw(writer, read(readBase64), given);
  }
  throw new RecordFault(
    `${path}: "${type}" is not a type`,
    `write "$${type}" for the key; types are $int, $float, $binary, $time and $packed`,
  );
}

const readFloat = (text: string): number | TextFault =>
  ({ NaN: Number.NaN, Infinity, '-Infinity': -Infinity })[text] ?? readDecimal(text);

function packFloat(writer: PackWriter, value: number): void {
  const packed = Buffer.alloc(9, 0xcb);
  packed.writeDoubleBE(value, 1);
  writer.raw(packed);
}

/** Exactly one item. */
function packRaw(writer: PackWriter, packed: Uint8Array, path: string): void {
  const reader = new PackReader().reset(packed, 0, packed.length);
  let isWhole: boolean;
  try {
    skipItem(reader);
    isWhole = reader.position === packed.length;
  } catch {
    // It ends within its item.
    isWhole = false;
  }
  if (isWhole) return writer.raw(packed);
  throw new RecordFault(`${path} is not one item of MessagePack`, 'give what an export wrote');
}

const times = <Result>(count: number, make: () => Result): Result[] =>
  Array.from({ length: count }, make);
