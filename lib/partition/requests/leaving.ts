/**
 * Agents leave an interaction, of themselves or because they are gone. With the last in mode
 * conference it returns to its place; who listens or coaches never keeps it.
 */
import { agentKeyOf } from '../../interaction/agent-key.js';
import { ActorType, type Cause } from '../../interaction/event.js';
import type { AgentOutcome } from '../../interaction/invitation.js';
import { transitions, type Transition } from '../../interaction/lifecycle.js';
import { moveToQueue, putBack } from '../../interaction/record-changes.js';
import type { StateRecord } from '../../interaction/state-record.js';
import {
  filed,
  offer,
  parties,
  PartyRole,
  WorkbinOwner,
  type Party,
  type Workbin,
} from '../../interaction/state-sections.js';
import { has } from '../ledger/holders.js';
import type { Change, Ledger } from '../ledger/ledger.js';
import { agentOf, heirOf, modeOf, removeParty } from '../ledger/parties.js';
import type { Queues } from '../ledger/queues.js';
import { privateQueueOf } from '../../text/index.js';
import type { Turn } from '../turn.js';

/** What of invitations leaving needs. */
export interface LeavingParts {
  /** An invitation is open that only who has the interaction can give. */
  isGivenAway(id: string): boolean;
  end(turn: Turn, id: string, record: StateRecord, how: 'takeBack', cause: Cause): void;
  giveBack(
    turn: Turn,
    id: string,
    record: StateRecord,
    transition: Transition,
    cause: Cause,
    operation?: number,
  ): void;
  partyGone(change: Change, party: Party): void;
  /** An agent has it from who had it before. */
  handed(turn: Turn, id: string): void;
}

/** Who came or went, for the others who take part. */
export type PartyNews = Pick<AgentOutcome, 'what' | 'agentId' | 'operation' | 'mode'>;

export class Leaving {
  readonly #ledger: Ledger;
  readonly #parts: LeavingParts;

  constructor(ledger: Ledger, parts: LeavingParts) {
    this.#ledger = ledger;
    this.#parts = parts;
  }

  /**
   * An agent leaves what is handled.
   * @param party as which; undefined: it is the one who has it
   * @param operation what its event says
   * @param into where it goes from the last one; undefined: back to its place
   */
  leave(
    turn: Turn,
    id: string,
    record: StateRecord,
    party: Party | undefined,
    cause: Cause,
    operation: number,
    into?: Workbin,
  ): void {
    if (party !== undefined) return this.#joinedLeaves(turn, id, record, party, cause, operation);
    const heir = heirOf(record);
    const why = { ...cause, reasonSystemName: cause.reasonSystemName ?? 'Left' };
    if (offer.of(record) !== undefined && (heir === undefined || this.#parts.isGivenAway(id))) {
      this.#parts.end(turn, id, record, 'takeBack', why);
    }
    if (heir !== undefined) return this.#handOver(turn, id, record, heir, cause, operation);
    if (into !== undefined) return this.#file(turn, id, record, into, cause, operation);
    this.#parts.giveBack(turn, id, record, transitions.giveBack, cause, operation);
  }

  /** It goes from who has it into the workbin of that one. */
  #file(
    turn: Turn,
    id: string,
    record: StateRecord,
    into: Workbin,
    cause: Cause,
    operation: number,
  ): void {
    const change = this.#ledger.open(turn, id, record, transitions.leaveInWorkbin, cause);
    change.operation = operation;
    putBack(record, turn.wallMs);
    moveToQueue(record, into.type, turn.wallMs, false, false);
    filed.put(record, into);
    this.#ledger.close(change);
  }

  #joinedLeaves(
    turn: Turn,
    id: string,
    record: StateRecord,
    party: Party,
    cause: Cause,
    operation: number,
  ): void {
    const agentId = agentOf(party);
    const change = this.#ledger.open(turn, id, record, transitions.leave, cause);
    this.#parts.partyGone(change, party);
    removeParty(turn, id, record, party);
    change.party = { type: ActorType.agent, id: agentId, operation };
    this.#ledger.close(change);
    const mode = modeOf(party);
    this.tell(turn, id, record, cause, { what: 'party-removed', agentId, operation, mode });
  }

  /** Another one has it from now on. */
  #handOver(
    turn: Turn,
    id: string,
    record: StateRecord,
    heir: Party,
    cause: Cause,
    operation: number,
  ): void {
    const agentId = record.assignedTo;
    const change = this.#ledger.open(turn, id, record, transitions.handOver, cause);
    change.operation = operation;
    record.assignedTo = agentOf(heir);
    record.owner = agentKeyOf(record.assignedTo);
    record.times.AssignedAt = turn.wallMs;
    this.#ledger.close(change);
    this.#parts.handed(turn, id);
    this.tell(turn, id, record, cause, { what: 'party-removed', agentId, operation, mode: 1 });
  }

  /** The other agents that take part are told of one; `but`: who is not. */
  tell(
    turn: Turn,
    id: string,
    record: StateRecord,
    cause: Cause,
    news: PartyNews,
    but: string = news.agentId,
  ): void {
    const tell = (parties.of(record) ?? [])
      .filter((party) => party.role !== PartyRole.invited && agentOf(party) !== but)
      .map(agentOf);
    if (tell.length === 0) return;
    const { actorId, reasonSystemName, reasonDescription } = cause;
    const why = { actorId, reasonSystemName, reasonDescription };
    turn.outcomes.push({ ...news, ...why, interactionId: id, number: 0, tell });
  }
}

/**
 * The workbin of a type of an agent, for what it leaves; undefined: there is none, or it is to go
 * back to one that it came from.
 */
export function workbinOf(
  queues: Queues,
  record: StateRecord,
  owner: string,
  type: string | undefined,
): Workbin | undefined {
  if (type === undefined || filed.of(record) !== undefined) return undefined;
  const queue = queues.find(privateQueueOf(type));
  if (queue?.kind !== 'private' || queue.owner !== 'agent') return undefined;
  return { type: queue.number, ownerKind: WorkbinOwner.agent, owner };
}

/** By these the part of an agent is done, and not lost. */
const finishing: ReadonlySet<Transition> = new Set([
  transitions.stop,
  transitions.place,
  transitions.placeInWorkbin,
  transitions.placeElsewhere,
  transitions.transfer,
]);
/** By these too, if the agent itself leaves what others go on with. */
const leavings: ReadonlySet<Transition> = new Set([transitions.leave, transitions.handOver]);

/** Whether who goes by a change has done its part: a wrap-up may follow. */
export const isFinished = ({ transition, cause }: Change): boolean =>
  finishing.has(transition) || (leavings.has(transition) && cause.actorType !== ActorType.server);

/** Whether who asks for a change is the agent of a party that goes by it. */
export function isAskers({ turn, owner, assignedTo }: Change, party: Party): boolean {
  const { asking } = turn;
  if (asking === undefined) return false;
  if (agentOf(party) === assignedTo) return has(asking, owner);
  return asking.agent?.id === agentOf(party);
}
