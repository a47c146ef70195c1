/**
 * What agents have outside of this server, as calls at their telephones: an adapter says how much,
 * for a time, and says it again before that is over. It is forgotten with its time, or a short time
 * after its adapter; nothing of it is on disk.
 */
import type { Clock, Timer } from '../clock.js';
import type { Desk, Slot } from '../desk/index.js';
import type { Log } from '../log.js';

/** For an adapter that comes back. */
const sessionGraceMs = 10_000;

interface OutsideLoad {
  readonly agentId: string;
  readonly medium: string;
  readonly who: string;
  readonly session: number;
  slots: readonly Slot[];
  timer: Timer | undefined;
}

export class OutsideLoads {
  readonly #parts: { readonly desk: Desk };
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #loads = new Map<string, OutsideLoad>();
  /** Loads whose time ended since the start. */
  lapsed = 0;

  constructor(parts: { readonly desk: Desk }, clock: Clock, log: Log) {
    this.#parts = parts;
    this.#clock = clock;
    this.#log = log;
  }

  /** Agents and media that have some. */
  get size(): number {
    return this.#loads.size;
  }

  /** Says how much of a medium an agent has outside, for so long. */
  set(
    { agentId, medium, count }: { readonly agentId: string; medium: string; count: number },
    { who, session, forMs }: { readonly who: string; session: number; forMs: number },
  ): void {
    const { desk } = this.#parts;
    const key = `${agentId}\0${medium}`;
    const before = this.#loads.get(key);
    before?.timer?.cancel();
    const slots = [...(before?.slots ?? [])];
    while (slots.length > count) desk.release(slots.pop()!);
    while (slots.length < count) slots.push(desk.outside(agentId, medium)!);
    if (count === 0) return void this.#loads.delete(key);
    const load: OutsideLoad = { agentId, medium, who, session, slots, timer: undefined };
    this.#loads.set(key, load);
    this.#endIn(load, forMs, 'its lease is over');
  }

  /** An adapter is gone: what it has said lasts a short time yet. */
  sessionGone(session: number): void {
    for (const load of this.#loads.values()) {
      if (load.session === session) this.#endIn(load, sessionGraceMs, 'its adapter is gone');
    }
  }

  /** The server stops. */
  end(): void {
    for (const { timer } of this.#loads.values()) timer?.cancel();
  }

  #endIn(load: OutsideLoad, inMs: number, why: string): void {
    load.timer?.cancel();
    load.timer = this.#clock.setTimer(inMs, () => this.#lapse(load, why));
  }

  #lapse(load: OutsideLoad, why: string): void {
    const { agentId, medium, who, slots } = load;
    const key = `${agentId}\0${medium}`;
    if (this.#loads.get(key) !== load) return;
    this.#loads.delete(key);
    this.lapsed++;
    for (const slot of slots) this.#parts.desk.release(slot);
    const fields = { agent: agentId, medium, who, count: slots.length };
    this.#log.warn(fields, `outside load of agent ${agentId} ends: ${why}`);
  }
}
