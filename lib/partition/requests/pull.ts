/**
 * RequestPull from a queue in its order, or by identifier; it may wait
 * until there is one.
 */
import { checkOrdinary } from '../ledger/queues.js';
import { InteractionState, type StateRecord } from '../../interaction/state-record.js';
import { passOn } from '../moves/pass-on.js';
import { elsewhereOf, findHere, wrongType } from './find.js';
import type { RequestCore } from './core.js';
import type { PullTarget, WaitingPull } from './waiting-pulls.js';
import { has, holderNameOf } from '../ledger/holders.js';
import { readRecord } from '../ledger/interactions.js';
import { pulledAnswer } from './pulled-answer.js';
import { isAnsweredMeanwhile, refuseForgotten } from './repetition.js';
import { Refusal, type PullAttributes, type Request } from '../request.js';
import { firstSeen } from '../ledger/tenancy.js';
import { answer, countOf, letWait, take, takeFromQueue } from './taking.js';
import type { Turn } from '../turn.js';
import { pullFromView, serveView } from './pull-view.js';

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
  if (queue === undefined) return pullFromView(core, turn, request, attributes);
  checkOrdinary(queue);
  const elsewhere = elsewhereOf(core, request, queue);
  if (elsewhere !== undefined) return passOn(core, request, elsewhere);
  refuseForgotten(request);
  const { number } = queue;
  const count = attributes.Count ?? 1;
  const seen = seenBy(core, turn, request, number, count);
  const taken = takeFromQueue(core, turn, request, number, count, seen);
  if (taken.ids.length > 0) answer(core, turn, request, taken);
  else letWait(core, turn, request, queue.number);
}

/** The first of a queue that this client sees; undefined: it sees all of them. */
const seenBy = (
  core: RequestCore,
  turn: Turn,
  { session }: Request,
  queue: number,
  count: number,
): readonly string[] | undefined =>
  session.tenants && firstSeen(core.queues, turn, session, queue, count);

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

function serve(core: RequestCore, turn: Turn, target: PullTarget, isFull: () => boolean): void {
  if (typeof target === 'string') return serveById(core, turn, target);
  if (typeof target === 'object') return serveView(core, turn, target, isFull);
  const seesSome = whoSeesSome(core, turn, target);
  while (core.queues.first(target) !== undefined) {
    if (isFull()) return core.waitingPulls.readyAgain(target);
    const waiting = core.waitingPulls.takeFirst(target, seesSome);
    if (waiting === undefined) return;
    const { request } = waiting;
    core.serving = request;
    if (!isAnsweredMeanwhile(core, turn, request)) {
      const count = countOf(request);
      const seen = seenBy(core, turn, request, target, count);
      answer(core, turn, request, takeFromQueue(core, turn, request, target, count, seen));
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
