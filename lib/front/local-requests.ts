/**
 * The requests that the front answers itself: registration, subscriptions, ping, totals, options.
 * All are rare; their bodies are decoded at once, because the frame is gone when the call returns.
 */
import type { Clock, ClockStatus } from '../clock.js';
import type { CounterBlock } from '../counters/index.js';
import { IxionError } from '../errors.js';
import { unpackKeyValues } from '../interaction/attached-data.js';
import { isValidIdentifier } from '../interaction/identifier.js';
import { limits } from '../limits.js';
import type { Connection } from '../net/connection.js';
import type { Session } from '../net/session.js';
import { decodeBody } from '../protocol/body.js';
import type { FrameHeader } from '../protocol/frame.js';
import { messageByName, numbersOfThose, requestByNumber } from '../protocol/registry.js';
import type { AttributesOf, RequestName } from '../protocol/registry.js';
import type { Asker } from '../protocol/replies.js';
import type { Audit } from '../security/audit-log.js';
import { disconnectClient, listClients } from './administration.js';
import { AskTurns } from './asks.js';
import type { Clients } from './clients.js';
import type { Faults } from './faults.js';
import type { Fences } from './fences.js';
import type { PartitionLink } from './partition-link.js';
import { CredentialRefusals } from './credential-refusals.js';
import type { Replies } from './replies.js';
import { findInteractions } from './search.js';
import type { SubscribeAttributes, Subscriptions } from './subscriptions.js';
import { QueueStatistics } from './statistics.js';
import { applyKpiOptions, readKpi } from '../counters/kpi.js';
import type { Listing, Page, QueueObject } from '../mail/partition.js';

export interface LocalRequestsOptions {
  readonly clock: Clock;
  readonly counters: CounterBlock;
  readonly serverVersion: string;
  /** Told to each client that registers. */
  readonly store: { readonly StoreId: string; readonly Timeline: string };
  readonly clockStatus: (() => ClockStatus) | undefined;
  readonly clients: Clients;
  readonly fences: Fences;
  readonly subscriptions: Subscriptions;
  readonly replies: Replies;
  readonly links: readonly PartitionLink[];
  readonly audit: Audit | undefined;
  /** All queues, by name. */
  queues(): ReadonlyMap<string, QueueObject>;
  /** A late answer was appended: it has to be flushed. */
  answered(): void;
  readonly faults: Pick<Faults, 'refusal'>;
  /** A programmer error in late work. */
  crash(error: Error): void;
}

/** A handler returns late work, or nothing when it has answered. It throws IxionError to refuse. */
type Handler = (session: Session, asker: Asker, body: never) => (() => void) | Promise<() => void>;

const numberOf = (name: RequestName): number => messageByName(name).number;
export const registerNumber = numberOf('RequestRegisterClient');
/** What is still served while the server is stopping. */
export const servedWhileStopping = numbersOfThose(['leaves', 'letsGo', 'looks']);

