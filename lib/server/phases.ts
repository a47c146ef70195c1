/** How long each phase of a start took. */
import type { Clock } from '../clock.js';

export interface Phase {
  readonly name: string;
  readonly ms: number;
}

/**
 * Measures phases that follow each other; what runs in parallel belongs to the phase that waits.
 */
export class Phases {
  readonly #clock: Clock;
  readonly #done: Phase[] = [];
  #since: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#since = clock.monotonicMs();
  }

  /** Ends the phase that began with the last call, or with the construction. */
  end(name: string): void {
    const now = this.#clock.monotonicMs();
    this.#done.push({ name, ms: Math.round((now - this.#since) * 10) / 10 });
    this.#since = now;
  }

  get done(): readonly Phase[] {
    return this.#done;
  }
}
