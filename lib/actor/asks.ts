/**
 * The asks of this thread that wait for an answer.
 *
 * An ask waits until the first of: its answer, its deadline, its signal, the crash of the actor
 * that asked, the death of the thread that was asked. What comes later is dropped and counted. So
 * none waits for ever, and the number of answers under way is bounded by the number of asks.
 */
import { assert } from '../assert.js';
import type { Clock } from '../clock.js';
import { IxionError } from '../errors.js';

/** Asks one thread may have waiting. More is a programmer error: nobody waits for so many. */
const pendingAsksPerThread = 65_536;

interface PendingAsk {
  readonly thread: number;
  readonly owner: unknown;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export interface AskOptions {
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
  /** Size of the message, as for `ActorRef.tell`. */
  readonly bytes?: number;
}

/** The error of an ask whose signal was aborted. */
export const givenUp = (): IxionError =>
  new IxionError('Aborted', 'what the actor was asked was given up by who asked');

export class AskTable {
  /** Answers that came after their ask was given up. */
  lateAnswers = 0;
  readonly #clock: Clock;
  readonly #pending = new Map<number, PendingAsk>();
  #nextId = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#pending.size;
  }

  /**
   * A new ask of `owner` to an actor on `thread`.
   * @throws {AssertionError} when the thread has too many
   */
  add<A>(
    thread: number,
    owner: unknown,
    options: AskOptions,
  ): { readonly id: number; readonly answer: Promise<A> } {
    assert(this.#pending.size < pendingAsksPerThread, 'too many asks wait for their answers');
    const id = this.#freeId();
    const answer = new Promise<A>((resolve, reject) => {
      const { signal } = options;
      const { deadlineMs } = options;
      const onDeadline = (): void =>
        this.fail(
          id,
          new IxionError('DeadlineExceeded', `no answer of the actor within ${deadlineMs} ms`),
        );
      const onAbort = (): void => this.fail(id, givenUp());
      const timer = this.#clock.setTimer(deadlineMs, onDeadline);
      signal?.addEventListener('abort', onAbort);
      const done = (): void => {
        timer.cancel();
        signal?.removeEventListener('abort', onAbort);
      };
      this.#pending.set(id, {
        thread,
        owner,
        resolve: (value) => (done(), resolve(value as A)),
        reject: (error) => (done(), reject(error)),
      });
    });
    return { id, answer };
  }

  answer(id: number, value: unknown): void {
    this.#take(id)?.resolve(value);
  }

  fail(id: number, error: Error): void {
    this.#take(id)?.reject(error);
  }

  /** The thread is gone: nothing of it will be answered. */
  failThread(thread: number, error: IxionError): void {
    this.#failWhere((ask) => ask.thread === thread, error);
  }

  /** The instance that asked is gone: nobody waits any more. */
  failOwner(owner: unknown, error: IxionError): void {
    this.#failWhere((ask) => ask.owner === owner, error);
  }

  #failWhere(matches: (ask: PendingAsk) => boolean, error: IxionError): void {
    for (const [id, ask] of this.#pending) if (matches(ask)) this.fail(id, error);
  }

  #take(id: number): PendingAsk | undefined {
    const ask = this.#pending.get(id);
    if (ask === undefined) this.lateAnswers += 1;
    else this.#pending.delete(id);
    return ask;
  }

  #freeId(): number {
    do this.#nextId = (this.#nextId + 1) >>> 0;
    while (this.#pending.has(this.#nextId));
    return this.#nextId;
  }
}
