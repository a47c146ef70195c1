/**
 * Reporting events as data: a function of a state change, made without a network. All events of a
 * write set are one row (`event-row.ts`).
 */
import { packedKey, packPairs, PairWriter, type PackedPairs } from '../pack/pairs.js';
import type { StateRecord } from './state-record.js';

/** Numbers of events; up to 195 the original's. */
export const EventNumber = {
  PropertiesChanged: 104,
  PartyAdded: 132,
  PartyRemoved: 133,
  Revoked: 134,
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
  PlacedInWorkbin: 163,
  Locked: 164,
  Unlocked: 165,
  AgentInvited: 166,
  Rejected: 168,
  CustomReporting: 176,
  TakenFromQueue: 177,
  TakenFromWorkbin: 182,
  AgentConnectionClosed: 195,
  Held: 1104,
  Resumed: 1105,
  Restored: 1138,
  ServerStopping: 1119,
  ConfigurationChanged: 1120,
} as const;
export type EventNumber = (typeof EventNumber)[keyof typeof EventNumber];

/** Kinds of actors and parties. */
export const ActorType = { server: 0, strategy: 1, agent: 2, mediaServer: 3 } as const;
export type ActorType = (typeof ActorType)[keyof typeof ActorType];

/** Why a party came or went. */
export const PartyOperation = {
  transfer: 1,
  conference: 2,
  intrude: 3,
  route: 4,
  pull: 5,
  create: 6,
  timeout: 8,
  leave: 9,
  stop: 10,
  placeInWorkbin: 11,
  placeInQueue: 12,
  disconnect: 13,
} as const;

/** Who caused a change, and why, as events repeat it. */
export interface Cause {
  readonly actorType: ActorType;
  readonly actorId: string;
  /** The place where an agent works; none says it yet. */
  readonly actorPlace?: string | undefined;
  /** The router that an actor of type `strategy` belongs to; none says it yet. */
  readonly actorRouter?: string | undefined;
  readonly reasonSystemName?: string | undefined;
  readonly reasonDescription?: string | undefined;
  /** A packed map. */
  readonly extension?: Uint8Array | undefined;
}

/** Who came to have an interaction, or has it no longer. */
export interface Party {
  readonly type: ActorType;
  /** Empty: only its type is told. */
  readonly id: string;
  /** See `PartyOperation`; 0: not told. */
  readonly operation: number;
  /** As of an actor. */
  readonly place?: string | undefined;
  readonly router?: string | undefined;
}

/** One event. */
export interface InteractionEvent {
  readonly event: EventNumber;
  readonly interactionId: string;
  readonly version: number;
  readonly state: number;
  readonly queue: string;
  readonly tenantId: number;
  readonly cause: Cause;
  readonly party: Party | undefined;
  /** Further attributes by their name on the wire, packed as its frame has them. */
  readonly details: PackedPairs | undefined;
  /** What the interaction is, as `packIdentity` makes it; undefined: it is not told. */
  readonly identity: PackedPairs | undefined;
  /** Attached data of the interaction that a mapping carries along, by key; none is mapped yet. */
  readonly carried: PackedPairs | undefined;
}

const submittedKeys = {
  ReceivedAt: packedKey('ReceivedAt'),
  IsHeld: packedKey('IsHeld'),
  HoldUntil: packedKey('HoldUntil'),
} as const;

/** Details of EventInteractionSubmitted; `identity` is what its body begins with. */
export function submittedDetails(identity: PackedPairs, record: StateRecord): PackedPairs {
  const pairs = new PairWriter();
  pairs.append(identity);
  pairs.number(submittedKeys.ReceivedAt, record.times.ReceivedAt);
  if (record.isHeld) pairs.true(submittedKeys.IsHeld);
  pairs.number(submittedKeys.HoldUntil, record.times.HoldUntil);
  return pairs.take();
}

/** Details of EventHeld; undefined: there is nothing to say. */
export function heldDetails({ times }: StateRecord): PackedPairs | undefined {
  if (times.HoldUntil === undefined) return undefined;
  const pairs = new PairWriter();
  pairs.number(submittedKeys.HoldUntil, times.HoldUntil);
  return pairs.take();
}

const snapshotKey = packedKey('SnapshotId');

/** Details of EventLocked and EventUnlocked. */
export function lockDetails(snapshot: number): PackedPairs {
  const pairs = new PairWriter();
  pairs.number(snapshotKey, snapshot);
  return pairs.take();
}

const oldQueueKey = packedKey('OldQueue');

/** Details of EventPlacedInQueue. */
export function placedDetails(oldQueue: string): PackedPairs {
  const pairs = new PairWriter();
  pairs.string(oldQueueKey, oldQueue);
  return pairs.take();
}

/** An event about an interaction as it is now; `queue` is the name of its queue. */
export function interactionEvent(
  event: EventNumber,
  interactionId: string,
  record: StateRecord,
  queue: string,
  cause: Cause,
  party?: Party,
  details?: PackedPairs,
  identity?: PackedPairs,
): InteractionEvent {
  return {
    event,
    interactionId,
    version: record.version,
    state: record.state,
    queue,
    tenantId: record.tenantId,
    cause,
    party,
    details,
    identity,
    carried: undefined,
  };
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
  party: undefined,
  details: packPairs(details),
  identity: undefined,
  carried: undefined,
});

/** What is of an event whatever it says: numbers, heads of texts, its place in the row. */
const eventBytes = 128;
/** Of the UTF-8 of a string: a character outside the basic plane has 4 bytes and counts as two. */
const bytesPerCharacterMax = 3;

/** Bytes that an event takes in its row; it may take fewer. */
export function eventBytesMax(event: InteractionEvent): number {
  const { cause, party, details, identity, carried } = event;
  let texts = event.interactionId.length + event.queue.length + cause.actorId.length;
  texts += lengthOf(cause.actorPlace) + lengthOf(cause.actorRouter);
  texts += lengthOf(cause.reasonSystemName) + lengthOf(cause.reasonDescription);
  if (party !== undefined) {
    texts += party.id.length + lengthOf(party.place) + lengthOf(party.router);
  }
  let bytes = eventBytes + texts * bytesPerCharacterMax;
  if (details !== undefined) bytes += details.bytes.length;
  if (identity !== undefined) bytes += identity.bytes.length;
  if (carried !== undefined) bytes += carried.bytes.length;
  if (cause.extension !== undefined) bytes += cause.extension.length;
  return bytes;
}

const lengthOf = (text: string | undefined): number => (text === undefined ? 0 : text.length);
