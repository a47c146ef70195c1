/**
 * Who is logged in where, through which clients, ready for what, and what each has: the cache of
 * the rows of logins in partition 0, and the slots, which only it knows. No I/O: time comes in as
 * an argument, what is to be done by others goes out through `DeskOutputs`.
 *
 * A change of a login is decided in `commands.ts` and `login.ts`, made durable by who asked, and
 * then taken over here (`put`). Slots are memory: a slot is held as long as who took it says, and
 * after a start all agents are full until every partition has said what they have
 * (`partitionsReported`).
 */
import { assert } from '../assert.js';
import { Agent, type AgentClient, type Slot } from './agent.js';
import {
  type CapacityRule,
  defaultRule,
  freeOf,
  greatestOf,
  type MediumInfo,
  SlotUse,
} from './capacity.js';
import { MediumState, mediumStateNames } from './medium-state.js';
import { mediumOf, type LoginRecord } from './record.js';
import type { Refusal } from './slots.js';

/** What the desk wants of others. */
export interface DeskOutputs {
  /** What an agent can take has changed: tell its clients, once for many changes. */
  changed(agent: Agent): void;
  /** The last that it had in hand of a medium has gone; see command `finished`. */
  finished(agent: Agent, medium: string): void;
  /**
   * An agent did not come back in the time that it had for a medium: what it still has of it is
   * to go back, and each slot to be released.
   */
  graceOver(agent: Agent, medium: string, slots: readonly Slot[]): void;
  /** None of its media has time left: it is to be logged out. */
  expired(agent: Agent): void;
}

export interface DeskOptions {
  readonly outputs: DeskOutputs;
  /** What a medium is, by its name. */
  medium(name: string): MediumInfo;
  /** The rule of an agent; absent: all have the default. */
  rule?(login: LoginRecord): CapacityRule;
}

/** What an agent can take of a medium. */
export interface MediumVector {
  readonly medium: string;
  readonly state: string;
  /** Whether it is offered anything of it, as long as there is room. */
  readonly ready: boolean;
  /** What it has. */
  readonly current: number;
  /** What it could have of it if it had nothing else. */
  readonly greatest: number;
  /** How many more may be offered now. */
  readonly free: number;
}

/** Agents that are looked at in one go when time has passed. */
const agentsPerStep = 64;

