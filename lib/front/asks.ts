/**
 * What the front asks the partitions for clients: a few at once, one of a session, in turns between
 * the connections. So whoever asks for much waits for itself, and what the partitions and this
 * thread spend on questions stays a small share, however many are asked.
 */
import { IxionError } from '../errors.js';
import type { Connection } from '../net/connection.js';
import type { Session } from '../net/session.js';
import { retryAfterMsMin } from './admission-control.js';

export interface AskTurnsOptions {
  /** Questions under way, of all clients together. */
  readonly atOnce: number;
  /** Questions of one session that may wait for the one that is under way. */
  readonly waitingPerSession: number;
}

type Work = () => Promise<void>;

export class AskTurns {
  readonly #options: AskTurnsOptions;
  /** What waits, by session, its oldest first. */
  readonly #waiting = new Map<Session, Work[]>();
  /** Sessions that have something to start, by connection; connections whose turn is next first. */
  readonly #ready = new Map<Connection, Session[]>();
  readonly #asking = new Set<Session>();

  constructor(options: AskTurnsOptions) {
    this.#options = options;
  }

  /** Questions under way. */
  get asking(): number {
    return this.#asking.size;
  }

  /**
   * Runs `work` when it is its turn; never, once its session has ended.
   * @throws {IxionError} Busy when too many of its session wait; else (as a rejection) as `work`
   */
  run<Answer>(session: Session, work: () => Promise<Answer>): Promise<Answer> {
    const waiting = this.#waiting.get(session) ?? [];
    if (waiting.length >= this.#options.waitingPerSession) {
      const detail = 'this client has all the questions unanswered that it may';
      throw new IxionError('Busy', detail, { retryAfterMs: retryAfterMsMin });
    }
    return new Promise<Answer>((resolve, reject) => {
      waiting.push(() => work().then(resolve, reject));
      if (waiting.length === 1) {
        this.#waiting.set(session, waiting);
        if (!this.#asking.has(session)) this.#isReady(session);
      }
      this.#startSome();
    });
  }

  #isReady(session: Session): void {
    const { connection } = session;
    const sessions = this.#ready.get(connection);
    if (sessions === undefined) this.#ready.set(connection, [session]);
    else sessions.push(session);
  }

  #startSome(): void {
    for (const [connection, sessions] of this.#ready) {
      if (this.#asking.size >= this.#options.atOnce) return;
      const session = sessions.shift()!;
      // Behind the others: the next of this connection waits for a turn of each.
      this.#ready.delete(connection);
      if (sessions.length > 0) this.#ready.set(connection, sessions);
      this.#start(session);
    }
  }

  #start(session: Session): void {
    const waiting = this.#waiting.get(session)!;
    if (!session.live) return void this.#waiting.delete(session);
    const work = waiting.shift()!;
    if (waiting.length === 0) this.#waiting.delete(session);
    this.#asking.add(session);
    void work().finally(() => {
      this.#asking.delete(session);
      if (this.#waiting.has(session)) this.#isReady(session);
      this.#startSome();
    });
  }
}
