/**
 * Lines that strangers cause, as many as they like: of each kind some are written in a while, and
 * the rest is counted. So nobody fills a log from outside, or hides behind what he fills it with.
 */
import type { Clock } from './clock.js';

export interface RatedOptions {
  readonly clock: Clock;
  /** Lines of one kind that are written in a period. */
  readonly linesMax: number;
  readonly periodMs: number;
  /** So many more of a kind came in a period that has ended. */
  rest(kind: string, count: number): void;
}

export class Rated {
  readonly #options: RatedOptions;
  /** Kinds that came in the period under way. */
  readonly #counts = new Map<string, number>();
  #isCounting = false;

  constructor(options: RatedOptions) {
    this.#options = options;
  }

  /**
   * Counts a line. True: it is to be written.
   * @param kind one of a few; never a text that a stranger chooses
   */
  take(kind: string): boolean {
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    if (!this.#isCounting) {
      this.#isCounting = true;
      this.#options.clock.setTimer(this.#options.periodMs, () => this.end());
    }
    return count <= this.#options.linesMax;
  }

  /** Ends the period under way: at its time, or because the log ends. */
  end(): void {
    this.#isCounting = false;
    const { linesMax } = this.#options;
    const counts = [...this.#counts];
    this.#counts.clear();
    for (const [kind, count] of counts) {
      if (count > linesMax) this.#options.rest(kind, count - linesMax);
    }
  }
}
