/** Time that moves only when it is told to. */
import type { Clock } from '../../lib/clock.js';
import { EventHeap } from '../../lib/simulate/heap.js';

/** Fires its timers in order. */
export class ManualClock implements Clock {
  now = 0;
  #timers = new EventHeap<() => void>();

  nowMs = (): number => this.now;
  monotonicMs = (): number => this.now;

  setTimer(delayMs: number, callback: () => void): { cancel(): void } {
    let active = true;
    this.#timers.push(this.now + delayMs, () => {
      if (active) callback();
    });
    return { cancel: () => void (active = false) };
  }

  advanceTo(time: number): void {
    for (
      let at = this.#timers.nextAt();
      at !== undefined && at <= time;
      at = this.#timers.nextAt()
    ) {
      this.now = Math.max(this.now, at);
      this.#timers.pop()?.();
    }
    this.now = time;
  }
}