export class LocalRequests {
  readonly #options: LocalRequestsOptions;
  readonly #handlers: ReadonlyMap<number, Handler>;
  readonly #refusals: CredentialRefusals;
  readonly #totals: QueueStatistics;
  /** Ends of clients may take long, and hold up no question. */
  readonly #ends = new AskTurns({
    atOnce: limits.asksAtOnce,
    waitingPerSession: limits.asksWaitingPerClient,
  });
  readonly #asks = new AskTurns({
    atOnce: limits.asksAtOnce,
    waitingPerSession: limits.asksWaitingPerClient,
  });

  constructor(options: LocalRequestsOptions) {
    this.#options = options;
    const { clock, replies, answered, links, queues } = options;
    this.#totals = new QueueStatistics(links, queues);
    this.#refusals = new CredentialRefusals(clock, replies, answered);
    const handlers: Partial<Record<RequestName, Handler>> = {
      RequestUnregisterClient: (session, asker) => this.#unregister(session, asker),
      RequestPing: (session, asker) => this.#ping(session, asker),
      RequestStartPlaceAgentStateReportingAll: (session, asker, body) =>
        this.#asks.run(session, () => this.#subscribe(session, asker, body)),
      RequestStopPlaceAgentStateReportingAll: (session, asker, body) =>
        this.#unsubscribe(session, asker, body),
      RequestQueueStatistics: (session, asker, body) =>
        this.#asks.run(session, () => this.#statistics(session, asker, body)),
      RequestResetStopReasons: (session, asker, body) =>
        this.#asks.run(session, () => this.#resetReasons(session, asker, body)),
      RequestListInteractions: (session, asker, body) =>
        this.#asks.run(session, () => this.#list(session, asker, body)),
      RequestFindInteractions: (session, asker, body) =>
        this.#asks.run(session, () => this.#find(session, asker, body)),
      RequestListClients: (session, asker, body) =>
        this.#asks.run(session, () => this.#listClients(session, asker, body)),
      RequestDisconnectClient: (session, asker, body) =>
        this.#ends.run(session, () => this.#disconnect(session, asker, body)),
      RequestChangeOptions: (session, asker, body) => this.#changeOptions(session, asker, body),
    };
    this.#handlers = new Map(
      Object.entries(handlers).map(([name, handler]) => [numberOf(name as RequestName), handler]),
    );
  }

  /** Registers a client; answered by EventAck or EventError. */
  register(connection: Connection, header: FrameHeader, buffer: Uint8Array): void {
    const { clients, replies, faults } = this.#options;
    const asker = askerOf(header);
    const before = connection.sessions.get(header.proxyClient);
    try {
      const body = bodyOf<AttributesOf<'RequestRegisterClient'>>(header, buffer);
      const { session, held } = clients.open(connection, header.proxyClient, body);
      const ack = (interactions: readonly string[]): void =>
        replies.ack(connection, asker, {
          ProxyClientId: header.proxyClient,
          ServerVersion: this.#options.serverVersion,
          ...this.#options.store,
          HeldInteractions: interactions,
          ...(body.ClientTypeByRole === true && { ClientType: session.identity.clientType }),
        });
      if (held === undefined) return ack([]);
      const answer = held.then((interactions) => () => ack(interactions));
      const undo = (): void => void clients.close(session, false);
      this.#later(session, header.message, asker, answer, 0, undo);
    } catch (error) {
      const refused = faults.refusal(header.message, connection, error);
      const half = connection.sessions.get(header.proxyClient);
      if (half !== undefined && half !== before) clients.close(half, false);
      if (!CredentialRefusals.isOne(refused)) return replies.error(connection, asker, refused);
      this.#refusals.refuse(connection, asker, refused);
    }
  }

  /** Executes any other of these requests; answered by its answer or EventError. */
  execute(session: Session, header: FrameHeader, buffer: Uint8Array): void {
    const asker = askerOf(header);
    try {
      const handler = this.#handlers.get(header.message);
      if (handler === undefined) throw new Error(`no handler of message ${header.message}`);
      const body = bodyOf(header, buffer);
      const answer = handler(session, asker, body as never);
      if (answer instanceof Promise) {
        const { length, message } = header;
        const bytes = length > limits.requestOverheadBytes ? length : 0;
        this.#later(session, message, asker, answer, bytes);
      } else answer();
    } catch (error) {
      const { replies, faults } = this.#options;
      const refused = faults.refusal(header.message, session.connection, error);
      replies.error(session.connection, asker, refused);
    }
  }

  /** Counts the request as in flight until `work` settles; its result answers. */
  #later(
    session: Session,
    request: number,
    asker: Asker,
    work: Promise<() => void>,
    bytes: number,
    undo: () => void = nothing,
  ): void {
    const { replies, clients, fences, faults } = this.#options;
    const { connection } = session;
    clients.sessions.begin(session);
    if (bytes > 0) clients.sessions.hold(session, bytes);
    const settle = (answer: () => void): void => {
      if (!session.live) return;
      clients.sessions.end(session);
      if (bytes > 0) clients.sessions.release(session, bytes);
      try {
        answer();
      } catch (error) {
        replies.error(connection, asker, faults.refusal(request, connection, error));
      }
      if (session.fence !== undefined) fences.progressed(session);
      this.#options.answered();
    };
    const refuse = (reason: unknown): void => {
      const error = faults.refusal(request, connection, reason);
      settle(() => {
        undo();
        replies.error(connection, asker, error);
      });
    };
    work.then(settle, refuse).catch((error: Error) => this.#options.crash(error));
  }

  /** Nothing of the session is under way any more. */
  async #unregister(session: Session, asker: Asker): Promise<() => void> {
    const { clients, replies, fences } = this.#options;
    const isBack = await clients.giveBack(session);
    const { connection } = session;
    return () => {
      const frames = clients.close(session, true);
      if (isBack) replies.ack(connection, asker);
      else replies.error(connection, asker, new IxionError('ReturnPending'));
      fences.again(connection, frames);
    };
  }

  #ping({ connection }: Session, asker: Asker): () => void {
    const { replies, counters, clock, clockStatus } = this.#options;
    const told = clockStatus?.();
    const body = {
      ...readKpi(counters),
      ServerTime: Math.floor(clock.nowMs()),
      ClockSteps: told?.steps,
      PartitionsAheadMs: told?.partitionsAheadMs,
    };
    return () => replies.answer(connection, asker, 'EventPing', body);
  }

  async #subscribe(session: Session, asker: Asker, body: SubscribeAttributes): Promise<() => void> {
    const { subscriptions, replies } = this.#options;
    const ack = await subscriptions.open(session, body);
    return () => {
      replies.ack(session.connection, asker, { ...ack });
      subscriptions.deliver(ack.SubscriptionId);
    };
  }

  #unsubscribe(
    session: Session,
    asker: Asker,
    body: AttributesOf<'RequestStopPlaceAgentStateReportingAll'>,
  ): () => void {
    const { subscriptions, replies } = this.#options;
    if (!subscriptions.close(session, body.SubscriptionId)) {
      throw new IxionError('UnknownSubscription');
    }
    return () => replies.ack(session.connection, asker);
  }

  async #statistics(
    { connection, identity: { tenants } }: Session,
    asker: Asker,
    body: AttributesOf<'RequestQueueStatistics'>,
  ): Promise<() => void> {
    const { Queues: names, After: after } = body;
    const page = await this.#totals.page({ names, after, tenants });
    const answer = { ...page };
    return () => this.#options.replies.answer(connection, asker, 'EventQueueStatistics', answer);
  }

  async #resetReasons(
    { connection, identity, application }: Session,
    asker: Asker,
    { Queue: name }: AttributesOf<'RequestResetStopReasons'>,
  ): Promise<() => void> {
    const { links, replies, queues, audit } = this.#options;
    const queue = queues().get(name);
    if (queue === undefined) throw new IxionError('UnknownQueue', `no queue "${name}"`);
    const message = { type: 'fold-reasons', queues: [name] } as const;
    const places = [queue.partition, ...(queue.formerly ?? [])];
    const done = await Promise.all(places.map((place) => links[place]!.ask<boolean>(message)));
    if (done.includes(false)) throw new IxionError('Unavailable');
    audit?.note({
      event: 'stop reasons reset',
      who: identity.clientName,
      role: application?.role,
      address: connection.remote,
      queue: name,
    });
    return () => replies.ack(connection, asker);
  }

  async #list(
    { connection, identity }: Session,
    asker: Asker,
    body: AttributesOf<'RequestListInteractions'>,
  ): Promise<() => void> {
    const { links, replies, queues } = this.#options;
    const { Partition, Queue: queue, After: after } = body;
    const link = links[Partition];
    if (link === undefined) {
      throw new IxionError('WrongAttributeType', `there are ${links.length} partitions`);
    }
    if (queue !== undefined && !queues().has(queue)) {
      throw new IxionError('UnknownQueue', `no queue "${queue}"`);
    }
    if (after !== undefined && !isValidIdentifier(after)) {
      throw new IxionError('InvalidInteractionId', 'After cannot be an identifier');
    }
    const listing: Listing = { queue, after, tenants: identity.tenants };
    const { packed, next } = await link.ask<Page>({ type: 'list-interactions', listing });
    const page = { Interactions: packed, Next: next, Partitions: links.length };
    return () => replies.answer(connection, asker, 'EventInteractionList', page);
  }

  async #find(
    { connection, identity }: Session,
    asker: Asker,
    body: AttributesOf<'RequestFindInteractions'>,
  ): Promise<() => void> {
    const { links, replies, queues } = this.#options;
    if (body.Queue !== undefined && !queues().has(body.Queue)) {
      throw new IxionError('UnknownQueue', `no queue "${body.Queue}"`);
    }
    const answer = await findInteractions(links, body, identity.tenants);
    return () => replies.answer(connection, asker, 'EventInteractionsFound', answer);
  }

  async #listClients(
    session: Session,
    asker: Asker,
    body: AttributesOf<'RequestListClients'>,
  ): Promise<() => void> {
    const { clients, replies } = this.#options;
    const answer = await listClients(clients.sessions, session, body);
    return () => replies.answer(session.connection, asker, 'EventClientList', answer);
  }

  async #disconnect(
    session: Session,
    asker: Asker,
    body: AttributesOf<'RequestDisconnectClient'>,
  ): Promise<() => void> {
    const { clients, replies, audit } = this.#options;
    await disconnectClient(clients, audit, session, body);
    return () => replies.ack(session.connection, asker);
  }

  #changeOptions(
    { connection, identity, application }: Session,
    asker: Asker,
    body: AttributesOf<'RequestChangeOptions'>,
  ): () => void {
    const changed = unpackKeyValues(body.Options);
    applyKpiOptions(this.#options.counters, changed);
    this.#options.audit?.note({
      event: 'options changed',
      who: identity.clientName,
      role: application?.role,
      address: connection.remote,
      options: changed,
    });
    return () => this.#options.replies.ack(connection, asker);
  }
}

const nothing = (): void => undefined;

/** Copied: the header is read from a buffer, but late answers need no more of it than this. */
const askerOf = ({ reference, proxyClient }: FrameHeader): Asker => ({ reference, proxyClient });

function bodyOf<Result>(header: FrameHeader, buffer: Uint8Array): Result {
  const definition = requestByNumber(header.message)!;
  return decodeBody<Result>(definition, buffer, header.bodyStart, header.bodyEnd);
}
