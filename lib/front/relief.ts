/**
 * Keeps what the server buffers for its clients below one bound, however it comes about:
 * above it the connection that has most is told why and ended, until the sum is below it again.
 */
import { limits } from '../limits.js';
import type { Connection, EndReason } from '../net/connection.js';
import { bufferedKinds, type BufferedBytes, type BufferedKind } from '../net/buffered-bytes.js';
import type { SessionTable } from '../net/session.js';
import type { FrontLines } from './lines.js';
import type { Replies } from './replies.js';

/** What is asked for may take so much of the sum: the rest is for what comes and goes by itself. */
const askedShare = 3 / 4;
/** Requests that wait may take so much of it: their bytes are copied from thread to thread. */
const waitingShare = 1 / 2;

/** Why connections were ended for what they had buffered. */
export type CutReason = Extract<EndReason, 'unread limit' | 'held the most' | 'reader stalled'>;

export interface ReliefOptions {
  readonly buffered: BufferedBytes;
  /** Most bytes of all connections together. */
  readonly bufferedBytes: number;
  readonly sessions: SessionTable;
  readonly replies: Replies;
  readonly lines: FrontLines;
  connections(): Iterable<Connection>;
  /** Ends the sessions of a connection. */
  endSessions(connection: Connection): void;
}

/** What is buffered, and what was done about it; for the status. */
export interface BufferedStatus extends Readonly<Record<BufferedKind, number>> {
  readonly sum: number;
  readonly limit: number;
  /** Connections that were ended since the start, by reason. */
  readonly ended: Readonly<Record<CutReason, number>>;
}

export class Relief {
  readonly #options: ReliefOptions;
  readonly #ended = { 'unread limit': 0, 'held the most': 0, 'reader stalled': 0 };

  constructor(options: ReliefOptions) {
    this.#options = options;
  }

  /**
   * Bytes buffered for all clients; each request without an answer counts with what it takes at
   * least.
   */
  get sum(): number {
    const { buffered, sessions } = this.#options;
    return buffered.sum + sessions.inFlight * limits.requestOverheadBytes;
  }

  /**
   * Whether so much more may be buffered, for as long as it is wanted, for somebody who asks for
   * it.
   */
  mayBuffer(bytes: number): boolean {
    return this.sum + bytes <= this.#options.bufferedBytes * askedShare;
  }

  /** To be called after every piece of work. */
  check(): void {
    const { buffered, bufferedBytes } = this.#options;
    while (
      this.sum > bufferedBytes ||
      buffered.requests + buffered.parked > bufferedBytes * waitingShare
    ) {
      const largest = this.#largest();
      if (largest === undefined) return;
      this.cut(largest, 'held the most');
    }
  }

  /** Tells a connection why, and ends it; its unread bytes go at once, and what it asked for. */
  cut(connection: Connection, reason: Exclude<CutReason, 'reader stalled'>): void {
    const { bufferedBytes, replies, lines, endSessions } = this.#options;
    const bytes = bufferedFor(connection);
    const { unread, requests, parked, clients } = connection.account;
    this.count(reason);
    const what =
      reason === 'unread limit'
        ? `this connection left ${unread} bytes unread`
        : `of the ${this.sum} bytes that the server buffers for its clients, ${bufferedBytes} at most, ` +
          `this connection has ${bytes}`;
    endSessions(connection);
    connection.cut(reason, replies.farewell('TooMuchHeld', what));
    const { remote } = connection;
    lines.cut(reason, { remote, bytes, unread, requests, parked, clients, limit: bufferedBytes });
  }

  /** Counts a connection that was ended. */
  count(reason: CutReason): void {
    this.#ended[reason]++;
  }

  status(): BufferedStatus {
    const { buffered, sessions, bufferedBytes } = this.#options;
    const { unread, parked, clients } = buffered;
    const requests = buffered.requests + sessions.inFlight * limits.requestOverheadBytes;
    return {
      unread,
      requests,
      parked,
      clients,
      sum: this.sum,
      limit: bufferedBytes,
      ended: { ...this.#ended },
    };
  }

  #largest(): Connection | undefined {
    let [largest, bytesMax]: [Connection | undefined, number] = [undefined, 0];
    for (const connection of this.#options.connections()) {
      const bytes = connection.open ? bufferedFor(connection) : 0;
      if (bytes > bytesMax) [largest, bytesMax] = [connection, bytes];
    }
    return largest;
  }
}

function bufferedFor({ account, inFlight }: Connection): number {
  const kinds = bufferedKinds.reduce((sum, kind) => sum + account[kind], 0);
  return kinds + inFlight * limits.requestOverheadBytes;
}
