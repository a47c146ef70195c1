/**
 * Whole items of MessagePack, however nested: read, passed over, written. What is written here is
 * ours, and so is what is read back; what clients send is checked elsewhere before.
 */
import { assert } from '../assert.js';
import { Item, type PackReader } from './reader.js';
import type { PackWriter } from './writer.js';

/**
 * The next item of any MessagePack, decoded: nil as null, arrays and maps as such, binaries copied.
 * @throws {IxionError} MalformedBody or WrongAttributeType
 */
export function unpackItem(reader: PackReader, level: number = 0): unknown {
  const item = reader.next();
  switch (item) {
    case Item.nil:
      return null;
    case Item.boolean:
      return reader.number === 1;
    case Item.integer:
    case Item.float:
      return reader.number;
    case Item.bigInteger:
      return reader.big;
    case Item.string:
      return reader.text();
    case Item.binary:
      return new Uint8Array(reader.view());
    case Item.extension:
      return new Date(reader.timestampMs());
    default:
      return unpackNested(reader, item, level + 1);
  }
}

/** Deeper than attached data inside a list of interactions inside an answer can be. */
const levelMax = 32;

function unpackNested(reader: PackReader, item: Item, level: number): unknown {
  if (level > levelMax) throw reader.error('MalformedBody', 'nested too deep');
  const { size } = reader;
  if (item === Item.array) {
    const values: unknown[] = [];
    for (let index = 0; index < size; index++) values.push(unpackItem(reader, level));
    return values;
  }
  const values: Record<string, unknown> = {};
  let key = '';
  for (let index = 0; index < size; index++) {
    if (reader.next() !== Item.string) throw reader.error('MalformedBody', 'a key is not a string');
    key = reader.repeatedText();
    const value = unpackItem(reader, level);
    if (key === '__proto__') {
      Object.defineProperty(values, key, {
        value,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    } else values[key] = value;
  }
  if (size > narrowKeys) learnShape(values, size, key);
  return values;
}

/** V8 gives up the shape of an object that has got more keys than so by `values[key] = value`. */
const narrowKeys = 12;
const shapesKnown = 64;
const missesBetween = 16;

/** Objects of the shapes met, which last as long as there is an object of them. */
const shapes: { readonly lastKey: string; readonly example: object }[] = [];
let misses = 0;

/**
 * Makes an object with the same keys in a way that keeps its shape, so that V8 finds that for
 * the next one like it: else each would be a hash table, and a pulled record takes a fifth
 * longer to decode. A last key and a number of keys tell most lists apart; where they do not,
 * one of them stays slow.
 */
function learnShape(values: object, size: number, lastKey: string): void {
  const slot = (size + lastKey.length * 7) % shapesKnown;
  const known = shapes[slot];
  if (known?.lastKey === lastKey) return;
  if (known !== undefined && (misses += 1) % missesBetween !== 0) return;
  const keys = Object.keys(values);
  shapes[slot] = { lastKey, example: Object.fromEntries(keys.map((key) => [key, undefined])) };
}

/** Moves behind one item, however nested. */
export function skipItem(reader: PackReader): void {
  for (let left = 1; left > 0; left--) {
    const item = reader.next();
    if (item === Item.map) left += reader.size * 2;
    else if (item === Item.array) left += reader.size;
    else if (item >= Item.string) reader.position += reader.size;
  }
}

/**
 * Writes a value that is a text, a number, a truth, bytes, null, or a list or an object of such. A
 * member that is undefined is left out.
 * @throws {AssertionError} for another value
 */
export function packItem(writer: PackWriter, value: unknown): void {
  if (typeof value === 'string') return writer.string(value);
  if (typeof value === 'number') return writer.number(value);
  if (typeof value === 'boolean') return writer.boolean(value);
  if (value === null) return writer.nil();
  if (value instanceof Uint8Array) return writer.binary(value);
  if (Array.isArray(value)) {
    writer.arrayHead(value.length);
    for (const member of value) packItem(writer, member);
    return;
  }
  assert(typeof value === 'object', 'a value that is packed is one of a few kinds');
  const members = value as Readonly<Record<string, unknown>>;
  let count = 0;
  for (const name in members) if (members[name] !== undefined) count++;
  writer.mapHead(count);
  for (const name in members) {
    if (members[name] === undefined) continue;
    writer.string(name);
    packItem(writer, members[name]);
  }
}
