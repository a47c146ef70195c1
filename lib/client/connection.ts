/**
 * One connection and what outlives its links: the logical clients and their unanswered calls.
 *
 * - `connecting`: there is no link, or the logical clients are being registered on it. Calls queue.
 * - `ready`: all are registered; calls are sent.
 * - `closed`: the end, by the user or because no further attempt is to be made. Every call is
 *   rejected with the reason.
 *
 * When a link is lost, what was sent and not answered joins the queue again, in the order in which
 * it was first made; then the loop waits (exponential, full jitter) and tries again. On a new link
 * all logical clients register with their session keys, and only when all are answered the queue
 * moves: what changes something carries its RequestKey and the retry flag, so that it is executed
 * once. Registrations and subscriptions belong to a link: they are not sent again but made anew.
 */
import { IxionError } from '../errors.js';
import { limits } from '../limits.js';
import {
  answerByNumber,
  decodeAnswer,
  messageByName,
  RouteKind,
  type Attributes,
  type FrameHeader,
} from '../protocol/index.js';
import { answeredError } from './answered-error.js';
import { aborted, backoffMs, sleep } from './backoff.js';
import type { Request } from './call.js';
import { CallQueue } from './call-queue.js';
import { Link } from './link.js';
import { LinkWatch } from './link-watch.js';
import type { ClientMachine } from './machine.js';
import type { TransportFactory } from './transport.js';
import type { ReconnectOptions } from './types.js';

/** An attempt to open a link, and each control request on it, are given up after this. */
const openTimeoutMs = limits.registrationTimeoutMs;

const pingRequest = messageByName('RequestPing');

/** A logical client, as its connection sees it. */
export interface Member {
  readonly proxyClient: number;
  /** The request that registers it on a new link. */
  registration(): Request;
  /** It is registered on the present link. */
  registered(answer: Attributes): void;
  /** The server has said that it stops; the link will go. */
  serverDrains(): void;
  /** The link is gone; there may be another. */
  lost(): void;
  /** The end: no call will succeed any more. */
  ended(reason: IxionError): void;
  /** An event came for it; `bytes`: of its body. */
  event(name: string, attributes: Attributes, bytes: number): void;
  /** What it asks again when it has registered, before all else; undefined: nothing. */
  again(): Request | undefined;
  /** That was answered. */
  answeredAgain(answer: Attributes): void;
  /** It was refused for good. */
  refusedAgain(error: IxionError): void;
}

export interface ConnectionOptions {
  readonly machine: ClientMachine;
  readonly server: string;
  readonly transport: TransportFactory;
  readonly reconnect: false | ReconnectOptions;
  /** A link from which nothing came for so long is lost; 0: is not. */
  readonly keepAliveMs: number;
  /** Closes the connection at once. */
  readonly signal: AbortSignal | undefined;
}

export class Connection {
  readonly machine: ClientMachine;
  readonly calls: CallQueue;
  /** Why there is no link. */
  lastError: IxionError | undefined;
  readonly #options: ConnectionOptions;
  readonly #members = new Map<number, Member>();
  readonly #closing = new AbortController();
  #state: 'connecting' | 'ready' | 'closed' = 'connecting';
  #link: Link | undefined;
  /** Attempts since a server last did some work. */
  #attempts = 0;
  /** A server that stopped has asked not to come back earlier. */
  #notBeforeMs = 0;
  #lastProxyClient = 0;
  readonly #onAbort = (): void => this.close(aborted(this.#options.signal!));

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.machine = options.machine;
    this.calls = new CallQueue(options.machine);
    options.signal?.addEventListener('abort', this.#onAbort);
  }

  get state(): 'connecting' | 'ready' | 'closed' {
    return this.#state;
  }

  /** Connects, and again when a link is lost, until closed. Call once. */
  start(): void {
    void this.#run();
  }

  /** A number for another logical client. */
  nextProxyClient(): number {
    return ++this.#lastProxyClient;
  }

  /** Registers a logical client now, and on every link to come. */
  join(member: Member): void {
    this.#members.set(member.proxyClient, member);
    if (this.#state === 'ready' && this.#link !== undefined) {
      void this.#register(member, this.#link);
    }
  }

