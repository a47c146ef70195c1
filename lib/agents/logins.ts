/**
 * Changes of logins: decided by the desk's rules, made durable with their events, and only then
 * worked by. Of one agent there is one at a time.
 */
import type { Clock } from '../clock.js';
import {
  carryOut,
  isChange,
  logIn,
  SlotUse,
  wrapUpsEnd,
  type Agent,
  type AgentHappening,
  type Command,
  type Desk,
  type LoginRecord,
  type LoginRequest,
} from '../desk/index.js';
import { IxionError } from '../errors.js';
import type { Log } from '../log.js';
import { agentEvents, server, type Actor } from './events.js';
import type { LoginRows } from './login-rows.js';
import { Turns } from './turns.js';

/** Interactions that a refusal names. */
const namedMost = 10;
/** Until what the server itself wants is tried again. */
const retryMs = 1_000;

export interface LoginsOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly desk: Desk;
  readonly rows: LoginRows;
  isOver(): boolean;
  /** An agent has logged out. `keepsWork`: each medium of what it has in hand has its own time. */
  left(agentId: string, keepsWork: boolean): void;
}

/** How an agent is to be logged out. */
export interface LoggingOut {
  /** Not while it has something of a medium in hand that it may not leave behind. */
  readonly refuses?: boolean;
  /** Whether it is still wanted when it is its turn; absent: it is. */
  readonly wanted?: (agent: Agent) => boolean;
  /** What is in hand stays until its time is over; absent: it goes back at once. */
  readonly keepsWork?: boolean;
}

export class Logins {
  readonly #options: LoginsOptions;
  readonly #turns = new Turns();
  /** Agents that logged in, and that logged out, since the start. */
  loggedIn = 0;
  loggedOut = 0;

  constructor(options: LoginsOptions) {
    this.#options = options;
  }

  /** Agents of which a change is under way. */
  get changing(): number {
    return this.#turns.size;
  }

  /**
   * Logs an agent in. `admit` is asked, with what is known of it, before anything is done, and may
   * throw; `joined` is called when it is done, before anything else is done with the agent.
   * @throws {IxionError} PlaceTaken, and what `LoginRows.write` and the two throw
   */
  logIn(
    request: LoginRequest,
    actor: Actor,
    admit: (agent: Agent | undefined) => void,
    joined: (agent: Agent) => void,
  ): Promise<void> {
    const { desk, rows, clock } = this.#options;
    const { agentId, placeId } = request;
    return this.#turns.run(agentId, async () => {
      const before = desk.loggedIn(agentId);
      admit(before);
      if (!desk.claim(placeId, agentId)) throw placeTaken(placeId, desk.holderOf(placeId)!);
      const change = logIn(before?.login, request, Math.floor(clock.nowMs()));
      if (change.record !== before?.login) {
        const isResumed = before !== undefined;
        const events = agentEvents(change.record, change.happened, actor, isResumed);
        try {
          await rows.write(agentId, change.record, events);
        } catch (error) {
          desk.unclaim(placeId, agentId);
          throw error;
        }
        if (!isResumed) this.loggedIn++;
      }
      joined(desk.put(change.record));
    });
  }

  /**
   * Changes an agent that is logged in.
   * @throws {IxionError} AgentNotLoggedIn, UnknownMedium, and what `LoginRows.write` throws
   */
  change(agentId: string, command: Command, actor: Actor): Promise<void> {
    return this.#turns.run(agentId, () => this.#change(agentId, command, actor));
  }

  async #change(agentId: string, command: Command, actor: Actor): Promise<void> {
    const { desk, rows, clock } = this.#options;
    const agent = desk.loggedIn(agentId);
    if (agent === undefined) throw notLoggedIn(agentId);
    if (command.do === 'lost' && agent.clients.length > 0) return;
    const login = agent.login!;
    const nowMs = Math.floor(clock.nowMs());
    const isBusy = (medium: string): boolean => desk.isBusy(agent, medium);
    const outcome = carryOut(login, command, { nowMs, isBusy });
    if (!isChange(outcome)) {
      throw unknownMedium(agentId, outcome.unknownMedium);
    }
    if (outcome.record === login) return;
    await rows.write(agentId, outcome.record, agentEvents(login, outcome.happened, actor));
    desk.put(outcome.record);
  }

  /**
   * Logs an agent out.
   * @throws {IxionError} AgentHasWork, and what `LoginRows.write` throws
   */
  logOut(
    agentId: string,
    actor: Actor,
    { refuses = false, wanted = () => true, keepsWork = false }: LoggingOut = {},
  ): Promise<void> {
    const { desk, rows } = this.#options;
    return this.#turns.run(agentId, async () => {
      const agent = desk.loggedIn(agentId);
      if (agent === undefined || !wanted(agent)) return;
      if (refuses) checkWork(agent);
      const login = agent.login!;
      const nowMs = Math.floor(this.#options.clock.nowMs());
      const happened: AgentHappening[] = [...wrapUpsEnd(login, nowMs), { kind: 'logout' }];
      await rows.write(agentId, undefined, agentEvents(login, happened, actor));
      this.loggedOut++;
      desk.remove(agentId);
      this.#options.left(agentId, keepsWork);
    });
  }

  /** Work that the server itself wants done: it is tried until it is. */
  async surely(agentId: string, work: () => Promise<void>): Promise<void> {
    const { clock, log, isOver } = this.#options;
    for (let isSaid = false; !isOver();) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof IxionError)) throw error;
        if (error.errorName === 'AgentNotLoggedIn') return;
        const what = `a change of agent ${agentId} cannot be written: it is tried again`;
        if (!isSaid) log.warn({ error: error.message }, what);
        isSaid = true;
      }
      await new Promise<void>((resolve) => void clock.setTimer(retryMs, resolve));
    }
  }

  /** A login that was on disk when the server started: nobody speaks for it as yet. */
  restore(record: LoginRecord, nowMs: number, monotonicMs: number): void {
    const { desk } = this.#options;
    const agent = desk.put({ ...record, lostMs: record.lostMs ?? nowMs });
    desk.linkLost(agent, monotonicMs);
  }

  /** Not ready for a medium, because of something that the server or somebody else did. */
  finished(agentId: string, medium: string): Promise<void> {
    const command: Command = { do: 'finished', medium };
    return this.surely(agentId, () => this.change(agentId, command, server));
  }
}

export const notLoggedIn = (agentId: string): IxionError =>
  new IxionError('AgentNotLoggedIn', `agent "${agentId}" is not logged in`);

export const unknownMedium = (agentId: string, medium: string): IxionError =>
  new IxionError('UnknownMedium', `agent "${agentId}" does not have the medium "${medium}"`);

const placeTaken = (placeId: string, holder: string): IxionError =>
  new IxionError('PlaceTaken', `agent "${holder}" is logged in at place "${placeId}"`);

/** @throws {IxionError} AgentHasWork, with the identifiers of what it may not leave behind */
function checkWork(agent: Agent): void {
  const kept = [...agent.slots].filter(
    ({ medium, use }) => medium.onLogout === 'refuse' && use === SlotUse.inHand,
  );
  if (kept.length === 0) return;
  const named = kept.slice(0, namedMost).map(({ interactionId }) => interactionId);
  const more = kept.length - named.length;
  const list = named.join(', ') + (more === 0 ? '' : ` and ${more} more`);
  throw new IxionError('AgentHasWork', `agent "${agent.agentId}" has in hand: ${list}`);
}
