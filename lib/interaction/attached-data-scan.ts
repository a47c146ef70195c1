/** Checks packed attached data without decoding it: what a server does with what it only stores. */
import { systemRandom } from '../clock.js';
import { IxionError } from '../errors.js';
import { limits } from '../limits.js';
import { Item, itemNames, PackReader } from '../pack/reader.js';
import { isUtf8 } from '../pack/text.js';

const int64Max = 2n ** 63n - 1n;
const reader = new PackReader();
/** Entries still to come and first byte of each map that is open, by level. */
const entriesLeft = new Int32Array(limits.attachedDataDepth + 1);
const mapStarts = new Uint32Array(limits.attachedDataDepth + 1);

/**
 * Checks that [start, ...) holds one map of attached data: keys are different strings;
 * values are integers of 64 bits with a sign, floats, strings, binaries, booleans, timestamps and
 * maps of the same; all within the limits. Allocates nothing for up to 128 keys.
 *
 * @param origin what positions in error descriptions are counted from
 * @returns the position behind the map
 * @throws {IxionError} MalformedBody, WrongAttributeType or AttachedDataTooLarge
 */
export function scanAttachedData(
  buffer: Uint8Array,
  start: number,
  end: number,
  origin: number = start,
): number {
  reader.reset(buffer, start, end, origin);
  if (reader.next() !== Item.map) {
    reader.position = start;
    throw reader.error('WrongAttributeType', 'attached data is not a map');
  }
  keyTable.begin();
  let keys = openMap(1, 0, start);
  let level = 1;
  while (level > 0) {
    if (entriesLeft[level] === 0) {
      level--;
      continue;
    }
    entriesLeft[level]!--;
    scanKey(mapStarts[level]!);
    if (skipShortValue()) continue;
    const valueStart = reader.position;
    const item = reader.next();
    if (item === Item.map) keys = openMap(++level, keys, valueStart);
    else scanScalar(item, valueStart);
  }
  if (reader.position - start > limits.attachedDataBytes) {
    throw tooLarge(`more than ${limits.attachedDataBytes} bytes`);
  }
  return reader.position;
}

function openMap(level: number, keysBefore: number, start: number): number {
  if (level > limits.attachedDataDepth) {
    throw tooLarge(`more than ${limits.attachedDataDepth} levels`);
  }
  const keys = keysBefore + reader.size;
  if (keys > limits.attachedDataKeys) throw tooLarge(`more than ${limits.attachedDataKeys} keys`);
  keyTable.makeRoom(keys);
  entriesLeft[level] = reader.size;
  mapStarts[level] = start;
  return keys;
}

/** A key with a head of one byte: nearly all are. */
const shortKeyMax = Math.min(31, limits.attachedDataKeyBytes);

function scanKey(mapStart: number): void {
  if (!scanShortKey(mapStart)) scanAnyKey(mapStart);
}

/**
 * A short ASCII key, looked at and hashed in one pass. False: it is something else, or twice there.
 */
function scanShortKey(mapStart: number): boolean {
  const { buffer, position } = reader;
  if (position >= reader.end) return false;
  const size = buffer[position]! - 0xa0;
  const start = position + 1;
  const behind = start + size;
  if (size < 0 || size > shortKeyMax || behind > reader.end) return false;
  let hash = keyTable.hashOf(mapStart);
  let all = 0;
  for (let index = start; index < behind; index++) {
    const byte = buffer[index]!;
    all |= byte;
    hash = Math.imul(hash ^ byte, hashFactor);
  }
  if (all > 0x7f || !keyTable.add(buffer, hash, mapStart, start, behind)) return false;
  reader.position = behind;
  return true;
}

/**
 * Moves behind a short ASCII text or a small number: most values are such.
 * False: it is something else.
 */
function skipShortValue(): boolean {
  const { buffer, position } = reader;
  if (position >= reader.end) return false;
  const head = buffer[position]!;
  if (head <= 0x7f || head >= 0xe0) {
    reader.position = position + 1;
    return true;
  }
  const behind = position + 1 + head - 0xa0;
  if (head < 0xa0 || head > 0xbf || behind > reader.end) return false;
  let all = 0;
  for (let index = position + 1; index < behind; index++) all |= buffer[index]!;
  if (all > 0x7f) return false;
  reader.position = behind;
  return true;
}

function scanAnyKey(mapStart: number): void {
  const keyStart = reader.position;
  if (reader.next() !== Item.string) {
    reader.position = keyStart;
    throw reader.error('WrongAttributeType', 'a key of attached data is not a string');
  }
  if (reader.size > limits.attachedDataKeyBytes) {
    throw tooLarge(`a key of more than ${limits.attachedDataKeyBytes} bytes`);
  }
  const start = reader.position;
  skipText();
  let hash = keyTable.hashOf(mapStart);
  for (let index = start; index < reader.position; index++) {
    hash = Math.imul(hash ^ reader.buffer[index]!, hashFactor);
  }
  if (!keyTable.add(reader.buffer, hash, mapStart, start, reader.position)) {
    reader.position = keyStart;
    throw reader.error('MalformedBody', 'a key of attached data is there twice');
  }
}

