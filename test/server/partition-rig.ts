/** The actor of one partition over a real store, with everybody around it played by the test. */
import type { QueueEntry } from '../../lib/queue/entry.js';
import { firstTimeline } from '../../lib/timeline.js';
import { limits } from '../../lib/limits.js';
import type { Test } from 'tap';
import type { ActorContext, ActorRef, Envelope } from '../../lib/actor/index.js';
import { systemClock, type Timer } from '../../lib/clock.js';
import { createCounterBlock, openLane } from '../../lib/counters/index.js';
import { packQueues } from '../../lib/partition/rows/queue-list.js';
import type { Body } from '../../lib/protocol/encode.js';
import { FrameWriter } from '../../lib/protocol/frame-writer.js';
import { readHeader } from '../../lib/protocol/frame.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { counterGroups } from '../../lib/counters/kpi.js';
import {
  frontActorName,
  partitionActorName,
  type PartitionArguments,
  type PartitionMessage,
  type SessionInfo,
} from '../../lib/mail/partition.js';
import { partitionBehaviour } from '../../lib/host/behaviour.js';
import { isEventTag } from '../../lib/mail/events.js';
import { FaultMedium, type FaultPlan } from '../../lib/store/fault.js';
import type { Table } from '../../lib/store/contract.js';
import type { Medium } from '../../lib/store/layered.js';
import { survivorsOf } from '../../lib/host/survivors.js';
import type { PartitionActor } from '../../lib/host/actor.js';
import type { ForwardedFrame } from '../../lib/host/forward.js';
import { directoryOf } from '../fixture/directory.js';

/** An answer that left for a client. */
export interface Answered {
  readonly session: number;
  readonly message: number;
  readonly reference: number;
}

/** A message to another actor, and the size that its sender said. */
export interface Told {
  readonly to: string;
  readonly message: unknown;
  readonly bytes: number | undefined;
}

const queues: readonly QueueEntry[] = [0, 1].map((partition) => ({
  number: partition + 1,
  name: `queue-${partition}`,
  businessProcess: 'test',
  partition,
}));

export const sessionInfo = (session: number): SessionInfo => ({
  number: session,
  sessionKey: String(session).padStart(32, '0'),
  clientName: `client-${session}`,
  clientType: 'AgentApplication',
  tenantId: 1,
});

/** Partition 0 of two, with queues `queue-0` and `queue-1`. */
export class PartitionRig {
  readonly answers: Answered[] = [];
  readonly told: Told[] = [];
  /** Mail of events, as it came. */
  readonly events: Uint8Array[] = [];
  /** Timers that an instance had set and not cancelled when the next one began. */
  timersLeft = 0;
  readonly #timers = new Set<Timer>();
  /** What other partitions answer to `tell`: whether there is credit. */
  hasCredit = true;
  readonly #writer = new FrameWriter();
  readonly #context: ActorContext<PartitionMessage>;
  readonly #argument: PartitionArguments;
  #actor: PartitionActor | undefined;

  private constructor(t: Test) {
    t.teardown(async () => {
      await this.#actor?.stop();
      await partitionBehaviour.release?.(this.#context);
    });
    const counters = createCounterBlock({ groups: counterGroups, lanes: 1 });
    this.#context = {
      name: partitionActorName(0),
      self: this.#refTo(partitionActorName(0)) as ActorRef<PartitionMessage>,
      incarnation: 1,
      resolve: <N>(name: string) => this.#refTo(name) as ActorRef<N>,
      clock: { ...systemClock, setTimer: (delayMs, callback) => this.#setTimer(delayMs, callback) },
      lane: openLane(counters, 0),
      keep: new Map(),
      crash: (error) => t.fail(`the actor crashed: ${error.stack}`),
      end: () => undefined,
    };
    this.#argument = {
      partition: 0,
      partitions: 2,
      directory: directoryOf(t),
      storeId: 'test',
      timeline: firstTimeline('test'),
      create: true,
      reconnectTimeoutMs: 3_600_000,
      identifierRetentionMs: limits.retryKeyMs,
      eventRetentionMs: 3_600_000,
      eventRetentionBytes: 1e9,
      diskReserves: { commitBytes: 0, moveBytes: 0, submitBytes: 0 },
      faultInjection: false,
    };
  }

