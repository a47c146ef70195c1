/**
 * A row of events, looked at without unpacking it: where each event stands, and whose it is. What nobody
 * wants is never unpacked, and a row of thousands of events costs little before the first of them is sent.
 */
import { assert } from '../assert.js';
import { Item, PackReader } from '../pack/reader.js';
import { decodeEvent, eventCodecVersion, type InteractionEvent } from './event.js';

const reader = new PackReader();

export class PackedEventRow {
  readonly firstSequence: number;
  readonly timeMs: number;
  readonly #bytes: Uint8Array;
  /** Where each event begins, and where the last ends. */
  readonly #starts: Uint32Array;
  readonly #tenants: Uint32Array;
  /** The one tenant of all its events; undefined: there are several. */
  readonly onlyTenant: number | undefined;

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
    const count = reader.size;
    this.#starts = new Uint32Array(count + 1);
    this.#tenants = new Uint32Array(count);
    for (let index = 0; index < count; index++) {
      this.#starts[index] = reader.position;
      this.#tenants[index] = skipEvent();
    }
    this.#starts[count] = reader.position;
    const [first] = this.#tenants;
    this.onlyTenant = this.#tenants.every((tenant) => tenant === first) ? first : undefined;
  }

  get count(): number {
    return this.#tenants.length;
  }

  get lastSequence(): number {
    return this.firstSequence + this.count - 1;
  }

  /** The tenant of an event, by its place in the row. */
  tenantOf(index: number): number {
    return this.#tenants[index]!;
  }

  /** Bytes of the row. */
  get bytes(): number {
    return this.#bytes.length;
  }

  event(index: number): InteractionEvent {
    return decodeEvent(this.#bytes.subarray(this.#starts[index], this.#starts[index + 1]));
  }
}

/** The tenant is the sixth member; see `PackedEvent`. */
const tenantPlace = 5;

/** Moves behind an event. @returns its tenant */
function skipEvent(): number {
  reader.next();
  const members = reader.size;
  let tenant = 0;
  for (let place = 0; place < members; place++) {
    if (place === tenantPlace) tenant = number();
    else skipValue();
  }
  return tenant;
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
