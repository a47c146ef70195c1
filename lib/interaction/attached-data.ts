/**
 * Attached data: what users hang on an interaction. On the wire and on disk it is one
 * MessagePack map; the server checks it (`scanAttachedData`) and otherwise leaves it packed.
 *
 * Keys are strings. A value is an integer (64 bits with a sign), string, binary or nested list as
 * in the original, or, ours, a float, boolean or timestamp. There is no nil and no array.
 */
import { skipItem, unpackItem } from '../pack/items.js';
import { Item, PackReader } from '../pack/reader.js';
import { scanAttachedData } from './attached-data-scan.js';
import type { KeyValues } from '../pack/value.js';
import { PackWriter } from '../pack/writer.js';

export type { KeyValue, KeyValues } from '../pack/value.js';
export { scanAttachedData } from './attached-data-scan.js';

/** The three change lists of a request, packed; a list that is not there changes nothing. */
export interface PackedChanges {
  readonly added?: Uint8Array | undefined;
  readonly changed?: Uint8Array | undefined;
  /** The keys count, the values do not. */
  readonly deleted?: Uint8Array | undefined;
}

/** Attached data without any key. Do not write into it. */
export const emptyKeyValues: Uint8Array = Uint8Array.of(0x80);

/** The same, or undefined where it has no key. */
export const unlessEmpty = (packed: Uint8Array | undefined): Uint8Array | undefined =>
  packed?.length === 1 ? undefined : packed;

const writer = new PackWriter();

/**
 * Packs attached data. The result is a copy that the caller owns.
 * @throws {IxionError} WrongAttributeType or AttachedDataTooLarge
 */
export function packKeyValues(values: KeyValues): Uint8Array {
  return packing(() => writer.keyValues(values));
}

/**
 * Unpacks attached data, also the answers of a server; binaries are copied.
 * @throws {IxionError} MalformedBody or WrongAttributeType
 */
export function unpackKeyValues(packed: Uint8Array): KeyValues {
  scanAttachedData(packed, 0, packed.length);
  return unpackItem(new PackReader().reset(packed, 0, packed.length)) as KeyValues;
}

/**
 * Packed attached data after a change. Added and changed keys are set alike, a nested
 * list as a whole; then deleted keys are removed. What is there already keeps its place.
 * @throws {IxionError} AttachedDataTooLarge when the result is above a limit
 */
export function changeKeyValues(packed: Uint8Array, changes: PackedChanges): Uint8Array {
  const entries = new Map<string, EntryBytes>();
  for (const source of [packed, changes.added, changes.changed]) {
    if (source === undefined) continue;
    readEntries(source, (key, start, end) => entries.set(key, { source, start, end }));
  }
  if (changes.deleted !== undefined) readEntries(changes.deleted, (key) => entries.delete(key));
  return packing(() => {
    writer.mapHead(entries.size);
    writeEntries(entries.values());
  });
}

/**
 * The text of a key, looked up without decoding the others; undefined: it is not there, or is not a
 * text. `packed` may be empty.
 */
export function textOfKey(packed: Uint8Array, wanted: string): string | undefined {
  let text: unknown;
  if (packed.length === 0) return undefined;
  readEntries(packed, (key, start, end) => {
    if (key !== wanted) return;
    const entry = Uint8Array.of(0x81, ...packed.subarray(start, end));
    text = (unpackItem(new PackReader().reset(entry, 0, entry.length)) as KeyValues)[wanted];
  });
  return typeof text === 'string' ? text : undefined;
}

/** Where key and value of one entry are. */
interface EntryBytes {
  readonly source: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** Entries that are one behind the other are copied at once. */
function writeEntries(entries: Iterable<EntryBytes>): void {
  let run: { source: Uint8Array; start: number; end: number } | undefined;
  for (const { source, start, end } of entries) {
    if (run?.source === source && run.end === start) {
      run.end = end;
      continue;
    }
    if (run !== undefined) writer.raw(run.source.subarray(run.start, run.end));
    run = { source, start, end };
  }
  if (run !== undefined) writer.raw(run.source.subarray(run.start, run.end));
}

/** The keys of packed attached data, nested ones not included, in their order. */
export function keysOfKeyValues(packed: Uint8Array): string[] {
  const keys: string[] = [];
  readEntries(packed, (key) => keys.push(key));
  return keys;
}

/** The value of a key of packed attached data; undefined: it is not there. */
export function valueOfKey(packed: Uint8Array, wanted: string): unknown {
  let value: unknown;
  if (packed.length === 0) return value;
  readEntries(packed, (key, start, end) => {
    if (key !== wanted) return;
    const reader = new PackReader().reset(packed, start, end);
    skipItem(reader);
    value = unpackItem(reader);
  });
  return value;
}

/** Calls back with each key and where key and value are. */
function readEntries(
  packed: Uint8Array,
  each: (key: string, start: number, end: number) => void,
): void {
  const reader = new PackReader().reset(packed, 0, packed.length);
  if (reader.next() !== Item.map) throw reader.error('WrongAttributeType', 'not a map');
  for (let left = reader.size; left > 0; left--) {
    const start = reader.position;
    reader.next();
    const key = reader.repeatedText();
    skipItem(reader);
    each(key, start, reader.position);
  }
}

/** Runs `write` on the shared writer and copies what it wrote, after a check of all limits. */
function packing(write: () => void): Uint8Array {
  writer.position = writer.start;
  try {
    write();
    const end = scanAttachedData(writer.buffer, writer.start, writer.position);
    return new Uint8Array(writer.buffer.subarray(writer.start, end));
  } finally {
    writer.position = writer.start;
  }
}