  static async start(t: Test): Promise<PartitionRig> {
    const rig = new PartitionRig(t);
    await rig.rebuild();
    const list = { version: 1, highest: 2, closing: [], chunks: packQueues(queues) };
    await rig.receive({ type: 'replace-queues', list, also: undefined });
    return rig;
  }

  /** Another instance over the same store, as after a crash. */
  async rebuild(): Promise<void> {
    await this.#actor?.crashed(new Error('by the test'), []);
    this.timersLeft = this.#timers.size;
    const actor = await partitionBehaviour.start(this.#argument, this.#context);
    this.#actor = actor as PartitionActor;
  }

  #setTimer(delayMs: number, callback: () => void): Timer {
    const inner = systemClock.setTimer(delayMs, () => {
      this.#timers.delete(timer);
      callback();
    });
    const timer: Timer = {
      cancel: () => {
        this.#timers.delete(timer);
        inner.cancel();
      },
    };
    this.#timers.add(timer);
    return timer;
  }

  /** One batch; resolves when all of it is on disk and answered. */
  async receive(...messages: readonly PartitionMessage[]): Promise<void> {
    await this.#actor!.receive(messages.map(messageEnvelope));
    await this.#actor!.receive([]);
    await this.settled();
  }

  /** A frame that came straight from a client. */
  async frame(session: number, bytes: Uint8Array): Promise<void> {
    await this.take(session, bytes);
    await this.settled();
  }

  /** The same; resolves when the actor takes more. */
  async take(session: number, bytes: Uint8Array): Promise<void> {
    await this.#actor!.receive([{ kind: 'bytes', tag: session, bytes }]);
  }

  /** Frames in one batch; resolves when the actor takes more. */
  async takeAll(session: number, frames: readonly Uint8Array[]): Promise<void> {
    await this.#actor!.receive(frames.map((bytes) => ({ kind: 'bytes', tag: session, bytes })));
  }

  /** Rows of a table, on disk or on their way to it. */
  rows(table: Table): number {
    return survivorsOf(this.#context)!.store.count(table);
  }

  /** What happens to the commits that follow, counted from 1. */
  plan(plan: FaultPlan): void {
    const store = survivorsOf(this.#context)!.store as unknown as { medium: Medium };
    store.medium = new FaultMedium(store.medium, plan);
  }

  /** A frame that partition 1 passed on. */
  forwarded(session: number, frame: Uint8Array, more: Partial<ForwardedFrame> = {}): Promise<void> {
    const info = sessionInfo(session);
    const message: ForwardedFrame = {
      type: 'forwarded-frame',
      session: info,
      frame,
      hops: 1,
      past: undefined,
      delayedMs: undefined,
      ...more,
    };
    return this.receive({ type: 'peer', from: 1, message });
  }

  /** Bytes of a request by queue or identifier. */
  request(message: number, reference: number, kind: RouteKind, key: string, body: Body) {
    this.#writer.write(message, 0, reference, 0, kind, key, body);
    return this.#writer.take();
  }

  /** A submit into a queue. */
  submit(reference: number, queue: string, more: Body = {}): Uint8Array {
    const body = { Queue: queue, MediaType: 'chat', InteractionType: 'Inbound', ...more };
    return this.request(101, reference, RouteKind.queue, queue, body);
  }

  /** Resolves when nothing is on its way to the disk. */
  async settled(): Promise<void> {
    do await new Promise((resolve) => setImmediate(resolve));
    while (survivorsOf(this.#context)!.store.inFlight > 0);
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** References of the requests of a session that were answered. */
  answered(session: number): number[] {
    return this.answers.filter((one) => one.session === session).map(({ reference }) => reference);
  }

  #refTo(name: string): ActorRef {
    return {
      name,
      sent: 0,
      settled: 0,
      tell: (message, bytes) => {
        this.told.push({ to: name, message, bytes });
        return this.hasCredit;
      },
      tellBytes: (session, source, start = 0, end = source.length) => {
        if (name !== frontActorName) return true;
        if (isEventTag(session)) return this.events.push(source.slice(start, end)) > 0;
        const { message, reference } = readHeader(source.subarray(start, end), 0);
        this.answers.push({ session, message, reference });
        return true;
      },
      ask: () => Promise.reject(new Error('nobody is asked')),
    };
  }
}

const messageEnvelope = (message: PartitionMessage): Envelope<PartitionMessage> => ({
  kind: 'message',
  message,
  ask: true,
  answer: () => undefined,
  fail: (error) => {
    throw error;
  },
});
