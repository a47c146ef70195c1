/**
 * Connections that have events to write and nothing else. A write is a call of the system: many readers
 * must not keep an answer waiting for theirs, so that a few are written in a round of the event loop, and
 * what comes meanwhile for the others makes their writes larger.
 */
import type { Connection } from '../net/connection.js';

const flushesAtOnce = 16;

export class EventFlushes {
  /** Those that wait longest first. */
  readonly #waiting = new Set<Connection>();

  add(connection: Connection): void {
    if (this.#waiting.size === 0) setImmediate(this.#flush);
    this.#waiting.add(connection);
  }

  readonly #flush = (): void => {
    let left = flushesAtOnce;
    for (const connection of this.#waiting) {
      this.#waiting.delete(connection);
      connection.flush();
      if (--left === 0) break;
    }
    if (this.#waiting.size > 0) setImmediate(this.#flush);
  };
}
