/** A worker thread as a host of actors: the other end of what `worker-thread.ts` starts. */
import { type MessagePort, workerData } from 'node:worker_threads';
import { systemClock } from '../clock.js';
import { type CounterBlock, openLane } from '../counters/index.js';
import type { ChildEnd } from './cell.js';
import { Control } from './control.js';
import { type ActorAddress, ThreadRuntime, type Verdict } from './thread-runtime.js';
import type { Behaviours, ChildSpec, ThreadStats } from './types.js';

/** What a worker thread is started with. */
export interface HostData {
  readonly thread: number;
  readonly control: MessagePort;
  /** A port to each other thread; this thread's own place is undefined. */
  readonly ports: readonly (MessagePort | undefined)[];
  readonly counters: CounterBlock;
  readonly startDeadlineMs: number;
  readonly data: unknown;
}

/** What the supervisor may call in a worker thread. */
export type HostMethods = {
  readonly hello: () => void;
  readonly register: (addresses: readonly ActorAddress[]) => void;
  readonly startChild: (spec: ChildSpec) => Promise<void>;
  readonly stopChild: (id: string) => Promise<void>;
  readonly stats: () => ThreadStats;
  readonly end: () => void;
};

/** What a worker thread may call in the supervisor. */
export type SupervisorMethods = {
  readonly supervise: (end: ChildEnd) => Verdict;
};

/** Makes this worker thread a host of actors. Called once, by the module of a `ThreadSpec`. */
export function hostThread(behaviours: Behaviours): void {
  const { thread, ports, counters, startDeadlineMs, ...host } = workerData as HostData;
  const methods: HostMethods = {
    hello: () => undefined,
    register: (addresses) => runtime.register(addresses),
    startChild: (spec) => runtime.startChild(spec),
    stopChild: (id) => runtime.stopChild(id),
    stats: () => runtime.stats(),
    end() {
      // After the answer has left; with all ports closed nothing keeps the thread.
      setImmediate(() => {
        runtime.close();
        control.close();
      });
    },
  };
  const control = new Control<SupervisorMethods>(host.control, methods, systemClock);
  const runtime = new ThreadRuntime({
    thread,
    ports,
    behaviours,
    clock: systemClock,
    lane: openLane(counters, thread),
    schedule: setImmediate,
    supervise: (end) => control.call('supervise', end, startDeadlineMs),
  });
}

/** The `workerData` of this thread's `ThreadSpec`. */
export function threadData(): unknown {
  return (workerData as HostData).data;
}
