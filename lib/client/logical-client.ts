/** A logical client: its registration over all links, its streams and its end. */
import { IxionError } from '../errors.js';
import { protocolVersion, type Attributes } from '../protocol/index.js';
import { AgentSession } from './agent.js';
import type { AgentParts } from './agent-calls.js';
import * as kinds from './argument-kinds.js';
import { check, checkEvents } from './arguments.js';
import { aborted } from './backoff.js';
import type { Request } from './call.js';
import type { CallQueue } from './call-queue.js';
import { Caller, requestOf } from './caller.js';
import { ClientCalls } from './client-calls.js';
import type { Connection, Member } from './connection.js';
import { ownError } from './rejection.js';
import * as results from './results.js';
import { StatusFeed } from './status.js';
import { StatusQueues } from './status-queues.js';
import { Subscription, type Arriving, type SubscriptionOwner } from './subscription.js';
import type * as Sdk from './types.js';

const sessionKeyBytes = 16;
const unregisterTimeoutMs = 2_000;
const subscribing = 'RequestStartPlaceAgentStateReportingAll';

/** Of a client that does not say it. */
const usualTenant = 1;

export class LogicalClient extends ClientCalls implements Sdk.Client, Member, SubscriptionOwner {
  readonly clientName: string;
  readonly proxyClientId: number;
  readonly #connection: Connection;
  readonly #identity: Sdk.ClientIdentity;
  readonly #requestTimeoutMs: number;
  readonly #sessionKey: Uint8Array;
  readonly #status = new StatusFeed();
  readonly #subscriptions = new Set<Subscription>();
  readonly #stopped = new StatusQueues<Sdk.StoppedInteraction>(false);
  /** The agent that it speaks for, or is about to. */
  #agent: AgentSession | undefined;
  readonly #registration: { resolve(): void; reject(error: IxionError): void };
  /** Settles with the first registration. */
  readonly firstRegistration: Promise<void>;
  #heldInteractions: readonly string[] = [];
  #store: Sdk.Client['store'];
  #closing: Promise<void> | undefined;
  #ended = false;

  constructor(connection: Connection, identity: Sdk.ClientIdentity, requestTimeoutMs: number) {
    const proxyClient = connection.nextProxyClient();
    const { calls, machine } = connection;
    super(new Caller(calls, proxyClient, requestTimeoutMs), machine.random);
    this.#connection = connection;
    this.#identity = identity;
    this.#requestTimeoutMs = requestTimeoutMs;
    this.clientName = identity.clientName;
    this.proxyClientId = proxyClient;
    this.#sessionKey = identity.sessionKey ?? machine.random.bytes(sessionKeyBytes);
    let settle!: { resolve(): void; reject(error: IxionError): void };
    this.firstRegistration = new Promise((resolve, reject) => (settle = { resolve, reject }));
    this.#registration = settle;
  }

  get proxyClient(): number {
    return this.proxyClientId;
  }

  get tenantId(): number {
    return this.#identity.tenantId ?? usualTenant;
  }

  get calls(): CallQueue {
    return this.#connection.calls;
  }

  get heldInteractions(): readonly string[] {
    return this.#heldInteractions;
  }

  get store(): Sdk.Client['store'] {
    return this.#store;
  }

  /**
   * @throws {IxionError} ClientClosed, or why the client has ended; what is wrong with the options
   */
  events(
    options: Sdk.EventOptions & { readonly serverEvents: true },
  ): Sdk.EventStream<Sdk.ReportingEvent | Sdk.ServerEvent>;
  events(
    options: Sdk.EventOptions & { readonly state: true },
  ): Sdk.EventStream<Sdk.ReportingEvent | Sdk.StateEvent>;
  events(options?: Sdk.EventOptions): Sdk.EventStream;
  events(options: Sdk.EventOptions = {}): Sdk.EventStream {
    checkEvents(options);
    const { refusal } = this.caller;
    if (refusal !== undefined) throw ownError(refusal, subscribing);
    const subscription = new Subscription(this, options);
    if (options.signal?.aborted !== true) this.#subscriptions.add(subscription);
    return subscription;
  }

  stopped(): AsyncIterableIterator<Sdk.StoppedInteraction> {
    return this.#stopped.read();
  }

