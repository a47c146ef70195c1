/**
 * A subscription to reporting events that outlives its links. It knows two positions: up to where
 * events have arrived (from there it subscribes again after a lost link) and up to where its reader
 * has taken them (the resume token of the user). What arrives twice is dropped by its Sequence.
 */
import { IxionError } from '../errors.js';
import { limits } from '../limits.js';
import { messageByName, RouteKind, type Attributes } from '../protocol/index.js';
import { AsyncQueue } from './async-queue.js';
import type { Call, Request } from './call.js';
import type { CallQueue } from './call-queue.js';
import type { Backlog } from './read-gate.js';
import { extensionOf } from './results.js';
import { readResumeToken, resumeTokenOf } from './resume-token.js';
import type { EventOptions, EventStream, ReportingEvent } from './types.js';

const subscribeRequest = messageByName('RequestStartPlaceAgentStateReportingAll');
const unsubscribeRequest = messageByName('RequestStopPlaceAgentStateReportingAll');
const unsubscribeTimeoutMs = 5_000;

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

export class Subscription implements EventStream, Backlog {
  readonly #owner: SubscriptionOwner;
  readonly #options: EventOptions;
  readonly #events = new AsyncQueue<ReportingEvent | UpToDate>();
  readonly #onAbort = (): void => void this.close();
  #arrived: number[] | undefined;
  /** In which `#arrived` and `#taken` are positions. */
  #timeline: string | undefined;
  #taken: number[] = [];
  /** Partitions that have sent all there was; only with `untilNow`. */
  readonly #upToDate = new Set<number>();
  #id: number | undefined;
  #call: Call | undefined;

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

  get id(): number | undefined {
    return this.#id;
  }

  get resumeToken(): string | undefined {
    if (this.#taken.length === 0) return undefined;
    return resumeTokenOf({ timeline: this.#timeline, sequences: this.#taken });
  }

  get waitingEvents(): number {
    return this.#events.length;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<ReportingEvent>> {
    for (;;) {
      const result = await this.#events.next();
      if (result.done !== true) advance(this.#taken, result.value);
      this.#owner.calls.reading.changed(this, this.#owner.calls.inFlight);
      if (result.done === true || !isUpToDate(result.value)) {
        return result as IteratorResult<ReportingEvent>;
      }
      this.#upToDate.add(result.value.Partition);
      if (this.#upToDate.size === this.#taken.length) return this.return();
    }
  }

  async return(): Promise<IteratorResult<ReportingEvent>> {
    await this.close();
    return { value: undefined, done: true };
  }

  async close(): Promise<void> {
    if (this.#events.ended) return;
    const id = this.#id;
    if (this.#call !== undefined) {
      this.#owner.calls.giveUp(this.#call, new IxionError('ClientClosed'));
    }
    this.ended(undefined);
    if (id !== undefined) await this.#unsubscribe(id);
  }

  /** The end; `error` is thrown to the reader after what has arrived. */
  ended(error: Error | undefined): void {
    if (this.#events.ended) return;
    this.#id = undefined;
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    if (error === undefined) void this.#events.return();
    else this.#events.end(error);
    this.#owner.calls.reading.changed(this, this.#owner.calls.inFlight);
    this.#owner.forget(this);
  }

  /** The link is gone. A request without an answer is sent again by itself; else it is made anew. */
  lost(): void {
    if (this.#id === undefined) return;
    this.#id = undefined;
    this.#subscribe();
  }

  receive(event: ReportingEvent | UpToDate): void {
    this.#arrived ??= [];
    // What it tells may be what has arrived already.
    if (!advance(this.#arrived, event) && !isUpToDate(event)) return;
    this.#events.push(event);
    this.#owner.calls.reading.changed(this, this.#owner.calls.inFlight);
  }

  #subscribe(): void {
    const body = {
      ResumeToken: this.#arrived,
      Timeline: this.#arrived === undefined ? undefined : this.#timeline,
      FromStart: this.#arrived === undefined ? this.#options.fromStart : undefined,
      TellUpToDate: this.#options.untilNow === true ? true : undefined,
    };
    this.#call = this.#owner.calls.submit(this.#request(subscribeRequest, body), Infinity, {
      resolve: (answer) => this.#subscribed(answer),
      reject: (error) => {
        this.#call = undefined;
        this.ended(error.errorName === 'ClientClosed' ? undefined : error);
      },
      late: (answer) => void this.#unsubscribe(extensionOf(answer)['SubscriptionId']),
    });
  }

  /** Runs before any event of the same bytes is handed on. */
  #subscribed(answer: Attributes): void {
    this.#call = undefined;
    const { SubscriptionId: id, ResumeToken: token, Timeline: timeline } = extensionOf(answer);
    this.#id = Number(id);
    if (typeof timeline === 'string') this.#timeline = timeline;
    if (!Array.isArray(token)) return;
    const start = token.map(Number);
    this.#arrived ??= [...start];
    if (this.#taken.length === 0) this.#taken = start;
  }

  #unsubscribe(id: unknown): Promise<void> {
    return new Promise((resolve) => {
      const deadlineMs = this.#owner.deadline(unsubscribeTimeoutMs);
      const settle = (): void => resolve();
      // An error is no news: without a link there is no subscription either.
      this.#owner.calls.submit(
        this.#request(unsubscribeRequest, { SubscriptionId: Number(id) }),
        deadlineMs,
        { resolve: settle, reject: settle },
      );
    });
  }

  #request(definition: Request['definition'], body: Request['body']): Request {
    const { proxyClient } = this.#owner;
    return { definition, proxyClient, routeKind: RouteKind.none, routeKey: '', body };
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
