/**
 * RequestStopProcessing: afterwards the interaction no longer exists.
 */
import { transitions } from '../../interaction/lifecycle.js';
import type { StateRecord } from '../../interaction/state-record.js';
import { checkRight, findHere, remember } from './find.js';
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
  const cause = causeOf(request);
  if (record.sections.length > 0) core.invitations.withdraw(turn, id, record, cause, 'Stopped');
  const change = core.ledger.open(turn, id, record, transitions.stop, cause);
  noteStop(core, turn, request, id, record);
  core.ledger.close(change);
  turn.reply(request, { kind: 'ack' });
  for (const { request: waiting } of core.waitingPulls.takeAll(id)) {
    turn.reply(waiting, new Refusal('UnknownInteraction', `${id} was stopped`).answer);
  }
}

/** Leaves what is needed to answer repeated requests, and to refuse a late message of a move. */
function noteStop(
  core: RequestCore,
  turn: Turn,
  request: Request,
  id: string,
  record: StateRecord,
): void {
  const { move } = record;
  if (!core.isHomeOf(id)) {
    const submittedBy = submitterOf(turn, id);
    const result = resultOf(request, []);
    if (result !== undefined) addResult(core, record, result);
    core.handOff.ended(turn, { id, move, submittedBy, results: record.results });
    return;
  }
  remember(core, turn, request, id, record);
  if (record.chosenId || move > 0) {
    noteEnd(turn, id, move, submitterOf(turn, id), core.options.identifierRetentionMs);
  }
}
