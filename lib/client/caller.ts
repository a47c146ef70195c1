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
import type { Call, Request } from './call.js';
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

export class Caller {
  readonly #calls: CallQueue;
  readonly #proxyClient: number;
  readonly #timeoutMs: number;
  readonly #held = new Set<Call>();
  #unanswered = 0;
  #drained: (() => void) | undefined;
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
      let call: Call | undefined;
      const settled = (): void => {
        if (waitMs > 0 && call !== undefined) this.#held.delete(call);
        if (--this.#unanswered === 0) this.#drained?.();
      };
      this.#unanswered++;
      call = this.#calls.submit(
        requestOf(this.#proxyClient, name, body, plan.route, plan.key),
        systemClock.monotonicMs() + timeoutMs,
        {
          resolve: (answer) => {
            settled();
            try {
              resolve(plan.result(answer));
            } catch (error) {
              reject(error);
            }
          },
          reject: (error) => {
            settled();
            reject(error);
          },
          late: plan.late,
        },
        signal,
      );
      if (waitMs > 0 && call.state !== 'settled') this.#held.add(call);
    });
  }

  /** Takes no more calls. */
  refuse(reason: IxionError): void {
    this.#refusal ??= reason;
  }

  /** Waits for all answers, but not for pulls that the server holds: they are given up. */
  async drain(): Promise<void> {
    for (const call of this.#held) this.#calls.giveUp(call, new IxionError('ClientClosed'));
    if (this.#unanswered > 0) await new Promise<void>((resolve) => (this.#drained = resolve));
  }
}
