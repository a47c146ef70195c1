/** Simulated time: `speed` simulated seconds pass in one second of the clock. */
import type { Clock, Timer } from '../clock.js';
import { EventHeap } from './heap.js';

/** How far things were done after the time at which they were due, in simulated seconds. */
export interface Lateness {
  readonly meanSeconds: number;
  readonly greatestSeconds: number;
}

/**
 * What comes first of all that is due at the same moment: the lower. Only a virtual clock can tell.
 */
export const Rank = {
  givesUp: 0,
  serviceEnds: 1,
  comes: 2,
  workBegins: 3,
} as const;
export type Rank = (typeof Rank)[keyof typeof Rank];

export interface SchedulePace {
  /** Simulated seconds per second of the clock. */
  readonly speed: number;
  /**
   * What is due at the same moment is done one by one, and a timer of no time in between: that of a
   * virtual clock comes when all that followed from the one before is over.
   */
  readonly oneByOne?: boolean | undefined;
}

/** One heap of things to do at simulated times, and one timer for the first of them. */
export class Schedule {
  readonly #clock: Clock;
  readonly #speed: number;
  readonly #oneByOne: boolean;
  readonly #startedAtMs: number;
  readonly #startSeconds: number;
  readonly #heap = new EventHeap<() => void>();
  #timer: Timer | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #stopped = false;
  #done = 0;
  #lateSeconds = 0;
  #greatestLateSeconds = 0;

  /** Simulated time starts to run now, at `startSeconds`. */
  constructor(clock: Clock, { speed, oneByOne = false }: SchedulePace, startSeconds: number) {
    this.#clock = clock;
    this.#speed = speed;
    this.#oneByOne = oneByOne;
    this.#startedAtMs = clock.monotonicMs();
    this.#startSeconds = startSeconds;
  }

  /** Simulated seconds since midnight of the simulated day, with a fraction. */
  nowSeconds(): number {
    const elapsedMs = this.#clock.monotonicMs() - this.#startedAtMs;
    return this.#startSeconds + (elapsedMs / 1000) * this.#speed;
  }

  /** Calls `action` at that time; at once, but never within this call, when it has passed. */
  at(timeSeconds: number, rank: Rank, action: () => void): void {
    if (this.#stopped) return;
    this.#heap.push(timeSeconds, action, rank);
    if (timeSeconds < this.#timerAt) this.#arm();
  }

  /** Resolves at that time. Never rejects; never resolves once the schedule was stopped. */
  until(timeSeconds: number, rank: Rank): Promise<void> {
    return new Promise((resolve) => this.at(timeSeconds, rank, resolve));
  }

  /** Resolves after so many milliseconds of its clock, however fast simulated time runs. */
  pause(pauseMs: number): Promise<void> {
    return this.until(this.nowSeconds() + (pauseMs / 1_000) * this.#speed, Rank.serviceEnds);
  }

  get lateness(): Lateness {
    return {
      meanSeconds: this.#done === 0 ? 0 : this.#lateSeconds / this.#done,
      greatestSeconds: this.#greatestLateSeconds,
    };
  }

  /** Nothing more happens. */
  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  #arm(): void {
    this.#timer?.cancel();
    const at = this.#heap.nextAt();
    this.#timerAt = at ?? Number.POSITIVE_INFINITY;
    if (at === undefined || this.#stopped) return;
    const delayMs = ((at - this.nowSeconds()) / this.#speed) * 1000;
    this.#timer = this.#clock.setTimer(Math.max(delayMs, 0), () => this.#run());
  }

  #run(): void {
    // Timers of the machine may fire a fraction of a millisecond early; those of a virtual clock
    // only by what the sum of two numbers loses.
    const toleranceSeconds = this.#oneByOne ? 0.000_001 : this.#speed / 1000;
    for (;;) {
      const at = this.#heap.nextAt();
      if (this.#stopped || at === undefined || at > this.nowSeconds() + toleranceSeconds) break;
      const lateSeconds = Math.max(0, this.nowSeconds() - at);
      this.#done += 1;
      this.#lateSeconds += lateSeconds;
      this.#greatestLateSeconds = Math.max(this.#greatestLateSeconds, lateSeconds);
      this.#heap.pop()?.();
      if (this.#oneByOne) break;
    }
    this.#timerAt = Number.POSITIVE_INFINITY;
    this.#arm();
  }
}
