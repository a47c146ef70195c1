/** Makes calls for one logical client, counts those without an answer, and drains them. */
import type { Clock } from '../clock.js';
import { IxionError } from '../errors.js';
import {
  encodeBody,
  messageByName,
  RouteKind,
  type Attributes,
  type Body,
  type RequestName,
} from '../protocol/index.js';
import { aborted } from './backoff.js';
import type { CallEnd, Request } from './call.js';
import type { CallQueue } from './call-queue.js';
import type { Detour } from './detours.js';
import { ownError, rejection } from './rejection.js';
import type { CallOptions } from './types.js';
import { unwritableError } from './unwritable.js';

type RouteName = keyof typeof RouteKind;

/** What a call needs beside the message and its body. */
export interface CallPlan<Result> {
  readonly route: RouteName;
  readonly key: string;
  /** May throw an IxionError. */
  readonly result: (answer: Attributes) => Result;
  readonly options: CallOptions | undefined;
  /** The server may let the request wait so long; such a call does not delay a drain. */
  readonly waitMs?: number | undefined;
  /** Takes an answer that nobody waits for any more. */
  readonly late?: (answer: Attributes) => void;
  /** Whether what was asked before is to be answered first. */
  readonly fence?: boolean;
  /** It ends with the link on which it was made: nobody could tell a repetition from another. */
  readonly ofLink?: boolean;
  /** Counts it while it is unanswered. */
  readonly detour?: Detour | undefined;
}

/** A request of a logical client, by the name of its message. */
export function requestOf(
  proxyClient: number,
  name: RequestName,
  body: Body | Uint8Array,
  route: RouteName = 'none',
  routeKey = '',
  fence = false,
): Request {
  const definition = messageByName(name);
  return { definition, proxyClient, routeKind: RouteKind[route], routeKey, body, fence };
}

/**
 * A request that was sent before this call.
 * @throws {IxionError} MissingAttribute without its key; what its body causes
 */
function repeated(
  request: Request,
  { requestKey, retryAgeMs = 0 }: CallOptions,
  nowMs: number,
): Request {
  const { body, definition } = request;
  if (requestKey === undefined) {
    const detail = 'options.retryAgeMs is given without options.requestKey';
    const remedy = 'give the requestKey that the request had when it was sent first';
    const options = { request: definition.name, position: 'options.requestKey', remedy };
    throw new IxionError('MissingAttribute', detail, options);
  }
  try {
    const packed = body instanceof Uint8Array ? body : encodeBody(definition.number, body);
    return { ...request, body: packed, sentMs: nowMs - retryAgeMs };
  } catch (error) {
    if (!(error instanceof IxionError)) throw error;
    throw unwritableError(error, definition, body);
  }
}

/** A call whose answer is made into a result; it is counted until then. */
class Reply<Result> implements CallEnd {
  readonly late: CallEnd['late'];
  readonly #count: Unanswered;
  readonly #name: RequestName;
  readonly #detour: Detour | undefined;
  readonly #result: (answer: Attributes) => Result;
  readonly #resolve: (result: Result | Promise<never>) => void;
  readonly #reject: (error: unknown) => void;

  constructor(
    count: Unanswered,
    name: RequestName,
    plan: CallPlan<Result>,
    resolve: (result: Result | Promise<never>) => void,
    reject: (error: unknown) => void,
  ) {
    this.late = plan.late;
    this.#name = name;
    this.#detour = plan.detour;
    this.#count = count;
    this.#result = plan.result;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  resolve(answer: Attributes): void {
    this.#settled();
    try {
      this.#resolve(this.#result(answer));
    } catch (error) {
      if (error instanceof IxionError) this.#resolve(rejection(error, this.#name));
      else this.#reject(error);
    }
  }

  reject(error: IxionError): void {
    this.#settled();
    this.#resolve(rejection(error, this.#name));
  }

  #settled(): void {
    if (this.#detour !== undefined) this.#detour.unanswered--;
    if (--this.#count.calls === 0) this.#count.drained?.();
  }
}

/** Calls without an answer. */
interface Unanswered {
  calls: number;
  /** Called when there are none any more. */
  drained: (() => void) | undefined;
}

export class Caller {
  readonly #calls: CallQueue;
  readonly #proxyClient: number;
  readonly #timeoutMs: number;
  readonly #unanswered: Unanswered = { calls: 0, drained: undefined };
  #refusal: IxionError | undefined;

  constructor(calls: CallQueue, proxyClient: number, timeoutMs: number) {
    this.#calls = calls;
    this.#proxyClient = proxyClient;
    this.#timeoutMs = timeoutMs;
  }

  get clock(): Clock {
    return this.#calls.clock;
  }

  /** Why no more calls are taken. */
  get refusal(): IxionError | undefined {
    return this.#refusal;
  }

  call<Result>(
    name: RequestName,
    body: Body | Uint8Array,
    plan: CallPlan<Result>,
  ): Promise<Result> {
    return new Promise((resolve, reject) => {
      const { options, waitMs = 0, detour } = plan;
      const signal = options?.signal;
      if (this.#refusal !== undefined || signal?.aborted === true) {
        return reject(ownError(this.#refusal ?? aborted(signal!), name));
      }
      const timeoutMs = options?.timeoutMs ?? this.#timeoutMs + waitMs;
      const nowMs = this.#calls.clock.monotonicMs();
      const { route, key, fence = options?.fence } = plan;
      let request = requestOf(this.#proxyClient, name, body, route, key, fence);
      if (options?.retryAgeMs !== undefined) request = repeated(request, options, nowMs);
      this.#unanswered.calls++;
      if (detour !== undefined) detour.unanswered++;
      const call = this.#calls.submit(
        request,
        nowMs + timeoutMs,
        new Reply(this.#unanswered, name, plan, resolve, reject),
        signal,
      );
      call.waits = waitMs > 0;
      if (plan.ofLink === true) call.isOfLink = true;
      if (request.sentMs === undefined) call.madeMs = nowMs;
    });
  }

  /** Takes no more calls. */
  refuse(reason: IxionError): void {
    this.#refusal ??= reason;
  }

  /** Waits for all answers, but not for pulls that wait in the server: they are given up. */
  async drain(): Promise<void> {
    this.#calls.giveUpWaiting(new IxionError('ClientClosed'), this.#proxyClient);
    if (this.#unanswered.calls === 0) return;
    await new Promise<void>((resolve) => (this.#unanswered.drained = resolve));
  }
}
