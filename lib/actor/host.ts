/** A worker thread as a host of actors: the other end of what `worker-thread.ts` starts. */
import { type MessagePort, parentPort } from 'node:worker_threads';
import { assert } from '../assert.js';
import { systemClock } from '../clock.js';
import { type CounterBlock, openLane } from '../counters/index.js';
import type { ChildEnd } from './cell.js';
import { Control } from './control.js';
import { dismissal } from './spawn.js';
import { type ActorAddress, ThreadRuntime, type Verdict } from './thread-runtime.js';
import type { Behaviours, ChildSpec, ThreadStats } from './types.js';

/** What a worker thread is told first. */
export interface HostData {
  readonly thread: number;
  readonly control: MessagePort;
  /** A port to each other thread; this thread's own place is undefined. */
  readonly ports: readonly (MessagePort | undefined)[];
  readonly counters: CounterBlock;
  readonly startDeadlineMs: number;
}

/** What the supervisor may call in a worker thread. */
export type HostMethods = {
  readonly hello: () => void;
  readonly register: (addresses: readonly ActorAddress[]) => void;
  readonly forget: (names: readonly string[]) => void;
  readonly startChild: (spec: ChildSpec) => Promise<void>;
  readonly stopChild: (id: string) => Promise<void>;
  readonly stats: () => ThreadStats;
  readonly end: () => void;
};

/** What a worker thread may call in the supervisor. */
export type SupervisorMethods = {
  readonly supervise: (end: ChildEnd) => Verdict;
};

/**
 * Makes this worker thread a host of actors, once it is told of its system: it may have
 * been spawned before there was one, and ends if it is not needed. Called once, by the
 * module of a `ThreadSpec`.
 */
export function hostThread(behaviours: Behaviours): void {
  assert(parentPort !== null, 'hostThread is for worker threads');
  parentPort.once('message', (first: HostData | typeof dismissal) => {
    // Without a listener nothing keeps the thread.
    if (first !== dismissal) host(behaviours, first);
  });
}

function host(behaviours: Behaviours, hostData: HostData): void {
  const { thread, ports, counters, startDeadlineMs } = hostData;
  const methods: HostMethods = {
    hello: () => undefined,
    register: (addresses) => runtime.register(addresses),
    forget: (names) => runtime.forget(names),
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
  const control = new Control<SupervisorMethods>(hostData.control, methods, systemClock);
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
