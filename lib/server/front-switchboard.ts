/**
 * The hot path of the front: each frame of a client to its partition, each answer to its socket.
 * One request costs a header, a look-up or two and a copy into the batch of its partition.
 */
import type { ActorRef, Envelope } from '../actor/index.js';
import { openLane } from '../counters/index.js';
import type { CounterLane } from '../counters/index.js';
import { IxionError, type ErrorName } from '../errors.js';
import { homeOf } from '../interaction/identifier.js';
import { limits } from '../limits.js';
import type { Connection, ConnectionOwner, EventBytes } from '../net/connection.js';
import { HeldBytes } from '../net/held-bytes.js';
import { Listener } from '../net/listener.js';
import type { ListenAddress } from '../net/listener.js';
import { netLimits } from '../net/net-limits.js';
import type { NetLimits } from '../net/net-limits.js';
import type { Session } from '../net/session.js';
import { frameLength, readHeader, referenceOf, routeKeyOf } from '../protocol/frame.js';
import type { FrameError, FrameHeader } from '../protocol/frame.js';
import { RouteKind } from '../protocol/message.js';
import type { MessageDefinition } from '../protocol/message.js';
import { messageByName, requestByNumber } from '../protocol/registry.js';
import { requests } from '../protocol/requests.js';
import { openAdmission, type Admission } from '../security/admission.js';
import type { LogFilters } from '../security/log-filter.js';
import { permissionBits } from '../security/permissions.js';
import type { TlsMaterial } from '../security/tls.js';
import type { Timeline } from '../store/timeline.js';
import { Clients } from './front-clients.js';
import { BusyFrame } from './front-busy.js';
import { FrontLines } from './front-lines.js';
import { EventFlushes } from './front-event-flushes.js';
import { LatencyMeter } from './front-latency.js';
import { PartitionLink } from './front-link.js';
import { RequestKind, retryAfterLeastMs } from './front-pressure.js';
import { notPermitted, unknownName, wrongRoute } from './front-reasons.js';
import { Relief } from './front-relief.js';
import { Replies } from './front-replies.js';
import { LocalRequests, registerNumber, servedWhileStopping } from './front-requests.js';
import { Subscriptions } from './front-subscriptions.js';
import type { FrontCounts, FrontOptions } from './front.js';
import { isEventTag } from './messages.js';
import type { PartitionMessage, QueueObject } from './messages.js';

/** Per message number the route kinds that it may have, one bit each. */
const routeBits = new Uint8Array(65_536);
for (const { number, routes } of requests) {
  for (const { kind } of routes) routeBits[number]! |= 1 << RouteKind[kind];
}
const localBits = 1 << RouteKind.none;
const pullNumber = messageByName('RequestPull').number;
/** The store that a front serves. */
export interface ServedStore {
  /** References by partition number. */
  readonly partitions: readonly ActorRef<PartitionMessage>[];
  readonly queues: readonly QueueObject[];
  /** What positions in its events belong to. */
  readonly timeline: Timeline;
}

/** Per message number what it means for a partition. */
const requestKinds = new Uint8Array(65_536).fill(RequestKind.other);
requestKinds[pullNumber] = RequestKind.pull;
for (const name of ['RequestSubmit', 'RequestImportInteraction'] as const) {
  requestKinds[messageByName(name).number] = RequestKind.newWork;
}
const connectionBusy = new BusyFrame('this connection has all the requests unanswered that it may');
const partitionBusy = new BusyFrame('the partition has all the work that it can do soon');

export class Switchboard implements ConnectionOwner {
  readonly #options: FrontOptions;
  readonly #limits: NetLimits;
  readonly #links: readonly PartitionLink[];
  readonly #lane: CounterLane;
  readonly #replies: Replies;
  readonly #subscriptions: Subscriptions;
  readonly #clients: Clients;
  readonly #local: LocalRequests;
  readonly #listener: Listener;
  readonly #latency: LatencyMeter;
  readonly #relief: Relief;
  readonly #crash: (error: Error) => void;
  #queues: ReadonlyMap<string, QueueObject> = new Map();
  #dirty: Connection[] = [];
  readonly #eventFlushes = new EventFlushes();
  #stopping = false;
  #admission: Admission = openAdmission;
  /** Set at log level debug: every request is logged. */
  #logRequest:
    ((request: MessageDefinition, header: FrameHeader, bytes: Uint8Array) => void) | undefined;
  #drained: (() => void)[] = [];
  readonly #lines: FrontLines;

