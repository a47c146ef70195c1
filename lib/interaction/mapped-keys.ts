/**
 * Keys of attached data whose values are in the columns of the state row as well, typed, so that
 * conditions and orders need not unpack what users hang on an interaction. Which keys those are is
 * said by the custom properties among the configuration objects.
 */
import { limits } from '../limits.js';
import { Item, PackReader } from '../pack/reader.js';
import { skipItem } from '../pack/items.js';
import { isFault, readDecimal, readTimestamp } from '../text/index.js';
import type { ColumnValue, Columns } from './state-sections.js';

/** What the values of a mapped key are compared as. A time is milliseconds since 1970 UTC. */
export type MappedType = 'text' | 'number' | 'time';

/** A key of attached data that has a column. */
export interface MappedKey {
  /** Number of its column; never that of another one, before or later. */
  readonly number: number;
  readonly key: string;
  /** Its name in conditions, where that is not the key itself. */
  readonly column?: string | undefined;
  readonly type: MappedType;
  /** Only interactions of this tenant have it; absent: those of all. */
  readonly tenantId?: number | undefined;
}

const reader = new PackReader();
const most = limits.columnTextBytes;

/** The columns that interactions have. */
export class MappedKeys {
  readonly all: readonly MappedKey[];
  readonly #byKey: ReadonlyMap<string, MappedKey>;

  constructor(all: readonly MappedKey[]) {
    this.all = all;
    this.#byKey = new Map(all.map((one) => [one.key, one]));
  }

  /**
   * The columns of an interaction with this attached data (packed, checked; may be empty). A value
   * that does not fit its type is null. Undefined: it has none.
   */
  columnsOf(tenantId: number, userData: Uint8Array): Columns | undefined {
    if (userData.length === 0) return undefined;
    let columns: Map<number, ColumnValue> | undefined;
    reader.reset(userData, 0, userData.length).next();
    for (let left = reader.size; left > 0; left--) {
      reader.next();
      const mapped = this.#byKey.get(reader.repeatedText());
      if (mapped === undefined || isOfAnother(mapped, tenantId)) skipItem(reader);
      else (columns ??= new Map()).set(mapped.number, readValue(mapped.type));
    }
    return columns;
  }
}

const isOfAnother = (mapped: MappedKey, tenantId: number): boolean =>
  mapped.tenantId !== undefined && mapped.tenantId !== tenantId;

/** Reads the item at the reader as a value of a type, and moves behind it. */
function readValue(type: MappedType): ColumnValue {
  const start = reader.position;
  const item = reader.next();
  switch (item) {
    case Item.integer:
    case Item.float:
      return ofNumber(type, reader.number, item === Item.integer);
    case Item.bigInteger:
      return type === 'text' ? String(reader.big) : null;
    case Item.string:
      // None of what is read from a text has more bytes.
      if (reader.size <= most) return ofText(type, reader.text());
      break;
    case Item.extension:
      if (type === 'time') return { timeMs: reader.timestampMs() };
      break;
    default:
  }
  reader.position = start;
  skipItem(reader);
  return null;
}

function ofNumber(type: MappedType, value: number, isInteger: boolean): ColumnValue {
  if (type === 'number') return Number.isFinite(value) ? value : null;
  return type === 'text' && isInteger ? String(value) : null;
}

function ofText(type: MappedType, text: string): ColumnValue {
  if (type === 'text') return text;
  if (type === 'time') {
    const timeMs = readTimestamp(text);
    return timeMs === undefined ? null : { timeMs };
  }
  const value = readDecimal(text);
  return isFault(value) ? null : value;
}
