/**
 * The actor of a partition: joins the partition (pure), its store, the frames and the runtime.
 *
 * A batch of mail is one turn. When the flight to the disk is full, `receive` returns a promise and
 * mail gathers meanwhile: the next batch is larger, so that commits group by themselves. A write
 * set that did not become durable leaves the partition out of step with its store: if the store
 * says that nothing happened, a new partition is built over it; if it does not know, the actor
 * crashes with `UnknownOutcome`, and the process ends.
 */
import type { Actor, ActorContext, ActorRef, Envelope } from '../actor/index.js';
import { assert } from '../assert.js';
import type { Timer } from '../clock.js';
import { IxionError } from '../errors.js';
import { Partition } from '../partition/partition.js';
import type { PeerMessage } from '../partition/peer.js';
import type { Answer, Asker } from '../partition/request.js';
import { StorageError, type Outcome } from '../store/contract.js';
import { barrierActorName, type BarrierMessage } from '../mail/backup-barrier.js';
import { standStill } from './backup.js';
import {
  frontActorName,
  partitionActorName,
  type FrontMessage,
  type PartitionArguments,
  type PartitionMessage,
} from '../mail/partition.js';
import { Answers } from './answers.js';
import { DeskPort } from './desk-port.js';
import { PartitionEvents } from './events.js';
import { QueueCountsNews } from './queue-counts.js';
import { copyOf, forwardedFrameOf, frameOf, type ForwardedFrame } from './forward.js';
import { Incoming } from './incoming.js';
import { forgetSession, isSessionClosed, noteSession, type Survivors } from './survivors.js';
import { serveAsk, workBy } from './asks.js';
import { WorkbinPort } from './workbin-port.js';

/** Wait before a wake that found the flight to the disk full. */
const busyWakeMs = 5;
/** Wait before what is due is tried again on a full disk. */
const fullWakeMs = 250;

export class PartitionActor implements Actor<PartitionMessage> {
  readonly #argument: PartitionArguments;
  readonly #context: ActorContext<PartitionMessage>;
  readonly #survivors: Survivors;
  readonly #answers: Answers;
  readonly #front: ActorRef<FrontMessage>;
  readonly #peers: readonly ActorRef<PartitionMessage>[];
  readonly #barrier: ActorRef<BarrierMessage>;
  readonly #events: PartitionEvents;
  readonly #counts: QueueCountsNews;
  readonly #desk: DeskPort;
  readonly #workbins: WorkbinPort;
  readonly #incoming: Incoming;
  #partition: Partition;
  #rebuilt: Promise<void> | undefined;
  #wakeTimer: Timer | undefined;
  #wakeAtMs = Number.POSITIVE_INFINITY;
  /** Another instance follows, or none: of a batch that waits for the disk nothing more is done. */
  #isOver = false;
  /** Nothing may be changed now: a backup is about to begin. */
  #standsStill = false;
  /** Envelopes of the batch under way whose turn has been committed. */
  #committed = 0;
  /** Frames of the batch under way that another partition answers. */
  readonly #passedOn = new Set<Uint8Array | undefined>();

