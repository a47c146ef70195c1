/** What users of the runtime see: actors, references, behaviours, child specifications, reports. */
import type { Clock } from '../clock.js';
import type { CounterBlock, CounterLane } from '../counters/index.js';
import type { IxionError } from '../errors.js';
import type { SpawnedThread } from './spawn.js';

/** One piece of mail. */
export type Envelope<M> = BytesEnvelope | MessageEnvelope<M>;

/**
 * Mail of `tellBytes`. `bytes` is a view into the buffer of its batch; the receiver may keep it.
 */
export interface BytesEnvelope {
  readonly kind: 'bytes';
  /** Unsigned 32 bits, given by the sender. */
  readonly tag: number;
  readonly bytes: Uint8Array;
}

/** Mail of `tell` (`ask` false; answers go nowhere) and of `ask`. The first answer counts. */
export interface MessageEnvelope<M> {
  readonly kind: 'message';
  readonly message: M;
  readonly ask: boolean;
  answer(value: unknown): void;
  /** Rejects the ask. Anything but an IxionError crashes the actor that gave it. */
  fail(error: IxionError): void;
}

/** How to reach an actor from anywhere. Order is kept from one thread to one actor. */
export interface ActorRef<M = unknown> {
  readonly name: string;
  /**
   * Mails that this thread has sent to it since it began, and those of them that are done
   * with: received and settled, as far as this thread has heard. None is counted where
   * credit is Infinity.
   */
  readonly sent: number;
  readonly settled: number;
  /**
   * Sends a structured clone, made at the end of the turn: do not change `message` afterwards.
   * False: no credit, or the thread is gone; nothing was sent.
   * `bytes`: the size of what is large in it, as the sender knows it. It counts as so many bytes of
   * credit, at least as 1 KiB: say it wherever a message may be larger.
   */
  tell(message: M, bytes?: number): boolean;
  /** Sends a copy of `source[start, end)`. `tag`: unsigned 32 bits. False as for `tell`. */
  tellBytes(tag: number, source: Uint8Array, start?: number, end?: number): boolean;
  /**
   * Sends a message and waits for its answer; `bytes` as for `tell`.
   * Rejects with IxionError: `Busy` (no credit, nothing sent), `DeadlineExceeded`, `Aborted`,
   * `Unavailable` (the actor crashed, is gone, or its thread is), or what the actor gave to `fail`.
   */
  ask<A>(
    message: M,
    options: {
      readonly deadlineMs: number;
      readonly signal?: AbortSignal;
      readonly bytes?: number;
    },
  ): Promise<A>;
}

/** A running instance of a behaviour. Each method may rely on the others not running meanwhile. */
export interface Actor<M> {
  /**
   * Takes all mail that has come, in order; called at most once per turn, and in between when much
   * has come (256 KiB). A returned promise means "deliver nothing more until it resolves": mail
   * gathers in the next batch, and the senders' credit for this batch comes back when it settles. A
   * throw or a rejection is a crash.
   */
  receive(batch: readonly Envelope<M>[]): void | Promise<void>;
  /** Orderly end, after the mailbox was drained. */
  stop?(): Promise<void>;
  /**
   * The last call on a crashed instance: await what is in flight, then drop all state. `batch` is
   * what `receive` was working on (empty if the crash came by `context.crash`). Those of it that it
   * returns go to `Behaviour.unavailable`; nothing returned means all of them.
   */
  crashed?(error: Error, batch: readonly Envelope<M>[]): Promise<readonly Envelope<M>[] | void>;
}

/** What an actor gets from its thread. One object per incarnation. */
export interface ActorContext<M> {
  readonly name: string;
  readonly self: ActorRef<M>;
  /** Counts the instances of this actor, from 1. */
  readonly incarnation: number;
  /** A reference to any actor of the system; the name is looked up at the first use. */
  resolve<N>(name: string): ActorRef<N>;
  readonly clock: Clock;
  /** The counter lane of this thread. */
  readonly lane: CounterLane;
  /** Survives rebuilds of this actor in this thread: open environments, crash counts. */
  readonly keep: Map<string, unknown>;
  /** Crashes this instance from outside `receive`: a timer, a commit. Ignored if it has ended. */
  crash(error: Error): void;
  /** Ends this instance in order, with reason `normal`: drain, stop. */
  end(): void;
}

/** How to make actors of one kind. `A`: the argument of its child specification, cloneable. */
export interface Behaviour<A, M> {
  start(argument: A, context: ActorContext<M>): Actor<M> | Promise<Actor<M>>;
  /**
   * Called for each envelope that no instance will receive: of a crashed batch, of the time while
   * the actor is rebuilt, or after it is gone. Answers "unavailable, not executed". An ask that it
   * leaves unanswered fails with `Unavailable`. Must not throw: that escalates.
   */
  unavailable(envelope: Envelope<M>, context: ActorContext<M>): void;
  /** The actor is gone for good: release what `keep` holds. */
  release?(context: ActorContext<M>): Promise<void>;
}

/** Behaviours by the name that child specifications use. */
// Arguments and messages differ from one behaviour to the next; only each behaviour knows its own.
export type Behaviours = Readonly<Record<string, Behaviour<any, any>>>;

