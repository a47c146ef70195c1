/**
 * RequestPull from a queue in its order, or by identifier; it may wait
 * until there is one.
 */
import { assert } from '../../assert.js';
import { checkOrdinary } from '../ledger/queues.js';
import { limits } from '../../limits.js';
import { packedBytesMax, packProperties } from '../../interaction/properties.js';
import { transitions } from '../../interaction/lifecycle.js';
import { assign, isAvailable } from '../../interaction/record-changes.js';
import { InteractionState, type StateRecord } from '../../interaction/state-record.js';
import { passOn } from '../moves/pass-on.js';
import { elsewhereOf, findHere, remember, wrongType } from './find.js';
import { causeOf } from '../ledger/cause.js';
import type { RequestCore } from './core.js';
import type { WaitingPull } from './waiting-pulls.js';
import { addAgent, has, holderKeyOf, holderNameOf } from '../ledger/holders.js';
import { readBody, readInteraction, readRecord } from '../ledger/interactions.js';
import { pulledAnswer, pulledBytes } from './pulled-answer.js';
import { isAnsweredMeanwhile, refuseForgotten, resultOf } from './repetition.js';
import { Refusal, withWaitEnd, type PullAttributes, type Request } from '../request.js';
import { firstSeen } from '../ledger/tenancy.js';
import type { Turn } from '../turn.js';

const busyRetryMs = 100;

/** @throws {Refusal} WrongClientType, UnknownView, UnknownInteraction, NotInRequiredState, Busy */
export function pull(
  core: RequestCore,
  turn: Turn,
  request: Request,
  attributes: PullAttributes,
): void {
  const { clientType } = request.session;
  if (clientType !== 'AgentApplication' && clientType !== 'RoutingEngine') {
    throw wrongType(request.session);
  }
  const id = attributes.InteractionId;
  if (id === undefined) pullFromQueue(core, turn, request, attributes);
  else pullById(core, turn, request, attributes, id);
}

function pullFromQueue(
  core: RequestCore,
  turn: Turn,
  request: Request,
  attributes: PullAttributes,
): void {
  const queue = core.queues.find(attributes.ViewId);
  if (queue === undefined) {
    throw new Refusal('UnknownView', `no queue or view is called "${attributes.ViewId}"`);
  }
  checkOrdinary(queue);
  const elsewhere = elsewhereOf(core, request, queue);
  if (elsewhere !== undefined) return passOn(core, request, elsewhere);
  refuseForgotten(request);
  const taken = takeFromQueue(core, turn, request, queue.number, attributes.Count ?? 1);
  if (taken.ids.length > 0) answer(core, turn, request, taken);
  else letWait(core, turn, request, queue.number);
}

function pullById(
  core: RequestCore,
  turn: Turn,
  request: Request,
  { IgnoreHold }: PullAttributes,
  id: string,
): void {
  const record = findHere(core, turn, request, id);
  if (record === undefined) return;
  if (isFree(record, IgnoreHold)) {
    take(core, turn, request, id, record);
    turn.reply(request, pulledAnswer(core, turn, request, [id]));
  } else if (waitMsOf(request) > 0) letWait(core, turn, request, id);
  else if (record.state === InteractionState.queued) {
    throw new Refusal('NotInRequiredState', `${id} is on hold`);
  } else {
    const { session } = request;
    const by = has(session, record.owner) ? holderNameOf(session) : record.assignedTo;
    throw new Refusal('HeldByAnother', `${by} has ${id}`);
  }
}

const isFree = (record: StateRecord, ignoreHold: boolean | undefined): boolean =>
  record.state === InteractionState.queued && (!record.isHeld || ignoreHold === true);

const waitMsOf = ({ operation }: Request): number =>
  operation.kind === 'pull' ? (operation.attributes.WaitTimeoutMs ?? 0) : 0;

/** Lets the pull wait, or answers that nothing is there. */
function letWait(core: RequestCore, turn: Turn, request: Request, target: number | string): void {
  const { waitUntilMs = 0 } = withWaitEnd(request, turn.nowMs);
  if (waitUntilMs <= turn.nowMs || !core.waitingPulls.mayWait(request.session.number))
    return turn.reply(request, { kind: 'pulled', interactions: [] });
  if (core.waitingPulls.isFull) throw new Refusal('Busy', 'too many pulls wait here', busyRetryMs);
  core.waitingPulls.add({ request, deadlineMs: waitUntilMs, target });
}

/**
 * Gives what has become available in this turn to the pulls that wait for it. False: the turn is
 * full, and some wait for the next one.
 */
export function serveWaitingPulls(core: RequestCore, turn: Turn, isFull: () => boolean): boolean {
  for (;;) {
    if (!core.waitingPulls.hasReady) return true;
    if (isFull()) return false;
    serve(core, turn, core.waitingPulls.takeReady()!, isFull);
  }
}

