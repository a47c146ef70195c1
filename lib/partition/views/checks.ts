/**
 * Looks at views by time for the pulls that wait for them: a condition that names time may come to
 * hold while nothing changes.
 */
import type { Chore } from '../chore.js';
import type { Turn } from '../turn.js';
import type { PlacedView } from './view-table.js';

/** Between two looks at a part of a queue each. */
const continueMs = 10;

/** Who knows the views that are waited for. */
export interface WaitedFor {
  viewsWaitedFor(): Iterable<PlacedView>;
  readyAgain(view: PlacedView): void;
}

export class ViewChecks implements Chore {
  readonly #waiting: WaitedFor;
  /** When each is looked at next, by the clock of the partition. */
  readonly #due = new Map<PlacedView, number>();
  dueMs = Number.POSITIVE_INFINITY;

  constructor(waiting: WaitedFor) {
    this.#waiting = waiting;
  }

  /** A pull waits for a view from now on. */
  begins(placed: PlacedView, nowMs: number): void {
    if (placed.lookedTo !== '') return this.continues(placed, nowMs);
    if (placed.view.condition.timing === 'none' || this.#due.has(placed)) return;
    const dueMs = nowMs + placed.view.checkIntervalMs;
    this.#due.set(placed, dueMs);
    this.dueMs = Math.min(this.dueMs, dueMs);
  }

  /** Not all of the queue of a view was looked at for those that wait. */
  continues(placed: PlacedView, nowMs: number): void {
    this.#due.set(placed, nowMs + continueMs);
    this.dueMs = Math.min(this.dueMs, nowMs + continueMs);
  }

  /** Lets what is due be served at the end of the turn. */
  work(turn: Turn): void {
    if (turn.nowMs < this.dueMs) return;
    const waitedFor = new Set(this.#waiting.viewsWaitedFor());
    this.dueMs = Number.POSITIVE_INFINITY;
    for (const [placed, dueMs] of this.#due) {
      if (!waitedFor.has(placed)) {
        this.#due.delete(placed);
        continue;
      }
      let nextMs = dueMs;
      if (turn.nowMs >= dueMs) {
        this.#waiting.readyAgain(placed);
        this.#due.delete(placed);
        if (placed.view.condition.timing === 'none') continue;
        nextMs = turn.nowMs + placed.view.checkIntervalMs;
        this.#due.set(placed, nextMs);
      }
      this.dueMs = Math.min(this.dueMs, nextMs);
    }
  }
}
