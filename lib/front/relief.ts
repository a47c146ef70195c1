/**
 * Keeps what the server holds in memory for its clients below one bound, however it comes about:
 * above it the connection that holds most is told why and ended, until the sum is below it again.
 */
import { limits } from '../limits.js';
import type { Connection, EndReason } from '../net/connection.js';
import { heldKinds, type HeldBytes, type HeldKind } from '../net/held-bytes.js';
import type { SessionTable } from '../net/session.js';
import type { FrontLines } from './lines.js';
import type { Replies } from './replies.js';

/** What is asked for may take so much of the sum: the rest is for what comes and goes by itself. */
const askedShare = 3 / 4;
/** Requests that wait may take so much of it: their bytes are copied from thread to thread. */
const waitingShare = 1 / 2;

/** Why connections were ended for what they held. */
export type CutReason = Extract<EndReason, 'unread limit' | 'held the most' | 'reader stalled'>;

export interface ReliefOptions {
  readonly held: HeldBytes;
  /** Most bytes of all connections together. */
  readonly heldBytes: number;
  readonly sessions: SessionTable;
  readonly replies: Replies;
  readonly lines: FrontLines;
  connections(): Iterable<Connection>;
  /** Ends the sessions of a connection. */
  endSessions(connection: Connection): void;
}

/** What is held, and what was done about it; for the status. */
export interface HeldStatus extends Readonly<Record<HeldKind, number>> {
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
   * Bytes held for all clients; each request without an answer counts with what it takes at least.
   */
  get sum(): number {
    const { held, sessions } = this.#options;
    return held.sum + sessions.inFlight * limits.requestOverheadBytes;
  }

  /**
   * Whether so much more may be held, for as long as it is wanted, for somebody who asks for it.
   */
  hasRoom(bytes: number): boolean {
    return this.sum + bytes <= this.#options.heldBytes * askedShare;
  }

  /** To be called after every piece of work. */
  check(): void {
    const { held, heldBytes } = this.#options;
    while (this.sum > heldBytes || held.requests + held.parked > heldBytes * waitingShare) {
      const most = this.#holdsMost();
      if (most === undefined) return;
      this.cut(most, 'held the most');
    }
  }

  /** Tells a connection why, and ends it; its unread bytes go at once, and what it asked for. */
  cut(connection: Connection, reason: Exclude<CutReason, 'reader stalled'>): void {
    const { heldBytes, replies, lines, endSessions } = this.#options;
    const bytes = heldBy(connection);
    const { unread, requests, parked, clients } = connection.account;
    this.count(reason);
    const what =
      reason === 'unread limit'
        ? `this connection left ${unread} bytes unread`
        : `of the ${this.sum} bytes that the server holds for its clients, ${heldBytes} at most, ` +
          `this connection has ${bytes}`;
    endSessions(connection);
    connection.cut(reason, replies.farewell('TooMuchHeld', what));
    const { remote } = connection;
    lines.cut(reason, { remote, bytes, unread, requests, parked, clients, limit: heldBytes });
  }

  /** Counts a connection that was ended. */
  count(reason: CutReason): void {
    this.#ended[reason]++;
  }

  status(): HeldStatus {
    const { held, sessions, heldBytes } = this.#options;
    const { unread, parked, clients } = held;
    const requests = held.requests + sessions.inFlight * limits.requestOverheadBytes;
    return {
      unread,
      requests,
      parked,
      clients,
      sum: this.sum,
      limit: heldBytes,
      ended: { ...this.#ended },
    };
  }

  #holdsMost(): Connection | undefined {
    let [most, mostBytes]: [Connection | undefined, number] = [undefined, 0];
    for (const connection of this.#options.connections()) {
      const bytes = connection.open ? heldBy(connection) : 0;
      if (bytes > mostBytes) [most, mostBytes] = [connection, bytes];
    }
    return most;
  }
}

function heldBy({ account, inFlight }: Connection): number {
  const kinds = heldKinds.reduce((sum, kind) => sum + account[kind], 0);
  return kinds + inFlight * limits.requestOverheadBytes;
}