  /** Forgets a logical client; the last one closes the connection once its frames are sent. */
  leave(member: Member): void {
    if (!this.#members.delete(member.proxyClient) || this.#members.size > 0) return;
    this.#link?.end();
    this.close(new IxionError('ClientClosed'));
  }

  /** Sends a request that belongs to the present link; rejects when that ends. */
  control(request: Request): Promise<Attributes> {
    return this.calls.control(request, openTimeoutMs);
  }

  /** The end. What is already with the link is still sent if the reason is `ClientClosed`. */
  close(reason: IxionError): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#closing.abort();
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    if (reason.errorName !== 'ClientClosed') this.#link?.destroy();
    this.calls.close(reason);
    for (const member of this.#members.values()) member.ended(reason);
    this.#members.clear();
  }

  async #run(): Promise<void> {
    const { reconnect } = this.#options;
    const { clock, random } = this.machine;
    let downSinceMs = clock.monotonicMs();
    for (;;) {
      const link = await this.#open();
      if (link !== undefined && (await this.#serve(link))) {
        downSinceMs = clock.monotonicMs();
      }
      if (this.#state === 'closed') return;
      const final = this.lastError?.retryable === false;
      if (reconnect === false || final) return this.#giveUp();
      const downMs = clock.monotonicMs() - downSinceMs;
      if (reconnect.giveUpMs !== undefined && downMs >= reconnect.giveUpMs) return this.#giveUp();
      const waitMs = backoffMs(this.#attempts++, reconnect.minMs, reconnect.maxMs, random);
      const givenMs = this.#notBeforeMs - clock.monotonicMs();
      await sleep(clock, Math.max(waitMs, givenMs), this.#closing.signal);
    }
  }

  #giveUp(): void {
    this.close(this.lastError ?? new IxionError('ConnectionLost'));
  }

  async #open(): Promise<Link | undefined> {
    const { server, transport } = this.#options;
    if (this.#closing.signal.aborted) return undefined;
    // Not `AbortSignal.timeout`: the signal stays with the socket, and would end
    // it when it is open.
    const late = new AbortController();
    const timer = this.machine.clock.setTimer(openTimeoutMs, () => late.abort(), true);
    const signal = AbortSignal.any([this.#closing.signal, late.signal]);
    try {
      return await Link.open(
        server,
        transport,
        {
          frame: (buffer, header) => this.#frame(buffer, header),
          drained: () => this.calls.pump(),
        },
        signal,
      );
    } catch (error) {
      this.lastError =
        error instanceof IxionError
          ? error
          : new IxionError('NoConnection', `${server}: ${messageOf(error)}`, { cause: error });
      return undefined;
    } finally {
      timer.cancel();
    }
  }

  /** Registers all on a link and waits for its end. Returns whether it was ready. */
  async #serve(link: Link): Promise<boolean> {
    if (this.#closing.signal.aborted) {
      link.destroy();
      return false;
    }
    this.#link = link;
    this.calls.attach(link);
    // At once, also while clients are being registered: their requests end with the link.
    const lost = link.ended.then((reason) => this.#lost(reason));
    await Promise.all([...this.#members.values()].map((member) => this.#register(member, link)));
    const ready = link.open && !this.#closing.signal.aborted;
    if (ready) {
      this.#state = 'ready';
      this.calls.start();
    }
    const watch = ready ? this.#watch(link) : undefined;
    await lost;
    watch?.stop();
    return ready;
  }

  #watch(link: Link): LinkWatch | undefined {
    const { keepAliveMs } = this.#options;
    if (keepAliveMs === 0) return undefined;
    const dead = new IxionError('ConnectionLost', `nothing came for ${keepAliveMs} ms`);
    return new LinkWatch(
      this.machine.clock,
      link,
      keepAliveMs,
      () => this.#askForLife(),
      () => link.destroy(dead),
    );
  }

  #askForLife(): void {
    const [member] = this.#members.values();
    if (member === undefined) return;
    const ping = { definition: pingRequest, proxyClient: member.proxyClient, body: {} };
    const request = { ...ping, routeKind: RouteKind.none, routeKey: '', fence: false };
    // Whatever comes, an error too, is a sign of life; the watch counts what does not come.
    this.control(request).catch(() => undefined);
  }

  /** Never rejects: a refusal ends the logical client, anything passing ends the link. */
  async #register(member: Member, link: Link): Promise<void> {
    try {
      member.registered(await this.control(member.registration()));
      await this.#again(member, link);
    } catch (error) {
      if (!(error instanceof IxionError)) throw error;
      if (error.retryable) return link.destroy(error);
      this.#expel(member, error);
    }
  }

  /** Anything passing ends the link, as a registration. */
  async #again(member: Member, link: Link): Promise<void> {
    const request = member.again();
    if (request === undefined) return;
    try {
      member.answeredAgain(await this.control(request));
    } catch (error) {
      if (!(error instanceof IxionError)) throw error;
      if (error.retryable) link.destroy(error);
      else member.refusedAgain(error);
    }
  }

  #lost(reason: Error | undefined): void {
    this.#link = undefined;
    const passing = reason instanceof IxionError && reason.retryable;
    this.lastError = passing
      ? reason
      : new IxionError('ConnectionLost', reason && messageOf(reason), { cause: reason });
    this.calls.detach(this.lastError);
    if (this.#state === 'closed') return;
    this.#state = 'connecting';
    for (const member of this.#members.values()) member.lost();
  }

  /** A throw ends the link with that error. */
  #frame(buffer: Uint8Array, header: FrameHeader): void {
    const { reference, proxyClient } = header;
    const name = answerByNumber(header.message)?.name;
    const attributes = decodeAnswer(buffer, header.bodyStart, header.bodyEnd);
    if (reference !== 0) {
      const result = name === 'EventError' ? answeredError(attributes) : attributes;
      if (this.calls.answer(reference, result)) this.#attempts = 0;
      return;
    }
    const member = this.#members.get(proxyClient);
    if (name === 'EventError' || name === 'EventForcedDisconnect') {
      const error = answeredError(attributes);
      if (name === 'EventError' || member === undefined || error.retryable) throw error;
      this.#expel(member, error);
    } else if (name === 'EventServerDraining') {
      this.#serverDrains(member, attributes);
    } else if (name !== undefined) {
      this.#attempts = 0;
      member?.event(name, attributes, header.bodyEnd - header.bodyStart);
    }
  }

  /** Each logical client is told; the last one decides when to come back. */
  #serverDrains(member: Member | undefined, { ReconnectAfterMs: afterMs }: Attributes): void {
    if (typeof afterMs === 'number') {
      const nowMs = this.machine.clock.monotonicMs();
      this.#notBeforeMs = Math.max(this.#notBeforeMs, nowMs + afterMs);
    }
    this.calls.pause();
    member?.serverDrains();
  }

  /** The server ended one logical client for good. */
  #expel(member: Member, error: IxionError): void {
    this.calls.giveUpAll(error, member.proxyClient);
    member.ended(error);
    this.leave(member);
  }
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
