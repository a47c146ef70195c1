/**
 * A worker thread as the main thread sees it: spawned, called, ended, or lost.
 *
 * It ends only by itself, after it was asked to. A thread that ends unasked is lost: what was asked
 * of it fails, and it is not started again, because what it left half done is not known.
 */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { type Clock, systemClock } from '../clock.js';
import { IxionError } from '../errors.js';
import { Control } from './control.js';
import { deferred, withDeadline } from './deferred.js';
import { toError, toErrorReport } from './error-data.js';
import type { HostData, HostMethods, SupervisorMethods } from './host.js';
import { spawnThread } from './spawn.js';
import type { ActorAddress } from './thread-runtime.js';
import type { HostedThread, HostedThreadOptions, ThreadHost } from './thread-host.js';
import type { ChildSpec, ThreadStats } from './types.js';

/** Worker threads of Node, with a channel between each two. */
export const workerThreads: ThreadHost = {
  ports: mesh,
  spawn: (options) => new WorkerThread(options),
};

class WorkerThread implements HostedThread {
  readonly name: string;
  readonly #control: Control<HostMethods>;
  readonly #deadlineMs: number;
  readonly #clock: Clock = systemClock;
  readonly #exited = deferred<void>();
  #ending = false;

  constructor({ spec, supervise, onDeath, ...options }: HostedThreadOptions) {
    const { thread, counters, startDeadlineMs } = options;
    this.name = spec.name;
    this.#deadlineMs = startDeadlineMs;
    const { port1: here, port2: control } = new MessageChannel();
    const ports = options.ports as readonly (MessagePort | undefined)[];
    const hostData: HostData = { thread, ports, counters, startDeadlineMs, control };
    const { worker, ended } = spec.spawned ?? spawnThread(spec.module, spec.name);
    worker.postMessage(hostData, [control, ...ports.filter((port) => port !== undefined)]);
    const methods: SupervisorMethods = { supervise };
    this.#control = new Control(here, methods, this.#clock);
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

/** A channel between each two of so many threads: `mesh[a][b]` is a's port to b. */
function mesh(threads: number): (MessagePort | undefined)[][] {
  const ports = Array.from({ length: threads }, () =>
    new Array<MessagePort | undefined>(threads).fill(undefined),
  );
  for (let first = 0; first < threads; first += 1) {
    for (let second = first + 1; second < threads; second += 1) {
      const { port1, port2 } = new MessageChannel();
      (ports[first] as (MessagePort | undefined)[])[second] = port1;
      (ports[second] as (MessagePort | undefined)[])[first] = port2;
    }
  }
  return ports;
}