  constructor(
    argument: PartitionArguments,
    context: ActorContext<PartitionMessage>,
    survivors: Survivors,
  ) {
    this.#argument = argument;
    this.#context = context;
    this.#survivors = survivors;
    this.#front = context.resolve<FrontMessage>(frontActorName);
    this.#answers = new Answers(this.#front, context.lane);
    this.#incoming = new Incoming(argument, survivors, this.#front);
    this.#peers = Array.from({ length: argument.partitions }, (_, partition) =>
      context.resolve<PartitionMessage>(partitionActorName(partition)),
    );
    this.#barrier = context.resolve(barrierActorName);
    this.#desk = new DeskPort(context, argument.partition, survivors.forDesk);
    this.#workbins = new WorkbinPort(context, this.#peers[argument.partition]!);
    this.#counts = new QueueCountsNews({
      ...argument,
      clock: context.clock,
      readers: survivors.readers,
      owed: () => this.#events.wake(),
    });
    this.#partition = this.#build();
    this.#events = new PartitionEvents({
      partition: argument.partition,
      survivors,
      queueState: (queue, filter) => this.#counts.stateOf(queue, filter),
      resolve: (name) => context.resolve(name),
      clock: context.clock,
      lastSequence: this.#partition.core.outbox.lastSequence,
      crash: (error) => this.#crash(error),
    });
    this.#partition.wake();
    this.#desk.built();
    const { partition } = argument;
    for (const crash of survivors.crashes.takeUnreported()) {
      this.#front.tell({ type: 'client-crashed', partition, ...crash });
    }
  }

  receive(batch: readonly Envelope<PartitionMessage>[]): void | Promise<void> {
    this.#committed = 0;
    this.#passedOn.clear();
    return this.#run(batch, 0);
  }

  /** Executes the batch from `start` on; waits where the flight to the disk is full. */
  #run(batch: readonly Envelope<PartitionMessage>[], start: number): void | Promise<void> {
    if (this.#isOver) return undefined;
    if (this.#rebuilt !== undefined) return this.#rebuilt.then(() => this.#run(batch, start));
    for (let index = start; index < batch.length; index++) {
      const envelope = batch[index]!;
      if (envelope.kind === 'bytes') this.#receiveFrame(envelope.tag, envelope.bytes);
      else if (envelope.message.type === 'backup-stand-still') {
        return this.#standStill(envelope, envelope.message.backup, index).then(() =>
          this.#run(batch, index + 1),
        );
      } else this.#receiveMessage(envelope);
      const isFull = this.#survivors.crashes.isWary
        ? this.#commitAlone(envelope)
        : this.#partition.commitIfFull();
      // Also what a message of the main thread has committed on the way gets no second answer.
      if (this.#partition.isBetweenTurns) this.#committed = index + 1;
      if (!isFull) continue;
      const ready = this.#partition.whenReady();
      if (ready !== undefined) return ready.then(() => this.#run(batch, index + 1));
    }
    this.#partition.commit();
    this.#committed = batch.length;
    return this.#partition.whenReady();
  }

  /**
   * After a crash that nobody could be blamed for, each mail is a turn of its own; see `Crashes`.
   */
  #commitAlone(envelope: Envelope<PartitionMessage>): boolean {
    this.#incoming.commitAlone(this.#partition, frameOf(envelope));
    return true;
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    this.#wakeTimer?.cancel();
    this.#partition.endWaitingPulls();
    this.#partition.commit();
    await this.#partition.settled();
    // Its store is closed next.
    this.#events.end();
    this.#counts.end();
    this.#desk.end();
    this.#workbins.end();
  }

  /**
   * Requests that wait here are answered now. What was not executed of the batch goes to
   * `unavailable`, except those among them and what another partition has got: one
   * request, one answer.
   */
  async crashed(
    error: Error,
    batch: readonly Envelope<PartitionMessage>[],
  ): Promise<readonly Envelope<PartitionMessage>[]> {
    this.#isOver = true;
    this.#wakeTimer?.cancel();
    this.#events.end();
    this.#counts.end();
    this.#desk.end();
    this.#workbins.end();
    if (!(error instanceof StorageError) && batch.length > 0) this.#incoming.blame(this.#partition);
    await this.#survivors.store.settle();
    const waiting = this.#partition.takeUnanswered();
    const detail = 'its partition is being rebuilt; the request was not executed';
    this.#answerAll(waiting, { kind: 'error', error: 'Unavailable', detail });
    const done = new Set([...this.#passedOn, ...waiting.map(({ frame }) => frame)]);
    return batch.slice(this.#committed).filter((envelope) => {
      const frame = frameOf(envelope);
      return frame === undefined || !done.has(frame);
    });
  }

  #build(): Partition {
    const { store } = this.#survivors;
    const partition = new Partition(
      this.#argument,
      store,
      this.#survivors.time,
      {
        send: (target, message) => this.#sendToPeer(target, message),
        wakeAt: (atMs) => this.#wakeAt(atMs),
        disk: () => this.#survivors.disk.allowance(),
        askOfWorkbin: (question) => this.#workbins.ask(question),
      },
      {
        replies: (replies) => this.#answers.send(replies),
        totals: (rows) => this.#counts.take(rows),
        eventsUpTo: (sequence) => this.#events.durableUpTo(sequence),
        failed: ({ session, frame }, error) => {
          this.#incoming.failed(session.number, frame, error);
        },
        broken: (outcome) => this.#broken(outcome),
        outcomes: (outcomes) => this.#desk.send(outcomes),
        stops: (stops) => this.#answers.tellStops(this.#argument.partition, stops),
        workbins: (news) => this.#answers.tellWorkbins(this.#argument.partition, news),
      },
      store.applied().sequence,
      this.#survivors.lasting,
    );
    workBy(partition.core, this.#survivors);
    for (const info of this.#survivors.sessions.values()) partition.sessionOpened(info);
    for (const session of this.#survivors.ending) partition.sessionEnding(session);
    this.#counts.takes(partition);
    return partition;
  }

  #broken(outcome: Exclude<Outcome, 'durable'>): void {
    if (outcome === 'unknown') {
      const detail = 'the disk did not say whether a commit happened';
      return this.#context.crash(new IxionError('UnknownOutcome', detail));
    }
    this.#events.forgetRead();
    const waiting = this.#partition.takeUnanswered();
    const detail = 'the change before it was not made; nothing was executed';
    this.#answerAll(waiting, { kind: 'error', error: 'Unavailable', detail });
    this.#rebuilt = this.#survivors.store.settle().then(() => {
      this.#partition = this.#build();
      this.#rebuilt = undefined;
      // What is due may be what the disk had no room for: not again at once.
      if (outcome === 'full') this.#wakeAt(this.#context.clock.monotonicMs() + fullWakeMs);
      else this.#partition.wake();
    });
  }

  #answerAll(askers: readonly Asker[], answer: Answer): void {
    this.#answers.send(askers.map((to) => ({ to, answer })));
  }

  #receiveFrame(session: number, frame: Uint8Array): void {
    const info = this.#survivors.sessions.get(session);
    if (info !== undefined) this.#incoming.execute(this.#partition, info, frame);
  }

  #receiveMessage(envelope: Envelope<PartitionMessage> & { kind: 'message' }): void {
    const { message } = envelope;
    switch (message.type) {
      case 'session-opened':
        noteSession(this.#survivors, message.info);
        return this.#partition.sessionOpened(message.info);
      case 'session-ending':
        this.#survivors.ending.add(message.session);
        return this.#partition.sessionEnding(message.session);
      case 'session-closed': {
        const info = forgetSession(this.#survivors, message.session);
        if (info !== undefined) this.#partition.sessionClosed(info, message.release);
        return;
      }
      case 'subscribe':
        return this.#subscribe(message, envelope);
      case 'unsubscribe':
        this.#events.unsubscribe(message.target, message.reader);
        return this.#counts.cancel(message.target, message.reader);
      case 'unsubscribe-all':
        this.#events.unsubscribeAll(message.target);
        return this.#counts.cancel(message.target);
      case 'event-credit':
        return this.#events.giveCredits(message.target, message.credits);
      case 'mark-passed':
        return this.#events.markPassed(message.target);
      case 'workbin-verdict':
        return this.#partition.core.workbins.answered(message.question, message.verdict);
      case 'draining':
        this.#partition.core.workbins.end();
        return this.#partition.endWaitingPulls();
      case 'peer':
        return this.#receivePeer(message.message as PeerMessage | ForwardedFrame);
      case 'backup-stand-still':
        return assert(false, 'a backup is dealt with between two turns');
      default:
        return serveAsk(this.#partition, this.#survivors, message, envelope, (error) =>
          this.#incoming.failed(0, undefined, error),
        );
    }
  }

  /** Stands still at the end of a turn, all of it on disk, until every partition does. */
  async #standStill(
    envelope: Envelope<PartitionMessage> & { kind: 'message' },
    backup: number,
    index: number,
  ): Promise<void> {
    this.#partition.commit();
    this.#committed = index;
    this.#standsStill = true;
    await this.#partition.settled();
    await this.#rebuilt;
    envelope.answer(await standStill(this.#survivors, backup, this.#barrier));
    this.#committed = index + 1;
    this.#standsStill = false;
  }

  #subscribe(
    message: PartitionMessage & { type: 'subscribe' },
    envelope: Envelope<PartitionMessage> & { kind: 'message' },
  ): void {
    if (message.tellsCounts !== true) return this.#answerSubscribe(message, envelope);
    void this.#counts.start(message.target, message.reader).then((owed) => {
      if (owed !== undefined) return this.#answerSubscribe(message, envelope, owed);
      envelope.fail(new IxionError('Unavailable', 'its partition is being rebuilt'));
    });
  }

  #answerSubscribe(
    message: PartitionMessage & { type: 'subscribe' },
    envelope: Envelope<PartitionMessage> & { kind: 'message' },
    owed?: Set<number>,
  ): void {
    try {
      envelope.answer(this.#events.subscribe(message, this.#partition.core.outbox, owed));
    } catch (error) {
      if (!(error instanceof IxionError)) throw error;
      this.#counts.forgetUnlessWanted();
      envelope.fail(error);
    }
  }

  #receivePeer(message: PeerMessage | ForwardedFrame): void {
    if (message.type !== 'forwarded-frame') return this.#partition.peer(message);
    if (isSessionClosed(this.#survivors, message.session.number)) return;
    this.#incoming.execute(this.#partition, message.session, message.frame, message);
  }

  /** A structured clone takes the whole buffer under a view: such bytes are copied out first. */
  #sendToPeer(target: number, message: PeerMessage): boolean {
    const from = this.#argument.partition;
    const peer = this.#peers[target]!;
    if (message.type === 'offer') {
      const offer = { ...message, row: copyOf(message.row), events: copyOf(message.events) };
      const bytes = offer.row.length + offer.events.length;
      return peer.tell({ type: 'peer', from, message: offer }, bytes);
    }
    if (message.type !== 'forward') return peer.tell({ type: 'peer', from, message });
    const forwarded = forwardedFrameOf(message);
    const isSent = peer.tell({ type: 'peer', from, message: forwarded }, forwarded.frame.length);
    if (isSent) this.#passedOn.add(message.request.frame);
    return isSent;
  }

  #wakeAt(atMs: number): void {
    if (this.#isOver || atMs >= this.#wakeAtMs) return;
    this.#wakeTimer?.cancel();
    this.#wakeAtMs = atMs;
    const { clock } = this.#context;
    this.#wakeTimer = clock.setTimer(atMs - clock.monotonicMs(), () => this.#wake());
  }

  #wake(): void {
    this.#wakeAtMs = Number.POSITIVE_INFINITY;
    if (this.#rebuilt !== undefined) return;
    try {
      if (this.#partition.whenReady() === undefined && !this.#standsStill) this.#partition.wake();
      else this.#wakeAt(this.#context.clock.monotonicMs() + busyWakeMs);
    } catch (error) {
      this.#crash(error);
    }
  }

  #crash(error: unknown): void {
    this.#context.crash(error instanceof Error ? error : new Error(String(error)));
  }
}