function scanScalar(item: Item, start: number): void {
  switch (item) {
    case Item.string:
      return skipText();
    case Item.integer:
    case Item.float:
    case Item.boolean:
      return;
    case Item.binary:
      reader.position += reader.size;
      return;
    case Item.extension:
      reader.timestampMs();
      return;
    case Item.bigInteger:
      if (reader.big <= int64Max) return;
      break;
    default:
      break;
  }
  reader.position = start;
  const what = item === Item.bigInteger ? 'an integer above 2^63 - 1' : itemNames[item];
  throw reader.error('WrongAttributeType', `attached data may not hold ${what}`);
}

function skipText(): void {
  const end = reader.position + reader.size;
  if (!isUtf8(reader.buffer, reader.position, end)) {
    throw reader.error('MalformedBody', 'a string is not UTF-8');
  }
  reader.position = end;
}

function tooLarge(what: string): IxionError {
  return new IxionError(
    'AttachedDataTooLarge',
    `attached data has ${what}, at byte ${reader.position - reader.origin}`,
  );
}

/** A power of two; five are used. */
const entryWords = 8;

/** FNV-1a. */
const hashFactor = 0x0100_0193;

/** So many slots do for nearly all attached data, and stay in the processor's nearest cache. */
const fewSlots = 256;

/**
 * The keys met in one scan, in an open hash table that is never cleared: an entry counts only if it
 * has the stamp of the present scan. The seed is random, so that nobody can choose keys that
 * collide. As long as the keys are few, only its first slots are used.
 */
class KeyTable {
  readonly #slots = 2 ** Math.ceil(Math.log2(limits.attachedDataKeys * 2));
  /** Of each slot the stamp, the hash, and where the map, the key and its end are; side by side. */
  readonly #entries = new Uint32Array(this.#slots * entryWords);
  readonly #seed = Math.floor(systemRandom.fraction() * 0x7fff_ffff);
  #stamp = 0;
  #mask = fewSlots - 1;

  /** Forgets all keys. */
  begin(): void {
    this.#mask = fewSlots - 1;
    this.#stamp = (this.#stamp + 1) >>> 0;
    if (this.#stamp === 0) {
      this.#entries.fill(0);
      this.#stamp = 1;
    }
  }

  /** There will be so many keys: with too many for the first slots, all are used. */
  makeRoom(keys: number): void {
    if (keys <= fewSlots / 2 || this.#mask !== fewSlots - 1) return;
    this.#mask = this.#slots - 1;
    const entries = this.#entries;
    const few = entries.slice(0, fewSlots * entryWords);
    entries.fill(0, 0, few.length);
    for (let from = 0; from < few.length; from += entryWords) {
      if (few[from] !== this.#stamp) continue;
      let to = (few[from + 1]! & this.#mask) * entryWords;
      while (entries[to] === this.#stamp) to = (to + entryWords) & (entries.length - 1);
      entries.set(few.subarray(from, from + entryWords), to);
    }
  }

  /** What the hash of a key begins with; its bytes follow, each as FNV-1a takes them. */
  hashOf(map: number): number {
    return this.#seed ^ map;
  }

  /** Adds a key of the map that starts at `map`; false when that map has it already. */
  add(buffer: Uint8Array, hashed: number, map: number, start: number, end: number): boolean {
    const entries = this.#entries;
    const mixed = Math.imul(hashed ^ (hashed >>> 15), 0x2c1b_3c6d);
    const hash = (mixed ^ (mixed >>> 13)) >>> 0;
    const last = (this.#mask + 1) * entryWords - 1;
    let at = (hash & this.#mask) * entryWords;
    while (entries[at] === this.#stamp) {
      if (
        entries[at + 1] === hash &&
        entries[at + 2] === map &&
        equalBytes(buffer, entries[at + 3]!, entries[at + 4]!, start, end)
      ) {
        return false;
      }
      at = (at + entryWords) & last;
    }
    entries[at] = this.#stamp;
    entries[at + 1] = hash;
    entries[at + 2] = map;
    entries[at + 3] = start;
    entries[at + 4] = end;
    return true;
  }
}

function equalBytes(
  buffer: Uint8Array,
  leftStart: number,
  leftEnd: number,
  rightStart: number,
  rightEnd: number,
): boolean {
  if (leftEnd - leftStart !== rightEnd - rightStart) return false;
  for (let left = leftStart, right = rightStart; left < leftEnd; left++, right++) {
    if (buffer[left] !== buffer[right]) return false;
  }
  return true;
}

const keyTable = new KeyTable();
