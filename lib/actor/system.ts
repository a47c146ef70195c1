/** The system as a whole: spawns and links the threads, starts children, stops them in reverse. */
import { assert } from '../assert.js';
import { type Clock, systemClock } from '../clock.js';
import { type CounterBlock, createCounterBlock, openLane } from '../counters/index.js';
import { IxionError } from '../errors.js';
import { withDeadline } from './deferred.js';
import type { MailPort } from './mail-port.js';
import { Supervisor } from './supervisor.js';
import { type ActorAddress, ThreadRuntime } from './thread-runtime.js';
import type { HostedThread, ThreadControl, ThreadHost } from './thread-host.js';
import type {
  ActorRef,
  ActorSystem,
  ActorSystemOptions,
  ChildReport,
  ChildSpec,
  ErrorReport,
  StopOutcome,
  ThreadSpec,
  ThreadStats,
} from './types.js';
import { workerThreads } from './worker-thread.js';

const defaultCreditBytes = 16 * 1_024 * 1_024;
const defaultStartDeadlineMs = 60_000;
/** The number of an actor has 16 bits in a packet. */
const actorsPerSystem = 65_536;

/** The options of a system, and where its threads come from. */
export interface SystemOptions extends ActorSystemOptions {
  /** Makes the other threads; worker threads by default. */
  readonly host?: ThreadHost;
}

/**
 * Starts the threads of a system; resolves when all of them can take children.
 * Rejects with what a thread's module threw, or DeadlineExceeded.
 */
export async function startActorSystem(options: SystemOptions): Promise<ActorSystem> {
  const system = new System(options);
  await system.ready();
  return system;
}

class System implements ActorSystem {
  readonly #clock: Clock;
  readonly #supervisor: Supervisor;
  readonly #runtime: ThreadRuntime;
  readonly #workers: readonly HostedThread[];
  readonly #onThreadDeath: ActorSystemOptions['onThreadDeath'];
  readonly #startDeadlineMs: number;
  #nextIndex = 0;
  /** Before, a thread that ends is the error of `startActorSystem`. */
  #ready = false;
  #stopped: Promise<StopOutcome> | undefined;

