/** RequestHold and RequestResume (domain 3.3). */
import { EventNumber } from '../../interaction/event.js';
import { checkRight, findHere, remember } from './find.js';
import { causeOf } from '../ledger/cause.js';
import type { RequestCore } from './core.js';
import {
  deleteResumeDeadline,
  putResumeDeadline,
  resume as takeOffHold,
} from '../ledger/deadlines.js';
import { writeState } from '../ledger/interactions.js';
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
  core.queues.leave(turn, id, record);
  deleteResumeDeadline(turn, id, record);
  record.version++;
  record.isHeld = true;
  record.times.HeldAt = turn.wallMs;
  record.times.HoldUntil = HoldUntil;
  putResumeDeadline(turn, id, record);
  core.queues.enter(turn, id, record);
  remember(core, turn, request, id, record);
  writeState(turn, id, record);
  const details = HoldUntil === undefined ? undefined : { HoldUntil };
  const queue = core.queues.nameOf(record.queue);
  turn.event(EventNumber.Held, id, record, queue, causeOf(request), details);
  turn.reply(request, { kind: 'ack' });
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
  takeOffHold(core.queues, turn, id, record);
  remember(core, turn, request, id, record);
  writeState(turn, id, record);
  const queue = core.queues.nameOf(record.queue);
  turn.event(EventNumber.Resumed, id, record, queue, causeOf(request));
  turn.reply(request, { kind: 'ack' });
}
