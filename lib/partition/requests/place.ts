/** RequestPlaceInQueue (domain 1.3 step 8a), within a partition or to another one by hand-off. */
import {
  EventNumber,
  interactionEvent,
  PartyOperation,
  type EventDetails,
  type InteractionEvent,
} from '../../interaction/event.js';
import { InteractionState, type StateRecord } from '../../interaction/state-record.js';
import { checkRight, findHere, remember } from './find.js';
import { addResult } from '../moves/away-results.js';
import { causeOf, partyOf } from '../ledger/cause.js';
import type { RequestCore } from './core.js';
import { sendAway } from '../moves/departure.js';
import { readBody, writeRow, writeState } from '../ledger/interactions.js';
import type { Queue } from '../ledger/queues.js';
import { resultOf } from './repetition.js';
import type { PlaceInQueueAttributes, Request } from '../request.js';
import type { Turn } from '../turn.js';
import { changeDetails, changedUserData } from './change.js';

/** @throws {Refusal} UnknownInteraction, UnknownQueue, Busy, WrongClientType, HeldByAnother */
export function placeInQueue(
  core: RequestCore,
  turn: Turn,
  request: Request,
  attributes: PlaceInQueueAttributes,
): void {
  const id = attributes.InteractionId;
  const record = findHere(core, turn, request, id);
  if (record === undefined) return;
  const target = core.queues.named(attributes.Queue);
  checkRight(request, record);
  const body = readBody(turn, id);
  const userData = changedUserData(body, attributes);
  const newBody = userData === undefined ? body : { properties: body.properties, userData };
  const changes = changeDetails(attributes);
  const oldQueue = record.queue;
  const party = record.holder === '' ? undefined : partyOf(record, PartyOperation.placeInQueue);
  core.queues.leave(turn, id, record);
  core.holdings.giveUp(turn, record, id);
  placeRecord(core, turn, record, target);
  const events = placeEvents(core, request, id, record, oldQueue, changes, party);
  core.queues.totals(turn, oldQueue).left++;
  core.queues.tenants.of(turn, oldQueue, record.tenantId).left++;
  if (target.partition !== core.partition) {
    const { session, reference, proxyClient } = request;
    const result = resultOf(request, []);
    if (result !== undefined) addResult(core, record, result);
    const asker = { session, reference, proxyClient };
    // The answer comes from the target.
    return sendAway(core, turn, target.partition, { id, record, body: newBody, events }, { asker });
  }
  remember(core, turn, request, id, record);
  if (userData === undefined) writeState(turn, id, record);
  else writeRow(turn, id, record, newBody);
  core.queues.enter(turn, id, record);
  core.queues.totals(turn, target.number).entered++;
  core.queues.tenants.of(turn, target.number, record.tenantId).entered++;
  turn.events.push(...events);
  turn.reply(request, { kind: 'ack' });
}

/** MovedToQueueAt tells when it first came to its queue (domain 2.2): a return leaves it alone. */
function placeRecord(core: RequestCore, turn: Turn, record: StateRecord, target: Queue): void {
  record.version++;
  record.state = InteractionState.queued;
  record.holder = '';
  record.assignedTo = '';
  record.times.PlacedInQueueAt = turn.wallMs;
  if (record.queue === target.number) return;
  record.times.MovedToQueueAt = turn.wallMs;
  noteCompletion(core, turn, record, target);
  record.queue = target.number;
}

/**
 * CompletedAt tells when it came to one of the completed queues (domain 0.3). From one of them to
 * another it stays, and so it does when work goes on; the next completion sets it anew.
 */
function noteCompletion(core: RequestCore, turn: Turn, record: StateRecord, target: Queue): void {
  if (!core.completedQueues.has(target.name)) return;
  const wasCompleted = core.completedQueues.has(core.queues.nameOf(record.queue));
  if (wasCompleted) record.times.CompletedAt ??= turn.wallMs;
  else record.times.CompletedAt = turn.wallMs;
}

function placeEvents(
  core: RequestCore,
  request: Request,
  id: string,
  record: StateRecord,
  oldQueue: number,
  changes: Record<string, unknown>,
  party: EventDetails | undefined,
): InteractionEvent[] {
  const cause = causeOf(request);
  const queue = core.queues.nameOf(record.queue);
  const make = (event: EventNumber, details: EventDetails): InteractionEvent =>
    interactionEvent(event, id, record, queue, cause, details);
  const events: InteractionEvent[] = [];
  if (Object.keys(changes).length > 0) events.push(make(EventNumber.PropertiesChanged, changes));
  if (party !== undefined) events.push(make(EventNumber.PartyRemoved, party));
  events.push(make(EventNumber.PlacedInQueue, { OldQueue: core.queues.nameOf(oldQueue) }));
  return events;
}
