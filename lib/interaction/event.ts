/**
 * Reporting events as data: a function of a state change, made without a network.
 * All events of a write set are in one row, packed as arrays; `decodeEvents` reads them back.
 */
import { Packr } from 'msgpackr';
import { assert } from '../assert.js';
import { PackWriter } from '../pack/writer.js';
import { headNumbers } from '../pack/head.js';
import { packedKey, PackedPairs, PairWriter } from '../pack/pairs.js';
import type { StateRecord } from './state-record.js';

/** Numbers of events; up to 195 the original's. */
export const EventNumber = {
  PropertiesChanged: 104,
  PartyAdded: 132,
  PartyRemoved: 133,
  InteractionSubmitted: 160,
  ProcessingStopped: 161,
  AgentLogin: 137,
  AgentLogout: 138,
  DoNotDisturbOn: 141,
  DoNotDisturbOff: 142,
  MediaAdded: 145,
  MediaRemoved: 146,
  NotReadyForMedia: 149,
  ReadyForMedia: 150,
  AgentStateReasonChanged: 152,
  MediaStateReasonChanged: 154,
  PlacedInQueue: 162,
  TakenFromQueue: 177,
  AgentConnectionClosed: 195,
  Held: 1104,
  Resumed: 1105,
  ServerStopping: 1119,
  ConfigurationChanged: 1120,
} as const;
export type EventNumber = (typeof EventNumber)[keyof typeof EventNumber];

/** Kinds of actors and parties. */
export const ActorType = { server: 0, strategy: 1, agent: 2, mediaServer: 3 } as const;
export type ActorType = (typeof ActorType)[keyof typeof ActorType];

/** Why a party came or went. */
export const PartyOperation = {
  route: 4,
  pull: 5,
  create: 6,
  stop: 10,
  placeInQueue: 12,
  disconnect: 13,
} as const;

/** Who caused a change, and why, as events repeat it. */
export interface Cause {
  readonly actorType: ActorType;
  readonly actorId: string;
  readonly reasonSystemName?: string | undefined;
  readonly reasonDescription?: string | undefined;
  /** A packed map. */
  readonly extension?: Uint8Array | undefined;
}

/** Further attributes of an event by their name on the wire, or the same packed. */
export type EventDetails = Readonly<Record<string, unknown>> | PackedPairs;

/** One event. */
export interface InteractionEvent {
  readonly event: EventNumber;
  readonly interactionId: string;
  readonly version: number;
  readonly state: number;
  readonly queue: string;
  readonly tenantId: number;
  readonly cause: Cause;
  readonly details: EventDetails | undefined;
}

const partyKeys = {
  PartyType: packedKey('PartyType'),
  PartyId: packedKey('PartyId'),
  Operation: packedKey('Operation'),
} as const;

const partiesKept = 256;
/**
 * Details by name of a party, for each type and operation; there are few, and
 * most events have some.
 */
const parties = new Map<number, Map<string, PackedPairs>>();

/** Details of an event about a party. */
export function partyDetails(type: ActorType, id: string, operation: number): PackedPairs {
  const place = type * 256 + operation;
  let byId = parties.get(place);
  if (byId === undefined || byId.size >= partiesKept) parties.set(place, (byId = new Map()));
  let details = byId.get(id);
  if (details === undefined) byId.set(id, (details = packParty(type, id, operation)));
  return details;
}

function packParty(type: ActorType, id: string, operation: number): PackedPairs {
  const pairs = new PairWriter();
  pairs.number(partyKeys.PartyType, type);
  pairs.string(partyKeys.PartyId, id);
  pairs.number(partyKeys.Operation, operation);
  return kept(pairs.take());
}

const partyTypes = Object.values(ActorType).map((type) => {
  const pairs = new PairWriter();
  pairs.number(partyKeys.PartyType, type);
  return kept(pairs.take());
});

/** Details of an event that names only the type of a party. */
export const partyTypeDetails = (type: ActorType): PackedPairs => partyTypes[type]!;

/** A copy: what was taken from a writer keeps all the memory that it is in. */
function kept({ count, bytes }: PackedPairs): PackedPairs {
  return new PackedPairs(count, Uint8Array.from(bytes));
}

const submittedKeys = {
  TenantId: packedKey('TenantId'),
  ReceivedAt: packedKey('ReceivedAt'),
  IsHeld: packedKey('IsHeld'),
} as const;

/** Details of EventInteractionSubmitted; `identity` is what its body begins with. */
export function submittedDetails(identity: PackedPairs, record: StateRecord): PackedPairs {
  const pairs = new PairWriter();
  pairs.append(identity);
  pairs.number(submittedKeys.TenantId, record.tenantId);
  pairs.number(submittedKeys.ReceivedAt, record.times.ReceivedAt);
  if (record.isHeld) pairs.true(submittedKeys.IsHeld);
  return pairs.take();
}

/** An event about an interaction as it is now; `queue` is the name of its queue. */
export function interactionEvent(
  event: EventNumber,
  interactionId: string,
  record: StateRecord,
  queue: string,
  cause: Cause,
  details?: EventDetails,
): InteractionEvent {
  const { version, state, tenantId } = record;
  return { event, interactionId, version, state, queue, tenantId, cause, details };
}

/** The tenant of what belongs to none; no tenant has this number. */
export const noTenant = 0xffff_ffff;

/** What an actor outside of the partitions has to report. */
export interface ServerEvent {
  readonly event: typeof EventNumber.ServerStopping | typeof EventNumber.ConfigurationChanged;
  /** Who caused it. */
  readonly who: string;
  readonly details: Readonly<Record<string, string | number>>;
}

