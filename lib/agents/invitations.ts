/**
 * What agents are offered and have in hand: the slots that are taken for it, and who is told what.
 * The rows of the partitions are the truth. A slot is taken before a partition is asked, and given
 * back by what becomes of it there; when the answer to a question is lost, it is taken back there
 * first.
 */
import { isSlot, refusalTexts, SlotUse, type Agent, type Slot } from '../desk/index.js';
import { IxionError, type ErrorName } from '../errors.js';
import { homeOf } from '../interaction/identifier.js';
import type {
  AgentOutcome,
  AgentWork,
  InvitationAnswer,
  InvitationOrder,
} from '../interaction/invitation.js';
import type { Client } from './client.js';
import { catchUp, keepsEarly } from './early-outcomes.js';
import { invitationBody, orderOf } from './offer.js';
import { tellParties } from './party-news.js';
import { workIn } from './reported-work.js';
import { TakeBacks } from './take-backs.js';
import { answeredElsewhere, revoke, tell, tellGiver } from './work-news.js';
import {
  isOnlooker,
  keyOf,
  type Giver,
  type InvitationParts,
  type InvitationsOptions,
  type Wanted,
  type Work,
} from './work.js';

const deadlineMs = 10_000;
/** An interaction that is asked for moves no more often than so. */
const stepsMax = 8;
/** After these nobody knows whether it was done. */
const unclear: ReadonlySet<ErrorName> = new Set<ErrorName>([
  'DeadlineExceeded',
  'Unavailable',
  'UnknownOutcome',
]);

export class Invitations {
  readonly #parts: InvitationParts;
  readonly #options: InvitationsOptions;
  readonly #work = new Map<string, Work>();
  /**
   * Agents and interactions of which something was told since a partition began to report: what it
   * reports of them may be older.
   */
  readonly #toldSince = new Set<Set<string>>();
  readonly #takeBacks: TakeBacks;
  /** Those without a slot. */
  readonly #onlooking = new Set<Work>();
  /** Since the start. */
  readonly counts = { invited: 0, accepted: 0, rejected: 0, expired: 0, takenBack: 0, setAside: 0 };

  constructor(parts: InvitationParts, options: InvitationsOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#takeBacks = new TakeBacks(options);
  }

  /** What agents are offered and have in hand. */
  get size(): number {
    return this.#work.size;
  }

  /** What somebody may not keep who is gone, and nobody takes back: always none. */
  get stuck(): number {
    const { desk } = this.#parts;
    let stuck = 0;
    for (const work of this.#work.values()) {
      const { agentId, slot, isAsked } = work;
      const isGone = slot
        ? desk.whyNotKept(agentId, slot.medium.name) !== undefined
        : desk.loggedIn(agentId) === undefined;
      if (isGone && !isAsked && !this.#takeBacks.wasToBeTaken(work)) stuck++;
    }
    return stuck;
  }

  /** The most that partitions were asked at once to take from agents. */
  get takenBackAtOnce(): number {
    return this.#takeBacks.greatest;
  }

  /**
   * Offers an interaction to an agent; resolves when its clients are told.
   * @returns the ticket
   * @throws {IxionError} AgentNotAvailable, InteractionOffered, and what partitions refuse with
   */
  async invite(agent: Agent, wanted: Wanted, from: Giver): Promise<number> {
    const { InteractionId: interactionId, MediaTypeName } = wanted;
    const { partitions } = this.#options;
    const media = agent.login?.media ?? [];
    let medium = MediaTypeName ?? (media.length === 1 ? media[0]!.name : undefined);
    let partition = homeOf(interactionId, partitions.length);
    for (let step = 0; step < stepsMax; step++) {
      const work = this.#begin(agent, medium, { interactionId, partition, from });
      const answer = await this.#ask(agent, work, wanted, { medium, partition, from });
      if (answer.result === 'invited') {
        this.#invited(agent, work!, wanted, answer);
        return answer.number;
      }
      if (work !== undefined) this.#end(work);
      if (answer.result === 'medium') {
        medium = answer.medium;
        await this.#parts.directory.knowMedia([medium]);
      } else partition = answer.partition;
    }
    throw new IxionError('Busy', 'the interaction is on the move', { retryAfterMs: 100 });
  }

  /** Takes a slot; undefined: the medium is to be asked for. */
  #begin(
    agent: Agent,
    medium: string | undefined,
    { interactionId, partition, from }: Pick<Work, 'interactionId' | 'partition' | 'from'>,
  ): Work | undefined {
    if (medium === undefined) return undefined;
    const { desk } = this.#parts;
    const { agentId } = agent;
    const key = keyOf(agentId, interactionId);
    if (this.#work.has(key)) {
      const detail = `${interactionId} is offered to agent ${agentId}, or in its hands`;
      throw new IxionError('InteractionOffered', detail);
    }
    const slot = isOnlooker(from!.mode)
      ? undefined
      : from!.kind === 'deliver'
        ? desk.reserve(agentId, medium, interactionId)
        : this.#exceed(agent, medium, interactionId);
    if (slot !== undefined && !isSlot(slot)) {
      const detail = `agent "${agentId}" ${refusalTexts[slot]} (${medium})`;
      throw new IxionError('AgentNotAvailable', detail);
    }
    const shown = new Set(agent.clientsFor(medium).map(({ session }) => session));
    const clients = this.#parts
      .clientsOf(agent)
      .filter(({ info }) => slot === undefined || shown.has(info.session));
    const base = { interactionId, agentId, slot, partition, clients, from };
    const work: Work = { ...base, ticket: 0, isAsked: true };
    this.#work.set(key, work);
    if (slot === undefined) this.#onlooking.add(work);
    return work;
  }

