/** RequestLeaveInteraction: an agent takes no part any more in what others go on with. */
import { PartyOperation } from '../../interaction/event.js';
import { InteractionState } from '../../interaction/state-record.js';
import { causeOf } from '../ledger/cause.js';
import { has, joinedAs } from '../ledger/holders.js';
import { Refusal, type LeaveAttributes, type Request } from '../request.js';
import type { Turn } from '../turn.js';
import type { RequestCore } from './core.js';
import { findHere, remember } from './find.js';

/** @throws {Refusal} UnknownInteraction, Busy, NotInRequiredState */
export function leave(
  core: RequestCore,
  turn: Turn,
  request: Request,
  { InteractionId: id }: LeaveAttributes,
): void {
  const record = findHere(core, turn, request, id);
  if (record === undefined) return;
  const { session } = request;
  const isOwner = record.state === InteractionState.handled && has(session, record.owner);
  const party = isOwner ? undefined : joinedAs(session, record);
  if (!isOwner && party === undefined) {
    throw new Refusal('NotInRequiredState', `this client takes no part in ${id}`);
  }
  remember(core, turn, request, id, record);
  const cause = causeOf(request);
  core.invitations.leaving.leave(turn, id, record, party, cause, PartyOperation.leave);
  turn.reply(request, { kind: 'ack' });
}
