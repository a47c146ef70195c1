/**
 * Rows of the table `aside`: interactions that a supervisor has ended, kept at their home for a
 * time, so that they can be restored. Part of the data format.
 *
 * By its identifier the interaction: a list of the version of the codec, 1; the number of the act
 * (0: it was ended singly); until when it is kept, by the clock of the partition; when it was
 * ended, by the wall clock; who ended it; and its row, as one that waits. Of an act also a row
 * without a value, by NUL, the number as u64, and the identifier.
 */
import { assert } from '../../assert.js';
import { packItem, unpackItem } from '../../pack/items.js';
import { PackReader } from '../../pack/reader.js';
import { PackWriter } from '../../pack/writer.js';
import { readU64, u64Key } from '../../store/keys.js';

/** What is kept of one. */
export interface Aside {
  /** Of the act; 0: none. */
  readonly operation: number;
  /** By the clock of the partition (`Turn.nowMs`). */
  readonly untilMs: number;
  /** Milliseconds since 1970 UTC. */
  readonly endedMs: number;
  /** ClientName. */
  readonly who: string;
  /** As `encodeRow` makes it. */
  readonly row: Uint8Array;
}

const codecVersion = 1;
const members = 6;
const writer = new PackWriter();
const reader = new PackReader();

export function encodeAside({ operation, untilMs, endedMs, who, row }: Aside): Uint8Array {
  packItem(writer, [codecVersion, operation, untilMs, endedMs, who, row]);
  return writer.take();
}

/** @throws {AssertionError} for a version that this code does not know, or a row cut short */
export function decodeAside(bytes: Uint8Array): Aside {
  const values = unpackItem(reader.reset(bytes, 0, bytes.length)) as readonly unknown[];
  assert(Array.isArray(values) && values[0] === codecVersion, 'aside row of unknown version');
  assert(reader.position === bytes.length, 'an aside row is longer than what is in it');
  assert(values.length === members, 'an aside row has other members');
  const [, operation, untilMs, endedMs, who, row] = values as [
    number,
    number,
    number,
    number,
    string,
    Uint8Array,
  ];
  return { operation, untilMs, endedMs, who, row };
}

const actMark = '\0';

/** The row that finds an interaction by its act. */
export const actKey = (operation: number, id: string): string => actMark + u64Key(operation) + id;

/** All of an act stand behind this. */
export const actPrefix = (operation: number): string => actMark + u64Key(operation);

/** The parts of such a key; undefined: it is of an interaction. */
export function readActKey(key: string): { operation: number; id: string } | undefined {
  if (!key.startsWith(actMark)) return undefined;
  return { operation: readU64(key, 1), id: key.slice(9) };
}