function serve(
  core: RequestCore,
  turn: Turn,
  target: number | string,
  isFull: () => boolean,
): void {
  if (typeof target === 'string') return serveById(core, turn, target);
  const seesSome = whoSeesSome(core, turn, target);
  while (core.queues.first(target) !== undefined) {
    if (isFull()) return core.waitingPulls.readyAgain(target);
    const waiting = core.waitingPulls.takeFirst(target, seesSome);
    if (waiting === undefined) return;
    const { request } = waiting;
    core.serving = request;
    if (!isAnsweredMeanwhile(core, turn, request)) {
      answer(core, turn, request, takeFromQueue(core, turn, request, target, countOf(request)));
    }
    core.serving = undefined;
  }
}

/** Whether something waits that a pull sees. Only taking follows: what sees nothing stays so. */
function whoSeesSome(core: RequestCore, turn: Turn, queue: number): (pull: WaitingPull) => boolean {
  const seeNothing = new Set<string>();
  return ({ request: { session } }) => {
    if (session.tenants === undefined) return true;
    const tenants = session.tenants.join();
    if (seeNothing.has(tenants)) return false;
    const sees = firstSeen(core.queues, turn, session, queue, 1).length > 0;
    if (!sees) seeNothing.add(tenants);
    return sees;
  };
}

function serveById(core: RequestCore, turn: Turn, id: string): void {
  const record = readRecord(turn, id);
  if (record === undefined) return;
  for (;;) {
    const waiting = core.waitingPulls.takeFirst(
      id,
      ({ request }) =>
        !record.isLocked &&
        isFree(record, ignoresHold(request)) &&
        core.workbins.isUsable(request.session, record),
    );
    if (waiting === undefined) return;
    const { request } = waiting;
    core.serving = request;
    const isAnswered = isAnsweredMeanwhile(core, turn, request, { id, record });
    if (!isAnswered) {
      take(core, turn, request, id, record);
      turn.reply(request, pulledAnswer(core, turn, request, [id]));
    }
    core.serving = undefined;
    if (!isAnswered) return;
  }
}

const ignoresHold = ({ operation }: Request): boolean =>
  operation.kind === 'pull' && operation.attributes.IgnoreHold === true;

const countOf = ({ operation }: Request): number =>
  operation.kind === 'pull' ? (operation.attributes.Count ?? 1) : 1;

/** What a pull has got: identifiers, and the properties as they are from then on. */
interface Taken {
  readonly ids: string[];
  readonly interactions: Uint8Array[];
}

/** Takes the first of a queue: at most `count`, no more than fit one answer and one write set. */
function takeFromQueue(
  core: RequestCore,
  turn: Turn,
  request: Request,
  queue: number,
  count: number,
): Taken {
  const { session } = request;
  const seen = session.tenants && firstSeen(core.queues, turn, session, queue, count);
  const taken: Taken = { ids: [], interactions: [] };
  const { ids, interactions } = taken;
  let bytes = 0;
  const fullAt = count > 1 ? turn.weigh() + limits.requestWriteBytes / 2 : 0;
  while (ids.length < count) {
    const id = seen === undefined ? core.queues.first(queue) : seen[ids.length];
    if (id === undefined) break;
    const { record, body } = readInteraction(turn, id);
    assert(isAvailable(record) && record.queue === queue, 'what is listed cannot be pulled');
    bytes += packedBytesMax(body);
    if (ids.length > 0 && (bytes > pulledBytes || turn.weigh() > fullAt)) break;
    take(core, turn, request, id, record, false);
    ids.push(id);
    interactions.push(packProperties(id, record, core.queues.nameOf(queue), body));
  }
  return taken;
}

function answer(
  core: RequestCore,
  turn: Turn,
  request: Request,
  { ids, interactions }: Taken,
): void {
  const result = resultOf(request, ids);
  if (result !== undefined) core.retryKeys.keep(turn, result);
  turn.reply(request, { kind: 'pulled', interactions });
}

/** Gives it to who pulls. */
function take(
  core: RequestCore,
  turn: Turn,
  request: Request,
  id: string,
  record: StateRecord,
  isKeyed = true,
): void {
  const { session } = request;
  const isAgent = session.clientType === 'AgentApplication';
  const transition = isAgent ? transitions.pull : transitions.route;
  const change = core.ledger.open(turn, id, record, transition, causeOf(request));
  const state = isAgent ? InteractionState.handled : InteractionState.routed;
  assign(record, state, holderKeyOf(session), holderNameOf(session), turn.wallMs);
  if (session.agent !== undefined && addAgent(record, session, turn.wallMs)) {
    core.invitations.arrived(turn, id, record, readBody(turn, id));
  }
  if (isKeyed) remember(core, turn, request, id, record);
  core.ledger.close(change);
}
