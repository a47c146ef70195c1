/**
 * Bodies of messages, from MessagePack: by the table for requests, freely for what a server says.
 */
import { IxionError } from '../errors.js';
import { Item, itemNames, PackReader } from '../pack/reader.js';
import { readText } from '../pack/text.js';
import { scanAttachedData } from '../interaction/attached-data.js';
import { unpackItem } from '../pack/items.js';
import type { Attribute } from './attribute.js';
import type { MessageDefinition } from './message.js';

/** Decoded attributes by name: every attribute of the message, undefined if it was absent. */
export type Attributes = Readonly<Record<string, unknown>>;

/** One attribute, prepared for the search by the bytes of its name. */
interface Field {
  readonly name: string;
  readonly nameBytes: Uint8Array;
  readonly attribute: Attribute;
}

interface Plan {
  /** Fields by the length of their names; names of one length are few. */
  readonly fieldsByLength: readonly (readonly Field[])[];
  readonly requiredNames: readonly string[];
  /** All attributes, undefined: copied so that all bodies of a message have one shape. */
  readonly template: Readonly<Record<string, undefined>>;
}

const plans = new Map<MessageDefinition, Plan>();
const reader = new PackReader();

/**
 * Decodes the body in [start, end) by the table. Binaries and attached data are views of `buffer`.
 * Give the type of the result as in `decodeBody<AttributesOf<'RequestSubmit'>>(...)`.
 * @throws {IxionError} MalformedBody, MissingAttribute, WrongAttributeType, UnknownAttribute,
 *   AttributeTooLong, AttributeTooShort, InvalidName, InvalidInteractionId (an empty one),
 *   AttachedDataTooLarge; positions are counted from `start`
 */
export function decodeBody<Result = Attributes>(
  definition: MessageDefinition,
  buffer: Uint8Array,
  start: number,
  end: number,
): Result {
  const plan = planOf(definition);
  const result: Record<string, unknown> = { ...plan.template };
  reader.reset(buffer, start, end);
  if (reader.next() !== Item.map) throw reader.error('MalformedBody', 'the body is not a map');
  for (let left = reader.size; left > 0; left--) {
    const field = readName(plan);
    if (result[field.name] !== undefined) {
      throw reader.error('MalformedBody', `${field.name} is there twice`);
    }
    result[field.name] = readAttribute(field);
  }
  if (reader.position !== end) {
    throw reader.error('MalformedBody', 'bytes follow the map of the body');
  }
  for (const name of plan.requiredNames) {
    if (result[name] === undefined) throw new IxionError('MissingAttribute', `${name} is missing`);
  }
  return result as Result;
}

/**
 * Decodes what a server sent, known message or not: maps as objects, timestamps as Date, binaries
 * copied, integers as number or bigint.
 * @throws {IxionError} MalformedBody or WrongAttributeType
 */
export function decodeAnswer(
  buffer: Uint8Array,
  start: number,
  end: number,
): Record<string, unknown> {
  const items = new PackReader().reset(buffer, start, end);
  const value = unpackItem(items);
  if (items.position !== end || typeof value !== 'object' || value === null) {
    throw items.error('MalformedBody', 'the body is not one map');
  }
  return value as Record<string, unknown>;
}

function planOf(definition: MessageDefinition): Plan {
  const known = plans.get(definition);
  if (known !== undefined) return known;
  const encoder = new TextEncoder();
  const fields = Object.entries(definition.attributes).map(([name, attribute]) => ({
    name,
    attribute,
    nameBytes: encoder.encode(name),
  }));
  const lengths = Math.max(0, ...fields.map(({ nameBytes }) => nameBytes.length)) + 1;
  const plan = {
    fieldsByLength: Array.from({ length: lengths }, (_, length) =>
      fields.filter(({ nameBytes }) => nameBytes.length === length),
    ),
    requiredNames: fields.filter(({ attribute }) => attribute.required).map(({ name }) => name),
    template: Object.fromEntries(fields.map(({ name }) => [name, undefined])),
  };
  plans.set(definition, plan);
  return plan;
}