export class Desk {
  readonly #options: DeskOptions;
  readonly #agents = new Map<string, Agent>();
  /** Their names, in order. */
  readonly #names: string[] = [];
  readonly #byPlace = new Map<string, string>();
  /** Those whose link is lost. */
  readonly #lost = new Set<Agent>();
  #isSettled = false;
  /** Given above what capacity allows, since the start. */
  exceeded = 0;

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#agents.size;
  }

  /** How many of them have no client connected. */
  get lost(): number {
    return this.#lost.size;
  }

  /** Every partition has said what it has of whom; until then everybody is full. */
  partitionsReported(): void {
    this.#isSettled = true;
    for (const agent of this.#agents.values()) this.#options.outputs.changed(agent);
  }

  /** An agent that is logged in, or has logged out and still has something. */
  get(agentId: string): Agent | undefined {
    return this.#agents.get(agentId);
  }

  /** The agent that is logged in under this identifier. */
  loggedIn(agentId: string): Agent | undefined {
    const agent = this.#agents.get(agentId);
    return agent?.login === undefined ? undefined : agent;
  }

  /** The agent that is logged in at a place, or is about to be. */
  holderOf(placeId: string): string | undefined {
    return this.#byPlace.get(placeId);
  }

  /** The agent that is logged in at a place. */
  atPlace(placeId: string): Agent | undefined {
    const agent = this.loggedIn(this.#byPlace.get(placeId) ?? '');
    return agent?.login?.placeId === placeId ? agent : undefined;
  }

  /** All that are known now. */
  all(): Agent[] {
    return [...this.#agents.values()];
  }

  /**
   * Those that are logged in and wanted, in the order of their names, after one; it looks at them
   * as they are asked for.
   */
  *listed(after: string, isWanted: (agent: Agent) => boolean): Generator<Agent> {
    for (let at = this.#placeOf(after); at < this.#names.length; at++) {
      const agent = this.#agents.get(this.#names[at]!)!;
      if (agent.agentId !== after && agent.login !== undefined && isWanted(agent)) yield agent;
    }
  }

  /** Where a name is among the others, or would be. */
  #placeOf(name: string): number {
    let [least, beyond] = [0, this.#names.length];
    while (least < beyond) {
      const middle = (least + beyond) >>> 1;
      if (this.#names[middle]! < name) least = middle + 1;
      else beyond = middle;
    }
    return least;
  }

  /** Keeps a place for an agent that logs in. False: another has it. */
  claim(placeId: string, agentId: string): boolean {
    const holder = this.#byPlace.get(placeId);
    if (holder !== undefined && holder !== agentId) return false;
    this.#byPlace.set(placeId, agentId);
    return true;
  }

  /** Gives up a claim of which nothing became. */
  unclaim(placeId: string, agentId: string): void {
    if (this.#byPlace.get(placeId) !== agentId) return;
    if (this.#agents.get(agentId)?.login?.placeId !== placeId) this.#byPlace.delete(placeId);
  }

  /** Works by a login as it is on disk now. */
  put(login: LoginRecord): Agent {
    const { agentId, placeId } = login;
    let agent = this.#agents.get(agentId);
    if (agent === undefined) {
      agent = new Agent(login, this.#options.rule?.(login) ?? defaultRule);
      this.#agents.set(agentId, agent);
      this.#names.splice(this.#placeOf(agentId), 0, agentId);
    }
    const former = agent.login?.placeId;
    agent.login = login;
    if (former !== undefined && former !== placeId) this.unclaim(former, agentId);
    const isKept = this.claim(placeId, agentId);
    assert(isKept, 'a place has one agent');
    this.#options.outputs.changed(agent);
    return agent;
  }

  /** An agent has logged out, on disk. It is forgotten with the last that it has. */
  remove(agentId: string): void {
    const agent = this.#agents.get(agentId);
    if (agent?.login === undefined) return;
    const { placeId } = agent.login;
    agent.login = undefined;
    agent.clients = [];
    this.unclaim(placeId, agentId);
    this.#forgetIfEmpty(agent);
  }

  /** The rule of an agent may be another one. */
  ruleChanged(agent: Agent): void {
    if (agent.login === undefined) return;
    agent.rule = this.#options.rule?.(agent.login) ?? defaultRule;
    this.#options.outputs.changed(agent);
  }

  /** A client speaks for an agent; one of the same session is replaced. */
  connect(agent: Agent, client: AgentClient): void {
    const others = agent.clients.filter(({ session }) => session !== client.session);
    agent.clients = [...others, client];
    agent.lostAtMs = undefined;
    agent.over = [];
    this.#lost.delete(agent);
  }

  /** A client speaks no more for an agent. Whether it was the last. */
  disconnect(agent: Agent, session: number): boolean {
    agent.clients = agent.clients.filter((client) => client.session !== session);
    return agent.clients.length === 0;
  }

  /** The last client of an agent is gone without a logout; its time runs from now on. */
  linkLost(agent: Agent, monotonicMs: number): void {
    if (agent.clients.length > 0) return;
    agent.lostAtMs = monotonicMs;
    agent.over = [];
    this.#lost.add(agent);
  }

  /** Takes a slot for an offer, if the agent may be offered one more of this medium. */
  reserve(agentId: string, medium: string, interactionId: string): Slot | Refusal {
    const agent = this.#agents.get(agentId);
    const refusal = this.refusalOf(agent, medium);
    return refusal ?? this.#slot(agent!, medium, interactionId, SlotUse.offered);
  }

  /** Why nothing of a medium is offered to an agent; undefined: it may be. */
  refusalOf(agent: Agent | undefined, medium: string): Refusal | undefined {
    if (agent?.login === undefined) return 'unknown';
    if (!this.#isSettled) return 'starting';
    if (agent.clients.length === 0) return 'lost';
    const refusal = isClosedTo(agent.login, medium);
    if (refusal !== undefined) return refusal;
    if (agent.clientsFor(medium).length === 0) return 'noClient';
    const isFree = agent.rule.allows(this.#options.medium(medium), agent.load);
    return isFree ? undefined : 'full';
  }

  /**
   * Takes a slot for what the agent has whatever its capacity: what it pulled or was given, what a
   * partition reports, and what other systems gave it. Undefined: no such agent is known.
   */
  take(
    agentId: string,
    medium: string,
    interactionId: string,
    use: SlotUse = SlotUse.inHand,
  ): Slot | undefined {
    const agent = this.#agents.get(agentId);
    if (agent === undefined) return undefined;
    if (!agent.rule.allows(this.#options.medium(medium), agent.load)) {
      agent.exceeded++;
      this.exceeded++;
    }
    return this.#slot(agent, medium, interactionId, use);
  }

  /**
   * Why an agent may not keep what it has of a medium: the reason to take it back; undefined: it
   * may. Who has logged out keeps nothing but what a lost link leaves it, until its time is over.
   */
  whyNotKept(agentId: string, medium: string): 'AgentLoggedOut' | 'ConnectionLost' | undefined {
    const agent = this.#agents.get(agentId);
    if (agent === undefined) return 'AgentLoggedOut';
    if (agent.login === undefined && agent.lostAtMs === undefined) return 'AgentLoggedOut';
    return agent.over.includes(medium) ? 'ConnectionLost' : undefined;
  }

  #slot(agent: Agent, medium: string, interactionId: string, use: SlotUse): Slot {
    const info = this.#options.medium(medium);
    const slot = { agent, medium: info, interactionId, use, isTaken: true };
    agent.add(slot);
    agent.load.add(info, use, 1);
    this.#options.outputs.changed(agent);
    return slot;
  }

  /** One that the agent has outside of this server; undefined: nobody of this name is known. */
  outside(agentId: string, medium: string): Slot | undefined {
    const agent = this.#agents.get(agentId);
    return agent && this.#slot(agent, medium, '', SlotUse.outside);
  }

  /** Whether the rule allows what a slot is for, beside all else that its agent has. */
  allowsBesides({ rule, load }: Agent, { medium, use }: Slot): boolean {
    load.add(medium, use, -1);
    const allows = rule.allows(medium, load);
    load.add(medium, use, 1);
    return allows;
  }

  /** What was offered is in hand; what is in hand is over but for its wrap-up. */
  becomes(slot: Slot, use: typeof SlotUse.inHand | typeof SlotUse.wrapUp): void {
    const { agent, medium, use: before } = slot;
    if (!slot.isTaken || before === use) return;
    agent.load.add(medium, use, 1);
    agent.load.add(medium, before, -1);
    slot.use = use;
    // What it has and could take is the same.
    this.#tellIfLast(agent, medium, before);
  }

  /** Gives a slot back; again: nothing. */
  release(slot: Slot): void {
    if (!slot.isTaken) return;
    slot.isTaken = false;
    const { agent, medium, use } = slot;
    agent.load.add(medium, use, -1);
    agent.remove(slot);
    this.#options.outputs.changed(agent);
    this.#tellIfLast(agent, medium, use);
    this.#forgetIfEmpty(agent);
  }

  /** Whether an agent has something of a medium in hand. */
  isBusy(agent: Agent, medium: string): boolean {
    return agent.load.used(medium, SlotUse.inHand) > 0;
  }

  #tellIfLast(agent: Agent, { name }: MediumInfo, before: SlotUse): void {
    if (before === SlotUse.inHand && !this.isBusy(agent, name)) {
      this.#options.outputs.finished(agent, name);
    }
  }

  #forgetIfEmpty(agent: Agent): void {
    if (agent.login !== undefined || !agent.load.isEmpty) return;
    this.#lost.delete(agent);
    if (this.#agents.get(agent.agentId) !== agent) return;
    this.#agents.delete(agent.agentId);
    this.#names.splice(this.#placeOf(agent.agentId), 1);
  }

  /** What an agent can take, medium by medium. */
  vector(agent: Agent): MediumVector[] {
    return (agent.login?.media ?? []).map(({ name, state }) => {
      const info = this.#options.medium(name);
      const refusal = this.refusalOf(agent, name);
      const isClosed = refusal !== undefined && refusal !== 'full';
      return {
        medium: name,
        state: mediumStateNames[state],
        ready: !isClosed,
        current: agent.load.count(name),
        greatest: greatestOf(agent.rule, info),
        free: isClosed ? 0 : freeOf(agent.rule, info, agent.load),
      };
    });
  }

  /**
   * Looks at a part of those whose link is lost.
   * @returns in how many milliseconds to look again; undefined: nobody's link is
   */
  look(monotonicMs: number): number | undefined {
    let looked = 0;
    let nextMs = Infinity;
    for (const agent of this.#lost) {
      const dueMs = this.#dueMs(agent);
      if (dueMs > monotonicMs) {
        nextMs = Math.min(nextMs, dueMs - monotonicMs);
        continue;
      }
      if (looked++ === agentsPerStep) return 0;
      this.#pass(agent, monotonicMs);
      nextMs = Math.min(nextMs, this.#dueMs(agent) - monotonicMs);
    }
    return nextMs === Infinity ? undefined : Math.max(0, nextMs);
  }

  /** When the next of its times is over. */
  #dueMs(agent: Agent): number {
    const ends = this.#ends(agent).filter(([name]) => !agent.over.includes(name));
    return Math.min(...ends.map(([, endMs]) => endMs));
  }

  /** When the time for each medium is over: of those that it has, and has something of. */
  #ends({ login, slots, lostAtMs }: Agent): [medium: string, endMs: number][] {
    const names = new Set(login?.media.map(({ name }) => name));
    for (const { medium } of slots) names.add(medium.name);
    if (names.size === 0 && login !== undefined) names.add('');
    return [...names].map((name) => [name, lostAtMs! + this.#options.medium(name).graceMs]);
  }

  #pass(agent: Agent, monotonicMs: number): void {
    const { outputs } = this.#options;
    for (const [name, endMs] of this.#ends(agent)) {
      if (endMs > monotonicMs || agent.over.includes(name)) continue;
      agent.over = [...agent.over, name];
      const slots = [...agent.slots].filter(({ medium }) => medium.name === name);
      if (slots.length > 0) outputs.graceOver(agent, name, slots);
    }
    if (agent.login !== undefined) outputs.expired(agent);
  }
}

function isClosedTo(login: LoginRecord, medium: string): Refusal | undefined {
  if (login.doNotDisturb) return 'doNotDisturb';
  const state = mediumOf(login, medium)?.state;
  if (state === undefined) return 'noMedium';
  return state === MediumState.ready ? undefined : 'notReady';
}
