/**
 * Single properties of the row of an interaction, looked up where they are packed: the others are
 * passed over, and nothing is made of them.
 */
import { skipItem } from '../pack/items.js';
import { Item, PackReader } from '../pack/reader.js';
import { isTextOf } from '../pack/text.js';
import { propertiesIn, type BodyProperties } from './body.js';

type Named<Value> = {
  [Name in keyof BodyProperties]-?: BodyProperties[Name] extends Value | undefined ? Name : never;
}[keyof BodyProperties];

const reader = new PackReader();

/** Whether it has the property; the reader stands before its value then. */
function finds(row: Uint8Array, wanted: keyof BodyProperties): boolean {
  const { start, end, count } = propertiesIn(row);
  reader.reset(row, start, end);
  for (let left = count; left > 0; left--) {
    reader.next();
    const keyEnd = reader.position + reader.size;
    const isIt = isTextOf(row, reader.position, keyEnd, wanted);
    reader.position = keyEnd;
    if (isIt) return true;
    skipItem(reader);
  }
  return false;
}

/** A text among them; undefined: it has none. */
export function textInRow(row: Uint8Array, name: Named<string>): string | undefined {
  if (!finds(row, name) || reader.next() !== Item.string) return undefined;
  return reader.repeatedText();
}

/** A number among them. */
export function numberInRow(row: Uint8Array, name: Named<number>): number | undefined {
  if (!finds(row, name)) return undefined;
  const item = reader.next();
  return item === Item.integer || item === Item.float ? reader.number : undefined;
}

/** A packed map among them, as a view of the row. */
export function mapInRow(row: Uint8Array, name: Named<Uint8Array>): Uint8Array | undefined {
  if (!finds(row, name)) return undefined;
  const start = reader.position;
  skipItem(reader);
  return row.subarray(start, reader.position);
}
