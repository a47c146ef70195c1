/** A logical client: the calls of the SDK, made into requests on its connection. */
import { systemClock, systemRandom } from '../clock.js';
import { IxionError } from '../errors.js';
import { limits } from '../limits.js';
import {
  protocolVersion,
  type Attributes,
  type Body,
  type RequestName,
} from '../protocol/index.js';
import { aborted } from './backoff.js';
import * as bodies from './bodies.js';
import type { Request } from './call.js';
import { Caller, requestOf, type CallPlan } from './caller.js';
import type { CallQueue } from './call-queue.js';
import type { Connection, Member } from './connection.js';
import * as results from './results.js';
import { StatusFeed } from './status.js';
import { Subscription, type SubscriptionOwner } from './subscription.js';
import type * as Sdk from './types.js';

const sessionKeyBytes = 16;
const unregisterTimeoutMs = 2_000;

export class LogicalClient implements Sdk.Client, Member, SubscriptionOwner {
  readonly clientName: string;
  readonly proxyClientId: number;
  readonly #connection: Connection;
  readonly #identity: Sdk.ClientIdentity;
  readonly #requestTimeoutMs: number;
  readonly #sessionKey: Uint8Array;
  readonly #nextKey = bodies.requestKeys();
  readonly #status = new StatusFeed();
  readonly #subscriptions = new Set<Subscription>();
  readonly #caller: Caller;
  readonly #registration: { resolve(): void; reject(error: IxionError): void };
  /** Settles with the first registration. */
  readonly firstRegistration: Promise<void>;
  #heldInteractions: readonly string[] = [];
  #store: Sdk.Client['store'];
  #closing: Promise<void> | undefined;
  #ended = false;

  constructor(connection: Connection, identity: Sdk.ClientIdentity, requestTimeoutMs: number) {
    this.#connection = connection;
    this.#identity = identity;
    this.#requestTimeoutMs = requestTimeoutMs;
    this.clientName = identity.clientName;
    this.proxyClientId = connection.nextProxyClient();
    this.#sessionKey = identity.sessionKey ?? systemRandom.bytes(sessionKeyBytes);
    this.#caller = new Caller(connection.calls, this.proxyClientId, requestTimeoutMs);
    let settle!: { resolve(): void; reject(error: IxionError): void };
    this.firstRegistration = new Promise((resolve, reject) => (settle = { resolve, reject }));
    this.#registration = settle;
  }

  get proxyClient(): number {
    return this.proxyClientId;
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

  submit(submission: Sdk.Submission, options?: Sdk.CallOptions): Promise<Sdk.SubmitResult> {
    const { interactionId, queue } = submission;
    const body = bodies.submitBody(submission, this.#nextKey(), options);
    return this.#caller.call('RequestSubmit', body, {
      route: interactionId === undefined ? 'queue' : 'id',
      key: interactionId ?? queue,
      result: results.submitResult,
      options,
    });
  }

  changeProperties(
    id: string,
    changes: Sdk.DataChanges & Sdk.ChangeableProperties,
    options?: Sdk.CallOptions,
  ): Promise<void> {
    return this.#change('RequestChangeProperties', id, bodies.changeBody(changes), options);
  }

