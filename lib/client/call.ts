/**
 * One request on its way. Its states:
 *
 * - `queued`: to be sent, in order. From the start; again when a connection is lost
 *   or a wait is over.
 * - `sent`: unanswered on the present link.
 * - `waiting`: the server asked for patience ("busy" and its like); queued again at `retryAtMs`.
 * - `settled`: its promise is resolved or rejected. Such a call is only kept in the table when it
 *   may bring something late that must not be lost: a pull that was given up.
 */
import type { Clock } from '../clock.js';
import type { IxionError } from '../errors.js';
import { limits } from '../limits.js';
import { FrameFlag, frameHeaderBytes, FrameOffset } from '../protocol/frame-layout.js';
import type { FrameWriter } from '../protocol/frame-writer.js';
import type { MessageDefinition, RouteKind } from '../protocol/message.js';
import type { Attributes, Body } from '../protocol/index.js';
import { retryAgeBytesMax } from '../protocol/repeated-body.js';
import { unwritableError } from './unwritable.js';

/** What is to be sent. */
export interface Request {
  readonly definition: MessageDefinition;
  readonly proxyClient: number;
  readonly routeKind: RouteKind;
  readonly routeKey: string;
  /** Packed already, or attributes by name. */
  readonly body: Body | Uint8Array;
  /** Executed when what was asked before is answered. */
  readonly fence: boolean;
  /**
   * When it was sent first, by `Clock.monotonicMs`, if that was before this call; `body` is packed
   * then, and nobody writes into it. Undefined: it was not.
   */
  readonly sentMs?: number | undefined;
}

/** What becomes of it. */
export interface CallEnd {
  resolve(answer: Attributes): void;
  reject(error: IxionError): void;
  /** Takes what a call brings that was given up; absent: nothing is lost with it. */
  readonly late?: ((answer: Attributes) => void) | undefined;
}

export class Call {
  readonly definition: MessageDefinition;
  readonly proxyClient: number;
  /** By `Clock.monotonicMs`. */
  readonly deadlineMs: number;
  /** Of the connection itself (register, ping): past the queue, and never put off. */
  readonly control: boolean;
  readonly end: CallEnd;
  reference = 0;
  /** Counts the calls of a connection in the order in which they were made. */
  order = 0;
  state: 'queued' | 'sent' | 'waiting' | 'settled' = 'queued';
  /**
   * The server may let it wait as long as it was asked to, and nobody waits for it at the end. A
   * mark and no Set of such calls: a table that comes and goes keeps the dead, see
   * `reference-slots.ts`.
   */
  waits = false;
  /** It means something only on the link on which it was made: it ends with that. */
  isOfLink: boolean;
  /** Times sent. */
  attempts = 0;
  /** When it was made, by `Clock.monotonicMs`: it was not sent before. */
  madeMs = 0;
  retryAtMs = Infinity;
  /** The last answer that asked for patience, or the loss of the link. */
  lastError: IxionError | undefined;

  readonly #routeKind: RouteKind;
  readonly #routeKey: string;
  readonly #fence: boolean;
  /** Sent before it was made: its body stays as it was given. */
  readonly #isRepetition: boolean;
  /** Until the first send, or until `frames` has a copy. */
  #body: Body | Uint8Array | undefined;
  /** The frame as it was first written: `frames` from `start`. The bytes are shared with others. */
  #frames: Uint8Array | undefined;
  #start = 0;
  #length = 0;
  #signal: AbortSignal | undefined;
  #onAbort: (() => void) | undefined;

  constructor(request: Request, deadlineMs: number, control: boolean, end: CallEnd) {
    this.definition = request.definition;
    this.proxyClient = request.proxyClient;
    this.#routeKind = request.routeKind;
    this.#routeKey = request.routeKey;
    this.#body = request.body;
    this.#fence = request.fence;
    this.#isRepetition = request.sentMs !== undefined;
    if (request.sentMs !== undefined) this.madeMs = request.sentMs;
    this.deadlineMs = deadlineMs;
    this.control = control;
    this.isOfLink = control;
    this.end = end;
  }

  /**
   * Appends the frame; with the retry flag when it was sent before. The body is encoded the first
   * time, so that what the caller does with its objects afterwards changes nothing; later the bytes
   * of then are copied. `written` must follow when the writer's bytes are taken.
   * @throws {IxionError} what the body causes
   */
  write(writer: FrameWriter, clock: Clock): void {
    const isRepeated = (this.attempts > 0 || this.#isRepetition) && this.definition.changes;
    const flags = (isRepeated ? FrameFlag.retry : 0) | (this.#fence ? FrameFlag.fence : 0);
    const start = writer.length;
    const length = writer.write(
      this.definition.number,
      flags,
      this.reference,
      this.proxyClient,
      this.#routeKind,
      this.#routeKey,
      this.#body ?? this.#packedBody(),
      isRepeated ? this.#ageMs(clock) : undefined,
    );
    if (this.#body === undefined || this.#isRepetition) return;
    this.#start = start;
    this.#length = length;
  }

  /** The error that writing caused, with the position of the argument. */
  unwritable(error: IxionError): IxionError {
    return unwritableError(error, this.definition, this.#body);
  }

  /** Undefined: there is no room to say it. */
  #ageMs(clock: Clock): number | undefined {
    if (this.#length + retryAgeBytesMax > limits.requestFrameBytes) return undefined;
    return Math.ceil(clock.monotonicMs() - this.madeMs);
  }

  /** The bytes that `write` wrote into, which nobody will write again. */
  written(frames: Uint8Array): void {
    if (this.#body === undefined || this.#isRepetition) return;
    this.#frames = frames;
    this.#body = undefined;
  }

  #packedBody(): Uint8Array {
    const frames = this.#frames!;
    const keyLength = frames[this.#start + FrameOffset.routeKeyLength]!;
    const bodyStart = this.#start + frameHeaderBytes + keyLength;
    return frames.subarray(bodyStart, this.#start + this.#length);
  }

  /** Calls back when the signal is aborted before the call is settled. */
  watch(signal: AbortSignal, onAbort: () => void): void {
    this.#signal = signal;
    this.#onAbort = onAbort;
    signal.addEventListener('abort', onAbort);
  }

  resolve(answer: Attributes): void {
    this.#settle();
    this.end.resolve(answer);
  }

  reject(error: IxionError): void {
    this.#settle();
    this.end.reject(error);
  }

  #settle(): void {
    this.state = 'settled';
    if (this.#onAbort !== undefined) this.#signal?.removeEventListener('abort', this.#onAbort);
  }
}
