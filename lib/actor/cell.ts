/**
 * The place of one actor in its thread: its mailbox and its life, over all its instances.
 *
 * One life, in the order of `#live`:
 *
 *   starting ──▶ running ──▶ draining ──▶ stopping ──▶ (end: shutdown or normal)
 *      │            └────┬──────┘
 *      │                 ▼
 *      │             crashing ─────────────────────▶ (end: crash)
 *      └───────────────────────────────────────────▶ (end: start error)
 *
 * - starting: `Behaviour.start` runs. Mail waits, so that actors started together may write to each
 *   other. Of a second and later instance this state is called rebuilding, and mail is refused.
 * - running: each turn hands the instance its mail as one batch, at most `batchMails` of it unless
 *   that has waited for the instance; while it is busy with the last one, nothing.
 * - draining: as running; leaves once no mail waits and the instance is not busy. Entered when the
 *   supervisor stops the actor, or the instance ends itself.
 * - stopping: `Actor.stop` runs. Mail waits, and is refused afterwards.
 * - crashing: `receive` threw or rejected, or the instance said so. Mail waits until
 *   `Actor.crashed` has settled, so that answers keep the order of their requests; then the crashed
 *   batch (or what `crashed` returned of it) and the waiting mail are refused, in this order.
 *
 * After each end the cell reports to the supervisor, which decides:
 * - restart: rebuilding, with the next incarnation.
 * - remove: `Behaviour.release`, then gone. Mail that still comes is refused.
 *
 * To refuse mail is to pass it to `Behaviour.unavailable`; an ask that this leaves open fails. At
 * the end of a life every ask that its instance left unanswered fails, and so does every ask that
 * it made itself.
 */
import { assert } from '../assert.js';
import { IxionError } from '../errors.js';
import { type Deferred, deferred } from './deferred.js';
import { toError, toErrorReport } from './error-data.js';
import { Mail } from './mail.js';
import type { Mailbox } from './mailbox.js';
import type { ThreadRuntime } from './thread-runtime.js';
import type { Actor, ActorContext, Behaviour, ChildReport, Envelope } from './types.js';

export type CellState =
  | 'starting'
  | 'running'
  | 'draining'
  | 'stopping'
  | 'crashing'
  | 'rebuilding'
  | 'gone';

/** How a life ended, as the supervisor is told. */
export interface ChildEnd extends Pick<
  ChildReport,
  'child' | 'incarnation' | 'errorContext' | 'reason' | 'error'
> {
  /** Clients can no longer be answered: do not try another restart. */
  readonly fatal: boolean;
}

const askerEnded = (): IxionError =>
  new IxionError('Unavailable', 'the actor that asked has crashed or ended');

type AnyBehaviour = Behaviour<unknown, unknown>;
type AnyActor = Actor<unknown>;

export class Cell {
  readonly name: string;
  state: CellState = 'starting';
  incarnation = 0;
  readonly mailbox: Mailbox;
  /** Asks that came and are not answered. */
  readonly openAsks = new Set<Mail>();
  /** Whether it is in the list of the next turn. */
  ready = false;
  readonly #runtime: ThreadRuntime;
  readonly #keep = new Map<string, unknown>();
  #behaviour: AnyBehaviour | undefined;
  #argument: unknown;
  #context: ActorContext<unknown> | undefined;
  #instance: AnyActor | undefined;
  #batch: Envelope<unknown>[] = [];
  #busy = false;
  /**
   * The last batch kept the mail waiting: what has gathered comes as one batch, however much it is.
   */
  #isBehind = false;
  /** Settled when the running instance is to end: with an error, or because it is drained. */
  #ending: Deferred<Error | 'drained'> = deferred();
  #stopRequested = false;
  /** What went wrong in `stop`. */
  #stopError: Error | undefined;
  #startError: Error | undefined;
  readonly #started = deferred<void>();
  readonly #done = deferred<void>();

