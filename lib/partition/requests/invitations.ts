/**
 * The agents of interactions, as far as time and the server have to do with them: the end of open
 * invitations, and work that an agent has forgotten. What is open is in the rows; who may accept it
 * is known to this process only, so that an invitation of a former one is taken back.
 */
import { unpackProperties, type Body } from '../../interaction/body.js';
import { PartyOperation, type Cause } from '../../interaction/event.js';
import type { AgentOutcome, InvitationOrder, Taking } from '../../interaction/invitation.js';
import { transitions, type Transition } from '../../interaction/lifecycle.js';
import { packProperties } from '../../interaction/properties.js';
import { putBack } from '../../interaction/record-changes.js';
import { InteractionState, type StateRecord } from '../../interaction/state-record.js';
import {
  counts,
  noCounts,
  offer,
  parties,
  PartyKind,
  rests,
  type Party,
} from '../../interaction/state-sections.js';
import { Table } from '../../store/contract.js';
import type { Chore, May } from '../chore.js';
import { causeOfServer, serverCause } from '../ledger/cause.js';
import { readBody, readRecord } from '../ledger/interactions.js';
import type { Change, Ledger } from '../ledger/ledger.js';
import { agentOf, heirOf, isOfAgent, partyOfAgent, putParties } from '../ledger/parties.js';
import type { Queues } from '../ledger/queues.js';
import { readPartyKey } from '../rows/party-key.js';
import { invitedDetails } from './invited-details.js';
import { isAskers, isFinished, Leaving, workbinOf } from './leaving.js';
import type { Turn } from '../turn.js';
import { ownHandlingMs } from './own-times.js';

/** An open invitation, as this process knows it. */
export interface OpenInvitation {
  readonly number: number;
  readonly order: InvitationOrder;
  readonly handlingMs: number;
}

/** What an agent has in hand. */
export interface Handled {
  /** Undefined: what is usual. */
  handlingMs: number | undefined;
  /** When its agent last asked for something about it, by the clock of the partition. */
  touchedMs: number;
}

/** What of it outlives the instance of a partition. */
export interface LastingInvitations {
  /** By the identifier of the interaction. */
  readonly open: Map<string, OpenInvitation>;
  readonly handled: Map<string, Handled>;
  /** How long an agent may do nothing about what it has, unless its medium or it says otherwise. */
  usualMs: number | undefined;
}

export const newLastingInvitations = (): LastingInvitations => ({
  open: new Map(),
  handled: new Map(),
  usualMs: undefined,
});

const stepSize = 256;
const lookMs = 10_000;
const agentsFrom = String.fromCharCode(PartyKind.agentAtPlace);
const agentsTo = String.fromCharCode(PartyKind.agentAtPlace + 1);

/** How an invitation ends; of a transfer the giver keeps the interaction. */
export type InvitationEnd = 'reject' | 'expire' | 'takeBack' | 'withdraw';

const transitionOf = (end: InvitationEnd, { state }: StateRecord): Transition => {
  if (state !== InteractionState.handled) return transitions[end];
  return end === 'reject' ? transitions.rejectTransfer : transitions.endTransfer;
};

export class Invitations implements Chore {
  readonly #ledger: Ledger;
  readonly #queues: Queues;
  readonly #lasting: LastingInvitations;
  readonly leaving: Leaving;
  /** Next row of the look after a start; undefined: it is done. */
  #startScan: string | undefined = agentsFrom;
  #nextLookMs = 0;
  /** Sets aside what was refused so often; set by the partition. */
  setAside: (turn: Turn, id: string, record: StateRecord, queue: string) => void = () => undefined;

  constructor(ledger: Ledger, queues: Queues, lasting: LastingInvitations) {
    this.#ledger = ledger;
    this.#queues = queues;
    this.#lasting = lasting;
    this.leaving = new Leaving(ledger, this);
    ledger.onPartyGone = (change, party) => this.partyGone(change, party);
  }

