/**
 * The unanswered calls of a connection: sent when there is a link and room, queued otherwise, sent
 * again after a lost link or an answer that asks for patience. See `call.ts` for the states of one.
 *
 * Without a link, or with one that is not ready, calls queue. A ready link takes calls at once, up
 * to a window; one that is full takes nothing until it drains or an answer comes.
 */
import type { Clock, Random } from '../clock.js';
import { IxionError } from '../errors.js';
import { limits } from '../limits.js';
import { FrameWriter, type Attributes } from '../protocol/index.js';
import { isRetried, resendDelayMs } from './answered-error.js';
import { aborted } from './backoff.js';
import { Call, type CallEnd, type Request } from './call.js';
import { CallTable } from './call-table.js';
import type { Link } from './link.js';
import type { ClientMachine } from './machine.js';

/** Requests that the server is given at once; the rest waits here. */
const windowRequests = limits.requestsInFlightPerConnection;

export class CallQueue {
  readonly clock: Clock;
  readonly #random: Random;
  readonly #calls: CallTable;
  /** Encodes what has to wait. */
  readonly #parking = new FrameWriter(true);
  #link: Link | undefined;
  #ready = false;
  #queue: Call[] = [];
  #head = 0;
  /** Sent and not answered, those that were given up included: the server counts them too. */
  #inFlight = 0;
  /** Why the last link ended. */
  #lost: IxionError | undefined;
  #closed: IxionError | undefined;

  constructor({ clock, random }: ClientMachine) {
    this.clock = clock;
    this.#random = random;
    this.#calls = new CallTable(clock, (call, nowMs) => this.#due(call, nowMs));
  }

