/** RequestPlaceInQueue, within a partition or to another one by hand-off. */
import type { Cause } from '../../interaction/event.js';
import type { QueueEntry } from '../../queue/entry.js';
import { transitions } from '../../interaction/lifecycle.js';
import { moveToQueue, putBack } from '../../interaction/record-changes.js';
import type { StateRecord } from '../../interaction/state-record.js';
import { checkRight, findHere, remember } from './find.js';
import { addResult } from '../moves/away-results.js';
import { causeOf } from '../ledger/cause.js';
import type { RequestCore } from './core.js';
import { sendAway } from '../moves/departure.js';
import { readBody } from '../ledger/interactions.js';
import { setAsideCause } from './invitations.js';
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
  const cause = causeOf(request);
  if (record.sections.length > 0) core.invitations.withdraw(turn, id, record, cause, 'Placed');
  const body = readBody(turn, id);
  const userData = changedUserData(body, attributes);
  const newBody = userData === undefined ? body : { properties: body.properties, userData };
  const told = changeDetails(attributes);
  const isHere = target.partition === core.partition;
  const transition = isHere ? transitions.place : transitions.placeElsewhere;
  const change = core.ledger.open(turn, id, record, transition, cause);
  placeRecord(core, turn, record, target);
  if (!isHere) {
    const { session, reference, proxyClient } = request;
    const result = resultOf(request, []);
    if (result !== undefined) addResult(core, record, result);
    const asker = { session, reference, proxyClient };
    // The answer comes from the target.
    return sendAway(core, change, target.partition, newBody, { asker }, told);
  }
  remember(core, turn, request, id, record);
  core.ledger.close(change, userData === undefined ? undefined : newBody, told);
  turn.reply(request, { kind: 'ack' });
}

/** Places what was refused too often in another queue; it stays where it is if there is none. */
export function setAside(
  core: RequestCore,
  turn: Turn,
  id: string,
  record: StateRecord,
  queue: string,
): void {
  const target = core.queues.find(queue);
  if (target === undefined || target.number === record.queue) return;
  placeFor(core, turn, id, record, target, setAsideCause);
}

/** Places what no invitation is open for in a queue, and nobody waits for the answer. */
export function placeFor(
  core: RequestCore,
  turn: Turn,
  id: string,
  record: StateRecord,
  target: QueueEntry,
  cause: Cause,
): void {
  const isHere = target.partition === core.partition;
  const transition = isHere ? transitions.place : transitions.placeElsewhere;
  const body = readBody(turn, id);
  const change = core.ledger.open(turn, id, record, transition, cause);
  placeRecord(core, turn, record, target);
  if (isHere) core.ledger.close(change);
  else sendAway(core, change, target.partition, body, { asker: undefined });
}

/** MovedToQueueAt tells when it first came to its queue: a return leaves it alone. */
function placeRecord(core: RequestCore, turn: Turn, record: StateRecord, target: QueueEntry): void {
  putBack(record, turn.wallMs);
  if (record.queue === target.number) return;
  const isCompleted = core.completedQueues.has(target.name);
  const wasCompleted = isCompleted && core.completedQueues.has(core.queues.nameOf(record.queue));
  moveToQueue(record, target.number, turn.wallMs, isCompleted, wasCompleted);
}