  constructor(runtime: ThreadRuntime, name: string, mailbox: Mailbox) {
    this.#runtime = runtime;
    this.name = name;
    this.mailbox = mailbox;
  }

  /** Runs the first start; rejects with its error. */
  start(behaviour: AnyBehaviour, argument: unknown): Promise<void> {
    assert(this.#behaviour === undefined, `actor ${this.name} was started twice`);
    this.#behaviour = behaviour;
    this.#argument = argument;
    void this.#run();
    return this.#started.promise;
  }

  /** Drains and ends the actor; resolves once it is gone. */
  stop(): Promise<void> {
    this.#stopRequested = true;
    if (this.#behaviour === undefined) {
      // It was never started.
      this.state = 'gone';
      this.#done.resolve();
    }
    if (this.state === 'running') this.#drain();
    return this.#done.promise;
  }

  /** The running instance made a mistake that shows outside its `receive`. */
  crash(error: Error): void {
    if (this.#context !== undefined) this.#crashOf(this.#context, error);
  }

  /** The turn of this actor. */
  deliver(): void {
    if (this.#busy || this.mailbox.length === 0) return;
    if (this.state === 'running' || this.state === 'draining') this.#receive();
    else if (this.state === 'rebuilding' || this.state === 'gone') this.#refuseWaiting();
  }

  #receive(): void {
    const instance = this.#instance as AnyActor;
    const batch = this.mailbox.take(this.#isBehind);
    this.#batch = batch;
    this.#isBehind = false;
    let settled: void | Promise<void>;
    try {
      settled = instance.receive(batch);
    } catch (error) {
      this.#endWith(toError(error));
      return;
    }
    if (settled === undefined) {
      this.#settleBatch();
      return;
    }
    this.#busy = true;
    this.#isBehind = true;
    // The batch of an instance that has crashed meanwhile is none of this cell's business any more.
    settled.then(
      () => {
        if (this.#batch === batch) this.#settleBatch();
      },
      (error: unknown) => {
        if (this.#batch === batch) this.#endWith(toError(error));
      },
    );
  }

  #settleBatch(): void {
    if (this.state === 'crashing') return;
    this.#batch = [];
    this.#busy = false;
    this.mailbox.settle();
    if (this.mailbox.length > 0) this.#runtime.wakeCell(this);
    else this.#endIfDrained();
  }

  #drain(): void {
    this.state = 'draining';
    this.#endIfDrained();
  }

  #endIfDrained(): void {
    if (this.state !== 'draining' || this.#busy || this.mailbox.length > 0) return;
    this.state = 'stopping';
    this.#ending.resolve('drained');
  }

  #endWith(error: Error): void {
    this.state = 'crashing';
    this.#ending.resolve(error);
  }

  #crashOf(context: ActorContext<unknown>, error: Error): void {
    const current = context === this.#context;
    if (current && (this.state === 'running' || this.state === 'draining')) this.#endWith(error);
    // Its start is still under way: the error counts as soon as that is over.
    else if (current && this.#instance === undefined) this.#ending.resolve(error);
    else if (current && this.state === 'stopping') this.#stopError ??= error;
  }

  async #run(): Promise<void> {
    for (;;) {
      const end = await this.#live();
      const decision = await this.#runtime.supervise(end);
      if (decision === 'remove') break;
    }
    await this.#release();
    this.state = 'gone';
    this.#runtime.wakeCell(this);
    if (this.#startError !== undefined) this.#started.reject(this.#startError);
    this.#done.resolve();
  }

  /** One instance from its start to its end. */
  async #live(): Promise<ChildEnd> {
    this.incarnation += 1;
    this.#ending = deferred();
    const context = this.#newContext();
    this.#context = context;
    let instance: AnyActor;
    try {
      instance = await (this.#behaviour as AnyBehaviour).start(this.#argument, context);
    } catch (error) {
      if (this.incarnation === 1) this.#startError = toError(error);
      this.#endLife([]);
      return this.#end('start-error', 'crash', error);
    }
    this.#instance = instance;
    this.state = 'running';
    this.#started.resolve();
    this.#runtime.wakeCell(this);
    if (this.#stopRequested) this.#drain();
    const ending = await this.#ending.promise;
    return ending === 'drained'
      ? this.#stopInstance(instance)
      : this.#dropInstance(instance, ending);
  }

  async #stopInstance(instance: AnyActor): Promise<ChildEnd> {
    this.#stopError = undefined;
    try {
      await instance.stop?.();
    } catch (error) {
      this.#stopError = toError(error);
    }
    this.#endLife([]);
    if (this.#stopError !== undefined) return this.#end('shutdown-error', 'crash', this.#stopError);
    return this.#stopRequested
      ? this.#end('shutdown', 'shutdown', undefined)
      : this.#end('child-terminated', 'normal', undefined);
  }

  async #dropInstance(instance: AnyActor, error: Error): Promise<ChildEnd> {
    this.state = 'crashing';
    const batch = this.#batch;
    let unhandled: readonly Envelope<unknown>[] = batch;
    let cause = error;
    this.#runtime.asks.failOwner(this, askerEnded());
    try {
      unhandled = (await instance.crashed?.(error, batch)) ?? batch;
    } catch (second) {
      const message = `${error.message}; then crashed() failed: ${toError(second).message}`;
      cause = new AggregateError([error, second], message);
    }
    this.#endLife(unhandled);
    return this.#end('child-terminated', 'crash', cause);
  }

  /** Nothing of this instance goes on: refuses what it leaves, and what waited for it. */
  #endLife(unhandled: readonly Envelope<unknown>[]): void {
    this.#instance = undefined;
    this.#batch = [];
    this.#busy = false;
    this.state = 'rebuilding';
    this.#refuse(unhandled);
    this.#refuseWaiting();
    for (const mail of this.openAsks) mail.abandon();
    this.#runtime.asks.failOwner(this, askerEnded());
  }

  #refuseWaiting(): void {
    // What crashed its instance is done with as well.
    this.mailbox.settle();
    this.#refuse(this.mailbox.take(true));
    this.mailbox.settle();
  }

