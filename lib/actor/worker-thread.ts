/**
 * A worker thread as the main thread sees it: spawned, called, ended, or lost.
 *
 * It ends only by itself, after it was asked to. A thread that ends unasked is lost: what was asked
 * of it fails, and it is not started again, because what it left half done is not known.
 */
import type { MessagePort } from 'node:worker_threads';
import { type Clock, systemClock } from '../clock.js';
import { IxionError } from '../errors.js';
import { Control } from './control.js';
import { deferred, withDeadline } from './deferred.js';
import { toError, toErrorReport } from './error-data.js';
import type { HostData, HostMethods, SupervisorMethods } from './host.js';
import { spawnThread } from './spawn.js';
import type { ActorAddress } from './thread-runtime.js';
import type { ChildSpec, ErrorReport, ThreadSpec, ThreadStats } from './types.js';

/** What the supervisor needs of a thread, its own or another. */
export interface ThreadControl {
  register(addresses: readonly ActorAddress[]): Promise<void> | void;
  forget(names: readonly string[]): Promise<void> | void;
  startChild(spec: ChildSpec): Promise<void>;
  stopChild(id: string, deadlineMs: number): Promise<void>;
  stats(): Promise<ThreadStats> | ThreadStats;
}

export interface WorkerThreadOptions {
  readonly spec: ThreadSpec;
  readonly host: Omit<HostData, 'control'>;
  readonly control: { readonly here: MessagePort; readonly there: MessagePort };
  readonly methods: SupervisorMethods;
  onDeath(exitCode: number, error: ErrorReport | undefined): void;
}

export class WorkerThread implements ThreadControl {
  readonly name: string;
  readonly #control: Control<HostMethods>;
  readonly #deadlineMs: number;
  readonly #clock: Clock = systemClock;
  readonly #exited = deferred<void>();
  #ending = false;

  constructor({ spec, host, control, methods, onDeath }: WorkerThreadOptions) {
    this.name = spec.name;
    this.#deadlineMs = host.startDeadlineMs;
    const ports = host.ports.filter((port) => port !== undefined);
    const hostData: HostData = { ...host, control: control.there };
    const { worker, ended } = spec.spawned ?? spawnThread(spec.module, spec.name);
    worker.postMessage(hostData, [control.there, ...ports]);
    this.#control = new Control(control.here, methods, this.#clock);
    void ended.then(({ exitCode, fault }) => {
      this.#exited.resolve();
      const cause = fault === undefined ? undefined : toError(fault);
      const lost = new IxionError('Unavailable', `thread ${this.name} ended`, { cause });
      this.#control.lose(this.#ending ? lost : (cause ?? lost));
      if (this.#ending && cause === undefined) return;
      onDeath(exitCode, cause === undefined ? undefined : toErrorReport(cause));
    });
  }

  /** Resolves once the thread can take children; rejects with what its module threw. */
  hello(): Promise<void> {
    return this.#control.call('hello', undefined, this.#deadlineMs);
  }

  register(addresses: readonly ActorAddress[]): Promise<void> {
    return this.#control.call('register', addresses, this.#deadlineMs);
  }

  forget(names: readonly string[]): Promise<void> {
    return this.#control.call('forget', names, this.#deadlineMs);
  }

  startChild(spec: ChildSpec): Promise<void> {
    return this.#control.call('startChild', spec, this.#deadlineMs);
  }

  stopChild(id: string, deadlineMs: number): Promise<void> {
    return this.#control.call('stopChild', id, deadlineMs);
  }

  stats(): Promise<ThreadStats> {
    return this.#control.call('stats', undefined, this.#deadlineMs);
  }

  /** Asks the thread to end; rejects when it has not within the deadline. */
  async end(deadlineMs: number): Promise<void> {
    this.#ending = true;
    const ended = this.#control.call('end', undefined, deadlineMs).then(() => this.#exited.promise);
    const late = (): Error => new IxionError('DeadlineExceeded', `thread ${this.name} goes on`);
    await withDeadline(Promise.race([ended, this.#exited.promise]), deadlineMs, this.#clock, late);
  }
}