  async addClient(identity: Sdk.ClientIdentity, options?: Sdk.CallOptions): Promise<Sdk.Client> {
    const wrong = check('RequestRegisterClient', options, identity, kinds.identity, 'identity');
    if (wrong !== undefined) return wrong;
    const { refusal } = this.caller;
    if (refusal !== undefined) throw ownError(refusal, 'RequestRegisterClient');
    const client = new LogicalClient(this.#connection, identity, this.#requestTimeoutMs);
    await client.join(options);
    return client;
  }

  async login(login: Sdk.AgentLogin, options?: Sdk.CallOptions): Promise<Sdk.Agent> {
    const wrong = check('RequestAgentLogin', options, login, kinds.login, 'login');
    if (wrong !== undefined) return wrong;
    const former = this.#agent;
    const { caller, nextKey } = this;
    const parts: AgentParts = {
      caller,
      nextKey,
      accepted: (id) => this.took(id),
      offering: (id) => this.detours.ofOffer(id),
      gone: (id) => this.lostFromHand(id),
      place: (id, queue, changes, call) => this.placeInQueue(id, queue, changes, call),
      leave: (id, call) => this.leave(id, call),
    };
    const agent = new AgentSession(parts, login, () => {
      if (this.#agent === agent) this.#agent = undefined;
    });
    this.#agent = agent;
    try {
      await agent.login(options);
    } catch (error) {
      if (this.#agent === agent) this.#agent = former;
      throw error;
    }
    return agent;
  }

  /** What is to be asked again after a registration, before anything else. */
  again(): Request | undefined {
    return this.#agent?.again(this.proxyClientId);
  }

  answeredAgain(answer: Attributes): void {
    this.#agent?.loggedIn(answer);
  }

  /** That was refused. */
  refusedAgain(error: IxionError): void {
    this.#agent?.ended(error);
  }

  /**
   * Registers; waits for the connection if need be.
   * @throws {IxionError} as the server refused it; NoConnection and the like at
   *   the deadline; Aborted
   */
  async join({ signal, timeoutMs }: Sdk.CallOptions = {}): Promise<void> {
    const giveUp = (error: IxionError): void => {
      this.ended(error);
      this.#connection.leave(this);
    };
    const onAbort = (): void => giveUp(aborted(signal!));
    const timer = this.calls.clock.setTimer(timeoutMs ?? this.#requestTimeoutMs, () =>
      giveUp(this.#connection.lastError ?? new IxionError('DeadlineExceeded')),
    );
    if (signal?.aborted === true) onAbort();
    else this.#connection.join(this);
    signal?.addEventListener('abort', onAbort);
    try {
      await this.firstRegistration;
    } catch (error) {
      // Of its own: with the stack of whoever waits.
      throw ownError(error as IxionError, 'RequestRegisterClient');
    } finally {
      timer.cancel();
      signal?.removeEventListener('abort', onAbort);
    }
  }

  status(): AsyncIterableIterator<Sdk.ClientStatus> {
    return this.#status.read();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  deadline(timeoutMs: number): number {
    return this.calls.clock.monotonicMs() + timeoutMs;
  }

  forget(subscription: Subscription): void {
    this.#subscriptions.delete(subscription);
  }

  registration(): Request {
    const { clientName, clientType, clientTypeByRole, tenantId, credentials, submittedBy } =
      this.#identity;
    return requestOf(this.proxyClientId, 'RequestRegisterClient', {
      ClientName: clientName,
      ClientType: clientType,
      ClientTypeByRole: clientTypeByRole,
      ProtocolVersion: protocolVersion,
      TenantId: tenantId,
      SessionKey: this.#sessionKey,
      SubmittedBy: submittedBy,
      Credentials: credentials,
    });
  }

  registered(answer: Attributes): void {
    this.#heldInteractions = results.heldInteractions(answer);
    this.#store = results.store(answer);
    this.#registration.resolve();
    for (const load of this.loads) load.again();
    this.workbins.again();
    this.topics.again();
    if (this.#closing === undefined) this.#status.set('connected');
  }

  serverDrains(): void {
    if (this.#closing === undefined) this.#status.set('serverDraining');
  }

  lost(): void {
    for (const subscription of this.#subscriptions) subscription.lost();
    this.deliveries.lost('ConnectionLost');
    this.#agent?.lost();
    this.workbins.lost();
    this.topics.lost();
    if (this.#closing === undefined) this.#status.set('reconnecting');
  }

  ended(reason: IxionError): void {
    if (this.#ended) return;
    this.#ended = true;
    this.caller.refuse(reason);
    const problem = reason.errorName === 'ClientClosed' ? undefined : reason;
    this.#agent?.ended(problem);
    this.deliveries.lost(reason.errorName);
    this.workbins.ended(problem);
    this.topics.ended(problem);
    for (const load of this.loads) load.over(reason);
    const asked = reason.errorName === 'ClientClosed' || reason.errorName === 'Aborted';
    for (const subscription of this.#subscriptions) subscription.ended(asked ? undefined : reason);
    this.#stopped.end(asked ? undefined : reason);
    this.#registration.reject(reason);
    // The rejection is for who waits for the registration; without one it is not news.
    this.firstRegistration.catch(() => undefined);
    this.#status.set('closed');
  }

  event(event: string, attributes: Attributes, bytes: number): void {
    if (this.#agent?.event(event, attributes) === true) return;
    if (this.deliveries.event(event, attributes)) return;
    if (this.workbins.event(event, attributes, bytes)) return;
    if (this.topics.event(event, attributes, bytes)) return;
    // A subscription that rests has no number either.
    if (attributes['SubscriptionId'] === undefined) {
      if (event === 'EventProcessingStopped') this.#stopped.push(results.stopped(attributes));
      return;
    }
    for (const subscription of this.#subscriptions) {
      if (subscription.id !== attributes['SubscriptionId']) continue;
      subscription.receive({ event, ...attributes } as unknown as Arriving, bytes);
    }
  }

  async #close(): Promise<void> {
    if (this.#ended) return;
    const reason = new IxionError('ClientClosed');
    this.#status.set('draining');
    this.caller.refuse(reason);
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.close()));
    await this.caller.drain();
    if (this.#connection.state === 'ready') {
      const request = requestOf(this.proxyClientId, 'RequestUnregisterClient', {});
      // Best effort: the end of the connection has the same effect, only later.
      await this.calls.control(request, unregisterTimeoutMs).catch(() => undefined);
    }
    this.ended(reason);
    this.#connection.leave(this);
  }
}
