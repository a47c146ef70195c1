/**
 * RequestStopProcessing: afterwards the interaction no longer exists.
 */
import type { Cause } from '../../interaction/event.js';
import { transitions } from '../../interaction/lifecycle.js';
import type { StateRecord } from '../../interaction/state-record.js';
import { checkRight, findHere, remember } from './find.js';
import type { Keeping } from '../../interaction/supervision.js';
import { keepingOf, putAside } from '../ledger/aside.js';
import { addResult } from '../moves/away-results.js';
import { causeOf } from '../ledger/cause.js';
import type { RequestCore } from './core.js';
import { submitterOf } from '../ledger/interactions.js';
import { noteEnd } from '../moves/locations.js';
import { resultOf } from './repetition.js';
import { Refusal, type Request, type StopAttributes } from '../request.js';
import type { Turn } from '../turn.js';

/** @throws {Refusal} UnknownInteraction, Busy, WrongClientType, HeldByAnother */
export function stop(
  core: RequestCore,
  turn: Turn,
  request: Request,
  attributes: StopAttributes,
): void {
  const id = attributes.InteractionId;
  const record = findHere(core, turn, request, id);
  if (record === undefined) return;
  checkRight(request, record);
  // What a supervisor ends can be restored; others cost nothing more.
  const keeps = request.session.supervises === true ? 0 : undefined;
  end(core, turn, id, record, causeOf(request), request, keeps);
  turn.reply(request, { kind: 'ack' });
}

/**
 * Ends an interaction.
 * @param request by which it is; undefined: by none
 * @param operation the act by which it is kept for a time; 0: by none, undefined: it is not kept
 */
export function end(
  core: RequestCore,
  turn: Turn,
  id: string,
  record: StateRecord,
  cause: Cause,
  request?: Request,
  operation?: number,
): void {
  if (record.sections.length > 0) core.invitations.withdraw(turn, id, record, cause, 'Stopped');
  const { keptMs } = core;
  const keeping =
    operation === undefined || keptMs === 0
      ? undefined
      : keepingOf(turn, id, record, { keptMs, operation, who: cause.actorId });
  const change = core.ledger.open(turn, id, record, transitions.stop, cause);
  noteStop(core, turn, id, record, request, keeping);
  core.ledger.close(change);
  for (const { request: waiting } of core.waitingPulls.takeAll(id)) {
    turn.reply(waiting, new Refusal('UnknownInteraction', `${id} was stopped`).answer);
  }
}

/** Leaves what is needed to answer repeated requests, and to refuse a late message of a move. */
function noteStop(
  core: RequestCore,
  turn: Turn,
  id: string,
  record: StateRecord,
  request: Request | undefined,
  keeping: Keeping | undefined,
): void {
  const { move } = record;
  if (!core.isHomeOf(id)) {
    const submittedBy = submitterOf(turn, id);
    const result = request && resultOf(request, []);
    if (result !== undefined) addResult(core, record, result);
    const gone = { id, move, submittedBy, results: record.results };
    core.handOff.ended(turn, keeping === undefined ? gone : { ...gone, aside: keeping });
    return;
  }
  if (request !== undefined) remember(core, turn, request, id, record);
  if (keeping !== undefined) putAside(turn, id, keeping);
  if (record.chosenId || move > 0) {
    noteEnd(turn, id, move, submitterOf(turn, id), core.options.identifierRetentionMs);
  }
}
