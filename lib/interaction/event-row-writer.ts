/** Writes rows of events, see `event-row-layout.ts`. */
import { assert } from '../assert.js';
import type { PackedPairs } from '../pack/pairs.js';
import { put16, put32, put64 } from '../pack/unsigned.js';
import { PackWriter } from '../pack/writer.js';
import { noTimeline, timelineBytes } from '../timeline.js';
import type { InteractionEvent } from './event.js';
import {
  changeBits,
  eventBits,
  eventCodecVersion,
  narrowBytes,
  rowAt,
  wideBytes,
  type EventRowHead,
} from './event-row-layout.js';

/** Of a row with more, the index is wide from the start: it would not fit into 64 KiB. */
const narrowEvents = 1_024;
const writer = new PackWriter();
/** Of the row that is written: its kinds and tenants, and of each event its place among them. */
const kinds: number[] = [];
const tenants: number[] = [];
const kindPlaces: number[] = [];
const tenantPlaces: number[] = [];

const noHead: EventRowHead = { timeline: noTimeline, firstSequence: 0, timeMs: 0 };

/**
 * Packs a row. The view shares its buffer with other rows: copy what goes to another thread.
 * @param head absent: the events are on their way to another partition
 * @param bytesBefore of all rows of the partition before this one
 */
export function encodeEvents(
  events: readonly InteractionEvent[],
  head: EventRowHead = noHead,
  bytesBefore: number = 0,
): Uint8Array {
  collect(events);
  const isWide = tenants.length > 0xff || events.length > narrowEvents;
  if (!writeRow(events, head, bytesBefore, isWide)) {
    writer.position = writer.start;
    writeRow(events, head, bytesBefore, true);
  }
  return writer.take();
}

function collect(events: readonly InteractionEvent[]): void {
  kinds.length = tenants.length = 0;
  for (let index = 0; index < events.length; index++) {
    const { event, tenantId } = events[index]!;
    kindPlaces[index] = placeIn(kinds, event);
    // Mostly it is that of the event before.
    const before = index === 0 ? -1 : tenantPlaces[index - 1]!;
    tenantPlaces[index] = tenants[before] === tenantId ? before : placeIn(tenants, tenantId);
  }
  assert(kinds.length <= 0xff && tenants.length <= 0xffff, 'a row of events has few kinds');
}

function placeIn(list: number[], value: number): number {
  const place = list.indexOf(value);
  return place >= 0 ? place : list.push(value) - 1;
}

/** False: it is too long for a narrow index, and has to be written anew. */
function writeRow(
  events: readonly InteractionEvent[],
  { timeline, firstSequence, timeMs }: EventRowHead,
  bytesBefore: number,
  isWide: boolean,
): boolean {
  const entryBytes = isWide ? wideBytes : narrowBytes;
  const indexAt = rowAt.sets + kinds.length * 2 + tenants.length * 4;
  const headBytes = indexAt + events.length * entryBytes;
  writer.reserve(headBytes);
  const { buffer, position: start } = writer;
  buffer[start] = eventCodecVersion;
  buffer[start + rowAt.isWide] = isWide ? 1 : 0;
  const bytes = timelineBytes(timeline);
  for (let index = 0; index < 8; index++) buffer[start + rowAt.timeline + index] = bytes[index]!;
  put64(buffer, start + rowAt.first, firstSequence);
  put64(buffer, start + rowAt.time, timeMs);
  put32(buffer, start + rowAt.events, events.length);
  buffer[start + rowAt.kinds] = kinds.length;
  put16(buffer, start + rowAt.tenants, tenants.length);
  let at = start + rowAt.sets;
  for (const kind of kinds) at = put16(buffer, at, kind);
  for (const tenant of tenants) at = put32(buffer, at, tenant);
  writer.position = start + headBytes;
  writeEvents(events, indexAt, isWide);
  const length = writer.position - writer.start;
  if (!isWide && length > 0xffff) return false;
  put64(writer.buffer, writer.start + rowAt.bytes, bytesBefore + length);
  return true;
}

function writeEvents(events: readonly InteractionEvent[], indexAt: number, isWide: boolean): void {
  let before: InteractionEvent | undefined;
  let changeAt = 0;
  let entryAt = indexAt;
  for (let index = 0; index < events.length; index++) {
    const event = events[index]!;
    if (before === undefined || !isOfSameChange(before, event)) {
      changeAt = writer.position - writer.start;
      writeChange(event);
    }
    const eventAt = writer.position - writer.start;
    // Anew each time: a buffer that has to grow is another one.
    const { buffer, start } = writer;
    buffer[start + entryAt] = kindPlaces[index]!;
    if (isWide) {
      put16(buffer, start + entryAt + 1, tenantPlaces[index]!);
      put32(buffer, start + entryAt + 3, eventAt);
      entryAt += wideBytes;
    } else {
      buffer[start + entryAt + 1] = tenantPlaces[index]!;
      put16(buffer, start + entryAt + 2, eventAt);
      entryAt += narrowBytes;
    }
    writer.number(eventAt - changeAt);
    writeEvent(event);
    before = event;
  }
}

const isOfSameChange = (one: InteractionEvent, other: InteractionEvent): boolean =>
  one.cause === other.cause &&
  one.version === other.version &&
  one.state === other.state &&
  one.interactionId === other.interactionId &&
  one.queue === other.queue;

function writeChange(event: InteractionEvent): void {
  const { interactionId, version, state, queue, cause, identity } = event;
  const { actorPlace, actorRouter, reasonSystemName, reasonDescription, extension } = cause;
  writer.number(
    (actorPlace === undefined ? 0 : changeBits.place) |
      (actorRouter === undefined ? 0 : changeBits.router) |
      (reasonSystemName === undefined ? 0 : changeBits.reason) |
      (reasonDescription === undefined ? 0 : changeBits.words) |
      (extension === undefined ? 0 : changeBits.extension) |
      (identity === undefined ? 0 : changeBits.identity),
  );
  writer.string(interactionId);
  writer.number(version);
  writer.number(state);
  writer.string(queue);
  writer.number(cause.actorType);
  writer.string(cause.actorId);
  if (actorPlace !== undefined) writer.string(actorPlace);
  if (actorRouter !== undefined) writer.string(actorRouter);
  if (reasonSystemName !== undefined) writer.string(reasonSystemName);
  if (reasonDescription !== undefined) writer.string(reasonDescription);
  if (extension !== undefined) writer.binary(extension);
  if (identity !== undefined) writePairs(identity);
}

function writeEvent({ party, details, carried }: InteractionEvent): void {
  writer.number(
    (party === undefined ? 0 : eventBits.party) |
      (party?.place === undefined ? 0 : eventBits.place) |
      (party?.router === undefined ? 0 : eventBits.router) |
      (carried === undefined ? 0 : eventBits.carried) |
      (details === undefined ? 0 : eventBits.details),
  );
  if (party !== undefined) {
    writer.number(party.type);
    writer.number(party.operation);
    writer.string(party.id);
    if (party.place !== undefined) writer.string(party.place);
    if (party.router !== undefined) writer.string(party.router);
  }
  if (carried !== undefined) writePairs(carried);
  if (details !== undefined) writePairs(details);
}

function writePairs({ count, bytes }: PackedPairs): void {
  writer.number(count);
  writer.binary(bytes);
}
