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
import type { EventOptions, EventStream, ReportingEvent } from './types.js';

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
  readonly calls: CallQueue;
  /** Milliseconds from now, as a deadline. */
  deadline(timeoutMs: number): number;
  /** The subscription has ended. */
  forget(subscription: Subscription): void;
}

/** Nothing that happened: all events of a partition up to one have been sent. */
interface UpToDate {
  readonly event: 'EventUpToDate';
  readonly Partition: number;
  readonly Sequence: number;
}

const isUpToDate = (event: ReportingEvent | UpToDate): event is UpToDate =>
  event.event === 'EventUpToDate';

export class Subscription implements EventStream {
  readonly #owner: SubscriptionOwner;
  readonly #options: EventOptions;
  readonly #events = new AsyncQueue<ReportingEvent | UpToDate>();
  readonly #onAbort = (): void => void this.close();
  #state: 'starting' | 'flowing' | 'stopping' | 'resting' | 'ended' = 'resting';
  #arrived: number[] | undefined;
  /** In which `#arrived` and `#taken` are positions. */
  #timeline: string | undefined;
  #taken: number[] = [];
  /** Partitions that have sent all there was; only with `untilNow`. */
  readonly #upToDate = new Set<number>();
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
    if (this.#taken.length === 0) return undefined;
    return resumeTokenOf({ timeline: this.#timeline, sequences: this.#taken });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<ReportingEvent>> {
    try {
      for (;;) {
        const result = await this.#events.next();
        if (result.done !== true) advance(this.#taken, result.value);
        if (this.#state === 'resting') this.#goOn();
        if (result.done === true || !isUpToDate(result.value)) {
          return result as IteratorResult<ReportingEvent>;
        }
        this.#upToDate.add(result.value.Partition);
        if (this.#upToDate.size === this.#taken.length) return await this.return();
      }
    } catch (error) {
      // Of its own: with the stack of the reader.
      throw error instanceof IxionError ? ownError(error, subscribeRequest.name) : error;
    }
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
  receive(event: ReportingEvent | UpToDate, bytes: number): void {
    this.#arrived ??= [];
    // What it tells may be what has arrived already.
    if (!advance(this.#arrived, event) && !isUpToDate(event)) return;
    this.#events.push(event, bytes);
    if (this.#state === 'flowing' && this.#isBeyond(1)) void this.#rest(this.#id!);
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
    const body = {
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

/**
 * Moves a position over an event; false if it is not behind it.
 * @throws {IxionError} MalformedBody for an event that names no partition
 */
function advance(position: number[], event: ReportingEvent | UpToDate): boolean {
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