function readName(plan: Plan): Field {
  const start = reader.position;
  if (reader.next() !== Item.string) {
    reader.position = start;
    throw reader.error('MalformedBody', 'the name of an attribute is not a string');
  }
  const { buffer, position, size } = reader;
  for (const field of plan.fieldsByLength[size] ?? []) {
    if (sameBytes(buffer, position, field.nameBytes)) {
      reader.position += size;
      return field;
    }
  }
  const shown = readText(buffer, position, position + Math.min(size, 64)) ?? '';
  throw new IxionError(
    'UnknownAttribute',
    `no attribute ${JSON.stringify(shown)}, at byte ${start - reader.origin}`,
  );
}

/** From the last byte backwards: names often begin alike. */
function sameBytes(buffer: Uint8Array, start: number, bytes: Uint8Array): boolean {
  for (let index = bytes.length - 1; index >= 0; index--) {
    if (buffer[start + index] !== bytes[index]) return false;
  }
  return true;
}

function readAttribute(field: Field): unknown {
  const { attribute } = field;
  const start = reader.position;
  if (attribute.kind === 'keyValues') {
    const { buffer, end, origin } = reader;
    const behind = scanAttachedData(buffer, start, end, origin);
    if (behind - start > attribute.maxBytes) throw tooLong(field, start, 'bytes');
    reader.position = behind;
    return buffer.subarray(start, behind);
  }
  if (attribute.kind === 'record') return unpackItem(reader);
  const item = reader.next();
  switch (attribute.kind) {
    case 'string':
      if (item !== Item.string) break;
      return readString(field.name, attribute, start);
    case 'integer':
    case 'timestamp':
      if (item !== Item.integer) break;
      return inRange(field, start);
    case 'boolean':
      if (item === Item.boolean) return reader.number === 1;
      if (item !== Item.integer) break;
      if (reader.number === 0 || reader.number === 1) return reader.number === 1;
      break;
    case 'bytes':
      if (item !== Item.binary) break;
      if (reader.size === attribute.maxBytes) return reader.view();
      throw failure(
        'WrongAttributeType',
        start,
        `${field.name} is not ${attribute.maxBytes} bytes`,
      );
    default:
      if (item !== Item.array) break;
      return readArray(field, start);
  }
  throw failure(
    'WrongAttributeType',
    start,
    `${field.name} should be ${attribute.kind}, is ${itemNames[item]}`,
  );
}

function readString(name: string, attribute: Attribute, start: number): string {
  const { minBytes, maxBytes, form } = attribute;
  const { size } = reader;
  if (size > maxBytes) {
    throw failure('AttributeTooLong', start, `${name} has more than ${maxBytes} bytes`);
  }
  if (size < minBytes) {
    const what = size === 0 ? 'is empty' : `has less than ${minBytes} bytes`;
    const error = form === 'identifier' ? 'InvalidInteractionId' : 'AttributeTooShort';
    throw failure(error, start, `${name} ${what}`);
  }
  if (form !== 'name') return reader.text();
  const text = reader.name();
  if (text !== undefined) return text;
  throw failure('InvalidName', start, `${name} has a control character`);
}

function readArray(field: Field, start: number): unknown[] {
  const { kind, maxBytes, entry } = field.attribute;
  const count = reader.size;
  if (count > maxBytes) throw tooLong(field, start, 'entries');
  const expected = entry === undefined ? Item.integer : Item.string;
  const values: unknown[] = [];
  for (let index = 0; index < count; index++) {
    const entryStart = reader.position;
    if (reader.next() !== expected) {
      throw failure('WrongAttributeType', entryStart, `${field.name} should be ${kind}`);
    }
    const value =
      entry === undefined
        ? inRange(field, entryStart)
        : readString(`an entry of ${field.name}`, entry, entryStart);
    values.push(value);
  }
  return values;
}

function inRange(field: Field, start: number): number {
  const { min, max } = field.attribute;
  const { number } = reader;
  if (number >= min && number <= max) return number;
  throw failure('WrongAttributeType', start, `${field.name} is not in ${min} to ${max}: ${number}`);
}

function tooLong({ name, attribute }: Field, start: number, unit: string): IxionError {
  const what = `${name} has more than ${attribute.maxBytes} ${unit}`;
  return failure('AttributeTooLong', start, what);
}

function failure(
  errorName:
    | 'WrongAttributeType'
    | 'AttributeTooLong'
    | 'AttributeTooShort'
    | 'InvalidName'
    | 'InvalidInteractionId',
  start: number,
  what: string,
): IxionError {
  return new IxionError(errorName, `${what}, at byte ${start - reader.origin}`);
}
