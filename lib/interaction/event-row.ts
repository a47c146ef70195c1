/**
 * Reads rows of events, see `event-row-layout.ts`: what is in one by its head and index, and events
 * one by one, as far as somebody wants them.
 */
import { assert, AssertionError } from '../assert.js';
import { IxionError } from '../errors.js';
import { PackedPairs } from '../pack/pairs.js';
import { Item, PackReader } from '../pack/reader.js';
import { unsigned16At, unsigned32At, unsigned64At } from '../pack/unsigned.js';
import { timelineOfBytes } from '../timeline.js';
import type { ActorType, Cause, EventNumber, InteractionEvent, Party } from './event.js';
import {
  changeBits,
  eventBits,
  eventCodecVersion,
  rowAt,
  narrowBytes,
  wideBytes,
  type EventRow,
} from './event-row-layout.js';

const reader = new PackReader();

/** What the events of a change have in common. */
type CommonOfEvents = Pick<
  InteractionEvent,
  'interactionId' | 'version' | 'state' | 'queue' | 'cause' | 'identity'
>;

/** A row that is unpacked event by event, as far as somebody wants one. */
export class PackedEventRow {
  readonly firstSequence: number;
  readonly timeMs: number;
  readonly count: number;
  /** The kinds of all its events (`EventNumber`), each once. */
  readonly kinds: readonly number[];
  /** The tenants of all its events, each once. */
  readonly tenants: readonly number[];
  readonly #bytes: Uint8Array;
  readonly #isWide: boolean;
  readonly #indexAt: number;
  /** Where the changes begin. */
  readonly #changesAt: number;
  /** The change that was unpacked last; the next event is mostly of the same one. */
  #change: CommonOfEvents | undefined;
  #changeAt = 0;

