/** An agent at the desk: its login, who speaks for it, and what it has. */
import { type CapacityRule, Load, type MediumInfo, type SlotUse } from './capacity.js';
import type { LoginRecord } from './record.js';

/** A logical client that speaks for an agent. */
export interface AgentClient {
  /** Number of the session. */
  readonly session: number;
  /** Media that it can show; undefined: whatever the agent has. */
  readonly media: ReadonlySet<string> | undefined;
}

/**
 * What an agent has of its capacity, one for each interaction. A slot is taken for an offer
 * (`Desk.reserve`, which the rule may refuse), or by who takes or is given work without one
 * (`Desk.take`, which it may not, and which is counted). It goes from offered to in hand to
 * wrap-up, or straight away.
 */
export interface Slot {
  readonly agent: Agent;
  readonly medium: MediumInfo;
  readonly interactionId: string;
  use: SlotUse;
  /** False once it was given back: giving it back again does nothing. */
  isTaken: boolean;
}

/** Shared by all who have nothing: most agents have, most of the time. */
const noSlots: ReadonlySet<Slot> = new Set();

export class Agent {
  /** Undefined: it has logged out, and is remembered for what it still has. */
  login: LoginRecord | undefined;
  readonly agentId: string;
  clients: readonly AgentClient[] = [];
  #slots: Set<Slot> | undefined;
  readonly load = new Load();
  rule: CapacityRule;
  /** When its link was lost, by the monotonic clock; undefined: it is not. */
  lostAtMs: number | undefined;
  /** Media whose grace is over since then. */
  over: readonly string[] = [];
  /** Given above what its capacity allows: pulls, transfers, assignments. */
  exceeded = 0;

  constructor(login: LoginRecord, rule: CapacityRule) {
    this.agentId = login.agentId;
    this.login = login;
    this.rule = rule;
  }

  /** What it has, in the order in which it got it: any number, if it pulls. */
  get slots(): ReadonlySet<Slot> {
    return this.#slots ?? noSlots;
  }

  /** It has one more. */
  add(slot: Slot): void {
    this.#slots ??= new Set();
    this.#slots.add(slot);
  }

  /** It has one less. */
  remove(slot: Slot): void {
    this.#slots?.delete(slot);
  }

  /** Clients that can show a medium. */
  clientsFor(medium: string): readonly AgentClient[] {
    return this.clients.filter(({ media }) => media === undefined || media.has(medium));
  }
}
