/**
 * Notices a link that is dead although nobody said so: a machine that vanished, a cable, a
 * middlebox that forgot the connection. TCP itself notices after minutes or hours, and only if
 * something is sent.
 *
 * Time is counted in quarters of the time after which a link counts as dead. A quarter in which
 * bytes came begins it anew; in the first without, the server is asked for a sign of life; after
 * three without, the link is dead. That is at most the whole time after the last bytes, and the
 * server has half of it to answer. Quarters are counted and no clock is read: a process that stood
 * still, or a machine that slept, has what came meanwhile read before the next quarter ends.
 */
import type { Clock, Timer } from '../clock.js';

const quarters = 4;

/** What is watched. */
export interface Watched {
  /** Set whenever bytes come; the watch takes it back. */
  heard: boolean;
}

export class LinkWatch {
  readonly #clock: Clock;
  readonly #link: Watched;
  readonly #quarterMs: number;
  readonly #ask: () => void;
  readonly #dead: () => void;
  #silentQuarters = 0;
  #timer: Timer | undefined;

  /**
   * Watches until stopped. After `silenceMs` without any bytes `dead` is called, and `ask` before.
   */
  constructor(clock: Clock, link: Watched, silenceMs: number, ask: () => void, dead: () => void) {
    this.#clock = clock;
    this.#link = link;
    this.#quarterMs = silenceMs / quarters;
    this.#ask = ask;
    this.#dead = dead;
    this.#next();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #next(): void {
    this.#timer = this.#clock.setTimer(this.#quarterMs, () => this.#quarter());
  }

  #quarter(): void {
    const { heard } = this.#link;
    this.#link.heard = false;
    this.#silentQuarters = heard ? 0 : this.#silentQuarters + 1;
    if (this.#silentQuarters === quarters - 1) return this.#dead();
    this.#next();
    if (this.#silentQuarters === 1) this.#ask();
  }
}
