/**
 * The hot path of the front: each frame of a client to its partition, each answer to its socket.
 * One request costs a header, a look-up or two and a copy into the batch of its partition.
 */
import type { QueueEntry } from '../queue/entry.js';
import type { Envelope } from '../actor/index.js';
import { openLane, type CounterLane } from '../counters/index.js';
import { IxionError, type ErrorName } from '../errors.js';
import type { Connection, ConnectionOwner, EventBytes } from '../net/connection.js';
import { BufferedBytes } from '../net/buffered-bytes.js';
import { Listener } from '../net/listener.js';
import { netLimits, type NetLimits } from '../net/net-limits.js';
import { SessionTable, type Session } from '../net/session.js';
import { FrameFlag } from '../protocol/frame-layout.js';
import { copyOf, readHeader, type FrameError, type FrameHeader } from '../protocol/frame.js';
import { RouteKind } from '../protocol/message.js';
import { requestByNumber } from '../protocol/registry.js';
import { openAdmission, type Admission } from '../security/admission.js';
import type { LogFilters } from '../security/log-filter.js';
import { permissionBits } from '../security/permissions.js';
import type { TlsMaterial } from '../security/tls.js';
import { Clients } from './clients.js';
import { BusyFrame } from './busy-frame.js';
import { Fences, leavingRequests, type FenceOwner } from './fences.js';
import { DeskLink } from './desk-link.js';
import { FrontLines } from './lines.js';
import { LatencyMeter } from './latency.js';
import { Drain } from './drain.js';
import { Faults } from './faults.js';
import { PartitionLink } from './partition-link.js';
import { retryAfterMsMin } from './admission-control.js';
import { notPermitted, wrongRoute } from './reasons.js';
import { ToClients } from './to-clients.js';
import { Shares } from './shares.js';
import { Relief } from './relief.js';
import { localBits, routeBits, Router } from './router.js';
import { Replies } from './replies.js';
import { requestLogger, type RequestLogger } from './request-log.js';
import { LocalRequests, registerNumber, servedWhileStopping } from './local-requests.js';
import { RegistrationTurns } from './registration-turns.js';
import { Subscriptions } from './subscriptions.js';
import type { FrontCounts, FrontOptions, ServedStore } from './options.js';
import { isEventTag } from '../mail/events.js';
import { sessionMax } from '../mail/sessions.js';
import type { FrontMessage } from '../mail/partition.js';

const connectionBusy = new BusyFrame('this connection has all the requests unanswered that it may');

export class Switchboard implements ConnectionOwner, FenceOwner {
  readonly #options: FrontOptions;
  readonly #limits: NetLimits;
  readonly #links: readonly PartitionLink[];
  readonly #lane: CounterLane;
  readonly #replies: Replies;
  readonly #subscriptions: Subscriptions;
  readonly #sessions: SessionTable;
  readonly #fences: Fences;
  readonly #toClients: ToClients;
  readonly #clients: Clients;
  readonly #local: LocalRequests;
  readonly #router: Router;
  readonly #listener: Listener;
  readonly #latency: LatencyMeter;
  readonly #relief: Relief;
  readonly #faults: Faults;
  readonly #shares: Shares;
  readonly #crash: (error: Error) => void;
  #dirty: Connection[] = [];
  #stopping = false;
  /** The frame that has just come has to wait with its connection. */
  #isParked = false;
  #admission: Admission = openAdmission;
  /** Set at log level debug: every request is logged. */
  #logRequest: RequestLogger | undefined;
  readonly #drain: Drain;
  readonly #registrations: RegistrationTurns;
  readonly #lines: FrontLines;

