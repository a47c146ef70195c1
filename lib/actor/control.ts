/**
 * Calls between the main thread and a worker thread: start, stop, statistics. The only user of
 * comlink, which leaves three things to its user: a call to a thread that died waits for ever, an
 * error loses its code, and a proxy that is collected drops its answers. So a call here has a
 * deadline, fails when the thread is lost, carries its error as data, and keeps its proxy.
 */
import type { MessagePort } from 'node:worker_threads';
import comlink, { type Endpoint } from 'comlink';
import type { Clock } from '../clock.js';
import { IxionError } from '../errors.js';
import { deferred, withDeadline } from './deferred.js';
import { type ErrorData, fromErrorData, toErrorData } from './error-data.js';

type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: ErrorData };

type Remote = (method: string, argument: unknown) => Promise<Outcome>;

/** What one side lets the other call: arguments and results are cloneable. */
export type Methods = Readonly<Record<string, (argument: never) => unknown>>;

/** Calls the methods `M` of the other side, and serves this side's. */
export class Control<M extends Methods> {
  readonly #port: MessagePort;
  readonly #clock: Clock;
  readonly #remote: Remote;
  readonly #lost = deferred<never>();

  constructor(port: MessagePort, serve: Methods, clock: Clock) {
    this.#port = port;
    this.#clock = clock;
    // Nobody may be waiting when the other side is lost.
    this.#lost.promise.catch(() => undefined);
    const endpoint = nodeEndpoint(port);
    this.#remote = comlink.wrap(endpoint) as unknown as Remote;
    comlink.expose(
      (method: string, argument: unknown) => outcomeOf(serve, method, argument),
      endpoint,
    );
  }

  /**
   * Calls a method of the other side.
   * Rejects with what the method threw, with DeadlineExceeded, or with the error given to `lose`.
   */
  async call<K extends keyof M & string>(
    method: K,
    argument: Parameters<M[K]>[0],
    deadlineMs: number,
  ): Promise<Awaited<ReturnType<M[K]>>> {
    const outcome = await withDeadline(
      Promise.race([this.#remote(method, argument), this.#lost.promise]),
      deadlineMs,
      this.#clock,
      () => new IxionError('DeadlineExceeded', `${method} took longer than ${deadlineMs} ms`),
    );
    if (!outcome.ok) throw fromErrorData(outcome.error);
    return outcome.value as Awaited<ReturnType<M[K]>>;
  }

  /** The other side is gone: all calls under way, and all later ones, reject with `error`. */
  lose(error: Error): void {
    this.#lost.reject(error);
    this.#port.close();
  }

  /** Ends the connection; what was answered before still arrives. */
  close(): void {
    this.#port.close();
  }
}

async function outcomeOf(serve: Methods, method: string, argument: unknown): Promise<Outcome> {
  try {
    const called = serve[method] as ((argument: unknown) => unknown) | undefined;
    if (called === undefined) throw new Error(`no control method ${method}`);
    return { ok: true, value: await called(argument) };
  } catch (error) {
    return { ok: false, error: toErrorData(error) };
  }
}

/** A port of Node as comlink wants it; its own adapter has no types for ES modules. */
function nodeEndpoint(port: MessagePort): Endpoint {
  type Listener = ((event: object) => void) | { handleEvent(event: object): void };
  const endpoint = {
    postMessage: (message: unknown, transfer?: readonly ArrayBuffer[]) =>
      port.postMessage(message, transfer),
    addEventListener(_type: string, listener: Listener) {
      port.on('message', (data: unknown) => {
        if (typeof listener === 'function') listener({ data });
        else listener.handleEvent({ data });
      });
    },
    // Only comlink's release would ask for it, and that is never used: the port is closed instead.
    removeEventListener: () => undefined,
    start: () => port.start(),
  };
  return endpoint as unknown as Endpoint;
}
