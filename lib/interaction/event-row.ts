/**
 * A row of events, looked at without unpacking it: where each event stands, what it is and whose.
 * What nobody wants is never unpacked, and of a row of thousands of events only so many are
 * looked at as are needed.
 */
import { assert } from '../assert.js';
import { Item, PackReader } from '../pack/reader.js';
import { decodeEvent, eventCodecVersion, type InteractionEvent } from './event.js';

const reader = new PackReader();

export class PackedEventRow {
  readonly firstSequence: number;
  readonly timeMs: number;
  readonly count: number;
  readonly #bytes: Uint8Array;
  /** Where each event begins, and where the last ends; as far as they were looked at. */
  readonly #starts: Uint32Array;
  readonly #tenants: Uint32Array;
  readonly #kinds: Uint16Array;
  readonly #tenantsThere: number[] = [];
  readonly #kindsThere: number[] = [];
  #looked = 0;

  /** @throws {AssertionError} for a version that this code does not know */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    reader.reset(bytes, 0, bytes.length);
    reader.next();
    const version = number();
    assert(version === eventCodecVersion, `event row of unknown version ${version}`);
    this.firstSequence = number();
    this.timeMs = number();
    assert(reader.next() === Item.array, 'a row of events is a list');
    this.count = reader.size;
    this.#starts = new Uint32Array(this.count + 1);
    this.#tenants = new Uint32Array(this.count);
    this.#kinds = new Uint16Array(this.count);
    this.#starts[0] = reader.position;
  }

  get lastSequence(): number {
    return this.firstSequence + this.count - 1;
  }

  /** Bytes of the row. */
  get bytes(): number {
    return this.#bytes.length;
  }

  /** Events that were looked at so far. */
  get looked(): number {
    return this.#looked;
  }

  /** The tenants of all its events, each once; undefined: not all were looked at yet. */
  get tenants(): readonly number[] | undefined {
    return this.#looked === this.count ? this.#tenantsThere : undefined;
  }

  /** The kinds of all its events, each once; undefined: not all were looked at yet. */
  get kinds(): readonly number[] | undefined {
    return this.#looked === this.count ? this.#kindsThere : undefined;
  }

  /** The tenant of an event, by its place in the row. */
  tenantOf(index: number): number {
    this.#lookUpTo(index);
    return this.#tenants[index]!;
  }

  /** The kind of an event (`EventNumber`), by its place in the row. */
  kindOf(index: number): number {
    this.#lookUpTo(index);
    return this.#kinds[index]!;
  }

  event(index: number): InteractionEvent {
    this.#lookUpTo(index);
    return decodeEvent(this.#bytes.subarray(this.#starts[index], this.#starts[index + 1]));
  }

  #lookUpTo(index: number): void {
    if (index < this.#looked) return;
    reader.reset(this.#bytes, this.#starts[this.#looked]!, this.#bytes.length);
    while (this.#looked <= index) this.#look(this.#looked++);
  }

  /** Moves behind an event. */
  #look(index: number): void {
    reader.next();
    const members = reader.size;
    for (let place = 0; place < members; place++) {
      if (place === kindPlace) noteOnce(this.#kindsThere, (this.#kinds[index] = number()));
      else if (place === tenantPlace)
        noteOnce(this.#tenantsThere, (this.#tenants[index] = number()));
      else skipValue();
    }
    this.#starts[index + 1] = reader.position;
  }
}

/** Places of members; see `PackedEvent`. */
const kindPlace = 0;
const tenantPlace = 5;

/** Mostly it is the one that was noted first. */
function noteOnce(noted: number[], value: number): void {
  if (noted[0] !== value && !noted.includes(value)) noted.push(value);
}

function skipValue(): void {
  const item = reader.next();
  if (item === Item.string || item === Item.binary || item === Item.extension) {
    reader.position += reader.size;
  } else if (item === Item.array || item === Item.map) {
    for (let left = reader.size * (item === Item.map ? 2 : 1); left > 0; left--) skipValue();
  }
}

function number(): number {
  const item = reader.next();
  assert(item === Item.integer || item === Item.float, 'a number in a row of events');
  return reader.number;
}
