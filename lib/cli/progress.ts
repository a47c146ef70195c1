/** Tells how far a long command is: rate and time left, a line every two seconds. */
import { systemClock, type Clock } from '../clock.js';
import type { Output } from './output.js';

const everyMs = 2_000;

/** Shows one amount, as `1.2 GB`. */
export type Show = (amount: number) => string;

export const showBytes: Show = (bytes) => {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let [amount, unit] = [bytes, 0];
  while (amount >= 1_000 && unit < units.length - 1) [amount, unit] = [amount / 1_000, unit + 1];
  return `${unit === 0 ? amount : amount.toFixed(1)} ${units[unit]}`;
};

/** Milliseconds as `12 s`, `3 min 5 s` or `2 h 7 min`. */
function showTime(timeMs: number): string {
  const seconds = Math.round(timeMs / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${seconds % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Progress of one command, on stderr. */
export class Progress {
  readonly #output: Output;
  readonly #show: Show;
  readonly #clock: Clock;
  readonly #sinceMs: number;
  #first: number | undefined;
  #nextMs: number;

  /** @param quiet say nothing, as for `--json` */
  constructor(output: Output, show: Show, quiet: boolean, clock: Clock = systemClock) {
    this.#output = output;
    this.#show = show;
    this.#clock = clock;
    this.#sinceMs = clock.monotonicMs();
    this.#nextMs = quiet ? Infinity : this.#sinceMs + everyMs;
  }

  /**
   * @param total undefined: nobody knows
   * @param more said behind the amounts
   */
  update(done: number, total: number | undefined, more = ''): void {
    const nowMs = this.#clock.monotonicMs();
    this.#first ??= done;
    if (nowMs < this.#nextMs || total === 0) return;
    this.#nextMs = nowMs + everyMs;
    const rate = (done - this.#first) / (nowMs - this.#sinceMs);
    const speed = `${this.#show(Math.round(rate * 1_000))}/s`;
    if (total === undefined) return this.#output.error(`${this.#show(done)}, ${speed}${more}`);
    const left = rate > 0 ? `, ${showTime((total - done) / rate)} left` : '';
    const percent = Math.floor((done / total) * 100);
    const amounts = `${this.#show(done)} of ${this.#show(total)}`;
    this.#output.error(`${percent} %: ${amounts}, ${speed}${left}${more}`);
  }
}
