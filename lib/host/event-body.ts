/**
 * The body of the frame of an event. Details stand in the row as a frame has them, and are copied.
 */
import { EventNumber, type InteractionEvent } from '../interaction/event.js';
import { anyReader } from '../mail/events.js';
import { packedKey, PairWriter } from '../pack/pairs.js';

const keys = {
  SubscriptionId: packedKey('SubscriptionId'),
  InteractionId: packedKey('InteractionId'),
  InteractionVersion: packedKey('InteractionVersion'),
  InteractionState: packedKey('InteractionState'),
  Queue: packedKey('Queue'),
  EventTime: packedKey('EventTime'),
  Partition: packedKey('Partition'),
  Sequence: packedKey('Sequence'),
  ActorType: packedKey('ActorType'),
  ActorId: packedKey('ActorId'),
  ReasonSystemName: packedKey('ReasonSystemName'),
  ReasonDescription: packedKey('ReasonDescription'),
  Extension: packedKey('Extension'),
  PartyType: packedKey('PartyType'),
  PartyId: packedKey('PartyId'),
  Operation: packedKey('Operation'),
  TenantId: packedKey('TenantId'),
} as const;

/** Where and when an event was told. */
export interface EventPlace {
  readonly partition: number;
  readonly sequence: number;
  readonly timeMs: number;
}

/** The packed body; SubscriptionId is its first attribute, and for `anyReader`. */
export function eventBody(event: InteractionEvent, place: EventPlace): Uint8Array {
  const { cause, party, details } = event;
  const isOfNone = event.interactionId === '';
  const actorType = cause.actorType === 0 ? undefined : cause.actorType;
  const actorId = cause.actorId === '' ? undefined : cause.actorId;
  const isSubmitted = event.event === EventNumber.InteractionSubmitted;
  // What was submitted, and what clients tell, says itself what it is, or of which tenant.
  const identity = isSubmitted ? undefined : event.identity;
  const hasTenant = identity !== undefined && event.event !== EventNumber.CustomReporting;
  // What a client tells of an interaction that is over: it is in no queue.
  const isOver = event.version === 0;
  let count = isOfNone ? 4 : isOver ? 7 : 8;
  if (actorType !== undefined) count++;
  if (actorId !== undefined) count++;
  if (cause.reasonSystemName !== undefined) count++;
  if (cause.reasonDescription !== undefined) count++;
  if (cause.extension !== undefined) count++;
  if (party !== undefined) count += party.id === '' ? 1 : 3;
  if (identity !== undefined) count += identity.count;
  if (isSubmitted || hasTenant) count++;
  if (details !== undefined) count += details.count;
  const pairs = new PairWriter(count);
  pairs.number(keys.SubscriptionId, anyReader);
  if (!isOfNone) {
    pairs.string(keys.InteractionId, event.interactionId);
    pairs.number(keys.InteractionVersion, event.version);
    pairs.number(keys.InteractionState, event.state);
    if (!isOver) pairs.string(keys.Queue, event.queue);
  }
  pairs.number(keys.EventTime, place.timeMs);
  pairs.number(keys.Partition, place.partition);
  pairs.number(keys.Sequence, place.sequence);
  pairs.number(keys.ActorType, actorType);
  pairs.string(keys.ActorId, actorId);
  pairs.string(keys.ReasonSystemName, cause.reasonSystemName);
  pairs.string(keys.ReasonDescription, cause.reasonDescription);
  pairs.packed(keys.Extension, cause.extension);
  if (party !== undefined) {
    pairs.number(keys.PartyType, party.type);
    if (party.id !== '') {
      pairs.string(keys.PartyId, party.id);
      pairs.number(keys.Operation, party.operation);
    }
  }
  if (isSubmitted || hasTenant) pairs.number(keys.TenantId, event.tenantId);
  if (identity !== undefined) pairs.append(identity);
  if (details !== undefined) pairs.append(details);
  return pairs.takeMap();
}