/** When an ended child is started again, in OTP's terms (`transient`: only after a crash). */
export type Restart = 'permanent' | 'transient' | 'temporary';

/** A child of the supervisor. */
export interface ChildSpec {
  /** Its name in the whole system; never used twice. */
  readonly id: string;
  readonly behaviour: string;
  /** Handed to `Behaviour.start` at each start; crosses to the thread as a structured clone. */
  readonly argument: unknown;
  /** 0: the main thread; n: the n-th of `ActorSystemOptions.threads`. */
  readonly thread: number;
  readonly restart: Restart;
  /** Time for drain, stop and release together. */
  readonly shutdownMs: number;
  /**
   * Bytes that one thread may have on their way to or in this actor; 16 MiB by default, Infinity
   * for no bound. A structured message counts as the bytes that its sender says, at least as 1 KiB.
   */
  readonly creditBytes?: number;
  /**
   * Mails that one batch has at most; no bound by default. Between two batches the thread does what
   * else is due: an actor whose answers wait for a disk sends those of one batch while it works on
   * the next. What has gathered while a promise of `receive` was open comes as one batch all the
   * same: a slow disk gets larger sets.
   */
  readonly batchMails?: number;
}

/** An error as data. */
export interface ErrorReport {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** `code` of the error, if it has one. */
  readonly code: number | string | undefined;
}

/** The standard report of a child's end (after OTP's supervisor report). */
export interface ChildReport {
  readonly child: string;
  readonly incarnation: number;
  /** Where it happened: while starting, while running, or while stopping. */
  readonly errorContext: 'start-error' | 'child-terminated' | 'shutdown-error' | 'shutdown';
  /** `shutdown`: it was told to; `normal`: by itself; `late`: not within shutdownMs. */
  readonly reason: 'crash' | 'normal' | 'shutdown' | 'late';
  readonly error: ErrorReport | undefined;
  readonly offender: Pick<ChildSpec, 'id' | 'behaviour' | 'thread' | 'restart' | 'shutdownMs'>;
  /** Restarts of all children within the last period, this one included. */
  readonly restartsInPeriod: number;
  readonly decision: 'restart' | 'remove' | 'escalate';
}

/** A worker thread that ended though nobody asked it to. */
export interface ThreadDeath {
  readonly thread: number;
  readonly name: string;
  readonly exitCode: number;
  readonly error: ErrorReport | undefined;
  /** The children that were on it. They are not started again. */
  readonly children: readonly string[];
}

/** A worker thread; its module calls `hostThread`. */
export interface ThreadSpec {
  readonly name: string;
  readonly module: URL;
  /** Already made from that module by `spawnThread`; absent: it is made when the system is. */
  readonly spawned?: SpawnedThread | undefined;
}

export interface ActorSystemOptions {
  readonly threads: readonly ThreadSpec[];
  /** Behaviours of the main thread; worker threads have their own. */
  readonly behaviours: Behaviours;
  /** Clock of the main thread; the machine's own by default, as on worker threads. */
  readonly clock?: Clock;
  /** Called for the end of each child, restarted or not. */
  onReport(report: ChildReport): void;
  /** More than `intensity` restarts in `periodMs`, or a behaviour that cannot answer: give up. */
  onEscalation(report: ChildReport): void;
  onThreadDeath(death: ThreadDeath): void;
  /** Restarts of all children together within `periodMs` that are borne. */
  readonly intensity: number;
  readonly periodMs: number;
  /** Needs a lane per thread, the main thread included; lane n is thread n's. */
  readonly counters?: CounterBlock;
  /** Bound on the start of a thread and on that of a child; 60 s by default. */
  readonly startDeadlineMs?: number;
  /**
   * Runs a turn of the main thread; `setImmediate` by default. A simulator passes its own, its own
   * clock and its own threads, and so decides when everything happens.
   */
  readonly schedule?: (turn: () => void) => void;
}

/** What a thread tells of itself. */
export interface ThreadStats {
  readonly thread: number;
  readonly pendingAsks: number;
  /** Answers that came after their ask had been given up, since the start. */
  readonly lateAnswers: number;
  /** Envelopes that went to `unavailable`, since the start. */
  readonly unavailable: number;
  readonly actors: readonly ActorStats[];
}

export interface ActorStats {
  readonly name: string;
  readonly state: string;
  readonly incarnation: number;
  /** Envelopes waiting in the mailbox. */
  readonly waiting: number;
}

/** How an orderly stop went. */
export interface StopOutcome {
  /** Children that did not stop in time, and threads that did not end. Empty: all is well. */
  readonly late: readonly string[];
}

export interface ActorSystem {
  /**
   * Starts children, all in parallel; resolves when all run. If one fails, those that did start are
   * stopped again, and it rejects with that one's error; then none of them is a child, and their
   * names may be used again.
   */
  start(children: readonly ChildSpec[]): Promise<void>;
  /** As `ActorContext.resolve`, for code that is not an actor. */
  ref<M = unknown>(name: string): ActorRef<M>;
  /** Stops the children in reverse order of their start, then the threads. */
  stop(deadlineMs: number): Promise<StopOutcome>;
  stats(): Promise<ThreadStats[]>;
  /** The last reports, newest last, at most 100. */
  readonly reports: readonly ChildReport[];
}
