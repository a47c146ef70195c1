/**
 * What a supervisor does to an interaction, whoever has it: gives it to an agent, takes it back, or
 * places it in a queue. The desk asks for it, one interaction at a time.
 */
import type { Cause } from '../../interaction/event.js';
import { unpackProperties } from '../../interaction/body.js';
import { transitions } from '../../interaction/lifecycle.js';
import { assign } from '../../interaction/record-changes.js';
import { InteractionState, type StateRecord } from '../../interaction/state-record.js';
import { offer, parties, PartyKind, PartyRole } from '../../interaction/state-sections.js';
import type {
  Assignee,
  SuperviseAnswer,
  Supervised,
  SuperviseOrder,
} from '../../interaction/supervision.js';
import type { QueueEntry } from '../../queue/entry.js';
import { causeOfSession } from '../ledger/cause.js';
import { has as isHolder, holderKeyOf } from '../ledger/holders.js';
import { readBody, readRecord } from '../ledger/interactions.js';
import { addParty, agentOf } from '../ledger/parties.js';
import { seesTenant, unknownInteraction } from '../ledger/tenancy.js';
import { Refusal, type SessionInfo } from '../request.js';
import type { Turn } from '../turn.js';
import type { RequestCore } from './core.js';
import { elsewhere } from './invite.js';
import { placeFor } from './place.js';
import { end } from './stop.js';

/** What an act is done with, once it is checked. */
interface Checked {
  readonly order: SuperviseOrder;
  readonly cause: Cause;
  readonly taker: SessionInfo | undefined;
  readonly queue: QueueEntry | undefined;
}

/**
 * Does it, or (a preview) only says whether it would be done.
 * @param asker the supervisor
 * @param taker the client of the agent that it is given to
 * @throws {Refusal} UnknownInteraction, UnknownQueue, PrivateQueue, Busy, NotInRequiredState,
 *   InteractionOffered, AgentNotAvailable, InteractionLocked
 */
export function supervise(
  core: RequestCore,
  turn: Turn,
  order: SuperviseOrder,
  asker: SessionInfo,
  taker: SessionInfo | undefined,
): SuperviseAnswer {
  const { interactionId: id, assignee } = order;
  const record = readRecord(turn, id);
  if (record === undefined) return elsewhere(core, turn, id);
  if (!seesTenant(asker, record.tenantId)) throw unknownInteraction(id);
  if (record.isLocked) core.locks.check(asker, record, id);
  checkAsBefore(order, record);
  const queue = order.queue === undefined ? undefined : core.queues.ordinary(order.queue);
  if (order.act === 'pull-back') checkTaken(id, record);
  if (assignee !== undefined) checkAssignee(id, record, assignee, taker);
  checkVersion(id, record, order.ifVersion);
  const was = wasOf(core, record);
  if (order.isPreview && assignee === undefined) return { result: 'done', was };
  if (assignee !== undefined) {
    const { MediaType = '' } = unpackProperties(readBody(turn, id));
    if (order.isPreview) return { result: 'done', was, medium: MediaType };
    if (assignee.medium !== MediaType) return { result: 'medium', medium: MediaType };
  }
  const holder = holderOf(core, record, asker);
  acts[order.act](core, turn, id, record, {
    order,
    cause: causeOfSession(asker, order),
    taker,
    queue,
  });
  const isTold = assignee !== undefined || holder !== undefined;
  // It may be on its way to another partition.
  const isHere = isTold && readRecord(turn, id) !== undefined;
  const interaction = isHere ? core.invitations.propertiesOf(turn, id, record) : undefined;
  return { result: 'done', was, interaction, holder };
}

type Act = (core: RequestCore, turn: Turn, id: string, record: StateRecord, by: Checked) => void;

