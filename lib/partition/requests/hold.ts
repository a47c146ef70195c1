/** RequestHold and RequestResume. */
import { transitions } from '../../interaction/lifecycle.js';
import { putOnHold, takeOffHold } from '../../interaction/record-changes.js';
import { checkRight, findHere, remember } from './find.js';
import { causeOf } from '../ledger/cause.js';
import type { RequestCore } from './core.js';
import { Refusal, type HoldAttributes, type Request, type ResumeAttributes } from '../request.js';
import type { Turn } from '../turn.js';

/**
 * Holding again changes the end of the hold.
 * @throws {Refusal} UnknownInteraction, Busy, WrongClientType, HeldByAnother
 */
export function hold(
  core: RequestCore,
  turn: Turn,
  request: Request,
  attributes: HoldAttributes,
): void {
  const { InteractionId: id, HoldUntil } = attributes;
  const record = findHere(core, turn, request, id);
  if (record === undefined) return;
  checkRight(request, record);
  const change = core.ledger.open(turn, id, record, transitions.hold, causeOf(request));
  putOnHold(record, turn.wallMs, HoldUntil);
  remember(core, turn, request, id, record);
  core.ledger.close(change);
  turn.reply(request, { kind: 'ack' });
}

/**
 * Of a request that may put on hold besides: an end of no hold means something else than it says.
 * @throws {Refusal} MissingAttribute
 */
export function checkHold(isHeld: boolean | undefined, untilMs: number | undefined): void {
  if (untilMs === undefined || isHeld === true) return;
  throw new Refusal('MissingAttribute', 'HoldUntil is given without Hold = true');
}

/** @throws {Refusal} UnknownInteraction, Busy, WrongClientType, HeldByAnother, NotOnHold */
export function resume(
  core: RequestCore,
  turn: Turn,
  request: Request,
  attributes: ResumeAttributes,
): void {
  const id = attributes.InteractionId;
  const record = findHere(core, turn, request, id);
  if (record === undefined) return;
  checkRight(request, record);
  if (!record.isHeld) throw new Refusal('NotOnHold', `${id} is not on hold`);
  const change = core.ledger.open(turn, id, record, transitions.resume, causeOf(request));
  takeOffHold(record);
  remember(core, turn, request, id, record);
  core.ledger.close(change);
  turn.reply(request, { kind: 'ack' });
}
