/**
 * The readers of a partition's events. They belong to the thread: a rebuilt partition goes on
 * serving them. Events leave in a turn of their own, after the answers of the requests that caused
 * them, to whatever actor a reader is for (`lib/mail/events.ts`).
 *
 * No reader, and no number of them, holds up requests: they share one pump. It visits the readers
 * in turns, those that are at one place and want the same together: their events are looked at,
 * made into frames and sent once for all of them. It stops after `limits.eventPumpUs`, or so many
 * bytes by readers, or so many events looked at, whichever comes first. In a thread one partition
 * pumps at a time, and between two pumps the thread does its other work. What was sent and an actor
 * has not yet dealt with is bounded, too: each pump ends with a mark, and after two of them the
 * next waits until one has passed; no actor waits for the marks of another.
 */
import type { ActorRef } from '../actor/index.js';
import type { Clock, Timer } from '../clock.js';
import { IxionError } from '../errors.js';
import { limits } from '../limits.js';
import { eventMark, eventTag } from '../mail/events.js';
import type { PartitionMessage } from '../mail/partition.js';
import { readPackedEventRows, type Outbox } from '../partition/ledger/outbox.js';
import { contradictionOf } from '../timeline.js';
import { EventChunk } from './event-chunk.js';
import { eventFilter, filterOf, type EventFilter } from './event-filter.js';
import { EventFrames } from './event-frames.js';
import type { Lap } from './event-lap.js';
import { EventReader } from './event-reader.js';
import { EventTarget } from './event-target.js';
import { pumpInTurn } from './pump-turns.js';
import type { Survivors } from './survivors.js';

/** One visit of the pump. */
const visitLimits = { bytes: 16_384, events: 256 } as const;
/** Time after which an actor that had no credit is tried again. */
const fullMs = 20;
const noBytes = new Uint8Array(0);

export interface PartitionEventsOptions {
  readonly partition: number;
  readonly survivors: Pick<Survivors, 'store' | 'readers' | 'history'>;
  readonly clock: Clock;
  /** Last sequence that is on disk. */
  readonly lastSequence: number;
  /** What is told of a queue to who wants these events; undefined: nothing. */
  queueState(queue: number, filter: EventFilter): Record<string, unknown> | undefined;
  /** A reference to an actor by its name. */
  resolve(name: string): ActorRef;
  /** A programmer error outside the mail. */
  crash(error: unknown): void;
}

/** What the pump did last. */
export interface PumpWork {
  /** Bytes of frames, counted for each reader they are for. */
  bytes: number;
  /** Events looked at, and readers visited. */
  looked: number;
  mails: number;
}

export class PartitionEvents {
  readonly #options: PartitionEventsOptions;
  readonly #frames: EventFrames;
  readonly #chunk = new EventChunk(visitLimits);
  /** By name; the one whose turn it is first. */
  readonly #targets = new Map<string, EventTarget>();
  #lastSequence: number;
  #isPumping = false;
  #hasEnded = false;
  #fullTimer: Timer | undefined;
  readonly #work: PumpWork = { bytes: 0, looked: 0, mails: 0 };

