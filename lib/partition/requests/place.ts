/** RequestPlaceInQueue, within a partition or to another one by hand-off, or back. */
import type { Cause } from '../../interaction/event.js';
import type { QueueEntry } from '../../queue/entry.js';
import { transitions } from '../../interaction/lifecycle.js';
import { moveToQueue, putBack, setHold } from '../../interaction/record-changes.js';
import { InteractionState, type StateRecord } from '../../interaction/state-record.js';
import { filed, offer } from '../../interaction/state-sections.js';
import { checkHold } from './hold.js';
import { checkRight, findHere, remember } from './find.js';
import { addResult } from '../moves/away-results.js';
import { causeOf } from '../ledger/cause.js';
import type { RequestCore } from './core.js';
import { sendAway } from '../moves/departure.js';
import { readBody } from '../ledger/interactions.js';
import { setAsideCause } from './invitations.js';
import { resultOf } from './repetition.js';
import { Refusal, type PlaceInQueueAttributes, type Request } from '../request.js';
import type { Turn } from '../turn.js';
import { changeDetails, changedUserData } from './change.js';

const { place, placeBack, placeElsewhere } = transitions;

/** What stands for the queue that an interaction was taken from. */
const backWord = '__BACK__';

/**
 * @throws {Refusal} UnknownInteraction, UnknownQueue, PrivateQueue, Busy, WrongClientType,
 *   HeldByAnother, MissingAttribute, NotInRequiredState, InteractionOffered
 */
export function placeInQueue(
  core: RequestCore,
  turn: Turn,
  request: Request,
  attributes: PlaceInQueueAttributes,
): void {
  const id = attributes.InteractionId;
  const record = findHere(core, turn, request, id);
  if (record === undefined) return;
  const { Queue, Hold: hold, HoldUntil: holdUntil } = attributes;
  const isBack = Queue === backWord;
  const target = isBack ? undefined : core.queues.ordinary(Queue);
  checkRight(request, record);
  checkHold(hold, holdUntil);
  if (isBack) checkBack(record, id);
  const cause = causeOf(request);
  if (record.sections.length > 0) core.invitations.withdraw(turn, id, record, cause, 'Placed');
  const body = readBody(turn, id);
  const userData = changedUserData(body, attributes);
  const newBody = userData === undefined ? body : { properties: body.properties, userData };
  const told = changeDetails(attributes);
  const isHere = target === undefined || target.partition === core.partition;
  const transition = isHere ? (isBack ? placeBack : place) : placeElsewhere;
  const change = core.ledger.open(turn, id, record, transition, cause);
  if (target === undefined) putBack(record, turn.wallMs);
  else placeRecord(core, turn, record, target);
  setHold(record, { hold, holdUntil }, turn.wallMs);
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

/** @throws {Refusal} NotInRequiredState, InteractionOffered */
function checkBack(record: StateRecord, id: string): void {
  const { state } = record;
  if (state === InteractionState.queued) {
    throw new Refusal('NotInRequiredState', `${id} waits in its queue: nobody has taken it`);
  }
  // What is offered has been given away; it comes back by the end of the offer.
  if (state === InteractionState.handled || offer.of(record) === undefined) return;
  throw new Refusal('InteractionOffered', `${id} is offered to an agent`);
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
  if (target === undefined || target.number === record.queue || target.kind === 'private') return;
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
  const transition = isHere ? place : placeElsewhere;
  const body = readBody(turn, id);
  const change = core.ledger.open(turn, id, record, transition, cause);
  placeRecord(core, turn, record, target);
  if (isHere) core.ledger.close(change);
  else sendAway(core, change, target.partition, body, { asker: undefined });
}

/** MovedToQueueAt tells when it first came to its queue: a return leaves it alone. */
function placeRecord(core: RequestCore, turn: Turn, record: StateRecord, target: QueueEntry): void {
  putBack(record, turn.wallMs);
  filed.put(record, undefined);
  if (record.queue === target.number) return;
  const isCompleted = core.completedQueues.has(target.name);
  const wasCompleted = isCompleted && core.completedQueues.has(core.queues.nameOf(record.queue));
  moveToQueue(record, target.number, turn.wallMs, isCompleted, wasCompleted);
}