  constructor(
    options: FrontOptions,
    { partitions, queues, storeId, timeline, desk: deskActor, checkTenant }: ServedStore,
    crash: (error: Error) => void,
  ) {
    const { clock, counters, random, serverVersion, clockStatus } = options;
    this.#options = options;
    this.#crash = crash;
    this.#sessions = new SessionTable(sessionMax, options.lastSession);
    this.#lines = new FrontLines(clock, options.logger);
    this.#limits = { ...netLimits, ...options.limits };
    const { messagesWaitingPerPartition: most } = this.#limits;
    this.#links = partitions.map((partition) => new PartitionLink(partition, clock, most));
    this.#lane = openLane(counters, 0);
    this.#shares = new Shares(clock, this.#links.length);
    this.#latency = new LatencyMeter(clock, this.#lane);
    this.#replies = new Replies(this.#lane);
    const mayBuffer = (bytes: number): boolean => this.#relief.mayBuffer(bytes);
    const asked = { ...this.#limits, mayBuffer };
    const [links, replies, desk] = [this.#links, this.#replies, new DeskLink(deskActor, clock)];
    const told = { links, clock, limits: asked, timeline: timeline.id, desk, replies };
    const subscriptions = (this.#subscriptions = new Subscriptions(told));
    const parts = { links, subscriptions, replies, desk };
    const faults = (this.#faults = this.#openFaults());
    const late = { clock, faults, answered: () => this.flush(), crash };
    const kept = { limits: this.#limits, sessions: this.#sessions };
    const fences = (this.#fences = new Fences({ ...parts, ...kept, clock }, this));
    const [latency, shares, lines] = [this.#latency, this.#shares, this.#lines];
    this.#toClients = new ToClients({ ...kept, lines, latency, fences });
    this.#router = new Router({ ...parts, ...kept, latency, shares, fences });
    const who = { random, fences, mayBuffer, admission: () => this.#admission };
    this.#clients = new Clients({ ...parts, ...late, ...kept, ...who });
    this.#local = new LocalRequests({
      ...parts,
      ...late,
      counters,
      store: { StoreId: storeId, Timeline: timeline.id },
      serverVersion,
      clockStatus,
      clients: this.#clients,
      fences,
      audit: options.audit,
      queues: () => this.#router.queues,
      checkTenant: checkTenant ?? (async () => undefined),
    });
    const buffered = new BufferedBytes();
    const connections = (): Iterable<Connection> => this.#listener.connections;
    this.#relief = new Relief({
      ...this.#limits,
      buffered,
      sessions: this.#sessions,
      replies: this.#replies,
      lines: this.#lines,
      connections,
      endSessions: (connection) => this.#endSessions(connection),
    });
    this.#listener = new Listener({
      clock,
      limits: this.#limits,
      buffered,
      owner: this,
      failed: (error) => this.#lines.failed(error),
      refused: () => this.#lines.refused(this.#listener.connections.size),
      refusal: () => this.#replies.farewell('TooManyConnections'),
    });
    this.#registrations = new RegistrationTurns(clock);
    this.#drain = new Drain({ ...kept, clock, random, connections });
    this.setQueues(queues);
  }

  #openFaults(): Faults {
    return new Faults({
      ...this.#options,
      replies: this.#replies,
      session: (number) => this.#sessions.get(number),
      end: (session, error) => this.#clients.endFor(session, error),
      speaksFor: (message) => this.#clients.speaksFor(message),
      connections: () => this.#listener.connections,
    });
  }

  /** Where connections come from. */
  get listener(): Listener {
    return this.#listener;
  }

  setTls(tls: TlsMaterial): void {
    this.#listener.setTls(tls);
  }

  setAdmission(admission: Admission): void {
    this.#admission = admission;
    this.#clients.review();
    this.flush();
  }

  /** Logs every request, or none. */
  async logRequests(filters: LogFilters | undefined): Promise<void> {
    this.#logRequest = await requestLogger(this.#options.logger, filters);
  }

  setQueues(queues: readonly QueueEntry[]): void {
    this.#router.setQueues(queues);
  }

  /**
   * Mail of partitions and of the desk: answers by session, events by subscription, and what went
   * wrong.
   */
  receive(batch: readonly Envelope<FrontMessage>[]): void {
    for (const link of this.#links) link.progressed();
    for (const envelope of batch) {
      if (envelope.kind !== 'bytes') this.#faults.receive(envelope.message);
      else if (isEventTag(envelope.tag)) this.#subscriptions.event(envelope.tag, envelope.bytes);
      else this.#toClients.send(envelope.tag, envelope.bytes);
    }
    this.#shares.settled(this.#links);
    this.flush();
  }

  frame(
    connection: Connection,
    buffer: Uint8Array,
    start: number,
    end: number,
    isAgain: boolean,
  ): boolean {
    const header = readHeader(buffer, start);
    const { message } = header;
    const request = requestByNumber(message);
    if (request === undefined) {
      this.#refuse(connection, header, 'UnknownMessage', `no request ${message}`);
      return false;
    }
    if (!isAgain && this.#lane.enabled('requests')) this.#lane.add('requests', message);
    this.#isParked = false;
    try {
      if (!isAgain && this.#logRequest !== undefined) this.#logRequest(request, header, buffer);
      this.route(connection, header, buffer, start, end, true);
    } catch (error) {
      this.#faults.end(connection, header, error);
    }
    return this.#isParked;
  }

  hasRead(connection: Connection): void {
    this.#shares.hasRead(connection);
  }

  framingLost(connection: Connection, { error, detail }: FrameError): void {
    connection.send(this.#replies.farewell(error, detail));
    connection.close('framing lost');
  }

  dirty(connection: Connection): void {
    this.#dirty.push(connection);
  }

  dirtyLater(connection: Connection): void {
    this.#subscriptions.flushes.add(connection);
  }

  flush(): void {
    const dirty = this.#dirty;
    for (let index = 0; index < dirty.length; index++) dirty[index]!.flush();
    dirty.length = 0;
    this.#latency.written();
    this.#relief.check();
    this.#drain.check();
  }

  written(events: readonly EventBytes[]): void {
    if (events.length > 0) this.#subscriptions.left(events);
    this.#drain.check();
  }

  overfull(connection: Connection): void {
    this.#relief.cut(connection, 'unread limit');
  }

  closed(connection: Connection): void {
    this.#listener.forget(connection);
    this.#shares.ended(connection);
    this.#endSessions(connection);
    const { remote, reason } = connection;
    if (reason === 'reader stalled') this.#relief.count(reason);
    this.#lines.closed(remote, reason);
    this.#drain.check();
  }

  crash(error: Error): void {
    this.#crash(error);
  }

  stopAccepting(): void {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#listener.stopAccepting();
    this.#drain.announce(this.#replies);
    for (const link of this.#links) link.send({ type: 'draining' });
    this.#fences.refuseAll();
    this.#shares.endAll(this.#listener.connections);
    this.flush();
  }

  drain(): Promise<void> {
    return this.#drain.wait();
  }

  /** Ends every connection; their clients may come back at once. */
  disconnectAll(): void {
    this.#listener.destroyAll('front crashed');
  }

  async close(): Promise<void> {
    this.#stopping = true;
    await this.#listener.close();
    this.#lines.end();
  }

  counts(): FrontCounts {
    const held = this.#relief.status();
    return {
      connections: this.#listener.connections.size,
      refused: this.#lines.refusals,
      sessions: this.#sessions.size,
      subscriptions: this.#subscriptions.size,
      inFlight: this.#sessions.inFlight,
      unreadBytes: held.unread,
      held,
    };
  }

  #endSessions(connection: Connection): void {
    for (const session of connection.sessions.values()) void this.#clients.close(session, false);
  }

  /**
   * Finds who sent a frame, and whether it is its turn. `isNew`: its connection can still keep it.
   */
  route(
    connection: Connection,
    header: FrameHeader,
    buffer: Uint8Array,
    start: number,
    end: number,
    isNew = false,
  ): void {
    const { message } = header;
    if (this.#stopping && this.refuseStopping(connection, header)) return;
    const session = connection.sessions.get(header.proxyClient);
    if (message === registerNumber) {
      if (isNew && this.#registrations.holds(connection)) return void (this.#isParked = true);
      const isParked =
        session?.fence !== undefined &&
        this.#fences.parksRegistration(session, header, copyOf(buffer, start, end));
      if (!isParked) this.#local.register(connection, header, buffer);
      return;
    }
    if (session === undefined) return this.#refuse(connection, header, 'NotRegistered');
    const mayWait = header.flags > FrameFlag.retry || session.fence !== undefined;
    if (mayWait && this.#fences.parks(session, header, buffer, start, end)) return;
    this.serve(session, header, buffer, start, end, isNew);
  }

  /** Executes a frame whose turn it is. */
  serve(
    session: Session,
    header: FrameHeader,
    buffer: Uint8Array,
    start: number,
    end: number,
    isNew = false,
  ): void {
    try {
      this.#serve(session, header, buffer, start, end, isNew);
    } catch (error) {
      this.#faults.end(session.connection, header, error);
    }
  }

  #serve(
    session: Session,
    header: FrameHeader,
    buffer: Uint8Array,
    start: number,
    end: number,
    isNew: boolean,
  ): void {
    const { message } = header;
    const { connection } = session;
    if ((permissionBits[message]! & session.permissions) === 0) {
      return this.#refuse(connection, header, ...notPermitted(session, requestByNumber(message)!));
    }
    const bits = routeBits[message]!;
    if ((bits & (1 << header.routeKind)) === 0 || header.routeKind > RouteKind.agent) {
      return this.#refuse(connection, header, ...wrongRoute(requestByNumber(message)!, header));
    }
    if (connection.inFlight >= this.#limits.requestsInFlightPerConnection) {
      return this.#replies.busy(connection, header, connectionBusy, retryAfterMsMin);
    }
    if (bits !== localBits) {
      this.#isParked = this.#router.forward(session, header, buffer, start, end, isNew);
      return;
    }
    const isEnd = leavingRequests.has(message);
    if (isEnd && this.#fences.parksEnd(session, header, copyOf(buffer, start, end))) return;
    this.#local.execute(session, header, buffer);
  }

  /** False: this request is served until the end. */
  refuseStopping(connection: Connection, header: FrameHeader): boolean {
    if (servedWhileStopping.has(header.message)) return false;
    this.#refuse(connection, header, 'ShuttingDown');
    return true;
  }

  #refuse(connection: Connection, header: FrameHeader, name: ErrorName, detail?: string): void {
    this.#replies.error(connection, header, new IxionError(name, detail));
  }
}
