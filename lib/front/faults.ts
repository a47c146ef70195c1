/**
 * Requests that trip the server: what the log says of them, and what becomes of clients that crash
 * actors again and again.
 *
 * A crash costs everyone in its partition a pause, and more than `intensity` of them within the
 * period of supervision end the server. So nobody gets that far alone: a connection is closed at
 * its second crash, all those of an application (or of a client name at an address) at their second
 * within the period; whoever it was may register again once one of these is older than the period.
 * One crash before the server would end, an address takes no new clients, and its connections are
 * closed at their first. Others there, who have crashed nothing, go on.
 */
import type { Clock } from '../clock.js';
import { AssertionError } from '../assert.js';
import { internalDetail, IxionError, type ErrorName } from '../errors.js';
import { limits } from '../limits.js';
import type { Connection } from '../net/connection.js';
import type { Session } from '../net/session.js';
import { putProxyClient, type FrameHeader } from '../protocol/frame.js';
import { requestByNumber } from '../protocol/registry.js';
import type { Grant } from '../security/admission.js';
import type { Log } from '../log.js';
import type { Replies } from './replies.js';
import type { FrontMessage } from '../mail/partition.js';
import { Rated } from '../rated.js';

/** How many restarts of actors the supervisor allows in a period. */
export interface Supervision {
  readonly intensity: number;
  readonly periodMs: number;
}

/** Whose a session is, or was. */
interface Origin {
  readonly client: string;
  readonly application: string | undefined;
  readonly address: string;
}

type Crash = Extract<FrontMessage, { type: 'client-crashed' }>;

export interface FaultsOptions {
  readonly clock: Clock;
  readonly logger: Log;
  readonly supervision: Supervision;
  readonly replies: Replies;
  session(number: number): Session | undefined;
  /** Ends a client, because the desk says so. */
  end(session: number, error: ErrorName): void;
  /** All partitions are to know whom a client speaks for. */
  speaksFor(message: Extract<FrontMessage, { type: 'session-agent' }>): void;
  connections(): Iterable<Connection>;
}

/** Sessions that have ended and are remembered, since the news of a crash may come later. */
const endedMax = 4_096;
/** Lines about failed requests in a period; the rest are counted. */
const linesMax = 10;
const linesPeriodMs = 60_000;
const failedLine = 'a request failed by an exception and was refused';

export class Faults {
  readonly #options: FaultsOptions;
  readonly #addressMax: number;
  readonly #ended = new Map<number, Origin>();
  /** When crashes happened, by application, by client name and address, and by address. */
  readonly #crashes = new Map<string, number[]>();
  readonly #rated: Rated;