  constructor(options: PartitionEventsOptions) {
    this.#options = options;
    this.#lastSequence = options.lastSequence;
    const { partition, survivors } = options;
    this.#frames = new EventFrames(partition, (sequence, count) =>
      readPackedEventRows(survivors.store, sequence, count),
    );
    for (const name of survivors.readers.targets) {
      for (const reader of survivors.readers.of(name)) {
        reader.isInRound = false;
        this.#target(name).place(reader, this.#lastSequence);
      }
    }
    this.#pumpSoon();
  }

  /** For tests: rows read and frames made so far. */
  get frames(): Pick<EventFrames, 'rowsRead' | 'framesMade'> {
    return this.#frames;
  }

  /** For tests. */
  get lastWork(): Readonly<PumpWork> {
    return this.#work;
  }

  /** What was on its way to the disk was given up: some may have been read, and is not so. */
  forgetRead(): void {
    this.#frames.forget();
  }

  /** Nothing more leaves from here: another instance takes over, or the actor ends. */
  end(): void {
    this.#hasEnded = true;
    this.#fullTimer?.cancel();
  }

  /**
   * Adds a reader, in the place of another that its actor gave the same number; answers with the
   * sequence before the first event that it gets. It gets none before it has credit.
   * @param owed numbers of the queues whose counts it is told first; undefined: it wants none
   * @throws {IxionError} InvalidResumeToken for a position that is none of this store's: of another
   *   timeline, or still to come
   */
  subscribe(
    message: PartitionMessage & { type: 'subscribe' },
    outbox: Outbox,
    owed?: Set<number>,
  ): number {
    const { target, reader: number, wanted } = message;
    const before = this.#sequenceBefore(message, outbox);
    this.unsubscribe(target, number);
    const reader = new EventReader({
      number,
      filter: wanted === undefined ? eventFilter(undefined, undefined) : filterOf(wanted),
      nextSequence: before + 1,
      tellAt: message.tellUpToDate ? this.#lastSequence : undefined,
      owed,
    });
    this.#options.survivors.readers.add(target, reader);
    this.#target(target).place(reader, this.#lastSequence);
    return before;
  }

  unsubscribe(target: string, number: number): void {
    const { readers } = this.#options.survivors;
    const reader = readers.get(target, number);
    if (reader === undefined) return;
    this.#targets.get(target)?.delete(reader);
    if (readers.delete(target, number)) this.#forget(target);
  }

  unsubscribeAll(target: string): void {
    this.#options.survivors.readers.deleteAll(target);
    this.#forget(target);
  }

  /** The actor has done with so many bytes of readers: as many more may follow. */
  giveCredits(target: string, credits: readonly number[]): void {
    const { readers } = this.#options.survivors;
    readers.giveCredits(target, credits);
    for (let index = 0; index < credits.length; index += 2) {
      const reader = readers.get(target, credits[index]!);
      if (reader !== undefined) this.#target(target).hasCredit(reader);
    }
    this.#pumpSoon();
  }

  /** An actor has dealt with what was sent before a mark. */
  markPassed(target: string): void {
    this.#targets.get(target)?.markPassed();
    this.#pumpSoon();
  }

  /** Events up to this one are on disk. */
  durableUpTo(sequence: number): void {
    this.#lastSequence = sequence;
    this.wake();
  }

  /** There is something for those that had all. */
  wake(): void {
    if (this.#targets.size === 0) return;
    for (const target of this.#targets.values()) target.wakeIdle();
    this.#pumpSoon();
  }

  #sequenceBefore({ start }: PartitionMessage & { type: 'subscribe' }, outbox: Outbox): number {
    if (start.from === 'next') return this.#lastSequence;
    if (start.from === 'oldest') return outbox.oldestSequence() - 1;
    const { sequence, timeline } = start;
    const { partition, survivors } = this.#options;
    const contradiction = contradictionOf(survivors.history, timeline, sequence);
    const isAhead = sequence > this.#lastSequence;
    if (contradiction === undefined && !isAhead) return sequence;
    const why =
      contradiction ?? `there is no event ${sequence} yet, the last is ${this.#lastSequence}`;
    throw new IxionError('InvalidResumeToken', `partition ${partition}: ${why}`);
  }

  #target(name: string): EventTarget {
    let target = this.#targets.get(name);
    if (target === undefined) {
      target = new EventTarget(this.#options.resolve(name));
      this.#targets.set(name, target);
    }
    return target;
  }

  /** The actor has no readers any more. If it lost mail, it has lost the marks in it as well. */
  #forget(target: string): void {
    this.#targets.delete(target);
    if (this.#targets.size === 0) this.#frames.forget();
  }

  /** The actor whose turn it is, of those that have something to get and may get it. */
  #nextTarget(): EventTarget | undefined {
    for (const [name, target] of this.#targets) {
      if (!target.isReady) continue;
      this.#targets.delete(name);
      this.#targets.set(name, target);
      return target;
    }
    return undefined;
  }

  #isAnyReady(): boolean {
    for (const target of this.#targets.values()) if (target.isReady) return true;
    return false;
  }

  #pumpSoon(): void {
    if (this.#isPumping || this.#hasEnded || !this.#isAnyReady()) return;
    this.#isPumping = true;
    pumpInTurn(this.#options.clock, () => {
      this.#isPumping = false;
      if (this.#hasEnded) return;
      try {
        this.#pump();
      } catch (error) {
        this.#options.crash(error);
      }
    });
  }

  #pump(): void {
    const target = this.#nextTarget();
    if (target === undefined) return;
    const { clock, partition } = this.#options;
    const work = this.#work;
    work.bytes = work.looked = work.mails = 0;
    const untilMs = clock.monotonicMs() + limits.eventPumpUs / 1_000;
    while (!target.isEmpty && !target.isFull) {
      if (!this.#visit(target, target.nextLap())) break;
      if (work.looked >= limits.eventPumpEvents || clock.monotonicMs() >= untilMs) break;
    }
    if (work.mails > 0 && target.ref.tellBytes(eventMark(partition), noBytes)) target.markSent();
    this.#pumpSoon();
  }

  /**
   * Visits the readers whose turn it is. False: what there is for them is too much for this pump.
   */
  #visit(target: EventTarget, lap: Lap): boolean {
    const group = lap.group();
    const first = group[0];
    if (first === undefined) return true;
    if (first.isOwed) return this.#visitOwed(target, lap, first);
    let { credit } = first;
    for (const reader of group) credit = Math.min(credit, reader.credit);
    const chunk = this.#chunk;
    chunk.pack(this.#frames, first.nextSequence, this.#lastSequence, first.filter, credit);
    this.#work.looked += chunk.looked;
    const left = limits.eventPumpBytes - this.#work.bytes;
    if (chunk.length > left && this.#work.bytes > 0) return false;
    const most = Math.max(1, Math.floor(left / Math.max(1, chunk.length)));
    const readers = group.slice(0, most);
    this.#work.looked += readers.length;
    if (!this.#send(target, readers)) return true;
    lap.take(readers.length);
    for (const reader of readers) reader.sent(chunk.length, chunk.nextSequence);
    this.#tellUpToDate(target, readers);
    for (const reader of readers) {
      const isUpTo = reader.isUpTo(this.#lastSequence);
      if (isUpTo || !lap.goesOn(reader)) target.place(reader, this.#lastSequence);
    }
    return true;
  }

  /** Tells one reader the counts that it is owed, a piece at a time, before events go on. */
  #visitOwed(target: EventTarget, lap: Lap, reader: EventReader): boolean {
    const chunk = this.#chunk;
    const owed = reader.owed!;
    const told: number[] = [];
    const most = Math.min(visitLimits.bytes, reader.credit);
    chunk.begin(reader.nextSequence);
    for (const queue of owed) {
      if (chunk.length >= most) break;
      const counts = this.#options.queueState(queue, reader.filter);
      if (counts !== undefined) chunk.add(this.#frames.queueState(counts, this.#lastSequence));
      told.push(queue);
    }
    this.#work.looked += told.length;
    if (chunk.length > limits.eventPumpBytes - this.#work.bytes && this.#work.bytes > 0)
      return false;
    if (!this.#send(target, [reader])) return true;
    for (const queue of told) owed.delete(queue);
    lap.take(1);
    reader.spent(chunk.length);
    this.#tellUpToDate(target, [reader]);
    target.place(reader, this.#lastSequence);
    return true;
  }

  #tellUpToDate(target: EventTarget, readers: readonly EventReader[]): void {
    if (!readers.some((reader) => reader.isToBeReported)) return;
    const told = readers.filter((reader) => reader.isToBeReported);
    this.#chunk.packUpToDate(this.#frames, told[0]!.nextSequence);
    if (!this.#send(target, told)) return;
    for (const reader of told) reader.told(this.#chunk.length);
  }

  /** False: the actor has no credit for more mail; it is tried again. */
  #send(target: EventTarget, readers: readonly EventReader[]): boolean {
    const chunk = this.#chunk;
    if (chunk.length === 0) return true;
    const tag = eventTag(this.#options.partition, readers.length);
    const end = chunk.addressTo(readers);
    if (target.ref.tellBytes(tag, chunk.buffer, 0, end)) {
      this.#work.bytes += chunk.length * readers.length;
      this.#work.mails++;
      return true;
    }
    target.isFull = true;
    this.#fullTimer ??= this.#options.clock.setTimer(fullMs, () => this.#tryFull());
    return false;
  }

  #tryFull(): void {
    this.#fullTimer = undefined;
    for (const target of this.#targets.values()) target.isFull = false;
    this.#pumpSoon();
  }
}
