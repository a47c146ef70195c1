/**
 * The readers of a partition's events. They belong to the thread: a rebuilt partition goes on serving
 * them. Events leave in a turn of their own, after the answers of the requests that caused them.
 *
 * No reader, and no number of them, holds up requests: they share one pump, which visits them in turns,
 * makes each event into a frame once for all of them, and stops after `limits.eventPumpUs` or so many
 * bytes or events, whichever comes first. In a thread one partition pumps at a time, and between two
 * pumps the thread does its other work. What was sent and the main thread has not yet dealt with is
 * bounded, too: each pump ends with a mark, and after two of them the next waits until one has passed.
 */
import type { ActorRef } from '../actor/index.js';
import type { Clock } from '../clock.js';
import { IxionError } from '../errors.js';
import { EventFrames } from './event-frames.js';
import { FrameBatch, Subscription } from './event-reader.js';
import { limits } from '../limits.js';
import { readPackedEventRows, type Outbox } from '../partition/ledger/outbox.js';
import { contradictionOf } from '../timeline.js';
import { eventMark, eventTag, type PartitionMessage } from '../mail/partition.js';
import type { Kept } from './survivors.js';
import { pumpInTurn } from './pump-turns.js';

/** One visit of the pump to a reader. */
const visitLimits = { bytes: 16_384, events: 256 } as const;
/** Pumps whose bytes may be on their way to the main thread. */
const marksMost = 2;
const noBytes = new Uint8Array(0);

export interface PartitionEventsOptions {
  readonly partition: number;
  readonly kept: Kept;
  readonly listener: ActorRef;
  readonly clock: Clock;
  /** Last sequence that is on disk. */
  readonly lastSequence: number;
  /** A programmer error outside the mail. */
  crash(error: unknown): void;
}

export class PartitionEvents {
  readonly #options: PartitionEventsOptions;
  readonly #frames: EventFrames;
  readonly #batch = new FrameBatch();
  #lastSequence: number;
  #isPumping = false;
  /** Readers to be visited, the next one first. */
  #ready = new Set<Subscription>();
  /** Readers that have been sent all there is. */
  #idle = new Set<Subscription>();
  /** Marks that have not passed the main thread. */
  #marks = 0;

  constructor(options: PartitionEventsOptions) {
    this.#options = options;
    this.#lastSequence = options.lastSequence;
    const { partition, kept } = options;
    this.#frames = new EventFrames(partition, (sequence, count) =>
      readPackedEventRows(kept.store, sequence, count),
    );
    for (const reader of kept.subscriptions.values()) this.#ready.add(reader);
    if (this.#ready.size > 0) this.#pumpSoon();
  }

  /**
   * Adds a reader; answers with the sequence before the first event that it gets. It gets none before
   * it has credit.
   * @throws {IxionError} InvalidResumeToken for a position that is none of this store's: of another
   *   timeline, or still to come
   */
  subscribe(message: PartitionMessage & { type: 'subscribe' }, outbox: Outbox): number {
    const { subscription, proxyClient, tenants } = message;
    const before = this.#sequenceBefore(message, outbox);
    const options = {
      subscription,
      proxyClient,
      tenants: tenants === undefined ? undefined : new Set(tenants),
      nextSequence: before + 1,
      tellAt: message.tellUpToDate ? this.#lastSequence : undefined,
    };
    this.#options.kept.subscriptions.set(subscription, new Subscription(options));
    return before;
  }

  unsubscribe(subscription: number): void {
    const { subscriptions } = this.#options.kept;
    const reader = subscriptions.get(subscription);
    if (reader === undefined) return;
    subscriptions.delete(subscription);
    this.#ready.delete(reader);
    this.#idle.delete(reader);
    if (subscriptions.size > 0) return;
    this.#frames.forget();
    // A main thread that lost its mail has ended all its clients.
    this.#marks = 0;
  }

  /** So many bytes have left for the client: as many more may follow. */
  giveCredit(subscription: number, bytes: number): void {
    const reader = this.#options.kept.subscriptions.get(subscription);
    if (reader === undefined) return;
    reader.giveCredit(bytes);
    if (this.#idle.has(reader)) return;
    this.#ready.add(reader);
    this.#pumpSoon();
  }

  /** The main thread has dealt with what was sent before a mark. */
  markPassed(): void {
    this.#marks = Math.max(0, this.#marks - 1);
    if (this.#ready.size > 0) this.#pumpSoon();
  }

  /** Events up to this one are on disk. */
  durableUpTo(sequence: number): void {
    this.#lastSequence = sequence;
    if (this.#idle.size > 0) {
      if (this.#ready.size === 0) [this.#ready, this.#idle] = [this.#idle, this.#ready];
      else for (const reader of this.#idle) this.#ready.add(reader);
      this.#idle.clear();
    }
    if (this.#ready.size > 0) this.#pumpSoon();
  }

  #sequenceBefore({ start }: PartitionMessage & { type: 'subscribe' }, outbox: Outbox): number {
    if (start.from === 'next') return this.#lastSequence;
    if (start.from === 'oldest') return outbox.oldestSequence() - 1;
    const { sequence, timeline } = start;
    const { partition, kept } = this.#options;
    const contradiction = contradictionOf(kept.history, timeline, sequence);
    const isAhead = sequence > this.#lastSequence;
    if (contradiction === undefined && !isAhead) return sequence;
    const why =
      contradiction ?? `there is no event ${sequence} yet, the last is ${this.#lastSequence}`;
    throw new IxionError('InvalidResumeToken', `partition ${partition}: ${why}`);
  }

  #pumpSoon(): void {
    if (this.#isPumping || this.#marks >= marksMost) return;
    this.#isPumping = true;
    pumpInTurn(() => {
      this.#isPumping = false;
      try {
        this.#pump();
      } catch (error) {
        this.#options.crash(error);
      }
    });
  }

  #pump(): void {
    const { clock, listener, partition } = this.#options;
    const untilMs = clock.monotonicMs() + limits.eventPumpUs / 1_000;
    let [sent, looked] = [0, 0];
    for (const reader of this.#ready) {
      this.#ready.delete(reader);
      looked += reader.visit(this.#frames, this.#lastSequence, visitLimits, this.#batch);
      if (this.#batch.length > 0) {
        sent += this.#batch.length;
        listener.tellBytes(
          eventTag(partition, reader.number),
          this.#batch.buffer,
          0,
          this.#batch.length,
        );
        this.#batch.clear();
      }
      if (reader.isUpTo(this.#lastSequence)) this.#idle.add(reader);
      else if (reader.hasCredit) this.#ready.add(reader);
      const isEnough = sent >= limits.eventPumpBytes || looked >= limits.eventPumpEvents;
      if (isEnough || clock.monotonicMs() >= untilMs) break;
    }
    if (sent > 0) {
      this.#marks++;
      listener.tellBytes(eventMark(partition), noBytes);
    }
    if (this.#ready.size > 0) this.#pumpSoon();
  }
}
