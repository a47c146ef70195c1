/**
 * Threads that are parts of this one, for a simulator: each has the runtime of a thread, and mail
 * between two of them is a copy that waits until the simulator delivers it.
 */
import type { Clock } from '../clock.js';
import { openLane } from '../counters/index.js';
import { IxionError } from '../errors.js';
import { withDeadline } from './deferred.js';
import type { MailPort } from './mail-port.js';
import type { Packet } from './packet.js';
import type { HostedThread, HostedThreadOptions, ThreadHost } from './thread-host.js';
import { type ActorAddress, ThreadRuntime } from './thread-runtime.js';
import type { Behaviours, ChildSpec, ThreadStats } from './types.js';

/** Runs works later, those of one schedule in the order of the calls. */
export type Schedule = (work: () => void) => void;

export interface VirtualThreadsOptions {
  readonly behaviours: Behaviours;
  /** The clock of the thread of this number, from 1. */
  clock(thread: number): Clock;
  /** Runs the turns of a thread. */
  turns(thread: number): Schedule;
  /** Delivers the packets of one thread, 0 is the main one, to another. */
  mail(from: number, to: number): Schedule;
}

/** Threads for `ActorSystemOptions.host`. */
export function virtualThreads(options: VirtualThreadsOptions): ThreadHost {
  return {
    ports(threads) {
      const ports = Array.from({ length: threads }, () =>
        new Array<VirtualPort | undefined>(threads).fill(undefined),
      );
      for (let from = 0; from < threads; from++) {
        for (let to = from + 1; to < threads; to++) {
          const there = new VirtualPort(options.mail(from, to));
          const back = new VirtualPort(options.mail(to, from));
          there.peer = back;
          back.peer = there;
          ports[from]![to] = back;
          ports[to]![from] = there;
        }
      }
      return ports;
    },
    spawn: (hosted) => new VirtualThread(options, hosted),
  };
}

/** One end; it has the packets that were posted to it. */
class VirtualPort implements MailPort {
  peer: VirtualPort | undefined;
  readonly #arrive: Schedule;
  readonly #packets: Packet[] = [];
  #listener: ((packet: Packet) => void) | undefined;

  /** @param arrive delivers what is posted to this end */
  constructor(arrive: Schedule) {
    this.#arrive = arrive;
  }

  postMessage(packet: Packet): void {
    // The writer of a packet gives its buffer away; messages are copied, as between threads.
    const sent = packet instanceof ArrayBuffer ? packet : ([packet[0], copyOf(packet[1])] as const);
    this.peer?.put(sent);
  }

  put(packet: Packet): void {
    this.#packets.push(packet);
    this.#arrive(() => {
      // It may have been taken in before.
      const next = this.#packets.shift();
      if (next !== undefined) this.#listener?.(next);
    });
  }

  take(): Packet | undefined {
    return this.#packets.shift();
  }

  on(event: 'message' | 'close', listener: (packet: Packet) => void): void {
    if (event === 'message') this.#listener = listener;
  }

  close(): void {
    this.peer = undefined;
  }
}

const copyOf = (messages: unknown[]): unknown[] => structuredClone(messages);

class VirtualThread implements HostedThread {
  readonly name: string;
  readonly #clock: Clock;
  readonly #runtime: ThreadRuntime;

  constructor(options: VirtualThreadsOptions, hosted: HostedThreadOptions) {
    const { spec, thread, ports, counters } = hosted;
    this.name = spec.name;
    this.#clock = options.clock(thread);
    this.#runtime = new ThreadRuntime({
      thread,
      ports,
      behaviours: options.behaviours,
      clock: this.#clock,
      lane: openLane(counters, thread),
      schedule: options.turns(thread),
      supervise: async (end) => hosted.supervise(end),
    });
  }

  async hello(): Promise<void> {}

  register(addresses: readonly ActorAddress[]): void {
    this.#runtime.register(addresses);
  }

  forget(names: readonly string[]): void {
    this.#runtime.forget(names);
  }

  startChild(spec: ChildSpec): Promise<void> {
    return this.#runtime.startChild(spec);
  }

  stopChild(id: string, deadlineMs: number): Promise<void> {
    const late = (): Error =>
      new IxionError('DeadlineExceeded', `${id} took longer than ${deadlineMs} ms`);
    return withDeadline(this.#runtime.stopChild(id), deadlineMs, this.#clock, late);
  }

  stats(): ThreadStats {
    return this.#runtime.stats();
  }

  async end(): Promise<void> {
    this.#runtime.close();
  }
}
