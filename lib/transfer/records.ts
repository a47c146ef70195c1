/**
 * Interactions as records of a file: a JSON object per line, or a record of CSV. Properties have their
 * names of the protocol; times are ISO 8601, attached data typed JSON.
 */
import { Item, PackReader } from '../interaction/attached-data-reader.js';
import { PackWriter } from '../interaction/attached-data-writer.js';
import { decodeBody, messageByName, type Attribute } from '../protocol/index.js';
import { formatCsv } from './csv.js';
import { packJson, readJson } from './typed-json.js';

export type Format = 'jsonl' | 'csv';

const definition = messageByName('RequestImportInteraction');
const attributes = new Map<string, Attribute>(Object.entries(definition.attributes));

/** Told by an export, and not taken by an import: it waits in its queue, whoever had it. */
const onlyExported = [
  'InteractionState',
  'InteractionVersion',
  'AssignedTo',
  'IsLocked',
  'AssignedAt',
] as const;

/** The columns of a CSV export. */
export const columns: readonly string[] = [
  ...[...attributes.keys()]
    .filter((name) => !/^(RequestKey|Extension|Reason.*)$/.test(name))
    .map((name) => (name === 'Hold' ? 'IsHeld' : name)),
  ...onlyExported,
];

const ignored: ReadonlySet<string> = new Set(onlyExported);
const isTime = (name: string): boolean => name.endsWith('At') || name === 'HoldUntil';
/** Attached data of their own column in CSV, as text. */
const userDataPrefix = 'UserData.';

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
        ? formatCsv(columns.map((name) => cellOf(properties.get(name))))
        : `{${[...properties].map(([name, json]) => `"${name}":${json}`).join(',')}}\n`;
  }
  return { text, count };
}

/** JSON texts by property. */
function readProperties(reader: PackReader): Map<string, string> {
  const properties = new Map<string, string>();
  reader.next();
  for (let left = reader.size; left > 0; left -= 1) {
    reader.next();
    const name = reader.repeatedText();
    const start = reader.position;
    const isNumber = isTime(name) && reader.next() === Item.integer;
    if (isNumber) properties.set(name, `"${new Date(reader.number).toISOString()}"`);
    else {
      reader.position = start;
      properties.set(name, readJson(reader));
    }
  }
  return properties;
}

/** Texts without the quotes of JSON, the rest as it is. */
const cellOf = (json: string | undefined): string | undefined =>
  json?.startsWith('"') === true ? (JSON.parse(json) as string) : json;

/** Views of what it wrote stay as they are. */
const bodyWriter = new PackWriter();

/** One interaction, ready to be sent. */
export interface ImportRecord {
  readonly id: string;
  /** The body of a RequestImportInteraction; a view. */
  readonly packed: Uint8Array;
}

/**
 * Packs a record.
 * @param values an object of JSON, or the cells of CSV by column
 * @param otherwise the identifier if the record has none
 * @throws {Error} saying what is wrong with it
 */
export function packRecord(
  values: Readonly<Record<string, unknown>>,
  otherwise: string,
): ImportRecord {
  const id = typeof values['InteractionId'] === 'string' ? values['InteractionId'] : otherwise;
  const pairs = pairsOf({ ...values, InteractionId: id });
  bodyWriter.take();
  bodyWriter.mapHead(pairs.length);
  for (const [name, attribute, value] of pairs) {
    bodyWriter.string(name);
    packAttribute(bodyWriter, name, attribute, value);
  }
  const packed = bodyWriter.take();
  decodeBody(definition, packed, 0, packed.length);
  return { id, packed };
}

function pairsOf(values: Readonly<Record<string, unknown>>): [string, Attribute, unknown][] {
  const pairs: [string, Attribute, unknown][] = [];
  const cells: Record<string, unknown> = {};
  for (const [column, value] of Object.entries(values)) {
    if (value === undefined || value === null || ignored.has(column)) continue;
    if (column.startsWith(userDataPrefix)) cells[column.slice(userDataPrefix.length)] = value;
    else {
      const name = column === 'IsHeld' ? 'Hold' : column;
      const attribute = attributes.get(name);
      if (attribute === undefined) throw new Error(`no property is called "${column}"`);
      pairs.push([name, attribute, value]);
    }
  }
  if (Object.keys(cells).length === 0) return pairs;
  if (values['UserData'] !== undefined) {
    throw new Error(`UserData and ${userDataPrefix}* exclude each other`);
  }
  return [...pairs, ['UserData', attributes.get('UserData')!, cells]];
}

function packAttribute(
  writer: PackWriter,
  name: string,
  { kind }: Attribute,
  value: unknown,
): void {
  switch (kind) {
    case 'keyValues':
      return packJson(writer, typeof value === 'string' ? JSON.parse(value) : value);
    case 'timestamp':
      return writer.number(timeOf(name, value));
    case 'integer':
      return writer.number(wholeOf(name, value));
    case 'boolean':
      return writer.boolean(truthOf(name, value));
    default:
      if (typeof value !== 'string') throw new Error(`${name} is no text`);
      return writer.string(value);
  }
}

function timeOf(name: string, value: unknown): number {
  if (typeof value === 'number' || /^\d+$/.test(String(value))) return wholeOf(name, value);
  const time = Date.parse(String(value));
  if (Number.isNaN(time)) throw new Error(`${name} is no time, as 2026-01-31T12:00:00.000Z`);
  return time;
}

function wholeOf(name: string, value: unknown): number {
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  if (!Number.isSafeInteger(number)) throw new Error(`${name} is no whole number`);
  return number as number;
}

function truthOf(name: string, value: unknown): boolean {
  const text = String(value);
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  throw new Error(`${name} is neither true nor false`);
}
