/** RequestAccept and RequestReject: what agents say to an invitation. */
import { ActorType, PartyOperation, type Cause } from '../../interaction/event.js';
import { VisibilityMode } from '../../interaction/invitation.js';
import { packPairs } from '../../pack/pairs.js';
import { transitions } from '../../interaction/lifecycle.js';
import { assign, setHold } from '../../interaction/record-changes.js';
import { InteractionState, type StateRecord } from '../../interaction/state-record.js';
import {
  counts,
  noCounts,
  offer,
  PartyKind,
  PartyRole,
  type AgentOffer,
} from '../../interaction/state-sections.js';
import { causeOf } from '../ledger/cause.js';
import { addParty, roleOfMode } from '../ledger/parties.js';
import { Refusal, type AcceptAttributes, type RejectAttributes, type Request } from '../request.js';
import type { Turn } from '../turn.js';
import type { RequestCore } from './core.js';
import { findHere, remember } from './find.js';
import type { OpenInvitation } from './invitations.js';

/** @throws {Refusal} UnknownInteraction, Busy, WrongTicket */
export function accept(
  core: RequestCore,
  turn: Turn,
  request: Request,
  { InteractionId: id, TicketId }: AcceptAttributes,
): void {
  const record = findHere(core, turn, request, id);
  if (record === undefined) return;
  const known = checkTicket(core, request, id, record, TicketId);
  const { open, order, handlingMs } = known;
  if (order.kind === 'conference' || order.kind === 'intrude') {
    return join(core, turn, request, id, record, known);
  }
  const { agent, place, number } = open;
  const isTransfer = record.state === InteractionState.handled;
  const giver = record.assignedTo;
  const transition = isTransfer ? transitions.transfer : transitions.accept;
  const { sessionKey, number: session, agent: own } = request.session;
  // It has it through any of its clients.
  const holder = own?.id === agent ? own.key : sessionKey;
  const change = core.ledger.open(turn, id, record, transition, causeOfAgent(request, agent));
  assign(record, InteractionState.handled, holder, agent, turn.wallMs);
  if (isTransfer) setHold(record, order, turn.wallMs);
  const owner = [agent, place];
  const role = PartyRole.handling;
  addParty(turn, id, record, { kind: PartyKind.agentAtPlace, owner, role, sinceMs: turn.wallMs });
  remember(core, turn, request, id, record);
  core.ledger.close(change);
  core.invitations.accepted(turn, id, handlingMs);
  turn.reply(request, { kind: 'ack' });
  turn.outcomes.push({ what: 'accepted', interactionId: id, agentId: agent, number, session });
  if (isTransfer) tellOthers(core, turn, id, record, giver, causeOfAgent(request, agent));
}

/** Those who took part with the giver hear that another one has it. */
function tellOthers(
  core: RequestCore,
  turn: Turn,
  id: string,
  record: StateRecord,
  giver: string,
  cause: Cause,
): void {
  const { leaving } = core.invitations;
  const more = { operation: PartyOperation.transfer, mode: VisibilityMode.conference };
  const { assignedTo: agentId } = record;
  leaving.tell(turn, id, record, cause, { what: 'party-added', agentId, ...more });
  const news = { what: 'party-removed', agentId: giver, ...more } as const;
  leaving.tell(turn, id, record, cause, news, agentId);
}

/** An agent takes part besides; who has it has it still. */
function join(
  core: RequestCore,
  turn: Turn,
  request: Request,
  id: string,
  record: StateRecord,
  { open, order }: OpenInvitation & { readonly open: AgentOffer },
): void {
  const { agent, place, number } = open;
  const { mode = VisibilityMode.conference } = order;
  const cause = causeOfAgent(request, agent);
  const transition = order.kind === 'intrude' ? transitions.intrude : transitions.join;
  const change = core.ledger.open(turn, id, record, transition, cause);
  const [kind, owner, role] = [PartyKind.agentAtPlace, [agent, place], roleOfMode[mode]];
  addParty(turn, id, record, { kind, owner, role, sinceMs: turn.wallMs });
  change.party = { type: ActorType.agent, id: agent, operation: transition.party };
  remember(core, turn, request, id, record);
  core.ledger.close(change, undefined, packPairs({ PlaceId: place, VisibilityMode: mode }));
  core.invitations.joined(id);
  turn.reply(request, { kind: 'ack' });
  const { number: session } = request.session;
  const about = { interactionId: id, agentId: agent, number };
  turn.outcomes.push({ what: 'accepted', ...about, session });
  const news = { what: 'party-added', agentId: agent, operation: transition.party, mode } as const;
  core.invitations.leaving.tell(turn, id, record, cause, news);
}

/** @throws {Refusal} UnknownInteraction, Busy, WrongTicket */
export function reject(
  core: RequestCore,
  turn: Turn,
  request: Request,
  { InteractionId: id, TicketId }: RejectAttributes,
): void {
  const record = findHere(core, turn, request, id);
  if (record === undefined) return;
  const known = checkTicket(core, request, id, record, TicketId);
  const { session } = request;
  remember(core, turn, request, id, record);
  const cause = causeOfAgent(request, known.open.agent);
  core.invitations.reject(turn, id, record, known, cause, session.number);
  turn.reply(request, { kind: 'ack' });
}

/**
 * The invitation that a ticket is of, if the client is among those invited.
 * @throws {Refusal} WrongTicket
 */
function checkTicket(
  core: RequestCore,
  { session }: Request,
  id: string,
  record: StateRecord,
  ticket: number,
): OpenInvitation & { readonly open: AgentOffer } {
  const open = offer.of(record);
  if (open?.number !== ticket) {
    const { offers } = counts.of(record) ?? noCounts;
    const what = ticket <= offers ? 'is over' : 'was never given';
    throw new Refusal('WrongTicket', `ticket ${ticket} of ${id} ${what}`);
  }
  const known = core.invitations.opened(id, ticket);
  if (known === undefined) throw new Refusal('WrongTicket', `ticket ${ticket} of ${id} is over`);
  if (!known.order.sessions.includes(session.number)) {
    throw new Refusal('WrongTicket', `ticket ${ticket} of ${id} is for another client`);
  }
  return { ...known, open };
}

const causeOfAgent = (request: Request, agent: string): Cause => ({
  ...causeOf(request),
  actorId: agent,
});
