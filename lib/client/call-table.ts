/**
 * All calls without an answer, by reference, in the order in which they were made: that order is
 * kept when they are sent again. One timer stands for all deadlines and waits: it is set to the
 * earliest time of which it was told, and when it fires it looks at all calls. As most calls end
 * long before their deadline, that is rare, and a call costs no timer of its own.
 */
import type { Clock, Timer } from '../clock.js';
import type { Call } from './call.js';
import { ReferenceSlots } from './reference-slots.js';

/** Timers fire in steps of this, so that many deadlines share one. */
const stepMs = 5;
const referenceMax = 0xffff_ffff;

export class CallTable {
  readonly #calls = new ReferenceSlots<Call>();
  readonly #clock: Clock;
  readonly #due: (call: Call, nowMs: number) => void;
  #reference = 0;
  #added = 0;
  #timer: Timer | undefined;
  #timerMs = Infinity;

  /** `due` is told of each call whose deadline or retry time has come. */
  constructor(clock: Clock, due: (call: Call, nowMs: number) => void) {
    this.#clock = clock;
    this.#due = due;
  }

  get size(): number {
    return this.#calls.size;
  }

  /** Gives the call a reference that no other has, never 0, and watches its deadline. */
  add(call: Call): void {
    do {
      this.#reference = this.#reference === referenceMax ? 1 : this.#reference + 1;
    } while (this.#calls.get(this.#reference) !== undefined);
    call.reference = this.#reference;
    call.order = this.#added++;
    this.#calls.add(call);
    this.wakeAt(call.deadlineMs);
  }

  get(reference: number): Call | undefined {
    return this.#calls.get(reference);
  }

  delete(call: Call): void {
    this.#calls.delete(call.reference);
  }

  /** Those of now, in the order of `add`. */
  values(): Call[] {
    return this.#calls.items().sort((one, other) => one.order - other.order);
  }

  /** Looks at all calls not later than a step after `timeMs`. */
  wakeAt(timeMs: number): void {
    if (timeMs >= this.#timerMs) return;
    this.#timer?.cancel();
    this.#timerMs = timeMs;
    const delayMs = timeMs - this.#clock.monotonicMs();
    this.#timer = this.#clock.setTimer(Math.max(delayMs, 0) + stepMs, () => this.#wake());
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timerMs = -Infinity;
  }

  #wake(): void {
    this.#timerMs = Infinity;
    const nowMs = this.#clock.monotonicMs();
    let nextMs = Infinity;
    for (const call of this.#calls.items()) {
      if (Math.min(call.deadlineMs, call.retryAtMs) <= nowMs) this.#due(call, nowMs);
      if (call.state !== 'settled') nextMs = Math.min(nextMs, call.deadlineMs, call.retryAtMs);
    }
    if (nextMs < Infinity) this.wakeAt(nextMs);
  }
}