  constructor(options: FaultsOptions) {
    this.#options = options;
    this.#addressMax = Math.max(1, options.supervision.intensity - 1);
    this.#rated = new Rated({
      clock: options.clock,
      linesMax,
      periodMs: linesPeriodMs,
      rest: (kind, count) => options.logger.error({ count }, `${count} more like this: ${kind}`),
    });
  }

  /** What a partition or the desk says. */
  receive(message: FrontMessage): void {
    if (message.type === 'client-crashed') return this.#crashed(message);
    if (message.type === 'session-agent') return this.#options.speaksFor(message);
    if (message.type === 'end-client') return this.#options.end(message.session, message.error);
    if (message.type === 'tell-client') return this.#tell(message.session, message.frame);
    const { partition, session, request, error } = message;
    this.failed(request, this.#originOf(session), error, { partition });
  }

  /** Says something unasked to a client that the desk does not know. */
  #tell(number: number, frame: Uint8Array): void {
    const session = this.#options.session(number);
    if (session === undefined) return;
    putProxyClient(frame, session.proxyClient);
    session.connection.send(frame);
  }

  /**
   * What to tell a client whose request the front could not answer. An answer above the frame limit
   * is an answer to a too large question; an exception is the affair of that request.
   * @throws the error itself, when it says that the state is not what it should be
   */
  refusal(request: number, { remote }: Connection, error: unknown): IxionError {
    if (error instanceof IxionError) {
      if (error.errorName !== 'FrameTooLarge') return error;
      return new IxionError(
        'AttributeTooLong',
        'the answer does not fit into a frame: ask for less',
      );
    }
    if (!(error instanceof Error) || error instanceof AssertionError) throw error;
    this.failed(request, { remote }, error);
    return new IxionError('Internal', internalDetail);
  }

  /** Ends the connection of a request that failed halfway: what it had begun is undone with it. */
  end(connection: Connection, header: FrameHeader, error: unknown): void {
    const refused = this.refusal(header.message, connection, error);
    this.#options.replies.error(connection, header, refused);
    connection.close('request failed');
  }

  /** Notes an exception that one request was refused for. */
  failed(
    request: number,
    origin: object | undefined,
    { message, stack }: { readonly message: string; readonly stack?: string | undefined },
    where: object = {},
  ): void {
    if (!this.#rated.take(failedLine)) return;
    const name = requestByNumber(request)?.name ?? `message ${request}`;
    const fields = { request: name, ...where, ...origin, error: message, stack };
    this.#options.logger.error(fields, failedLine);
  }

  /** A session has ended. */
  ended(session: Session): void {
    this.#ended.set(session.number, originOfSession(session));
    if (this.#ended.size <= endedMax) return;
    for (const oldest of this.#ended.keys()) {
      this.#ended.delete(oldest);
      return;
    }
  }

  /**
   * To be asked before a client is registered.
   * @throws {IxionError} ClientRefused
   */
  check(address: string, client: string, application: Grant['application']): void {
    if (this.#crashes.size === 0) return;
    const origin = { address, client, application: application?.name };
    const waitMs = Math.max(
      this.#waitMs(whoOf(origin), limits.crashesPerClient),
      this.#waitMs(address, this.#addressMax),
    );
    if (waitMs <= 0) return;
    const detail = 'its requests, or others from its address, crashed an actor before; not yet';
    throw new IxionError('ClientRefused', detail, { retryAfterMs: Math.ceil(waitMs) });
  }

  #crashed({ session: number, partition, request }: Crash): void {
    const session = this.#options.session(number);
    const origin = this.#originOf(number);
    if (origin === undefined) return;
    const { address } = origin;
    const who = whoOf(origin);
    for (const key of [who, address]) this.#note(key);
    if (session !== undefined) session.connection.crashes++;
    const isRefused = this.#waitMs(who, limits.crashesPerClient) > 0;
    const isAddressRefused = this.#waitMs(address, this.#addressMax) > 0;
    const { replies } = this.#options;
    let closed = 0;
    for (const connection of this.#options.connections()) {
      const isOver =
        connection.crashes >= limits.crashesPerClient ||
        (isRefused && isOf(connection, who)) ||
        (isAddressRefused && connection.crashes > 0 && connection.address === address);
      if (!isOver || !connection.open) continue;
      connection.send(
        replies.farewell('ClientRefused', 'its requests crashed an actor repeatedly'),
      );
      connection.close('crashed an actor');
      closed++;
    }
    if (closed === 0) return;
    const name = requestByNumber(request)?.name ?? `message ${request}`;
    this.#options.logger.warn(
      { ...origin, partition, request: name, connections: closed },
      'requests of a client crashed actors repeatedly: its connection is closed',
    );
  }

  #originOf(number: number): Origin | undefined {
    const session = this.#options.session(number);
    return session === undefined ? this.#ended.get(number) : originOfSession(session);
  }

  #note(key: string): void {
    const times = this.#recent(key);
    times.push(this.#options.clock.monotonicMs());
    this.#crashes.set(key, times);
  }

  /** How long until there are less than `most` crashes within the period; 0 or less: there are. */
  #waitMs(key: string, most: number): number {
    const times = this.#recent(key);
    if (times.length === 0) this.#crashes.delete(key);
    const decisive = times.at(-most);
    if (decisive === undefined) return 0;
    return decisive + this.#options.supervision.periodMs - this.#options.clock.monotonicMs();
  }

  #recent(key: string): number[] {
    const { clock, supervision } = this.#options;
    const since = clock.monotonicMs() - supervision.periodMs;
    return (this.#crashes.get(key) ?? []).filter((timeMs) => timeMs > since);
  }
}

const originOfSession = ({ identity, application, connection }: Session): Origin => ({
  client: identity.clientName,
  application: application?.name,
  address: connection.address,
});

/** A name that no address is. */
const whoOf = ({ client, application, address }: Origin): string =>
  application === undefined ? `client ${client} at ${address}` : `application ${application}`;

function isOf(connection: Connection, who: string): boolean {
  for (const session of connection.sessions.values()) {
    if (whoOf(originOfSession(session)) === who) return true;
  }
  return false;
}