  /** Sends a call, now or when there is a link and room. */
  submit(request: Request, deadlineMs: number, end: CallEnd, signal?: AbortSignal): Call {
    const call = new Call(request, deadlineMs, false, end);
    if (this.#closed !== undefined) {
      call.reject(this.#closed);
      return call;
    }
    this.#calls.add(call);
    if (this.#head === this.#queue.length && this.#maySend()) this.#send(call);
    else this.#park(call);
    if (signal !== undefined && call.state !== 'settled') {
      call.watch(signal, () => {
        this.giveUp(call, aborted(signal));
      });
    }
    return call;
  }

  /** Sends a request that belongs to the present link, past the queue. */
  control(request: Request, timeoutMs: number): Promise<Attributes> {
    return new Promise((resolve, reject) => {
      if (this.#link?.open !== true) return reject(new IxionError('ConnectionLost'));
      const deadlineMs = this.clock.monotonicMs() + timeoutMs;
      const call = new Call(request, deadlineMs, true, { resolve, reject });
      this.#calls.add(call);
      this.#send(call);
    });
  }

  /** Rejects a call; what it brings later is handed to `late`. */
  giveUp(call: Call, error: IxionError): void {
    if (call.state === 'settled') return;
    const mayAnswer = call.state === 'sent' && call.end.late !== undefined;
    if (!mayAnswer) this.#calls.delete(call);
    call.reject(error);
  }

  /** Rejects all calls of one logical client, or all. */
  giveUpAll(error: IxionError, proxyClient?: number): void {
    for (const call of this.#calls.values()) {
      if (proxyClient === undefined || call.proxyClient === proxyClient) this.giveUp(call, error);
    }
  }

  /** Rejects the calls of one logical client that the server lets wait. */
  giveUpWaiting(error: IxionError, proxyClient: number): void {
    for (const call of this.#calls.values()) {
      if (call.waits && call.proxyClient === proxyClient) this.giveUp(call, error);
    }
  }

  /** A new link, for `control` only. */
  attach(link: Link): void {
    this.#link = link;
  }

  /** The link takes everything from now on. */
  start(): void {
    this.#ready = true;
    this.pump();
  }

  /** The server takes nothing new: calls wait for another link. */
  pause(): void {
    this.#ready = false;
  }

  /** The link is gone: what was sent is to be sent again, in the order of the first time. */
  detach(error: IxionError): void {
    this.#link = undefined;
    this.#ready = false;
    this.#inFlight = 0;
    this.#lost = error;
    this.#queue = [];
    this.#head = 0;
    for (const call of this.#calls.values()) {
      if (call.state === 'settled') this.#calls.delete(call);
      else if (call.isOfLink) this.giveUp(call, error);
      else if (call.state !== 'waiting') {
        if (call.state === 'sent') call.lastError = error;
        call.state = 'queued';
        this.#queue.push(call);
      }
    }
  }

  /** The end of all. */
  close(error: IxionError): void {
    this.#closed = error;
    this.#calls.stop();
    this.giveUpAll(error);
    this.#queue = [];
    this.#head = 0;
  }

  /** Sends what is queued, as far as there is room. */
  pump(): void {
    while (this.#head < this.#queue.length && this.#maySend()) {
      const call = this.#queue[this.#head++]!;
      if (call.state === 'queued') this.#send(call);
    }
    if (this.#head === this.#queue.length && this.#head > 0) {
      this.#queue = [];
      this.#head = 0;
    }
  }

  /** An answer came. Returns whether it shows a server that does its work. */
  answer(reference: number, result: Attributes | IxionError): boolean {
    this.#inFlight--;
    const call = this.#calls.get(reference);
    if (call?.state === 'sent' || call?.state === 'settled') this.#end(call, result);
    if (this.#head < this.#queue.length) this.pump();
    return call?.control === false && !(result instanceof IxionError);
  }

  #end(call: Call, result: Attributes | IxionError): void {
    if (!(result instanceof IxionError)) {
      this.#calls.delete(call);
      if (call.state === 'settled') call.end.late?.(result);
      else call.resolve(result);
    } else if (call.state === 'settled') {
      this.#calls.delete(call);
    } else if (call.control || !isRetried(result)) {
      this.#calls.delete(call);
      call.reject(result);
    } else {
      this.#wait(call, result);
    }
  }

  /** Sends the call again later, if its deadline allows. */
  #wait(call: Call, error: IxionError): void {
    call.lastError = error;
    call.retryAtMs = this.clock.monotonicMs() + resendDelayMs(error, call.attempts, this.#random);
    call.state = 'waiting';
    if (call.retryAtMs >= call.deadlineMs) this.giveUp(call, error);
    else this.#calls.wakeAt(call.retryAtMs);
  }

  #maySend(): boolean {
    return this.#ready && this.#link!.writable && this.#inFlight < windowRequests;
  }

  #send(call: Call): void {
    try {
      this.#link!.send(call, this.clock);
    } catch (error) {
      return this.#refuse(call, error);
    }
    call.state = 'sent';
    call.attempts++;
    this.#inFlight++;
  }

  /** Encodes a call now, as its caller may change the objects, and sends it later. */
  #park(call: Call): void {
    try {
      call.write(this.#parking, this.clock);
    } catch (error) {
      return this.#refuse(call, error);
    }
    call.written(this.#parking.take());
    this.#queue.push(call);
  }

  /** A call that cannot be encoded. */
  #refuse(call: Call, error: unknown): void {
    if (!(error instanceof IxionError)) throw error;
    this.giveUp(call, call.unwritable(error));
  }

  /** A deadline or the end of a wait. */
  #due(call: Call, nowMs: number): void {
    if (call.state === 'settled') return;
    if (nowMs >= call.deadlineMs) {
      const last = call.lastError ?? this.#lost;
      const patient = call.state === 'waiting' && last !== undefined;
      const error = new IxionError('DeadlineExceeded', undefined, { cause: last });
      this.giveUp(call, patient ? last : error);
    } else if (call.state === 'waiting') {
      call.state = 'queued';
      call.retryAtMs = Infinity;
      this.#queue.push(call);
      this.pump();
    }
  }
}
