/** Counts one run of a load: how much may still be sent, and how long each answer took. */
import { quantile } from './statistics.js';

/** When a run ends; `count` for a load that has to be of a certain size. */
export interface RunLimit {
  readonly seconds?: number;
  readonly count?: number;
  /** Unanswered at a time, if not as many as the client was started with. */
  readonly inFlight?: number;
  /** Begun in a second, however many are unanswered; for clients that can. */
  readonly rate?: number;
}

/** What a run of a load came to. */
export interface LoadResult {
  readonly operations: number;
  readonly elapsedMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const latenciesKept = 1 << 20;

export class Meter {
  readonly #latencies = new Float64Array(latenciesKept);
  readonly #startMs = performance.now();
  readonly #endMs: number;
  readonly #count: number;
  #sent = 0;
  #answered = 0;
  #lastMs = 0;

  constructor({ seconds = Infinity, count = Infinity }: RunLimit) {
    this.#endMs = this.#startMs + seconds * 1_000;
    this.#count = count;
  }

  /** Operations sent and not answered. */
  get inFlight(): number {
    return this.#sent - this.#answered;
  }

  /** Whether another one may be sent; if so, it counts as sent. */
  next(nowMs: number): boolean {
    if (nowMs >= this.#endMs || this.#sent >= this.#count) return false;
    this.#sent += 1;
    return true;
  }

  answered(sentMs: number, nowMs: number): void {
    this.#latencies[this.#answered & (latenciesKept - 1)] = nowMs - sentMs;
    this.#answered += 1;
    this.#lastMs = nowMs;
  }

  result(): LoadResult {
    const sorted = this.#latencies.subarray(0, this.#answered).toSorted();
    return {
      operations: this.#answered,
      elapsedMs: this.#lastMs - this.#startMs,
      p50Ms: quantile(sorted, 0.5),
      p99Ms: quantile(sorted, 0.99),
    };
  }
}
