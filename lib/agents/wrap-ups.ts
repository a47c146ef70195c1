/**
 * Wrap-ups of agents: a slot stays taken when what was in hand is over, until the agent says that
 * it is done, or its time is over. They are in the rows of the logins, and go on after a start.
 */
import type { Clock, Timer } from '../clock.js';
import { SlotUse, wrapUpOf, type Desk, type LoginRecord, type Slot } from '../desk/index.js';
import type { WrapUpRecord, WrapUpRule } from '../desk/index.js';
import { IxionError } from '../errors.js';
import { server, type Actor } from './events.js';
import type { Logins } from './logins.js';
import type { WrapUpRules } from './wrap-up-rules.js';

/** A wrap-up that is under way. */
interface Open {
  readonly slot: Slot;
  timer: Timer | undefined;
}

export interface WrapUpsOptions {
  readonly clock: Clock;
  readonly desk: Desk;
  readonly logins: Logins;
  readonly rules: WrapUpRules;
  isOver(): boolean;
}

const keyOf = (agentId: string, interactionId: string): string => `${agentId}\0${interactionId}`;

export class WrapUps {
  readonly #options: WrapUpsOptions;
  readonly #open = new Map<string, Open>();

  constructor(options: WrapUpsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#open.size;
  }

  /** What an agent had in hand is over for it. False: no wrap-up follows, the slot is free. */
  follows(slot: Slot, interactionId: string, queue: string): boolean {
    const { agent, medium } = slot;
    const rule = this.#options.rules.of(queue, medium.name);
    if (rule === undefined || agent.login === undefined) return false;
    // Until it is known: what is to be protected is not offered in between.
    this.#options.desk.becomes(slot, SlotUse.wrapUp);
    void this.#begin(slot, interactionId, queue, rule);
    return true;
  }

  async #begin(
    slot: Slot,
    interactionId: string,
    queue: string,
    found: WrapUpRule | Promise<WrapUpRule | undefined>,
  ): Promise<void> {
    const { desk, logins, clock } = this.#options;
    const { agentId } = slot.agent;
    const key = keyOf(agentId, interactionId);
    const rule = await found;
    const before = this.#open.get(key);
    if (before !== undefined) this.#close(key, before);
    if (rule === undefined || slot.agent.login === undefined) return desk.release(slot);
    const sinceMs = Math.floor(clock.nowMs());
    const { mode, needsCode, lastsMs } = rule;
    const medium = slot.medium.name;
    const base = { interactionId, medium, queue, mode, needsCode, sinceMs };
    const until = lastsMs === undefined ? {} : { untilMs: sinceMs + lastsMs };
    const wrapUp: WrapUpRecord = { ...base, ...until };
    this.#open.set(key, { slot, timer: undefined });
    const command = { do: 'wrapUpBegins', wrapUp } as const;
    await logins.surely(agentId, () => logins.change(agentId, command, server));
    this.#watch(agentId, wrapUp);
  }

  /** Lets it end with its time; one that is over already leaves nothing. */
  #watch(agentId: string, { interactionId, untilMs }: WrapUpRecord): void {
    const { desk, clock, isOver } = this.#options;
    const key = keyOf(agentId, interactionId);
    const open = this.#open.get(key);
    if (open === undefined || isOver()) return;
    const login = desk.loggedIn(agentId)?.login;
    if (login === undefined || wrapUpOf(login, interactionId) === undefined) {
      return this.#close(key, open);
    }
    if (untilMs === undefined) return;
    const inMs = Math.max(0, untilMs - clock.nowMs());
    open.timer = clock.setTimer(inMs, () => void this.#timeOver(agentId, interactionId));
  }

  async #timeOver(agentId: string, interactionId: string): Promise<void> {
    const { logins, isOver } = this.#options;
    if (isOver()) return;
    const command = { do: 'wrapUpEnds', interactionId, end: 'timeout' } as const;
    await logins.surely(agentId, () => logins.change(agentId, command, server));
    this.#ended(agentId, interactionId);
  }

  /**
   * An agent gives a disposition code, or says that it is done, or both.
   * @throws {IxionError} NotInRequiredState, UnknownDispositionCode, MissingAttribute, and what
   *   `Logins.change` throws
   */
  async said(
    agentId: string,
    { interactionId, code, isDone }: WrapUpSaid,
    actor: Actor,
  ): Promise<void> {
    const { desk, logins, rules, clock } = this.#options;
    const login = desk.loggedIn(agentId)?.login;
    const wrapUp = login && wrapUpOf(login, interactionId);
    if (wrapUp === undefined) {
      throw new IxionError(
        'NotInRequiredState',
        `agent "${agentId}" does not wrap ${interactionId} up`,
      );
    }
    if (code !== undefined) await rules.checkCode(wrapUp.queue, code);
    const leftMs = (wrapUp.untilMs ?? 0) - clock.nowMs();
    if (isDone && wrapUp.mode === 'exactly' && leftMs > 0) {
      const seconds = Math.ceil(leftMs / 1_000);
      throw new IxionError(
        'NotInRequiredState',
        `the wrap-up lasts ${seconds} s more, done or not`,
      );
    }
    const isMissing = isDone ? wrapUp.needsCode && wrapUp.code === undefined : true;
    if (code === undefined && isMissing) {
      throw new IxionError('MissingAttribute', 'DispositionCode is missing');
    }
    const { reason } = actor;
    const command = isDone
      ? ({ do: 'wrapUpEnds', interactionId, end: 'done', code, reason } as const)
      : ({ do: 'disposition', interactionId, code: code!, reason } as const);
    await logins.change(agentId, command, actor);
    if (isDone) this.#ended(agentId, interactionId);
  }

  /** An agent has logged out: its wrap-ups have ended with its login. */
  left(agentId: string): void {
    for (const [key, open] of this.#open) {
      if (open.slot.agent.agentId === agentId) this.#close(key, open);
    }
  }

  /** Those of a login that was on disk when the server started. */
  restore({ agentId, wrapUps = [] }: LoginRecord): void {
    for (const wrapUp of wrapUps) {
      const { interactionId, medium } = wrapUp;
      const slot = this.#options.desk.take(agentId, medium, interactionId, SlotUse.wrapUp);
      if (slot === undefined) continue;
      this.#open.set(keyOf(agentId, interactionId), { slot, timer: undefined });
      this.#watch(agentId, wrapUp);
    }
  }

  #ended(agentId: string, interactionId: string): void {
    const key = keyOf(agentId, interactionId);
    const open = this.#open.get(key);
    if (open !== undefined) this.#close(key, open);
  }

  #close(key: string, open: Open): void {
    open.timer?.cancel();
    this.#open.delete(key);
    this.#options.desk.release(open.slot);
  }
}

/** What an agent says in a wrap-up. */
export interface WrapUpSaid {
  readonly interactionId: string;
  readonly code: string | undefined;
  readonly isDone: boolean;
}
