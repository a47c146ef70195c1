/**
 * A subscription to reporting events that outlives its links. It knows two positions: up to where
 * events have arrived (from there it subscribes again) and up to where its reader has taken them
 * (the resume token of the user). What arrives twice is dropped by its Sequence.
 *
 * Its states:
 *
 * - `starting`: asked for and not answered; sent again by itself when the link is lost.
 * - `flowing`: the server sends events.
 * - `stopping`: the reader is behind, and the server is asked to end the subscription. What was on
 *   its way still arrives; behind the answer nothing does.
 * - `resting`: the server has no subscription. It is asked for again, from what has arrived, when
 *   the reader has half of its backlog behind it, or after a while if it has no room for one now.
 * - `ended`.
 *
 * So the socket is read all the time, however slow a reader is, and what it has not taken is
 * bounded all the same: by the bounds below and what a server has on its way to one subscription.
 * Not to read the socket instead would bound it too, but there is one socket for all: a reader that
 * awaits an answer, or an event of another stream, between two events would wait for what is
 * behind the events that it does not take; and an answer can only be read by taking more events,
 * with each answer another buffer full of them, so that reading on while answers are awaited has no
 * bound. Nor could a link be told from a dead one while nobody reads it. The price is a question to
 * the server for each half of the bound, and only for a reader that is slower than the server.
 */
import type { Timer } from '../clock.js';
import { IxionError } from '../errors.js';
import { limits } from '../limits.js';
import { messageByName, RouteKind, type Attributes } from '../protocol/index.js';
import { AsyncQueue } from './async-queue.js';
import type { Call, Request } from './call.js';
import type { CallQueue } from './call-queue.js';
import { extensionOf } from './results.js';
import { ownError } from './rejection.js';
import { readResumeToken, resumeTokenOf } from './resume-token.js';
import type { EventOptions, EventStream, ReportingEvent, StateEvent } from './types.js';

const subscribeRequest = messageByName('RequestStartPlaceAgentStateReportingAll');
const unsubscribeRequest = messageByName('RequestStopPlaceAgentStateReportingAll');
const unsubscribeTimeoutMs = 5_000;

/** With so many events, or bytes of them, that its reader has not taken a subscription rests. */
const { clientWaitingEvents: boundEvents, clientWaitingEventBytes: boundBytes } = limits;
/** With at most this part of both it goes on. */
const goOnShare = 0.5;
/** A server that has no room for the subscription now is asked again after this. */
const noRoomWaitMs = 500;

/** What a subscription needs of its logical client. */
export interface SubscriptionOwner {
  readonly proxyClient: number;
  /** Of what it submits. */
  readonly tenantId: number;
  readonly calls: CallQueue;
  /** Milliseconds from now, as a deadline. */
  deadline(timeoutMs: number): number;
  /** The subscription has ended. */
  forget(subscription: Subscription): void;
}

/** The state begins, and behind it these positions. */
interface StateBegins {
  readonly event: 'EventStateBegins';
  readonly start: readonly number[];
}

type Told = Exclude<StateEvent, { event: 'EventStateBegins' }>;
/** What a stream may be told. */
export type Arriving = ReportingEvent | Told | { readonly event: 'EventSubscriptionEnded' };
type Waiting = ReportingEvent | Told | StateBegins;

/** Nothing that happened: it has no place among the events. */
const isState = (event: Arriving | Waiting): event is Told =>
  event.event === 'EventUpToDate' ||
  event.event === 'EventQueueState' ||
  event.event === 'EventPlaceAgentState';

export class Subscription implements EventStream {
  readonly #owner: SubscriptionOwner;
  readonly #options: EventOptions;
  readonly #events = new AsyncQueue<Waiting>();
  readonly #onAbort = (): void => void this.close();
  #state: 'starting' | 'flowing' | 'stopping' | 'resting' | 'ended' = 'resting';
  #arrived: number[] | undefined;
  /** In which `#arrived` and `#taken` are positions. */
  #timeline: string | undefined;
  #taken: number[] = [];
  /** Partitions of which all that there was has been taken; only with `untilNow` or `state`. */
  readonly #upToDate = new Set<number>();
  /** Those whose state has arrived; undefined: none is awaited. */
  #complete: Set<number> | undefined;
  #id: number | undefined;
  #call: Call | undefined;
  #noRoom: Timer | undefined;
  /** It had a place among the subscriptions of the server before. */
  #hadPlace = false;