const acts: Readonly<Record<SuperviseOrder['act'], Act>> = {
  assign(core, turn, id, record, { order, cause, taker }) {
    const { agentId, placeId, handlingMs } = order.assignee!;
    endOffer(core, turn, id, record, cause);
    const isFree = record.state === InteractionState.queued;
    const transition = isFree ? transitions.assign : transitions.reassign;
    const change = core.ledger.open(turn, id, record, transition, cause);
    const { wallMs } = turn;
    assign(record, InteractionState.handled, holderKeyOf(taker!), agentId, wallMs);
    const owner = [agentId, placeId];
    const role = PartyRole.handling;
    addParty(turn, id, record, { kind: PartyKind.agentAtPlace, owner, role, sinceMs: wallMs });
    core.ledger.close(change);
    core.invitations.accepted(turn, id, handlingMs);
  },

  'pull-back'(core, turn, id, record, { cause }) {
    endOffer(core, turn, id, record, cause);
    if (record.state === InteractionState.queued) return;
    core.invitations.giveBack(turn, id, record, transitions.pullBack, cause);
  },

  stop: (core, turn, id, record, { order, cause }) =>
    end(core, turn, id, record, cause, undefined, order.operation),

  requeue(core, turn, id, record, { cause, queue }) {
    if (record.sections.length > 0) core.invitations.withdraw(turn, id, record, cause, 'Placed');
    placeFor(core, turn, id, record, queue!, cause);
  },
};

/** The open invitation ends; of a transfer the giver has it still. */
function endOffer(
  core: RequestCore,
  turn: Turn,
  id: string,
  record: StateRecord,
  cause: Cause,
): void {
  if (offer.of(record) === undefined) return;
  core.invitations.end(turn, id, record, 'takeBack', cause);
}

/** @throws {Refusal} Busy: it is another than the one that was asked about */
export function checkVersion(id: string, { version }: StateRecord, wanted?: number): void {
  if (wanted === undefined || version === wanted) return;
  throw new Refusal('Busy', `${id} has just become another`, 1);
}

/** @throws {Refusal} NotInRequiredState */
function checkAsBefore(
  { interactionId: id, assignment }: SuperviseOrder,
  record: StateRecord,
): void {
  if (assignment === undefined) return;
  if (record.assignment === assignment && record.state === InteractionState.queued) return;
  throw new Refusal('NotInRequiredState', `${id} is not as it was when the snapshot was taken`);
}

/** @throws {Refusal} NotInRequiredState */
function checkTaken(id: string, { state }: StateRecord): void {
  if (state !== InteractionState.queued) return;
  throw new Refusal('NotInRequiredState', `nobody has ${id}: it waits in its queue`);
}

/** @throws {Refusal} AgentNotAvailable, InteractionOffered, NotInRequiredState */
function checkAssignee(
  id: string,
  record: StateRecord,
  { agentId }: Assignee,
  taker: SessionInfo | undefined,
): void {
  if (taker === undefined) {
    throw new Refusal('AgentNotAvailable', `agent "${agentId}" has lost its connection`);
  }
  if (offer.of(record)?.agent === agentId) {
    throw new Refusal('InteractionOffered', `${id} is offered to agent "${agentId}"`);
  }
  const all = parties.of(record);
  const has =
    all === undefined
      ? record.state === InteractionState.handled && isHolder(taker, record.owner)
      : all.some((party) => agentOf(party) === agentId);
  if (has) throw new Refusal('NotInRequiredState', `agent "${agentId}" has ${id} already`);
}

function wasOf(core: RequestCore, record: StateRecord): Supervised {
  const { queue, state, assignedTo, version } = record;
  const agents = record.sections.length === 0 ? [] : (parties.of(record) ?? []).map(agentOf);
  return { queue: core.queues.nameOf(queue), state, assignedTo, version, agents };
}

/**
 * The session of who has it without being an agent that the desk knows of: a router, or a client
 * that pulled it. Who offers it is told by EventRouteUsed.
 */
function holderOf(core: RequestCore, record: StateRecord, asker: SessionInfo): number | undefined {
  const { owner, state } = record;
  if (owner === '' || isHolder(asker, owner)) return undefined;
  if (state === InteractionState.routed && offer.of(record) !== undefined) return undefined;
  const isAgent = parties.of(record)?.some(({ role }) => role === PartyRole.handling);
  return isAgent === true ? undefined : core.owners.sessionOf(owner);
}