  /** What is given from agent to agent may be above the capacity, which is counted. */
  #exceed(agent: Agent, medium: string, interactionId: string): Slot | 'unknown' | 'noClient' {
    const { agentId } = agent;
    if (agent.clientsFor(medium).length === 0) return 'noClient';
    return this.#parts.desk.take(agentId, medium, interactionId, SlotUse.offered) ?? 'unknown';
  }

  async #ask(
    agent: Agent,
    work: Work | undefined,
    wanted: Wanted,
    given: Pick<InvitationOrder, 'medium'> & { readonly partition: number; readonly from: Giver },
  ): Promise<InvitationAnswer> {
    const { directory } = this.#parts;
    const { medium, partition, from } = given;
    const order = orderOf(agent, work, wanted, { medium, directory, from });
    const { session: asker } = from.client.info;
    try {
      const ref = this.#options.partitions[partition]!;
      return await ref.ask<InvitationAnswer>({ type: 'invite', order, asker }, { deadlineMs });
    } catch (error) {
      if (work !== undefined) this.drop(work, error);
      throw error;
    }
  }

  #invited(
    agent: Agent,
    work: Work,
    wanted: Wanted,
    answer: InvitationAnswer & { result: 'invited' },
  ): void {
    work.isAsked = false;
    work.ticket = answer.number;
    this.counts.invited++;
    const body = invitationBody(agent, work, wanted, answer);
    for (const invited of work.clients) tell(this.#parts.frames, invited, 'EventInvite', body);
    catchUp(this, work);
    // Its last client has gone meanwhile.
    if (agent.clients.length === 0) this.gone(work.agentId, 'ConnectionLost', false);
  }

  /** What became of an agent and an interaction, in a partition. */
  outcome(outcome: AgentOutcome, partition: number): void {
    const { what, interactionId, agentId } = outcome;
    const key = keyOf(agentId, interactionId);
    for (const told of this.#toldSince) told.add(key);
    const work = this.#work.get(key);
    if (keepsEarly(work, outcome, partition)) return;
    if (what === 'party-added' || what === 'party-removed') {
      return tellParties(this.#parts, outcome);
    }
    if (what === 'taken') return this.#taken(outcome, partition, work);
    if (what === 'removed') {
      // It may have it again, from elsewhere, or be offered it again.
      const isIt = work?.partition === partition && work.ticket === 0 && !work.isAsked;
      if (isIt) this.#over(work, outcome);
      return revoke(this.#parts.frames, this.#clientsOf(agentId), outcome);
    }
    if (work === undefined || work.ticket !== outcome.number) return;
    if (what === 'accepted') this.#accepted(work, outcome);
    else this.#failed(work, outcome);
  }

  /** Without an invitation: by a pull, or since it has made it. */
  #taken({ interactionId, agentId, medium }: AgentOutcome, partition: number, work?: Work): void {
    if (work !== undefined && !work.isAsked) {
      if (work.partition === partition && work.ticket === 0) return;
      this.#end(work);
    }
    this.#hold({ interactionId, agentId, medium: medium ?? '' }, partition);
  }

  /** An agent has it in hand, whatever its capacity; who is not there keeps nothing. */
  #hold(row: Omit<AgentWork, 'number'>, partition: number): void {
    const { interactionId, agentId, medium, mode } = row;
    const { desk } = this.#parts;
    const isOnly = isOnlooker(mode);
    const isLost = isOnly && desk.loggedIn(agentId) === undefined;
    const reason = isLost ? 'ConnectionLost' : desk.whyNotKept(agentId, medium);
    if (reason !== undefined) {
      const how = { workbin: isOnly ? undefined : this.#workbinFor(medium, reason) };
      return void this.#takeBacks.take({ interactionId, agentId, partition }, reason, how);
    }
    const slot = isOnly ? undefined : desk.take(agentId, medium, interactionId)!;
    const base = { interactionId, agentId, slot, partition, clients: [], from: undefined };
    const work = { ...base, ticket: 0, isAsked: false };
    this.#work.set(keyOf(agentId, interactionId), work);
    if (isOnly) return void this.#onlooking.add(work);
    const handlingMs = this.#parts.directory.handlingMsOf(medium);
    if (handlingMs === undefined) return;
    const message = { type: 'handling-time', interactionId, handlingMs } as const;
    // Without an answer the usual time holds.
    void this.#options.partitions[partition]!.ask(message, { deadlineMs }).catch(() => undefined);
  }

  #accepted(work: Work, outcome: AgentOutcome): void {
    work.ticket = 0;
    this.counts.accepted++;
    if (work.slot !== undefined) this.#parts.desk.becomes(work.slot, SlotUse.inHand);
    answeredElsewhere(this.#parts.frames, work, outcome);
    tellGiver(this.#parts.frames, work, outcome);
  }

  #failed(work: Work, outcome: AgentOutcome): void {
    const { what, setAside, interactionId, agentId } = outcome;
    this.#end(work);
    if (what === 'rejected') this.counts.rejected++;
    else if (what === 'expired') this.counts.expired++;
    else this.counts.takenBack++;
    if (what === 'rejected') answeredElsewhere(this.#parts.frames, work, outcome);
    else revoke(this.#parts.frames, work.clients, outcome);
    tellGiver(this.#parts.frames, work, outcome);
    const isCounted = what === 'expired' && this.#parts.directory.options.notReadyOnTimeout;
    if (isCounted && work.slot !== undefined && work.from?.kind !== 'intrude') {
      this.#options.notReady(agentId, work.slot.medium.name);
    }
    if (setAside === undefined) return;
    this.counts.setAside++;
    const fields = { interaction: interactionId, queue: setAside };
    this.#options.log.warn(fields, 'an interaction was refused too often, and is set aside');
  }

  /** Keeps what an agent is about to be given. False: it has it, or is offered it. */
  keep(work: Work): boolean {
    const key = keyOf(work.agentId, work.interactionId);
    if (this.#work.has(key)) return false;
    this.#work.set(key, work);
    return true;
  }

  /** Whether it is still kept. */
  keeps(work: Work): boolean {
    return this.#work.get(keyOf(work.agentId, work.interactionId)) === work;
  }

  /** It came to nothing; `error`: what the partition said, which may leave that open. */
  drop(work: Work, error: unknown): void {
    if (!(error instanceof IxionError) || !unclear.has(error.errorName)) this.#end(work);
    else void this.#take(work, 'Unanswered').then(() => this.#end(work));
  }

  /** Takes from an agent what it is offered, and, with `all`, what it has in hand. */
  gone(agentId: string, reason: string, all: boolean): void {
    for (const { interactionId } of this.#parts.desk.get(agentId)?.slots ?? []) {
      const work = this.#work.get(keyOf(agentId, interactionId));
      if (work === undefined || work.isAsked) continue;
      if (all || work.ticket !== 0) void this.#take(work, reason);
    }
    // Who only listens or coaches waits for nothing.
    for (const work of this.#onlooking) {
      if (work.agentId === agentId && !work.isAsked) void this.#take(work, reason);
    }
  }

  #take(work: Work, reason: string): Promise<void> {
    const { slot } = work;
    const workbin = slot && this.#workbinFor(slot.medium.name, reason);
    return this.#takeBacks.take(work, reason, { workbin, isWanted: () => this.keeps(work) });
  }

  /** Where what an agent has goes when it leaves it; undefined: to its queue. */
  #workbinFor(medium: string, reason: string): string | undefined {
    const { workbins } = this.#parts.directory.medium(medium);
    if (reason === 'ConnectionLost') return workbins?.onLost;
    return reason === 'AgentLoggedOut' ? workbins?.onLogout : undefined;
  }

  /** Takes back what a slot is for. */
  takeSlot(slot: Slot, reason: string): void {
    const work = this.#work.get(keyOf(slot.agent.agentId, slot.interactionId));
    if (work?.slot === slot) void this.#take(work, reason);
    else this.#parts.desk.release(slot);
  }

  /** Compares with what a partition has; outcomes of its former actor may be missing. */
  async reconcile(partition: number): Promise<void> {
    const told = new Set<string>();
    this.#toldSince.add(told);
    try {
      await this.#reconcile(partition, told);
    } finally {
      this.#toldSince.delete(told);
    }
  }

  async #reconcile(partition: number, told: ReadonlySet<string>): Promise<void> {
    const before = [...this.#work.values()].filter(
      (work) => work.partition === partition && !work.isAsked,
    );
    const rows = new Map<string, AgentWork>();
    for await (const page of workIn(this.#options.partitions[partition]!, this.#options)) {
      for (const one of page) rows.set(keyOf(one.agentId, one.interactionId), one);
    }
    for (const work of before) {
      const key = keyOf(work.agentId, work.interactionId);
      const row = rows.get(key);
      const isOlder = told.has(key) || this.#work.get(key) !== work;
      if (isOlder || row?.number === work.ticket) continue;
      const { interactionId, agentId, ticket: number } = work;
      const missed = { interactionId, agentId, number };
      if (row === undefined && number === 0) this.#end(work);
      else if (row?.number === 0) this.outcome({ ...missed, what: 'accepted' }, partition);
      else {
        const reasonSystemName = 'ServerRestarted';
        this.outcome({ ...missed, what: 'taken-back', reasonSystemName }, partition);
      }
    }
    const taken = [...rows].filter(([, { number }]) => number === 0);
    await this.#parts.directory.knowMedia(taken.map(([, { medium }]) => medium));
    for (const [key, row] of taken) {
      if (!told.has(key) && !this.#work.has(key)) this.#hold(row, partition);
    }
  }

  /** Asks all partitions who has what; until then nobody is offered anything. */
  async report(): Promise<void> {
    await Promise.all(this.#options.partitions.map((_, partition) => this.reconcile(partition)));
    if (!this.#options.isOver()) this.#parts.desk.partitionsReported();
  }

  #end(work: Work): void {
    this.#forget(work);
    if (work.slot !== undefined) this.#parts.desk.release(work.slot);
  }

  /** An agent has it in hand no more; its wrap-up, if there is one, keeps the slot. */
  #over(work: Work, { finishedIn }: AgentOutcome): void {
    this.#forget(work);
    const { slot, interactionId } = work;
    if (slot === undefined) return;
    const isKept =
      finishedIn !== undefined && this.#parts.wrapUps.follows(slot, interactionId, finishedIn);
    if (!isKept) this.#parts.desk.release(slot);
  }

  #forget(work: Work): void {
    const key = keyOf(work.agentId, work.interactionId);
    if (this.#work.get(key) === work) this.#work.delete(key);
    this.#onlooking.delete(work);
  }

  #clientsOf(agentId: string): readonly Client[] {
    const agent = this.#parts.desk.loggedIn(agentId);
    return agent === undefined ? [] : this.#parts.clientsOf(agent);
  }
}