  getProperties(id: string, options?: Sdk.CallOptions): Promise<Sdk.Interaction> {
    return this.#caller.call(
      'RequestGetInteractionProperties',
      { InteractionId: id },
      { route: 'id', key: id, result: results.interactionResult, options },
    );
  }

  placeInQueue(
    id: string,
    queue: string,
    changes: Sdk.DataChanges = {},
    options?: Sdk.CallOptions,
  ): Promise<void> {
    const body = { Queue: queue, ...bodies.changeLists(changes) };
    return this.#change('RequestPlaceInQueue', id, body, options);
  }

  hold(
    id: string,
    hold: { readonly until?: number | undefined } = {},
    options?: Sdk.CallOptions,
  ): Promise<void> {
    return this.#change('RequestHold', id, { HoldUntil: hold.until }, options);
  }

  resume(id: string, options?: Sdk.CallOptions): Promise<void> {
    return this.#change('RequestResume', id, undefined, options);
  }

  stop(id: string, options?: Sdk.CallOptions): Promise<void> {
    return this.#change('RequestStopProcessing', id, undefined, options);
  }

  pull(pull: Sdk.PullRequest, options?: Sdk.CallOptions): Promise<Sdk.Interaction[]> {
    const { queue, count, waitMs } = pull;
    return this.#pull(
      { ViewId: queue, Count: count, WaitTimeoutMs: waitMs },
      { route: 'queue', key: queue, result: results.interactionsResult, options, waitMs },
    );
  }

  pullById(
    id: string,
    pull: {
      readonly ignoreHold?: boolean | undefined;
      readonly waitMs?: number | undefined;
    } = {},
    options?: Sdk.CallOptions,
  ): Promise<Sdk.Interaction> {
    const { ignoreHold, waitMs } = pull;
    return this.#pull(
      {
        ViewId: '_system_',
        PullParameters: { [id]: '' },
        IgnoreHold: ignoreHold,
        WaitTimeoutMs: waitMs,
      },
      { route: 'id', key: id, result: results.pulledResult, options, waitMs },
    );
  }

  listInteractions(
    { partition, queue, after }: Sdk.ListRequest,
    options?: Sdk.CallOptions,
  ): Promise<Sdk.InteractionPage> {
    const plan = { route: 'none', key: '', result: results.interactionPage, options } as const;
    const body = { Partition: partition, Queue: queue, After: after };
    return this.#caller.call('RequestListInteractions', body, plan);
  }

  importInteraction(
    id: string,
    packed: Uint8Array,
    options?: Sdk.CallOptions,
  ): Promise<Sdk.SubmitResult> {
    const plan = { route: 'id', key: id, result: results.submitResult, options } as const;
    return this.#caller.call('RequestImportInteraction', packed, plan);
  }

  async queueStatistics(
    queues?: readonly string[],
    options?: Sdk.CallOptions,
  ): Promise<Sdk.QueueTotals[]> {
    const plan = { route: 'none', key: '', result: results.queueTotalsPage, options } as const;
    const all: Sdk.QueueTotals[] = [];
    for (const names of bodies.partsOf(queues, limits.queuesPerStatistics)) {
      let after: string | undefined;
      do {
        const body = { Queues: names, After: after };
        const page = await this.#caller.call('RequestQueueStatistics', body, plan);
        all.push(...page.totals);
        after = page.next;
      } while (after !== undefined);
    }
    return all;
  }

  resetStopReasons(queue: string, options?: Sdk.CallOptions): Promise<void> {
    const plan = { route: 'none', key: '', result: results.nothing, options } as const;
    return this.#caller.call('RequestResetStopReasons', { Queue: queue }, plan);
  }

  ping(options?: Sdk.CallOptions): Promise<Sdk.Pong> {
    const plan = { route: 'none', key: '', result: results.pong, options } as const;
    return this.#caller.call('RequestPing', {}, plan);
  }

  changeOptions(
    settings: Readonly<Record<string, string>>,
    options?: Sdk.CallOptions,
  ): Promise<void> {
    const plan = { route: 'none', key: '', result: results.nothing, options } as const;
    return this.#caller.call('RequestChangeOptions', { Options: settings }, plan);
  }

  /** @throws {IxionError} ClientClosed, or why the client has ended */
  events(options: Sdk.EventOptions = {}): Sdk.EventStream {
    if (this.#caller.refusal !== undefined) throw this.#caller.refusal;
    const subscription = new Subscription(this, options);
    if (options.signal?.aborted !== true) this.#subscriptions.add(subscription);
    return subscription;
  }

  async addClient(identity: Sdk.ClientIdentity, options?: Sdk.CallOptions): Promise<Sdk.Client> {
    if (this.#caller.refusal !== undefined) throw this.#caller.refusal;
    const client = new LogicalClient(this.#connection, identity, this.#requestTimeoutMs);
    await client.join(options);
    return client;
  }

  /**
   * Registers; waits for the connection if need be.
   * @throws {IxionError} as the server refused it; NoConnection and the like at the deadline; Aborted
   */
  async join({ signal, timeoutMs }: Sdk.CallOptions = {}): Promise<void> {
    const giveUp = (error: IxionError): void => {
      this.ended(error);
      this.#connection.leave(this);
    };
    const onAbort = (): void => giveUp(aborted(signal!));
    const timer = systemClock.setTimer(timeoutMs ?? this.#requestTimeoutMs, () =>
      giveUp(this.#connection.lastError ?? new IxionError('DeadlineExceeded')),
    );
    if (signal?.aborted === true) onAbort();
    else this.#connection.join(this);
    signal?.addEventListener('abort', onAbort);
    try {
      await this.firstRegistration;
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
    return systemClock.monotonicMs() + timeoutMs;
  }

  forget(subscription: Subscription): void {
    this.#subscriptions.delete(subscription);
  }

  registration(): Request {
    const { clientName, clientType, clientTypeByRole, tenantId, credentials } = this.#identity;
    return requestOf(this.proxyClientId, 'RequestRegisterClient', {
      ClientName: clientName,
      ClientType: clientType,
      ClientTypeByRole: clientTypeByRole,
      ProtocolVersion: protocolVersion,
      TenantId: tenantId,
      SessionKey: this.#sessionKey,
      Credentials: credentials,
    });
  }

  registered(answer: Attributes): void {
    this.#heldInteractions = results.heldInteractions(answer);
    this.#store = results.store(answer);
    this.#registration.resolve();
    if (this.#closing === undefined) this.#status.set('connected');
  }

  lost(): void {
    for (const subscription of this.#subscriptions) subscription.lost();
    if (this.#closing === undefined) this.#status.set('reconnecting');
  }

  ended(reason: IxionError): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#caller.refuse(reason);
    const asked = reason.errorName === 'ClientClosed' || reason.errorName === 'Aborted';
    for (const subscription of this.#subscriptions) subscription.ended(asked ? undefined : reason);
    this.#registration.reject(reason);
    // The rejection is for who waits for the registration; without one it is no news.
    this.firstRegistration.catch(() => undefined);
    this.#status.set('closed');
  }

  event(event: string, attributes: Attributes, bytes: number): void {
    for (const subscription of this.#subscriptions) {
      if (subscription.id !== attributes['SubscriptionId']) continue;
      subscription.receive({ event, ...attributes } as unknown as Sdk.ReportingEvent, bytes);
    }
  }

  async #close(): Promise<void> {
    if (this.#ended) return;
    const reason = new IxionError('ClientClosed');
    this.#status.set('draining');
    this.#caller.refuse(reason);
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.close()));
    await this.#caller.drain();
    if (this.#connection.state === 'ready') {
      const request = requestOf(this.proxyClientId, 'RequestUnregisterClient', {});
      // Best effort: the end of the connection has the same effect, only later.
      await this.calls.control(request, unregisterTimeoutMs).catch(() => undefined);
    }
    this.ended(reason);
    this.#connection.leave(this);
  }

  #change(
    name: RequestName,
    id: string,
    more: Body | undefined,
    options?: Sdk.CallOptions,
  ): Promise<void> {
    const body = bodies.interactionBody(id, this.#nextKey(), more, options);
    return this.#caller.call(name, body, {
      route: 'id',
      key: id,
      result: results.nothing,
      options,
    });
  }

  #pull<Result>(what: Body, plan: CallPlan<Result>): Promise<Result> {
    const body = { ...what, ...bodies.changeAttributes(this.#nextKey(), plan.options) };
    const late = (answer: Attributes): void => this.#giveBack(answer);
    return this.#caller.call('RequestPull', body, { ...plan, late });
  }

  /** A pull that was given up took interactions all the same: back to their queue with them. */
  #giveBack(answer: Attributes): void {
    if (this.#caller.refusal !== undefined) return;
    for (const { InteractionId, Queue } of results.interactionsResult(answer)) {
      // Without success it goes back when this client ends, as all that it holds.
      this.placeInQueue(InteractionId, Queue).catch(() => undefined);
    }
  }
}