  constructor(
    options: FrontOptions,
    { partitions, queues, timeline }: ServedStore,
    crash: (error: Error) => void,
  ) {
    const { clock, counters, random } = options;
    this.#options = options;
    this.#crash = crash;
    this.#lines = new FrontLines(clock, options.logger);
    this.#limits = { ...netLimits, ...options.limits };
    const { messagesWaitingPerPartition } = this.#limits;
    this.#links = partitions.map(
      (partition) => new PartitionLink(partition, clock, messagesWaitingPerPartition),
    );
    this.#lane = openLane(counters, 0);
    this.#latency = new LatencyMeter(clock, this.#lane);
    this.#replies = new Replies(this.#lane);
    this.#subscriptions = new Subscriptions(
      this.#links,
      {
        ...this.#limits,
        hasRoom: (bytes) => this.#relief.hasRoom(bytes),
      },
      timeline.id,
    );
    const parts = {
      links: this.#links,
      subscriptions: this.#subscriptions,
      replies: this.#replies,
    };
    const admission = (): Admission => this.#admission;
    const hasRoom = (bytes: number): boolean => this.#relief.hasRoom(bytes);
    this.#clients = new Clients({ ...parts, random, limits: this.#limits, admission, hasRoom });
    this.#local = new LocalRequests({
      ...parts,
      clock,
      counters,
      serverVersion: options.serverVersion,
      clients: this.#clients,
      audit: options.audit,
      queues: () => this.#queues,
      answered: () => this.flush(),
      crash,
    });
    const held = new HeldBytes();
    this.#relief = new Relief({
      ...this.#limits,
      held,
      sessions: this.#clients.sessions,
      replies: this.#replies,
      lines: this.#lines,
      connections: () => this.#listener.connections,
      endSessions: (connection) => this.#endSessions(connection),
    });
    this.#listener = new Listener({
      clock,
      limits: this.#limits,
      held,
      owner: this,
      failed: (error) => this.#lines.failed(error),
      refused: () => this.#lines.refused(this.#listener.connections.size),
      refusal: () => this.#replies.farewell('TooManyConnections'),
    });
    this.setQueues(queues);
  }

  listen(address: ListenAddress, tls?: TlsMaterial): Promise<ListenAddress> {
    return this.#listener.listen(address, tls);
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
    if (filters === undefined) {
      this.#logRequest = undefined;
      return;
    }
    const { describeRequest } = await import('../security/request-log.js');
    this.#logRequest = (request, header, bytes) =>
      this.#options.logger.debug(describeRequest(request, header, bytes, filters), 'request');
  }

  setQueues(queues: readonly QueueObject[]): void {
    this.#queues = new Map(queues.map((queue) => [queue.name, queue]));
  }

  /** Mail of partitions: answers by session, events by subscription. */
  receive(batch: readonly Envelope<never>[]): void {
    for (const link of this.#links) link.progressed();
    for (const envelope of batch) {
      if (envelope.kind !== 'bytes') continue;
      const { tag, bytes } = envelope;
      if (isEventTag(tag)) this.#subscriptions.event(tag, bytes);
      else this.#answer(tag, bytes);
    }
    this.flush();
  }

  frame(connection: Connection, buffer: Uint8Array, start: number, end: number): void {
    const header = readHeader(buffer, start);
    const { message, proxyClient } = header;
    const request = requestByNumber(message);
    if (request === undefined) {
      return this.#refuse(connection, header, 'UnknownMessage', `no request ${message}`);
    }
    if (this.#lane.enabled('requests')) this.#lane.add('requests', message);
    if (this.#logRequest !== undefined) this.#logRequest(request, header, buffer);
    if (this.#stopping && !servedWhileStopping.has(message)) {
      return this.#refuse(connection, header, 'ShuttingDown');
    }
    if (message === registerNumber) return this.#local.register(connection, header, buffer);
    const session = connection.sessions.get(proxyClient);
    if (session === undefined) return this.#refuse(connection, header, 'NotRegistered');
    if ((permissionBits[message]! & session.permissions) === 0) {
      return this.#refuse(connection, header, ...notPermitted(session, request));
    }
    const bits = routeBits[message]!;
    if ((bits & (1 << header.routeKind)) === 0 || header.routeKind > RouteKind.agent) {
      return this.#refuse(connection, header, ...wrongRoute(request, header));
    }
    if (connection.inFlight >= this.#limits.requestsInFlightPerConnection) {
      return this.#replies.busy(connection, header, connectionBusy, retryAfterLeastMs);
    }
    if (bits === localBits) return this.#local.execute(session, header, buffer);
    this.#forward(session, header, buffer, start, end);
  }

  framingLost(connection: Connection, { error, detail }: FrameError): void {
    connection.send(this.#replies.farewell(error, detail));
    connection.close('framing lost');
  }

  dirty(connection: Connection): void {
    this.#dirty.push(connection);
  }

  dirtyLater(connection: Connection): void {
    this.#eventFlushes.add(connection);
  }

  flush(): void {
    const dirty = this.#dirty;
    for (let index = 0; index < dirty.length; index++) dirty[index]!.flush();
    dirty.length = 0;
    this.#latency.written();
    this.#relief.check();
    this.#checkDrained();
  }

  written(events: readonly EventBytes[]): void {
    if (events.length > 0) this.#subscriptions.left(events);
    this.#checkDrained();
  }

  overfull(connection: Connection): void {
    this.#relief.cut(connection, 'unread limit');
  }

  closed(connection: Connection): void {
    this.#listener.forget(connection);
    this.#endSessions(connection);
    const { remote, reason } = connection;
    if (reason === 'reader stalled') this.#relief.count(reason);
    this.#lines.closed(remote, reason);
    this.#checkDrained();
  }

  crash(error: Error): void {
    this.#crash(error);
  }

  stopAccepting(): void {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#listener.stopAccepting();
    for (const link of this.#links) link.send({ type: 'draining' });
  }

  async drain(): Promise<void> {
    const isDrained = new Promise<void>((resolve) => this.#drained.push(resolve));
    this.#checkDrained();
    this.#sweepDraining();
    await isDrained;
  }

  /** Those that take nothing are not waited for. */
  #sweepDraining(): void {
    if (this.#drained.length === 0) return;
    const { clock } = this.#options;
    const nowMs = clock.monotonicMs();
    for (const connection of this.#listener.connections) {
      connection.endIfStalled(nowMs, this.#limits.drainStallMs);
    }
    clock.setTimer(this.#limits.drainStallMs / 8, () => this.#sweepDraining());
  }

  /** Ends every connection; their clients may come back at once. */
  disconnectAll(): void {
    this.#listener.destroyAll('listener crashed');
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
      sessions: this.#clients.sessions.size,
      subscriptions: this.#subscriptions.size,
      inFlight: this.#clients.sessions.inFlight,
      unreadBytes: held.unread,
      held,
    };
  }

  #endSessions(connection: Connection): void {
    for (const session of connection.sessions.values()) this.#clients.close(session, false);
  }

  #forward(
    session: Session,
    header: FrameHeader,
    buffer: Uint8Array,
    start: number,
    end: number,
  ): void {
    const { connection } = session;
    const key = routeKeyOf(buffer, header);
    let partition: number;
    if (header.routeKind === RouteKind.id) partition = homeOf(key, this.#links.length);
    else {
      const queue = this.#queues.get(key);
      if (queue === undefined) {
        return this.#refuse(connection, header, ...unknownName(header, key));
      }
      partition = queue.partition;
    }
    const link = this.#links[partition]!;
    const kind = requestKinds[header.message]! as RequestKind;
    if (link.forward(session.number, buffer, start, end, kind)) {
      this.#clients.sessions.begin(session);
      if (kind === RequestKind.pull && header.length > limits.requestOverheadBytes) {
        this.#clients.sessions.holdPull(session, header.reference, header.length);
      }
      if (this.#latency.isOn) this.#latency.read(session.number, header.reference, kind);
    } else this.#replies.busy(connection, header, partitionBusy, link.retryAfterMs);
  }

  /** Answers to a client that is gone are dropped; so is a second answer to one request. */
  #answer(sessionNumber: number, bytes: Uint8Array): void {
    const { sessions } = this.#clients;
    const session = sessions.get(sessionNumber);
    if (session === undefined) return;
    let end = 0;
    while (end < bytes.length && session.inFlight > 0) {
      sessions.end(session);
      if (session.largePulls !== undefined) {
        sessions.releasePull(session, referenceOf(bytes, end));
      }
      end += frameLength(bytes, end);
    }
    if (end < bytes.length) {
      this.#lines.strayAnswer(sessionNumber);
    }
    if (end === 0) return;
    const frames = bytes.subarray(0, end);
    if (this.#latency.isOn) this.#latency.answering(sessionNumber, frames);
    session.connection.send(frames);
  }

  #refuse(connection: Connection, header: FrameHeader, name: ErrorName, detail?: string): void {
    this.#replies.error(connection, header, new IxionError(name, detail));
  }

  #checkDrained(): void {
    if (this.#drained.length === 0 || this.#clients.sessions.inFlight > 0) return;
    for (const connection of this.#listener.connections) {
      if (connection.unreadBytes > 0) return;
    }
    for (const resolve of this.#drained.splice(0)) resolve();
  }
}
