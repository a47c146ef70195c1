/** Bodies of messages, from objects to MessagePack. */
import { isPlainObject, PackWriter } from '../pack/writer.js';
import type { KeyValues } from '../interaction/attached-data.js';
import { IxionError } from '../errors.js';
import { answerByNumber, requestByNumber } from './registry.js';

/** Attributes by name. One that is undefined is left out. */
export type Body = Readonly<Record<string, unknown>>;

/** Bytes that are MessagePack already and go into a body as they are, at any depth. */
export class Packed {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

const levelMax = 32;

/** As in the writer of attached data, and for its reason a constant of this module. */
const isOwn = Object.prototype.hasOwnProperty;

/**
 * Writes a body. An attribute of kind `keyValues` may be an object or the bytes of `packKeyValues`;
 * a Uint8Array elsewhere becomes a binary, a Date an integer of milliseconds if the attribute is a
 * `timestamp` and a MessagePack timestamp elsewhere.
 * @throws {IxionError} WrongAttributeType for what MessagePack cannot hold
 */
export function writeBody(writer: PackWriter, message: number, body: Body): void {
  let entries = 0;
  for (const name in body) if (isOwn.call(body, name) && body[name] !== undefined) entries++;
  writer.mapHead(entries);
  for (const name in body) {
    if (!isOwn.call(body, name)) continue;
    const value = body[name];
    if (value === undefined) continue;
    writer.string(name);
    if (typeof value === 'string') writer.string(value);
    else if (typeof value === 'number') writer.number(value);
    else writeAttribute(writer, message, name, value);
  }
}

/**
 * A body on its own; see `writeBody`. The result belongs to the caller.
 * @throws {IxionError} WrongAttributeType, also for text with half a surrogate pair
 */
export function encodeBody(message: number, body: Body): Uint8Array {
  const writer = new PackWriter(true);
  writeBody(writer, message, body);
  return writer.take();
}

function writeAttribute(writer: PackWriter, message: number, name: string, value: unknown): void {
  if (typeof value === 'object' && value !== null) {
    const definition = requestByNumber(message) ?? answerByNumber(message);
    const kind = definition?.attributes[name]?.kind;
    if (kind === 'keyValues' && value instanceof Uint8Array) return writer.raw(value);
    if (kind === 'keyValues' && isPlainObject(value)) return writer.keyValues(value as KeyValues);
    if (kind === 'timestamp' && value instanceof Date) return writer.number(value.getTime());
  }
  writeValue(writer, value, 1);
}

function writeValue(writer: PackWriter, value: unknown, level: number): void {
  switch (typeof value) {
    case 'string':
      return writer.string(value);
    case 'number':
      return writer.number(value);
    case 'boolean':
      return writer.boolean(value);
    case 'bigint':
      return writer.bigInteger(value);
    case 'object':
      return value === null ? writer.nil() : writeObject(writer, value, level);
    default:
      throw new IxionError('WrongAttributeType', `a body may not hold a ${typeof value}`);
  }
}

function writeObject(writer: PackWriter, value: object, level: number): void {
  if (level > levelMax) throw new IxionError('WrongAttributeType', 'nested too deep');
  if (value instanceof Uint8Array) return writer.binary(value);
  if (value instanceof Packed) return writer.raw(value.bytes);
  if (value instanceof Date) return writer.timestamp(value);
  if (Array.isArray(value)) {
    writer.arrayHead(value.length);
    for (const entry of value) writeValue(writer, entry, level + 1);
    return;
  }
  if (!isPlainObject(value)) {
    throw new IxionError('WrongAttributeType', `a body may not hold a ${value.constructor.name}`);
  }
  const map = value as Body;
  const keys = Object.keys(map);
  let entries = 0;
  for (const key of keys) if (map[key] !== undefined) entries++;
  writer.mapHead(entries);
  for (const key of keys) {
    if (map[key] === undefined) continue;
    writer.string(key);
    writeValue(writer, map[key], level + 1);
  }
}