  get dueMs(): number {
    if (this.#startScan !== undefined) return 0;
    return this.#lasting.handled.size === 0 ? Number.POSITIVE_INFINITY : this.#nextLookMs;
  }

  work(turn: Turn, may: May): void {
    if (!may.write) return;
    if (this.#startScan !== undefined) return this.#lookAfterStart(turn, this.#startScan);
    if (turn.nowMs < this.#nextLookMs) return;
    this.#nextLookMs = turn.nowMs + lookMs;
    let ended = 0;
    for (const [id, { touchedMs, handlingMs }] of this.#lasting.handled) {
      const mostMs = handlingMs ?? this.#lasting.usualMs ?? Infinity;
      if (turn.nowMs - touchedMs < mostMs) continue;
      if (++ended > stepSize) return void (this.#nextLookMs = 0);
      this.#endHandling(turn, id);
    }
  }

  /** The look after a start is not done: open invitations of a former process may be left. */
  get isLooking(): boolean {
    return this.#startScan !== undefined;
  }

  /** Who may accept an invitation; undefined: it is not open, or another one is. */
  opened(id: string, number: number): OpenInvitation | undefined {
    const open = this.#lasting.open.get(id);
    return open?.number === number ? open : undefined;
  }

  /** An agent is invited. */
  invited(id: string, open: OpenInvitation): void {
    this.#lasting.open.set(id, open);
  }

  /** It takes part in what others have. */
  joined(id: string): void {
    this.#lasting.open.delete(id);
  }

  /** Whether an invitation is open that only who has the interaction can give. */
  isGivenAway(id: string): boolean {
    const kind = this.#lasting.open.get(id)?.order.kind;
    return kind !== 'conference' && kind !== 'intrude';
  }

  /** It has it in hand from now on. */
  accepted(turn: Turn, id: string, handlingMs: number | undefined): void {
    this.#lasting.open.delete(id);
    this.#handles(turn, id, handlingMs);
  }

  #handles(turn: Turn, id: string, handlingMs: number | undefined): void {
    this.#lasting.handled.set(id, { handlingMs, touchedMs: turn.nowMs });
    const endMs = turn.nowMs + Math.min(handlingMs ?? lookMs, lookMs);
    this.#nextLookMs = Math.min(this.#nextLookMs, endMs);
  }

  /**
   * An agent has it in hand without an invitation: it has pulled or made it. The change of that is
   * open; the desk is told, and says so if its medium has a time of its own.
   */
  arrived(turn: Turn, id: string, record: StateRecord, body: Body): void {
    putParties(turn, id, record);
    this.accepted(turn, id, ownHandlingMs(body) ?? this.#lasting.usualMs);
    const { MediaType: medium = '' } = unpackProperties(body);
    for (const party of parties.of(record) ?? []) {
      const agentId = agentOf(party);
      turn.outcomes.push({ what: 'taken', interactionId: id, agentId, number: 0, medium });
    }
  }

  /** An agent has it from who had it before: a client by itself has no time for handling. */
  handed(turn: Turn, id: string): void {
    // An invitation to join may stay open.
    if (!this.#lasting.handled.has(id)) this.#handles(turn, id, ownHandlingMs(readBody(turn, id)));
  }

  /** It comes from another partition, perhaps in the hands of the agent that has made it there. */
  moved(turn: Turn, id: string, record: StateRecord, body: Body): void {
    if (isOfAgent(record)) this.arrived(turn, id, record, body);
  }

  /** The medium of what is in hand has a time of its own; so may the interaction. */
  lasts(turn: Turn, id: string, handlingMs: number): void {
    const handled = this.#lasting.handled.get(id);
    if (handled !== undefined) handled.handlingMs = ownHandlingMs(readBody(turn, id)) ?? handlingMs;
  }

  /** Its agent has asked for something about it. */
  touched(turn: Turn, id: string): void {
    const handled = this.#lasting.handled.get(id);
    if (handled !== undefined) handled.touchedMs = turn.nowMs;
  }

  /** The deadline of an invitation is there. */
  expire(turn: Turn, id: string, number: number): void {
    const record = readRecord(turn, id);
    if (record === undefined || offer.of(record)?.number !== number) return;
    const open = this.opened(id, number);
    if (open === undefined) return this.end(turn, id, record, 'takeBack', restarted);
    this.#fail(turn, id, record, open.order, 'expire', causeOfServer('Expired'));
  }

  /**
   * Ends the open invitation of an interaction, which is then where it was before.
   * @param more of the outcome that the desk is told
   * @param alter what else is changed with it
   */
  end(
    turn: Turn,
    id: string,
    record: StateRecord,
    how: InvitationEnd,
    cause: Cause,
    more: Partial<AgentOutcome> = {},
    alter: (record: StateRecord) => void = () => undefined,
  ): void {
    const open = offer.of(record)!;
    const transition = transitionOf(how, record);
    const change = this.#ledger.open(turn, id, record, transition, cause);
    alter(record);
    if (transition.changesOwner) putBack(record, turn.wallMs);
    const order = this.opened(id, open.number)?.order;
    this.#ledger.close(change, undefined, invitedDetails(open, order));
    this.#lasting.open.delete(id);
    turn.outcomes.push({
      what: outcomes[how],
      interactionId: id,
      agentId: open.agent,
      number: open.number,
      reasonSystemName: cause.reasonSystemName,
      reasonDescription: cause.reasonDescription,
      interaction: how === 'reject' ? undefined : this.propertiesOf(turn, id, record),
      ...more,
    });
  }

  /** An agent refuses, which rests from it then. */
  reject(
    turn: Turn,
    id: string,
    record: StateRecord,
    { order }: OpenInvitation,
    cause: Cause,
    session: number,
  ): void {
    this.#fail(turn, id, record, order, 'reject', cause, session);
  }

  /**
   * An agent has not taken it, which is counted; too often, and it is set aside. What is asked of
   * one agent by another, and fails, counts against nobody.
   */
  #fail(
    turn: Turn,
    id: string,
    record: StateRecord,
    order: InvitationOrder,
    how: 'reject' | 'expire',
    cause: Cause,
    session?: number,
  ): void {
    if (order.kind !== 'deliver') return this.end(turn, id, record, how, cause, { session });
    const before = counts.of(record) ?? noCounts;
    const refusals = before.refusals + 1;
    const isTooOften = refusals % order.failuresMax === 0;
    const setAside = isTooOften ? (order.setAsideQueue ?? '') : undefined;
    this.end(turn, id, record, how, cause, { session, setAside }, () => {
      counts.put(record, { ...before, refusals });
      if (how === 'reject') rest(turn, record, order);
    });
    if (setAside !== undefined) this.setAside(turn, id, record, setAside);
  }

  /** It is about to be placed or stopped: the invitation that is open ends before. */
  withdraw(turn: Turn, id: string, record: StateRecord, cause: Cause, reason: string): void {
    if (offer.of(record) === undefined) return;
    const why = { ...cause, reasonSystemName: cause.reasonSystemName ?? reason };
    this.end(turn, id, record, 'withdraw', why);
  }

  /** It is offered to nobody any more: an open invitation is taken back, uncounted. */
  customerLeft(turn: Turn, id: string, record: StateRecord): void {
    if (offer.of(record) === undefined) return;
    this.end(turn, id, record, 'takeBack', causeOfServer('CustomerLeft'));
  }

  /** The session that has it is lost for good. Whether it is back in its queue. */
  ownerLost(turn: Turn, id: string, record: StateRecord): boolean {
    if (record.state === InteractionState.handled && heirOf(record) !== undefined) {
      const cause = causeOfServer('ConnectionLost');
      this.leaving.leave(turn, id, record, undefined, cause, PartyOperation.disconnect);
      return true;
    }
    if (offer.of(record) === undefined) return false;
    this.end(turn, id, record, 'takeBack', causeOfServer('ConnectionLost'));
    return record.state === InteractionState.queued;
  }

  /** Takes an interaction from an agent, offered or in hand; nothing if it has neither. */
  takeFrom(turn: Turn, id: string, record: StateRecord, taking: Taking): void {
    const { agentId, reason, workbin } = taking;
    const why = causeOfServer(reason);
    if (offer.of(record)?.agent === agentId) return this.end(turn, id, record, 'takeBack', why);
    const party = partyOfAgent(record, agentId);
    if (party === undefined || record.state !== InteractionState.handled) return;
    const isOwner = isOfAgent(record) && record.assignedTo === agentId;
    const joined = isOwner ? undefined : party;
    const into = isOwner ? workbinOf(this.#queues, record, agentId, workbin) : undefined;
    this.leaving.leave(turn, id, record, joined, why, PartyOperation.disconnect, into);
  }

  /** Properties as a copy that may be sent to another thread. */
  propertiesOf(turn: Turn, id: string, record: StateRecord): Uint8Array {
    const queue = this.#queues.nameOf(record.queue);
    return Uint8Array.from(packProperties(id, record, queue, readBody(turn, id)));
  }

  /** It goes from who has it back to its queue, which is counted. */
  giveBack(
    turn: Turn,
    id: string,
    record: StateRecord,
    transition: Transition,
    cause: Cause,
    operation = 0,
  ): void {
    const change = this.#ledger.open(turn, id, record, transition, cause);
    change.operation = operation;
    const before = counts.of(record) ?? noCounts;
    counts.put(record, { ...before, returns: before.returns + 1 });
    putBack(record, turn.wallMs);
    this.#ledger.close(change);
  }

  #endHandling(turn: Turn, id: string): void {
    const record = readRecord(turn, id);
    this.#lasting.handled.delete(id);
    if (record?.state !== InteractionState.handled || parties.of(record) === undefined) return;
    const cause = causeOfServer('Expired');
    if (offer.of(record) !== undefined) this.end(turn, id, record, 'takeBack', cause);
    this.giveBack(turn, id, record, transitions.handlingEnds, cause);
  }

  /** An agent has it no more; the change of that is open, the record still as it was. */
  partyGone(change: Change, party: Party): void {
    const { turn, id, record, transition, cause, queue } = change;
    if (transition.changesOwner && !transition.keepsParties) this.#lasting.handled.delete(id);
    const isKnown = isAskers(change, party) || transition === transitions.transfer;
    turn.outcomes.push({
      what: 'removed',
      interactionId: id,
      agentId: agentOf(party),
      number: 0,
      reasonSystemName: cause.reasonSystemName ?? transition.name,
      reasonDescription: cause.reasonDescription,
      finishedIn: isFinished(change) ? this.#queues.nameOf(queue) : undefined,
      interaction: isKnown ? undefined : this.propertiesOf(turn, id, record),
    });
  }

  /** Who was invited is not known any more; what was in hand stays there. */
  #lookAfterStart(turn: Turn, from: string): void {
    const rows = turn.range(Table.party, { from, to: agentsTo, limit: stepSize });
    this.#startScan = rows.length < stepSize ? undefined : `${rows.at(-1)![0]}\0`;
    for (const [key] of rows) {
      const { id, owner } = readPartyKey(key);
      const record = readRecord(turn, id);
      if (record === undefined) continue;
      const open = offer.of(record);
      if (open?.agent === owner[0] && this.opened(id, open!.number) === undefined) {
        this.end(turn, id, record, 'takeBack', restarted);
      } else if (record.state === InteractionState.handled && !this.#lasting.handled.has(id)) {
        // With the time of its medium, if that has one, the desk comes.
        const handlingMs = ownHandlingMs(readBody(turn, id));
        this.#lasting.handled.set(id, { handlingMs, touchedMs: turn.nowMs });
      }
    }
  }
}

/** The agent is not offered it again for a time. */
function rest({ nowMs }: Turn, record: StateRecord, { agentId, restMs }: InvitationOrder): void {
  const all = (rests.of(record) ?? []).filter(
    ({ agent, untilMs }) => agent !== agentId && untilMs > nowMs,
  );
  if (restMs > 0) all.push({ agent: agentId, untilMs: nowMs + restMs });
  rests.put(record, all.length === 0 ? undefined : all);
}

const restarted: Cause = causeOfServer('ServerRestarted');

const outcomes = {
  reject: 'rejected',
  expire: 'expired',
  takeBack: 'taken-back',
  withdraw: 'taken-back',
} as const;

/** The server ends what it set aside, for the events. */
export const setAsideCause: Cause = { ...serverCause, reasonSystemName: 'SetAside' };
