/**
 * Connections that have events to write and nothing else, and marks of partitions whose events have been
 * given to them. A write is a call of the system: many readers must not keep an answer waiting for
 * theirs, so that a few are written in a round of the event loop, and what comes meanwhile for the
 * others makes their writes larger. One mark passes in a round in which no connection is left waiting:
 * so in a round no more comes than one pump of one partition, however many there are.
 */
import type { Connection } from '../net/connection.js';

const flushesAtOnce = 16;

export class EventFlushes {
  /** Those that wait longest first. */
  readonly #waiting = new Set<Connection>();
  /** Partitions that have sent a mark, in this order. */
  #marks: number[] = [];
  #isScheduled = false;
  readonly #passMark: (partition: number) => void;

  /** `passMark` tells a partition that the events before its mark have been dealt with. */
  constructor(passMark: (partition: number) => void) {
    this.#passMark = passMark;
  }

  add(connection: Connection): void {
    this.#waiting.add(connection);
    this.#schedule();
  }

  /** The mark of a partition passes behind all that was added before. */
  mark(partition: number): void {
    this.#marks.push(partition);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(this.#flush);
  }

  readonly #flush = (): void => {
    this.#isScheduled = false;
    let left = flushesAtOnce;
    for (const connection of this.#waiting) {
      this.#waiting.delete(connection);
      connection.flush();
      if (--left === 0) break;
    }
    const partition = this.#waiting.size > 0 ? undefined : this.#marks.shift();
    if (partition !== undefined) this.#passMark(partition);
    if (this.#waiting.size > 0 || this.#marks.length > 0) this.#schedule();
  };
}
