/** Time that passes when it is told to, with timers on a heap. */
import type { Schedule } from '../actor/virtual-threads.js';
import type { Clock, Timer } from '../clock.js';

interface Due {
  readonly atMs: number;
  /** Of timers of one moment the one that was set first is first. */
  readonly number: number;
  callback: (() => void) | undefined;
}

export class VirtualClock implements Clock {
  /** By how much the wall clock is put forward; it may be changed at any time. */
  wallAheadMs = 0;
  readonly #startMs: number;
  readonly #rounds: Schedule;
  #nowMs = 0;
  #numbers = 0;
  readonly #heap: Due[] = [];

  /**
   * @param startMs the wall clock at the beginning, milliseconds since 1970 UTC
   * @param rounds runs what is to run in a round of its own
   */
  constructor(startMs: number, rounds: Schedule) {
    this.#startMs = startMs;
    this.#rounds = rounds;
  }

  nowMs(): number {
    return Math.floor(this.#startMs + this.#nowMs + this.wallAheadMs);
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    const due: Due = {
      atMs: this.#nowMs + Math.max(0, delayMs),
      number: this.#numbers++,
      callback,
    };
    this.#put(due);
    return { cancel: () => (due.callback = undefined) };
  }

  nextRound(work: () => void): void {
    this.#rounds(work);
  }

  /** When the next timer ends, as `monotonicMs`; Infinity: there is none. */
  nextTimerMs(): number {
    while (this.#heap.length > 0 && this.#heap[0]!.callback === undefined) this.#take();
    return this.#heap[0]?.atMs ?? Infinity;
  }

  /** Goes on to a moment, not back. */
  passTo(monotonicMs: number): void {
    this.#nowMs = Math.max(this.#nowMs, monotonicMs);
  }

  /** Hands the timers that have ended to `schedule`, in their order. */
  releaseDue(schedule: Schedule): void {
    while (this.nextTimerMs() <= this.#nowMs) {
      const due = this.#take();
      schedule(() => due.callback?.());
    }
  }

  #put(due: Due): void {
    const heap = this.#heap;
    let at = heap.push(due) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(due, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = due;
  }

  #take(): Due {
    const heap = this.#heap;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

const isBefore = (one: Due, other: Due): boolean =>
  one.atMs < other.atMs || (one.atMs === other.atMs && one.number < other.number);