/** The same as a row has it. */
export const eventOfServer = ({ event, who, details }: ServerEvent): InteractionEvent => ({
  event,
  interactionId: '',
  version: 0,
  state: 0,
  queue: '',
  tenantId: noTenant,
  cause: { actorType: ActorType.server, actorId: who },
  details,
});

/** The events of one write set, numbered from `firstSequence`. */
export interface EventRow {
  readonly firstSequence: number;
  readonly timeMs: number;
  readonly events: readonly InteractionEvent[];
}

/** Version of a row of events. */
export const eventCodecVersion = 1;
/** Of the UTF-8 of a string: a character outside the basic plane has 4 bytes and counts as two. */
const bytesPerCharacterMax = 3;
/** What stands before a value, or a number wholly. */
const headBytesMax = 9;
const packr = new Packr({ useRecords: false, mapsAsObjects: true, int64AsType: 'number' });

const writer = new PackWriter();

/** Packs a row. The view shares its buffer with other rows: copy what goes to another thread. */
export function encodeEvents({ firstSequence, timeMs, events }: EventRow): Uint8Array {
  writer.arrayHead(4);
  writer.number(eventCodecVersion);
  writer.number(firstSequence);
  writer.number(timeMs);
  writer.arrayHead(events.length);
  for (const event of events) writeEvent(event);
  return writer.take();
}

/** In the order of `PackedEvent`. */
function writeEvent(event: InteractionEvent): void {
  const { cause } = event;
  writer.arrayHead(12);
  writer.number(event.event);
  writer.string(event.interactionId);
  writer.number(event.version);
  writer.number(event.state);
  writer.string(event.queue);
  writer.number(event.tenantId);
  writer.number(cause.actorType);
  writer.string(cause.actorId);
  writeDetails(event.details);
  writeValue(cause.reasonSystemName);
  writeValue(cause.reasonDescription);
  writeValue(cause.extension);
}

function writeDetails(details: InteractionEvent['details']): void {
  if (details === undefined) return writer.nil();
  if (details instanceof PackedPairs) {
    writer.mapHead(details.count);
    return writer.raw(details.bytes);
  }
  let set = 0;
  for (const name in details) if (details[name] !== undefined) set++;
  writer.mapHead(set);
  for (const name in details) {
    if (details[name] === undefined) continue;
    writer.string(name);
    writeValue(details[name]);
  }
}

function writeValue(value: unknown): void {
  if (value === undefined) writer.nil();
  else if (typeof value === 'string') writer.string(value);
  else if (typeof value === 'number') writer.number(value);
  else if (typeof value === 'boolean') writer.boolean(value);
  else if (value instanceof Uint8Array) writer.binary(value);
  else writer.raw(packr.pack(value));
}

/** Bytes that an event takes in its row; it may take fewer. */
export function eventBytesMax({ interactionId, queue, cause, details }: InteractionEvent): number {
  const names = interactionId.length + queue.length + cause.actorId.length;
  let bytes = 64 + names * bytesPerCharacterMax;
  if (details instanceof PackedPairs) bytes += headBytesMax + details.bytes.length;
  else if (details !== undefined) bytes += valueBytesMax(details);
  if (cause.extension !== undefined) bytes += cause.extension.length;
  const { reasonSystemName = '', reasonDescription = '' } = cause;
  return bytes + (reasonSystemName.length + reasonDescription.length) * bytesPerCharacterMax;
}

function valueBytesMax(value: unknown): number {
  if (typeof value === 'string') return headBytesMax + value.length * bytesPerCharacterMax;
  if (value instanceof Uint8Array) return headBytesMax + value.length;
  let bytes = headBytesMax;
  if (typeof value !== 'object' || value === null) return bytes;
  const members = value as Readonly<Record<string, unknown>>;
  for (const name in members) bytes += headBytesMax + name.length + valueBytesMax(members[name]);
  return bytes;
}

type PackedEvent = [
  EventNumber,
  string,
  number,
  number,
  string,
  number,
  ActorType,
  string,
  Record<string, unknown> | null,
  string | null,
  string | null,
  Uint8Array | null,
];

/**
 * Reads a row.
 * @throws {AssertionError} for a version that this code does not know
 */
export function decodeEvents(bytes: Uint8Array): EventRow {
  const [version, firstSequence, timeMs, events] = packr.unpack(bytes) as [
    number,
    number,
    number,
    PackedEvent[],
  ];
  assert(version === eventCodecVersion, `event row of unknown version ${version}`);
  return { firstSequence, timeMs, events: events.map(unpackEvent) };
}

/** Reads one event of a row, alone in `bytes`. */
export const decodeEvent = (bytes: Uint8Array): InteractionEvent =>
  unpackEvent(packr.unpack(bytes) as PackedEvent);

/** The time of a row, without looking at its events. */
export function timeOfEvents(bytes: Uint8Array): number {
  const [version, , timeMs] = headNumbers(bytes, 3);
  assert(version === eventCodecVersion, `event row of unknown version ${version}`);
  return timeMs!;
}

const unpackEvent = (packed: PackedEvent): InteractionEvent => ({
  event: packed[0],
  interactionId: packed[1],
  version: packed[2],
  state: packed[3],
  queue: packed[4],
  tenantId: packed[5],
  cause: {
    actorType: packed[6],
    actorId: packed[7],
    reasonSystemName: packed[9] ?? undefined,
    reasonDescription: packed[10] ?? undefined,
    extension: packed[11] ?? undefined,
  },
  details: packed[8] ?? undefined,
});