  constructor(owner: SubscriptionOwner, options: EventOptions) {
    this.#owner = owner;
    this.#options = options;
    try {
      this.#startAt(options.resumeToken);
      if (options.state === true && options.resumeToken === undefined) this.#complete = new Set();
    } catch (error) {
      this.ended(error as IxionError);
      return;
    }
    if (options.signal?.aborted === true) {
      this.ended(undefined);
    } else {
      options.signal?.addEventListener('abort', this.#onAbort);
      this.#subscribe();
    }
  }

  #startAt(token: EventOptions['resumeToken']): void {
    const position = token === undefined ? undefined : readResumeToken(token);
    this.#arrived = position && [...position.sequences];
    this.#timeline = position?.timeline;
    this.#taken = [...(position?.sequences ?? [])];
  }

  /** By which the server names it; undefined: it sends no events. */
  get id(): number | undefined {
    return this.#id;
  }

  get resumeToken(): string | undefined {
    if (this.#taken.length === 0 || !this.#isStateTaken) return undefined;
    return resumeTokenOf({ timeline: this.#timeline, sequences: this.#taken });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Without a state, or with all of it taken, events go on from what was taken. */
  get #isStateTaken(): boolean {
    const { state, resumeToken } = this.#options;
    if (state !== true || resumeToken !== undefined) return true;
    return this.#upToDate.size === this.#taken.length;
  }

  async next(): Promise<IteratorResult<ReportingEvent>> {
    try {
      for (;;) {
        const result = await this.#events.next();
        if (this.#state === 'resting') this.#goOn();
        if (result.done === true) return result;
        const { value } = result;
        const isEnd = this.#take(value);
        if (isEnd && this.#options.untilNow === true) {
          // What comes at the end is told before it.
          if (this.#options.state !== true) return await this.return();
          void this.close();
        } else if (value.event === 'EventUpToDate' && this.#options.state !== true) continue;
        const told = value.event === 'EventStateBegins' ? { event: value.event } : value;
        return { value: told as unknown as ReportingEvent, done: false };
      }
    } catch (error) {
      // Of its own: with the stack of the reader.
      throw error instanceof IxionError ? ownError(error, subscribeRequest.name) : error;
    }
  }

  /** The reader takes it. @returns whether all partitions have told all that there was */
  #take(value: Waiting): boolean {
    if (value.event === 'EventStateBegins') {
      this.#taken = [...value.start];
      this.#upToDate.clear();
      return false;
    }
    if (!isState(value)) advance(this.#taken, value);
    if (value.event !== 'EventUpToDate') return false;
    this.#upToDate.add(value.Partition);
    return this.#upToDate.size === this.#taken.length;
  }

  async return(): Promise<IteratorResult<ReportingEvent>> {
    await this.close();
    return { value: undefined, done: true };
  }

  async close(): Promise<void> {
    if (this.#state === 'ended') return;
    const [id, isFlowing] = [this.#id, this.#state === 'flowing'];
    if (this.#call !== undefined) {
      this.#owner.calls.giveUp(this.#call, new IxionError('ClientClosed'));
    }
    this.ended(undefined);
    if (id !== undefined && isFlowing) await this.#unsubscribe(id);
  }

  /** The end; `error` is thrown to the reader after what has arrived. */
  ended(error: Error | undefined): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#id = undefined;
    this.#noRoom?.cancel();
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    if (error === undefined) void this.#events.return();
    else this.#events.end(error);
    this.#owner.forget(this);
  }

  /**
   * The link is gone. A request without an answer is sent again by itself; else it is made anew.
   */
  lost(): void {
    if (this.#state !== 'flowing') return;
    this.#id = undefined;
    this.#subscribe();
  }

  /** An event came; `bytes`: of its body. */
  receive(event: Arriving, bytes: number): void {
    if (event.event === 'EventSubscriptionEnded') return this.lost();
    this.#arrived ??= [];
    if (isState(event)) {
      if (event.event === 'EventUpToDate') this.#complete?.add(event.Partition);
    } else if (!advance(this.#arrived, event)) return;
    this.#events.push(event, bytes);
    // A state that is not complete would have to begin anew: it is taken whole.
    const isFlowing = this.#state === 'flowing' && !this.#isStateComing;
    if (isFlowing && this.#isBeyond(1)) void this.#rest(this.#id!);
  }

  /** Some of the state has not arrived. */
  get #isStateComing(): boolean {
    return this.#complete !== undefined && this.#complete.size !== this.#arrived?.length;
  }

  /** Whether more waits for the reader than this part of the bounds. */
  #isBeyond(share: number): boolean {
    return this.#events.length > boundEvents * share || this.#events.weight > boundBytes * share;
  }

  /** The server does not send more until the reader has caught up. */
  async #rest(id: number): Promise<void> {
    this.#state = 'stopping';
    await this.#unsubscribe(id);
    // It may have ended meanwhile.
    if ((this.#state as string) !== 'stopping') return;
    this.#state = 'resting';
    this.#id = undefined;
    this.#goOn();
  }

  #goOn(): void {
    if (this.#noRoom === undefined && !this.#isBeyond(goOnShare)) this.#subscribe();
  }

  #subscribe(): void {
    this.#state = 'starting';
    // What is left of a state comes at one point of the streams only: it begins anew.
    if (this.#isStateComing) this.#arrived = undefined;
    const { state, tenants, kinds } = this.#options;
    const body = {
      TenantList: tenantList(tenants ?? [this.#owner.tenantId], kinds, tenants !== undefined),
      FullState: state === true ? true : undefined,
      ResumeToken: this.#arrived,
      Timeline: this.#arrived === undefined ? undefined : this.#timeline,
      FromStart: this.#arrived === undefined ? this.#options.fromStart : undefined,
      ServerEvents: this.#options.serverEvents === true ? true : undefined,
      TellUpToDate: this.#options.untilNow === true ? true : undefined,
    };
    this.#call = this.#owner.calls.submit(this.#request(subscribeRequest, body), Infinity, {
      resolve: (answer) => this.#subscribed(answer),
      reject: (error) => this.#refused(error),
      late: (answer) => void this.#unsubscribe(extensionOf(answer)['SubscriptionId']),
    });
  }

  /** Runs before any event of the same bytes is handed on. */
  #subscribed(answer: Attributes): void {
    this.#call = undefined;
    this.#state = 'flowing';
    this.#hadPlace = true;
    const { SubscriptionId: id, ResumeToken: token, Timeline: timeline } = extensionOf(answer);
    this.#id = Number(id);
    if (typeof timeline === 'string') this.#timeline = timeline;
    if (!Array.isArray(token)) return;
    const start = token.map(Number);
    if (this.#complete !== undefined && this.#arrived === undefined) {
      this.#complete.clear();
      this.#events.push({ event: 'EventStateBegins', start }, 0);
    }
    this.#arrived ??= [...start];
    if (this.#taken.length === 0) this.#taken = start;
  }

  /**
   * One that rested or lost its link gave its place up, and waits for another as long as it takes.
   */
  #refused(error: IxionError): void {
    this.#call = undefined;
    if (this.#state === 'ended') return;
    if (error.errorName !== 'TooManySubscriptions' || !this.#hadPlace) {
      return this.ended(error.errorName === 'ClientClosed' ? undefined : error);
    }
    this.#state = 'resting';
    this.#noRoom = this.#owner.calls.clock.setTimer(noRoomWaitMs, () => {
      this.#noRoom = undefined;
      if (this.#state === 'resting') this.#goOn();
    });
  }

  /** An error is no news: without its link there is no subscription either. */
  #unsubscribe(id: unknown): Promise<void> {
    return new Promise((resolve) => {
      const settle = (): void => resolve();
      const call = this.#owner.calls.submit(
        this.#request(unsubscribeRequest, { SubscriptionId: Number(id) }),
        this.#owner.deadline(unsubscribeTimeoutMs),
        { resolve: settle, reject: settle },
      );
      // On another link the number may be that of another subscription.
      call.isOfLink = true;
    });
  }

  #request(definition: Request['definition'], body: Request['body']): Request {
    const { proxyClient } = this.#owner;
    const route = { routeKind: RouteKind.none, routeKey: '', fence: false };
    return { definition, proxyClient, body, ...route };
  }
}

/** Of each tenant the kinds of objects; undefined: nothing was said. */
function tenantList(
  tenants: readonly number[],
  kinds: readonly string[] | undefined,
  isSaid: boolean,
): Record<string, Record<string, string>> | undefined {
  if (kinds === undefined && !isSaid) return undefined;
  const named = Object.fromEntries((kinds ?? []).map((kind) => [kind, '']));
  return Object.fromEntries(tenants.map((tenant) => [String(tenant), named]));
}

/**
 * Moves a position over an event; false if it is not behind it.
 * @throws {IxionError} MalformedBody for an event that names no partition
 */
function advance(position: number[], event: ReportingEvent): boolean {
  const { Partition: partition } = event;
  const sequence = event.event === 'EventGap' ? event.ToSequence : event.Sequence;
  if (!(Number.isInteger(partition) && partition >= 0 && partition < limits.partitions)) {
    throw new IxionError('MalformedBody', `${event.event} of partition ${String(partition)}`);
  }
  while (position.length <= partition) position.push(0);
  if (sequence <= position[partition]!) return false;
  position[partition] = sequence;
  return true;
}
