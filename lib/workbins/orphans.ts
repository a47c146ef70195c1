/**
 * How much is in workbins that belong to nobody any more, for the status: looked at after the
 * start, when objects have changed, and again as long as there is something.
 */
import type { Clock, Timer } from '../clock.js';
import { IxionError } from '../errors.js';

/** Objects may change many times in a moment. */
const soonMs = 250;
const againMs = 30_000;
/** Pages of one look: what is behind them is not counted. */
const pagesMost = 200;

/** What there is. */
export interface Orphans {
  readonly workbins: number;
  readonly interactions: number;
}

/** A page of workbins whose owner is gone; `next`: where the next one begins. */
export interface OrphanPage extends Orphans {
  readonly next: string | undefined;
}

export class OrphanLook {
  readonly #clock: Clock;
  readonly #page: (after: string | undefined) => Promise<OrphanPage>;
  #found: Orphans = { workbins: 0, interactions: 0 };
  #timer: Timer | undefined;
  #isLooking = false;
  #isOver = false;

  constructor(clock: Clock, page: (after: string | undefined) => Promise<OrphanPage>) {
    this.#clock = clock;
    this.#page = page;
  }

  /** What the last look has found. */
  get found(): Orphans {
    return this.#found;
  }

  /** There may be more or less. */
  changed(): void {
    this.#plan(soonMs);
  }

  stop(): void {
    this.#isOver = true;
    this.#timer?.cancel();
  }

  #plan(inMs: number): void {
    this.#timer?.cancel();
    if (!this.#isOver) this.#timer = this.#clock.setTimer(inMs, () => void this.#look());
  }

  async #look(): Promise<void> {
    if (this.#isLooking) return this.#plan(soonMs);
    this.#isLooking = true;
    try {
      this.#found = await this.#count();
      if (this.#found.workbins > 0) this.#plan(againMs);
    } catch (error) {
      if (!(error instanceof IxionError)) throw error;
      // A partition is being rebuilt, or has too much to do.
      this.#plan(againMs);
    } finally {
      this.#isLooking = false;
    }
  }

  async #count(): Promise<Orphans> {
    let [workbins, interactions] = [0, 0];
    let after: string | undefined;
    for (let page = 0; page < pagesMost && !this.#isOver; page++) {
      const one = await this.#page(after);
      workbins += one.workbins;
      interactions += one.interactions;
      after = one.next;
      if (after === undefined) break;
    }
    return { workbins, interactions };
  }
}