  constructor(options: SystemOptions) {
    const threads = options.threads.length + 1;
    const counters = options.counters ?? createCounterBlock({ groups: {}, lanes: threads });
    assert(counters.lanes >= threads, 'the counters need a lane for each thread');
    this.#clock = options.clock ?? systemClock;
    this.#onThreadDeath = options.onThreadDeath;
    this.#startDeadlineMs = options.startDeadlineMs ?? defaultStartDeadlineMs;
    this.#supervisor = new Supervisor(options, this.#clock);
    const host = options.host ?? workerThreads;
    const ports = host.ports(threads);
    this.#workers = options.threads.map((spec, n) =>
      this.#spawn(host, spec, { thread: n + 1, ports: ports[n + 1] ?? [], counters }),
    );
    this.#runtime = new ThreadRuntime({
      thread: 0,
      ports: ports[0] ?? [],
      behaviours: options.behaviours,
      clock: this.#clock,
      lane: openLane(counters, 0),
      schedule: options.schedule ?? setImmediate,
      // Never within the turn of the child that ended, as it is for children of other threads.
      supervise: async (end) => this.#supervisor.decide(end),
    });
  }

  get reports(): readonly ChildReport[] {
    return this.#supervisor.reports;
  }

  async ready(): Promise<void> {
    try {
      await Promise.all(this.#workers.map((worker) => worker.hello()));
      this.#ready = true;
    } catch (error) {
      await this.stop(this.#startDeadlineMs);
      throw error;
    }
  }

  async start(children: readonly ChildSpec[]): Promise<void> {
    assert(this.#stopped === undefined, 'the system is stopping');
    this.#check(children);
    const addresses = children.map((child) => this.#addressOf(child));
    for (const child of children) this.#supervisor.add(child);
    try {
      await Promise.all(this.#threads().map((thread) => thread.register(addresses)));
      const starts = children.map((child) => this.#thread(child.thread).startChild(child));
      // All of them end before anything is taken back.
      await Promise.allSettled(starts);
      await Promise.all(starts);
    } catch (error) {
      const late = await this.#stopChildren(children, Infinity);
      await this.#forget(children.map(({ id }) => id).filter((id) => !late.includes(id)));
      throw error;
    }
  }

  /** @throws {AssertionError} before anything is begun */
  #check(children: readonly ChildSpec[]): void {
    const ids = new Set<string>();
    for (const { id, thread, creditBytes = defaultCreditBytes, batchMails = 1 } of children) {
      assert(!ids.has(id) && !this.#supervisor.has(id), `child ${id} exists`);
      ids.add(id);
      this.#thread(thread);
      assert(creditBytes === Infinity || (creditBytes > 0 && creditBytes < 2 ** 32), 'creditBytes');
      assert(batchMails >= 1, 'batchMails');
    }
    assert(this.#nextIndex + children.length <= actorsPerSystem, 'too many actors');
  }

  /** Frees the names of children that are gone. */
  async #forget(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#supervisor.forget(id);
    // A thread that is dead has nothing to forget.
    await Promise.allSettled(this.#threads().map(async (thread) => thread.forget(ids)));
  }

  ref<M = unknown>(name: string): ActorRef<M> {
    return this.#runtime.reference<M>(name, undefined);
  }

  stop(deadlineMs: number): Promise<StopOutcome> {
    this.#stopped ??= this.#stop(deadlineMs);
    return this.#stopped;
  }

  async stats(): Promise<ThreadStats[]> {
    return Promise.all(this.#threads().map((thread) => thread.stats()));
  }

  async #stop(deadlineMs: number): Promise<StopOutcome> {
    const endMs = this.#clock.monotonicMs() + deadlineMs;
    const late = await this.#stopChildren(this.#supervisor.children, endMs);
    const leftMs = Math.max(0, endMs - this.#clock.monotonicMs());
    const ends = await Promise.allSettled(this.#workers.map((worker) => worker.end(leftMs)));
    for (const [n, end] of ends.entries()) {
      if (end.status === 'rejected') late.push(this.#workers[n]!.name);
    }
    this.#runtime.close();
    return { late };
  }

  /** Stops children one after the other, the last one first; returns those that were late. */
  async #stopChildren(children: readonly ChildSpec[], endMs: number): Promise<string[]> {
    const late: string[] = [];
    for (const { id } of children) this.#supervisor.stopping(id);
    for (const { id, thread, shutdownMs } of children.toReversed()) {
      const leftMs = Math.max(0, Math.min(shutdownMs, endMs - this.#clock.monotonicMs()));
      // What this thread has sent so far is to be drained, and control does not wait for a turn.
      this.#runtime.flush();
      try {
        await this.#thread(thread).stopChild(id, leftMs);
      } catch {
        // Whatever kept it, the others are stopped all the same; the report and the outcome say so.
        this.#supervisor.late(id);
        late.push(id);
      }
    }
    return late;
  }

  #spawn(
    host: ThreadHost,
    spec: ThreadSpec,
    place: { thread: number; ports: readonly (MailPort | undefined)[]; counters: CounterBlock },
  ): HostedThread {
    return host.spawn({
      spec,
      ...place,
      startDeadlineMs: this.#startDeadlineMs,
      supervise: (end) => this.#supervisor.decide(end),
      onDeath: (exitCode, error) => this.#onDeath(place.thread, spec.name, exitCode, error),
    });
  }

  #onDeath(thread: number, name: string, exitCode: number, error: ErrorReport | undefined): void {
    if (!this.#ready) return;
    this.#runtime.loseThread(thread);
    const children = this.#supervisor.children.filter((child) => child.thread === thread);
    const ids = children.map(({ id }) => id);
    this.#onThreadDeath({ thread, name, exitCode, error, children: ids });
  }

  #addressOf(spec: ChildSpec): ActorAddress {
    const { id, thread, creditBytes = defaultCreditBytes, batchMails = Infinity } = spec;
    const index = this.#nextIndex;
    this.#nextIndex += 1;
    return { name: id, index, thread, creditBytes, batchMails };
  }

  #threads(): ThreadControl[] {
    return [this.#thread(0), ...this.#workers];
  }

  #thread(thread: number): ThreadControl {
    if (thread > 0) {
      const worker = this.#workers[thread - 1];
      assert(worker !== undefined, `no thread ${thread}`);
      return worker;
    }
    const runtime = this.#runtime;
    return {
      register: (addresses) => runtime.register(addresses),
      forget: (names) => runtime.forget(names),
      startChild: (spec) => runtime.startChild(spec),
      stopChild: (id, deadlineMs) =>
        withDeadline(
          runtime.stopChild(id),
          deadlineMs,
          this.#clock,
          () => new IxionError('DeadlineExceeded', `${id} took longer than ${deadlineMs} ms`),
        ),
      stats: () => runtime.stats(),
    };
  }
}
