/**
 * The time of a virtual day. A server and its clients live on a virtual clock; what the day has
 * planned (`Schedule`) waits until nothing of theirs is due any more at its moment. So each step of
 * the day is over, with all that follows from it, before the next one begins, and takes no time.
 */
import type { Clock, Timer } from '../clock.js';
import { EventHeap } from './heap.js';

/** A server, with the links to it, that stands still until it is told how far to go. */
export interface VirtualServer {
  /** Of the server and of its clients. */
  readonly clock: Clock & {
    /** When the next timer ends, by `monotonicMs`; Infinity: there is none. */
    nextTimerMs(): number;
  };
  /** Does all that is due up to then, and sets the clock to it. */
  run(untilMs: number): Promise<void>;
}

/** It has nothing planned any more, and does not end. */
export class VirtualDayStuck extends Error {
  override name = 'VirtualDayStuck';
}

/** Every request is answered or given up earlier. */
const stuckAfterMs = 600_000;

export class VirtualTime {
  readonly #server: VirtualServer;
  readonly #planned = new EventHeap<Planned>();

  constructor(server: VirtualServer) {
    this.#server = server;
  }

  /** The clock for what the day plans; its timers come when nothing else is due at their moment. */
  readonly clock: Clock = {
    nowMs: () => this.#server.clock.nowMs(),
    monotonicMs: () => this.#server.clock.monotonicMs(),
    setTimer: (delayMs, callback) => this.#plan(delayMs, callback),
  };

  /**
   * Lets time pass until this settles.
   * @returns what it resolves with; rejects as it does
   * @throws {VirtualDayStuck} when time has an end before it
   */
  async passUntil<T>(day: Promise<T>): Promise<T> {
    let isOver = false;
    const over = (): void => void (isOver = true);
    day.then(over, over);
    const { clock } = this.#server;
    let plannedUntilMs = clock.monotonicMs();
    for (;;) {
      await this.#server.run(clock.monotonicMs());
      if (isOver) return day;
      const [serverMs, plannedMs] = [clock.nextTimerMs(), this.#nextMs()];
      if (plannedMs < Infinity) plannedUntilMs = Math.max(plannedUntilMs, plannedMs);
      if (serverMs < plannedMs && serverMs < plannedUntilMs + stuckAfterMs) {
        await this.#server.run(serverMs);
      } else if (plannedMs < Infinity) await this.#runPlanned(plannedMs);
      else throw new VirtualDayStuck('nothing is planned any more, and the day is not over');
    }
  }

  #plan(delayMs: number, callback: () => void): Timer {
    const planned: Planned = { callback };
    this.#planned.push(this.#server.clock.monotonicMs() + Math.max(delayMs, 0), planned);
    return { cancel: () => void (planned.callback = undefined) };
  }

  /** When the first of those is due that were not cancelled; Infinity: there is none. */
  #nextMs(): number {
    while (this.#planned.size > 0 && this.#planned.first()?.callback === undefined) {
      this.#planned.pop();
    }
    return this.#planned.nextAt() ?? Infinity;
  }

  /** What is of the server at that moment comes first. */
  async #runPlanned(atMs: number): Promise<void> {
    if (atMs > this.#server.clock.monotonicMs()) {
      await this.#server.run(atMs);
      // It may have led to something that is planned earlier.
      if (this.#nextMs() !== atMs) return;
    }
    this.#planned.pop()?.callback?.();
  }
}

interface Planned {
  /** Undefined: cancelled. */
  callback: (() => void) | undefined;
}