  /** @throws {AssertionError} for a version that this code does not know, or a row cut short */
  constructor(bytes: Uint8Array) {
    checkHead(bytes);
    this.#bytes = bytes;
    this.#isWide = bytes[rowAt.isWide] === 1;
    this.firstSequence = unsigned64At(bytes, rowAt.first);
    this.timeMs = unsigned64At(bytes, rowAt.time);
    this.count = unsigned32At(bytes, rowAt.events);
    const kindsAt = rowAt.sets;
    const tenantsAt = kindsAt + bytes[rowAt.kinds]! * 2;
    this.#indexAt = tenantsAt + unsigned16At(bytes, rowAt.tenants) * 4;
    this.#changesAt = this.#indexAt + this.count * (this.#isWide ? wideBytes : narrowBytes);
    assert(this.#changesAt <= bytes.length, 'a row of events ends inside its index');
    this.kinds = listOf(bytes, kindsAt, tenantsAt, 2);
    this.tenants = listOf(bytes, tenantsAt, this.#indexAt, 4);
  }

  get lastSequence(): number {
    return this.firstSequence + this.count - 1;
  }

  /** Identifier of the timeline that its events belong to. */
  get timeline(): string {
    return timelineOfBytes(this.#bytes.subarray(rowAt.timeline, rowAt.first));
  }

  /** Bytes of the row. */
  get bytes(): number {
    return this.#bytes.length;
  }

  /** The kind of an event, by its place in the row. */
  kindOf(index: number): number {
    return this.kinds[this.#bytes[this.#entryAt(index)]!]!;
  }

  /** The tenant of an event, by its place in the row. */
  tenantOf(index: number): number {
    const entry = this.#entryAt(index) + 1;
    const place = this.#isWide ? unsigned16At(this.#bytes, entry) : this.#bytes[entry]!;
    return this.tenants[place]!;
  }

  /**
   * An event, by its place in the row. Its bytes are views of the row.
   * @throws {AssertionError} when the row is damaged
   */
  event(index: number): InteractionEvent {
    const bytes = this.#bytes;
    const start = this.#startOf(index);
    reader.reset(bytes, start, bytes.length, 0);
    try {
      const changeAt = start - number();
      if (this.#change === undefined || changeAt !== this.#changeAt) {
        const { position } = reader;
        assert(changeAt >= this.#changesAt, 'an event whose change is outside its row');
        reader.position = changeAt;
        this.#change = readChange();
        this.#changeAt = changeAt;
        reader.position = position;
      }
      return readEvent(this.kindOf(index) as EventNumber, this.#change, this.tenantOf(index));
    } catch (error) {
      if (!(error instanceof IxionError)) throw error;
      throw new AssertionError(`event ${index} of a row of events: ${error.message}`);
    }
  }

  /**
   * Looks at all of it.
   * @throws {AssertionError} when anything in it is not as it was written
   */
  check(): void {
    let end = this.#changesAt;
    for (let index = 0; index < this.count; index++) {
      const start = this.#startOf(index);
      const isKnown = this.kindOf(index) !== undefined && this.tenantOf(index) !== undefined;
      assert(isKnown, `event ${index} of a row of events: no kind or tenant`);
      assert(start >= end, `event ${index} of a row of events begins within the one before it`);
      this.event(index);
      end = reader.position;
    }
    assert(end === this.#bytes.length, 'a row of events is longer than its events');
  }

  #entryAt(index: number): number {
    return this.#indexAt + index * (this.#isWide ? wideBytes : narrowBytes);
  }

  #startOf(index: number): number {
    const entry = this.#entryAt(index);
    return this.#isWide
      ? unsigned32At(this.#bytes, entry + 3)
      : unsigned16At(this.#bytes, entry + 2);
  }
}

function readChange(): CommonOfEvents {
  const bits = number();
  const interactionId = identifier();
  const version = number();
  const state = number();
  const queue = text();
  const cause: Cause = {
    actorType: number() as ActorType,
    actorId: text(),
    actorPlace: bits & changeBits.place ? text() : undefined,
    actorRouter: bits & changeBits.router ? text() : undefined,
    reasonSystemName: bits & changeBits.reason ? text() : undefined,
    reasonDescription: bits & changeBits.words ? text() : undefined,
    extension: bits & changeBits.extension ? binary() : undefined,
  };
  const identity = bits & changeBits.identity ? pairs() : undefined;
  return { interactionId, version, state, queue, cause, identity };
}

function readEvent(
  event: EventNumber,
  { interactionId, version, state, queue, cause, identity }: CommonOfEvents,
  tenantId: number,
): InteractionEvent {
  const bits = number();
  const party = bits & eventBits.party ? readParty(bits) : undefined;
  const carried = bits & eventBits.carried ? pairs() : undefined;
  const details = bits & eventBits.details ? pairs() : undefined;
  return {
    event,
    interactionId,
    version,
    state,
    queue,
    tenantId,
    cause,
    party,
    details,
    identity,
    carried,
  };
}

function readParty(bits: number): Party {
  const type = number() as ActorType;
  const operation = number();
  const id = text();
  const place = bits & eventBits.place ? text() : undefined;
  const router = bits & eventBits.router ? text() : undefined;
  return { type, id, operation, place, router };
}

function pairs(): PackedPairs {
  const count = number();
  return new PackedPairs(count, binary());
}

function number(): number {
  assert(reader.next() === Item.integer, 'an integer in a row of events');
  return reader.number;
}

/** One that comes again and again, as names do. */
function text(): string {
  assert(reader.next() === Item.string, 'a text in a row of events');
  return reader.repeatedText();
}

function identifier(): string {
  assert(reader.next() === Item.string, 'an identifier in a row of events');
  return reader.text();
}

function binary(): Uint8Array {
  assert(reader.next() === Item.binary, 'bytes in a row of events');
  return reader.view();
}

/**
 * Reads a row.
 * @throws {AssertionError} for a version that this code does not know, or a damaged row
 */
export function decodeEvents(bytes: Uint8Array): EventRow {
  const row = new PackedEventRow(bytes);
  const { timeline, firstSequence, timeMs, count } = row;
  const events = Array.from({ length: count }, (_, index) => row.event(index));
  return { timeline, firstSequence, timeMs, events };
}

/** The time of a row. @throws {AssertionError} as `PackedEventRow` */
export function timeOfEvents(bytes: Uint8Array): number {
  checkHead(bytes);
  return unsigned64At(bytes, rowAt.time);
}

/** Bytes of all rows up to and including this one. @throws {AssertionError} as `PackedEventRow` */
export function bytesUpToEvents(bytes: Uint8Array): number {
  checkHead(bytes);
  return unsigned64At(bytes, rowAt.bytes);
}

function checkHead(bytes: Uint8Array): void {
  assert(bytes[0] === eventCodecVersion, 'event row of unknown version');
  assert(bytes.length >= rowAt.sets, 'a row of events ends inside its head');
}

function listOf(bytes: Uint8Array, start: number, end: number, each: 2 | 4): number[] {
  const list: number[] = [];
  for (let position = start; position < end; position += each) {
    list.push(each === 2 ? unsigned16At(bytes, position) : unsigned32At(bytes, position));
  }
  return list;
}
