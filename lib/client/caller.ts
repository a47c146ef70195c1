/** Makes calls for one logical client, counts those without an answer, and drains them. */
import { systemClock } from '../clock.js';
import { IxionError } from '../errors.js';
import {
  messageByName,
  RouteKind,
  type Attributes,
  type Body,
  type RequestName,
} from '../protocol/index.js';
import { aborted } from './backoff.js';
import type { CallEnd, Request } from './call.js';
import type { CallQueue } from './call-queue.js';
import type { CallOptions } from './types.js';

type RouteName = keyof typeof RouteKind;

/** What a call needs beside the message and its body. */
export interface CallPlan<Result> {
  readonly route: RouteName;
  readonly key: string;
  /** May throw an IxionError. */
  readonly result: (answer: Attributes) => Result;
  readonly options: CallOptions | undefined;
  /** The server may hold the request so long; such a call does not hold up a drain. */
  readonly waitMs?: number | undefined;
  /** Takes an answer that nobody waits for any more. */
  readonly late?: (answer: Attributes) => void;
}

/** A request of a logical client, by the name of its message. */
export function requestOf(
  proxyClient: number,
  name: RequestName,
  body: Body | Uint8Array,
  route: RouteName = 'none',
  routeKey = '',
): Request {
  const definition = messageByName(name);
  return { definition, proxyClient, routeKind: RouteKind[route], routeKey, body };
}

/** A call whose answer is made into a result; it is counted until then. */
class Reply<Result> implements CallEnd {
  readonly late: CallEnd['late'];
  readonly #count: Unanswered;
  readonly #result: (answer: Attributes) => Result;
  readonly #resolve: (result: Result) => void;
  readonly #reject: (error: unknown) => void;

  constructor(
    count: Unanswered,
    plan: CallPlan<Result>,
    resolve: (result: Result) => void,
    reject: (error: unknown) => void,
  ) {
    this.late = plan.late;
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
      this.#reject(error);
    }
  }

  reject(error: IxionError): void {
    this.#settled();
    this.#reject(error);
  }

  #settled(): void {
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
      const { options, waitMs = 0 } = plan;
      const signal = options?.signal;
      if (this.#refusal !== undefined) return reject(this.#refusal);
      if (signal?.aborted === true) {
        return reject(aborted(signal));
      }
      const timeoutMs = options?.timeoutMs ?? this.#timeoutMs + waitMs;
      const nowMs = systemClock.monotonicMs();
      this.#unanswered.calls++;
      const call = this.#calls.submit(
        requestOf(this.#proxyClient, name, body, plan.route, plan.key),
        nowMs + timeoutMs,
        new Reply(this.#unanswered, plan, resolve, reject),
        signal,
      );
      call.held = waitMs > 0;
      call.madeMs = nowMs;
    });
  }

  /** Takes no more calls. */
  refuse(reason: IxionError): void {
    this.#refusal ??= reason;
  }

  /** Waits for all answers, but not for pulls that the server holds: they are given up. */
  async drain(): Promise<void> {
    this.#calls.giveUpHeld(new IxionError('ClientClosed'), this.#proxyClient);
    if (this.#unanswered.calls === 0) return;
    await new Promise<void>((resolve) => (this.#unanswered.drained = resolve));
  }
}
