/**
 * What the desk asks of a partition: offering interactions to agents, and taking them from them.
 */
import { unpackProperties } from '../../interaction/body.js';
import {
  VisibilityMode,
  type AgentWorkPage,
  type InvitationAnswer,
  type InvitationKind,
  type InvitationOrder,
  type Taking,
} from '../../interaction/invitation.js';
import { transitions } from '../../interaction/lifecycle.js';
import { assign } from '../../interaction/record-changes.js';
import { InteractionState, type StateRecord } from '../../interaction/state-record.js';
import {
  countOffer,
  offer,
  parties,
  PartyKind,
  rests,
  type AgentOffer,
} from '../../interaction/state-sections.js';
import { limits } from '../../limits.js';
import { Table } from '../../store/contract.js';
import { causeOfSession } from '../ledger/cause.js';
import { has, hasInHand } from '../ledger/holders.js';
import { readBody, readRecord } from '../ledger/interactions.js';
import { modeOf, partyOfAgent, putInvitation } from '../ledger/parties.js';
import { seesTenant, unknownInteraction } from '../ledger/tenancy.js';
import { readLocation } from '../moves/locations.js';
import { readPartyKey } from '../rows/party-key.js';
import { Refusal, type SessionInfo } from '../request.js';
import type { Turn } from '../turn.js';
import type { RequestCore } from './core.js';
import { wrongType } from './find.js';
import { invitedDetails } from './invited-details.js';
import { ownDeliveringMs, ownHandlingMs } from './own-times.js';

const busyRetryMs = 20;
const second = 1_000;

/**
 * Offers an interaction to an agent; the asker has pulled it, or it waits and is pulled with that.
 * @throws {Refusal} UnknownInteraction, Busy, WrongClientType, HeldByAnother, NotInRequiredState,
 *   InteractionOffered, AgentRests, CustomerLeft
 */
export function invite(
  core: RequestCore,
  turn: Turn,
  order: InvitationOrder,
  asker: SessionInfo,
): InvitationAnswer {
  const { interactionId: id, medium, agentId, placeId } = order;
  const record = readRecord(turn, id);
  if (record === undefined) return elsewhere(core, turn, id);
  if (!seesTenant(asker, record.tenantId)) throw unknownInteraction(id);
  const body = readBody(turn, id);
  const { MediaType = '' } = unpackProperties(body);
  if (medium !== MediaType) return { result: 'medium', medium: MediaType };
  if (record.isLocked) core.locks.check(asker, record, id);
  if (order.kind === 'deliver') checkDeliver(record, id, asker);
  else checkGiver(record, id, asker, order);
  checkOpen(turn, record, id, order);
  const cause = causeOfSession(asker, order);
  if (record.state === InteractionState.queued) {
    const taking = core.ledger.open(turn, id, record, transitions.route, cause);
    assign(record, InteractionState.routed, asker.sessionKey, asker.clientName, turn.wallMs);
    core.ledger.close(taking);
  }
  const isInHand = record.state === InteractionState.handled;
  const transition = isInHand ? transitions.inviteToTake : transitions.invite;
  const change = core.ledger.open(turn, id, record, transition, cause);
  const saidMs = ownDeliveringMs(body);
  const forMs = order.wantedDeliveringMs ?? saidMs ?? order.deliveringMs;
  const number = countOffer(record);
  const untilMs = turn.nowMs + forMs;
  const open: AgentOffer = { number, untilMs, agent: agentId, place: placeId };
  putInvitation(turn, id, record, open);
  // It tells of the first offer, whatever becomes of it.
  record.times.DeliveredAt ??= turn.wallMs;
  core.ledger.close(change, undefined, invitedDetails(open, order));
  const idleMs = ownHandlingMs(body);
  const handlingMs = order.wantedHandlingMs ?? idleMs ?? order.handlingMs;
  core.invitations.invited(id, { number, order, handlingMs });
  const interaction = core.invitations.propertiesOf(turn, id, record);
  return { result: 'invited', number, untilMs: turn.wallMs + forMs, interaction };
}

/**
 * Where an interaction is that does not live here.
 * @throws {Refusal} UnknownInteraction, Busy
 */
export function elsewhere(
  core: RequestCore,
  turn: Turn,
  id: string,
): { readonly result: 'elsewhere'; readonly partition: number } {
  if (core.handOff.submitterInTransit(id) !== undefined) {
    throw new Refusal('Busy', 'the interaction is on the move', busyRetryMs);
  }
  const home = core.homeOf(id);
  const isEnded = core.handOff.endedHere(id) !== undefined;
  const partition = home === core.partition ? readLocation(turn, id)?.at : home;
  if (isEnded || partition === undefined) throw unknownInteraction(id);
  return { result: 'elsewhere', partition };
}

