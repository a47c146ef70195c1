/**
 * The hot path of the front: each frame of a client to its partition, each answer to its socket.
 * One request costs a header, a look-up or two and a copy into the batch of its partition.
 */
import type { ActorRef, Envelope } from '../actor/index.js';
import { openLane } from '../counters/index.js';
import type { CounterLane } from '../counters/index.js';
import { IxionError, type ErrorName } from '../errors.js';
import { homeOf } from '../interaction/identifier.js';
import type { Connection, ConnectionOwner, EventBytes } from '../net/connection.js';
import { Listener } from '../net/listener.js';
import type { ListenAddress } from '../net/listener.js';
import { netLimits } from '../net/net-limits.js';
import type { NetLimits } from '../net/net-limits.js';
import type { Session } from '../net/session.js';
import { frameLength, readHeader, routeKeyOf } from '../protocol/frame.js';
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
import { LatencyMeter } from './front-latency.js';
import { PartitionLink } from './front-link.js';
import { RequestKind, retryAfterLeastMs } from './front-pressure.js';
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
/** Connections whose events are flushed in one round of the event loop. */
const flushesAtOnce = 16;
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
  readonly #crash: (error: Error) => void;
  #queues: ReadonlyMap<string, QueueObject> = new Map();
  #dirty: Connection[] = [];
  /** Connections with events to flush, those that wait longest first. */
  readonly #dirtyLater = new Set<Connection>();
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
    this.#subscriptions = new Subscriptions(this.#links, this.#limits, timeline.id);
    const parts = {
      links: this.#links,
      subscriptions: this.#subscriptions,
      replies: this.#replies,
    };
    const admission = (): Admission => this.#admission;
    this.#clients = new Clients({ ...parts, random, limits: this.#limits, admission });
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
    this.#listener = new Listener({
      clock,
      limits: this.#limits,
      owner: this,
      failed: (error) => this.#lines.failed(error),
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
      return this.#refusePermission(connection, header, session, request);
    }
    const bits = routeBits[message]!;
    if ((bits & (1 << header.routeKind)) === 0 || header.routeKind > RouteKind.agent) {
      return this.#refuse(connection, header, 'RouteMismatch', wrongRoute(request, header));
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
    if (this.#dirtyLater.size === 0) setImmediate(this.#flushLater);
    this.#dirtyLater.add(connection);
  }

  flush(): void {
    const dirty = this.#dirty;
    for (let index = 0; index < dirty.length; index++) dirty[index]!.flush();
    dirty.length = 0;
    this.#latency.written();
    this.#checkDrained();
  }

  written(events: readonly EventBytes[]): void {
    if (events.length > 0) this.#subscriptions.left(events);
    this.#checkDrained();
  }

  closed(connection: Connection): void {
    this.#listener.forget(connection);
    for (const session of connection.sessions.values()) this.#clients.close(session, false);
    this.#lines.closed(connection.remote, connection.reason);
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
    await new Promise<void>((resolve) => {
      this.#drained.push(resolve);
      this.#checkDrained();
    });
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
    let unreadBytes = 0;
    for (const connection of this.#listener.connections) unreadBytes += connection.unreadBytes;
    return {
      connections: this.#listener.connections.size,
      sessions: this.#clients.sessions.size,
      subscriptions: this.#subscriptions.size,
      inFlight: this.#clients.sessions.inFlight,
      unreadBytes,
    };
  }

  /** A write is a call of the system: many readers must not keep an answer waiting for theirs. */
  readonly #flushLater = (): void => {
    let left = flushesAtOnce;
    for (const connection of this.#dirtyLater) {
      this.#dirtyLater.delete(connection);
      connection.flush();
      if (--left === 0) break;
    }
    if (this.#dirtyLater.size > 0) setImmediate(this.#flushLater);
  };

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

  /** Without an application it is the client type that does not fit, as it always was. */
  #refusePermission(
    connection: Connection,
    header: FrameHeader,
    { application, identity }: Session,
    { name }: MessageDefinition,
  ): void {
    if (application === undefined) {
      const detail = `a ${identity.clientType} may not send this request`;
      return this.#refuse(connection, header, 'WrongClientType', detail);
    }
    const detail = `the role ${application.role} may not send ${name}`;
    this.#refuse(connection, header, 'NotPermitted', detail);
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

/** A pull names a view; everything else that goes by a queue names the queue. */
const unknownName = ({ message }: FrameHeader, key: string): [ErrorName, string] =>
  message === pullNumber
    ? ['UnknownView', `no queue or view is called "${key}"`]
    : ['UnknownQueue', `no queue "${key}"`];

function wrongRoute({ name, routes }: MessageDefinition, { routeKind }: FrameHeader): string {
  const allowed = routes.map(({ kind }) => `${RouteKind[kind]} (${kind})`).join(' or ');
  return `${name} takes route kind ${allowed}, not ${routeKind}`;
}
