/** Latencies in an HDR histogram: microseconds, three digits, nothing sampled or left out. */
import { build } from 'hdr-histogram-js';

const greatestUs = 600_000_000;
/** Shares that a curve of latencies shows, in percent. */
export const percentiles = [50, 75, 90, 95, 99, 99.5, 99.9, 99.99, 100] as const;

/** Milliseconds at each of `percentiles`. */
export interface Latencies {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly greatestMs: number;
  readonly curveMs: readonly number[];
}

export class LatencyHistogram {
  readonly #histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: greatestUs,
    numberOfSignificantValueDigits: 3,
  });

  record(ms: number): void {
    const us = Math.round(ms * 1_000);
    this.#histogram.recordValue(Math.min(greatestUs, Math.max(1, us)));
  }

  get count(): number {
    return this.#histogram.totalCount;
  }

  /** Milliseconds that so many percent do not exceed. */
  at(percent: number): number {
    return this.#histogram.getValueAtPercentile(percent) / 1_000;
  }

  result(): Latencies {
    return {
      count: this.count,
      p50Ms: this.at(50),
      p99Ms: this.at(99),
      greatestMs: this.at(100),
      curveMs: percentiles.map((percent) => this.at(percent)),
    };
  }
}