/** @throws {Refusal} WrongClientType, HeldByAnother, NotInRequiredState, InteractionOffered */
function checkDeliver(record: StateRecord, id: string, asker: SessionInfo): void {
  const { state, owner, assignedTo, isHeld } = record;
  if (asker.clientType === 'ReportingEngine') throw wrongType(asker);
  const open = offer.of(record);
  if (open !== undefined) throw isOffered(id, open);
  if (state === InteractionState.handled) {
    throw new Refusal('NotInRequiredState', `agent ${assignedTo} has ${id}: it can be transferred`);
  }
  const isTheirs = has(asker, owner) || asker.supervises === true;
  if (state === InteractionState.routed && !isTheirs) {
    throw new Refusal('HeldByAnother', `${assignedTo} has ${id}`);
  }
  if (state === InteractionState.queued && isHeld) {
    throw new Refusal('NotInRequiredState', `${id} is on hold`);
  }
}

/** @throws {Refusal} HeldByAnother, NotInRequiredState, InteractionOffered, TooManyParties */
function checkGiver(
  record: StateRecord,
  id: string,
  asker: SessionInfo,
  { kind, agentId, sessions }: InvitationOrder,
): void {
  const { state, owner, assignedTo } = record;
  if (state !== InteractionState.handled) {
    throw new Refusal('NotInRequiredState', `no agent has ${id} in hand`);
  }
  const isIntrusion = kind === 'intrude';
  if (!isIntrusion && !mayGive(record, asker, kind)) {
    throw new Refusal('HeldByAnother', `${assignedTo} has ${id}`);
  }
  const open = offer.of(record);
  if (open !== undefined) throw isOffered(id, open);
  const isOwn = isIntrusion ? has(asker, owner) : sessions.includes(asker.number);
  if (isOwn || partyOfAgent(record, agentId) !== undefined) {
    throw new Refusal('NotInRequiredState', `agent ${agentId} has ${id}, or takes part in it`);
  }
  if ((parties.of(record)?.length ?? 0) < limits.partiesPerInteraction) return;
  throw new Refusal('TooManyParties', `${limits.partiesPerInteraction} agents take part in ${id}`);
}

/** Only who has it gives it away; who has it with others may ask more to join. */
const mayGive = (record: StateRecord, asker: SessionInfo, kind: InvitationKind): boolean =>
  has(asker, record.owner) ||
  asker.supervises === true ||
  (kind === 'conference' && hasInHand(asker, record));

const isOffered = (id: string, { agent, number }: AgentOffer): Refusal =>
  new Refusal('InteractionOffered', `${id} is offered to agent ${agent}, ticket ${number}`);

/** @throws {Refusal} CustomerLeft, AgentRests */
function checkOpen(turn: Turn, record: StateRecord, id: string, order: InvitationOrder): void {
  const hasLeft = record.times.AbandonedAt !== undefined && !record.isOnline;
  if (hasLeft && order.kind !== 'intrude') {
    throw new Refusal('CustomerLeft', `the customer of ${id} has left`);
  }
  if (order.kind !== 'deliver') return;
  const rest = rests.of(record)?.find(({ agent }) => agent === order.agentId);
  const leftMs = (rest?.untilMs ?? 0) - turn.nowMs;
  if (leftMs <= 0) return;
  const seconds = Math.ceil(leftMs / second);
  const detail = `agent ${order.agentId} has refused ${id}: not again for ${seconds} s`;
  throw new Refusal('AgentRests', detail, Math.ceil(leftMs));
}

/**
 * Takes an interaction from an agent, if it has it. True: it has it not; else where to ask.
 * @throws {Refusal} Busy
 */
export function takeFromAgent(core: RequestCore, turn: Turn, taking: Taking): true | number {
  const { interactionId: id } = taking;
  const record = readRecord(turn, id);
  if (record !== undefined) {
    core.invitations.takeFrom(turn, id, record, taking);
    return true;
  }
  const home = core.homeOf(id);
  // Who is an agent's does not move: what is on its way, or has ended, is nobody's.
  const at = home === core.partition ? readLocation(turn, id)?.at : home;
  const isOver = core.handOff.endedHere(id) !== undefined || at === core.partition;
  return isOver || at === undefined ? true : at;
}

/** What agents are offered and have in hand here, a page at a time. */
export function agentWork(turn: Turn, after: string | undefined, limit: number): AgentWorkPage {
  const from = after ?? String.fromCharCode(PartyKind.agentAtPlace);
  const to = String.fromCharCode(PartyKind.agentAtPlace + 1);
  const rows = turn.range(Table.party, { from, to, limit });
  const work = rows.flatMap(([key]) => {
    const { id, owner } = readPartyKey(key);
    const record = readRecord(turn, id);
    if (record === undefined) return [];
    const agentId = owner[0]!;
    const party = partyOfAgent(record, agentId);
    const number = party === undefined ? offer.of(record)?.number : 0;
    if (number === undefined) return [];
    const { MediaType = '' } = unpackProperties(readBody(turn, id));
    const mode = party === undefined ? VisibilityMode.conference : modeOf(party);
    const how = mode === VisibilityMode.conference ? {} : { mode };
    return [{ interactionId: id, agentId, medium: MediaType, number, ...how }];
  });
  return { work, next: rows.length < limit ? undefined : `${rows.at(-1)![0]}\0` };
}
