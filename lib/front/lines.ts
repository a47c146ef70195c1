/** What the front tells the log of its connections: strangers cause it, so it is rated. */
import type { Clock } from '../clock.js';
import type { EndReason } from '../net/connection.js';
import type { Log } from '../log.js';
import { Rated } from '../rated.js';

/** Lines of one kind in a period; more are counted. */
const linesMax = 20;
const periodMs = 10_000;

const socketFailed = 'listening socket';
const full = 'all connections are taken: refused';
const stray = 'an answer without a request';

export class FrontLines {
  readonly #logger: Log;
  readonly #rated: Rated;
  /** Connections refused since the start. */
  refusals = 0;

  constructor(clock: Clock, logger: Log) {
    this.#logger = logger;
    this.#rated = new Rated({
      clock,
      linesMax,
      periodMs,
      rest: (reason, count) =>
        logger.info(
          { reason, count },
          `${count} more like this in ${periodMs / 1_000} s: ${reason}`,
        ),
    });
  }

  /** A connection has ended; without a reason, by its client. */
  closed(remote: string, reason: EndReason | undefined): void {
    if (reason === undefined) {
      this.#logger.debug({ remote, reason: 'ended by its client' }, 'connection closed');
    } else if (this.#rated.take(reason)) {
      this.#logger.info({ remote, reason }, 'connection closed');
    }
  }

  /** A connection is ended for what it makes the server buffer. */
  cut(reason: EndReason, fields: object): void {
    const line = 'connection ended for what it had buffered';
    if (this.#rated.take(`${line}: ${reason}`)) this.#logger.warn({ ...fields, reason }, line);
  }

  /** A connection was refused, since so many are open. */
  refused(connections: number): void {
    this.refusals += 1;
    if (this.#rated.take(full)) {
      this.#logger.warn({ connections, refusals: this.refusals }, full);
    }
  }

  /** The listening socket reported an error. */
  failed(error: Error): void {
    if (this.#rated.take(socketFailed)) {
      this.#logger.warn({ error: error.message }, socketFailed);
    }
  }

  /** A partition answered a session more often than it asked. */
  strayAnswer(session: number): void {
    if (this.#rated.take(stray)) this.#logger.warn({ session }, stray);
  }

  /** Says what is left to say. */
  end(): void {
    this.#rated.end();
  }
}