  #refuse(envelopes: readonly Envelope<unknown>[]): void {
    for (const envelope of envelopes) {
      this.#runtime.refused += 1;
      try {
        this.#behaviour?.unavailable(envelope, this.#context as ActorContext<unknown>);
      } catch (error) {
        void this.#runtime.supervise({
          ...this.#end('child-terminated', 'crash', error),
          fatal: true,
        });
      }
      if (envelope instanceof Mail) envelope.abandon();
    }
  }

  async #release(): Promise<void> {
    try {
      await this.#behaviour?.release?.(this.#context as ActorContext<unknown>);
    } catch (error) {
      await this.#runtime.supervise(this.#end('shutdown-error', 'crash', error));
    }
  }

  #end(
    errorContext: ChildEnd['errorContext'],
    reason: ChildEnd['reason'],
    error: unknown,
  ): ChildEnd {
    return {
      child: this.name,
      incarnation: this.incarnation,
      errorContext,
      reason,
      error: error === undefined ? undefined : toErrorReport(error),
      fatal: false,
    };
  }

  #newContext(): ActorContext<unknown> {
    const runtime = this.#runtime;
    const context: ActorContext<unknown> = {
      name: this.name,
      self: runtime.reference(this.name, this),
      incarnation: this.incarnation,
      resolve: (name) => runtime.reference(name, this),
      clock: runtime.clock,
      lane: runtime.lane,
      keep: this.#keep,
      crash: (error) => this.#crashOf(context, error),
      end: () => {
        if (context === this.#context && this.state === 'running') this.#drain();
      },
    };
    return context;
  }
}
