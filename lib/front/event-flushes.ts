/**
 * Connections that have events to write and nothing else, and marks of partitions whose events have
 * been given to them. A write is a call of the system: many readers must not keep an answer waiting
 * for theirs, so that a few are written in a round of the event loop, and what comes meanwhile for
 * the others makes their writes larger.
 *
 * One mark passes at a time, when no connection is left waiting, and only after the thread has had
 * three times as long for its other work as the last events took it: so what is read of old events,
 * by however many readers, takes a quarter of the thread. A thread that is always busy would also
 * be given the processor late, where others want it, and every answer would wait for that.
 */
import { type Clock, inNextRound } from '../clock.js';
import type { Connection } from '../net/connection.js';

const flushesAtOnce = 16;
/** Time for other work, by the time that events took. */
const restFactor = 3;
/** No longer, whatever they took: the process itself may have stood still. */
const restMsMax = 1_000;

export class EventFlushes {
  readonly #clock: Clock;
  /** Those that wait longest first. */
  readonly #waiting = new Set<Connection>();
  /** Partitions that have sent a mark, in this order. */
  #marks: number[] = [];
  #isFlushing = false;
  #isResting = false;
  /** Time that events took since the last mark passed. */
  #tookMs = 0;
  /** When the next mark may pass. */
  #passAtMs = Number.NEGATIVE_INFINITY;
  readonly #passMark: (partition: number) => void;

  /** `passMark` tells a partition that the events before its mark have been dealt with. */
  constructor(clock: Clock, passMark: (partition: number) => void) {
    this.#clock = clock;
    this.#passMark = passMark;
  }

  add(connection: Connection): void {
    this.#waiting.add(connection);
    this.#flushSoon();
  }

  /** The mark of a partition passes behind all that was added before. */
  mark(partition: number): void {
    this.#marks.push(partition);
    this.#flushSoon();
  }

  /** Events took this thread so long before they were added. */
  took(ms: number): void {
    this.#tookMs += ms;
  }

  #flushSoon(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    inNextRound(this.#clock, this.#flush);
  }

  readonly #flush = (): void => {
    this.#isFlushing = false;
    const beganMs = this.#clock.monotonicMs();
    let left = flushesAtOnce;
    for (const connection of this.#waiting) {
      this.#waiting.delete(connection);
      connection.flush();
      if (--left === 0) break;
    }
    const nowMs = this.#clock.monotonicMs();
    this.#tookMs += nowMs - beganMs;
    if (this.#waiting.size > 0) this.#flushSoon();
    else this.#passOne(nowMs);
  };

  #passOne(nowMs: number): void {
    if (this.#isResting) return;
    const restMs = this.#passAtMs - nowMs;
    if (restMs > 0) {
      if (this.#marks.length === 0) return;
      this.#isResting = true;
      this.#clock.setTimer(restMs, this.#rested);
      return;
    }
    const partition = this.#marks.shift();
    if (partition === undefined) return;
    this.#passMark(partition);
    this.#passAtMs = nowMs + Math.min(this.#tookMs * restFactor, restMsMax);
    this.#tookMs = 0;
    if (this.#marks.length > 0) this.#flushSoon();
  }

  readonly #rested = (): void => {
    this.#isResting = false;
    this.#flushSoon();
  };
}
