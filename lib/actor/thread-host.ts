/** Where the threads of a system come from: worker threads, or those that a simulator plays. */
import type { CounterBlock } from '../counters/index.js';
import type { ChildEnd } from './cell.js';
import type { MailPort } from './mail-port.js';
import type { ActorAddress, Verdict } from './thread-runtime.js';
import type { ChildSpec, ErrorReport, ThreadSpec, ThreadStats } from './types.js';

/** What the supervisor needs of a thread, its own or another. */
export interface ThreadControl {
  register(addresses: readonly ActorAddress[]): Promise<void> | void;
  forget(names: readonly string[]): Promise<void> | void;
  startChild(spec: ChildSpec): Promise<void>;
  stopChild(id: string, deadlineMs: number): Promise<void>;
  stats(): Promise<ThreadStats> | ThreadStats;
}

/** A thread beside the main one. */
export interface HostedThread extends ThreadControl {
  readonly name: string;
  /** Resolves once the thread can take children; rejects with what its module threw. */
  hello(): Promise<void>;
  /** Asks the thread to end; rejects when it has not within the deadline. */
  end(deadlineMs: number): Promise<void>;
}

/** What a thread is made with. */
export interface HostedThreadOptions {
  readonly spec: ThreadSpec;
  /** Its number, from 1. */
  readonly thread: number;
  /** A port to each other thread; its own place is undefined. */
  readonly ports: readonly (MailPort | undefined)[];
  readonly counters: CounterBlock;
  readonly startDeadlineMs: number;
  /** What becomes of a child that ended. */
  supervise(end: ChildEnd): Verdict;
  /** It ended though nobody asked it to. */
  onDeath(exitCode: number, error: ErrorReport | undefined): void;
}

export interface ThreadHost {
  /** Ways between each two of so many threads: `[a][b]` is a's to b. */
  ports(threads: number): (MailPort | undefined)[][];
  spawn(options: HostedThreadOptions): HostedThread;
}
