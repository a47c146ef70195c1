/**
 * An actor that reads the events of a partition: whose turn among its readers it is, and how far it
 * is behind with what it was sent.
 */
import type { ActorRef } from '../actor/index.js';
import { Lap } from './event-lap.js';
import type { EventReader } from './event-reader.js';

/** Pumps whose bytes may be on their way to the actor. */
const marksMax = 2;

export class EventTarget {
  readonly ref: ActorRef;
  /** It has no credit for more mail now. */
  isFull = false;
  /** Marks that it has not passed. */
  #marks = 0;
  /** Readers that have been sent all there is. */
  #idle = new Set<EventReader>();
  /** Those that had been, and for whom there is more now. */
  readonly #fresh = new Lap();
  readonly #behind = new Lap();
  #isFreshNext = false;

  constructor(ref: ActorRef) {
    this.ref = ref;
  }

  /** Whether there is a reader to visit, and may be. */
  get isReady(): boolean {
    if (this.isFull || this.#marks >= marksMax) return false;
    return !this.#fresh.isEmpty || !this.#behind.isEmpty;
  }

  get isEmpty(): boolean {
    return this.#fresh.isEmpty && this.#behind.isEmpty;
  }

  /** The lap from which the next readers are visited; those of neither wait for the other's. */
  nextLap(): Lap {
    this.#isFreshNext = !this.#isFreshNext;
    const [first, second] = this.#isFreshNext
      ? [this.#fresh, this.#behind]
      : [this.#behind, this.#fresh];
    return first.isEmpty ? second : first;
  }

  /** A reader that is in no lap: it is visited again when there is something for it. */
  place(reader: EventReader, lastSequence: number): void {
    if (reader.isUpTo(lastSequence)) this.#idle.add(reader);
    else if (reader.credit > 0) this.#behind.add(reader);
  }

  /** A reader has more credit. */
  hasCredit(reader: EventReader): void {
    if (!this.#idle.has(reader) && !this.#fresh.has(reader)) this.#behind.add(reader);
  }

  /** There are events for those that had all. */
  wakeIdle(): void {
    if (this.#idle.size > 0) this.#idle = this.#fresh.addAll(this.#idle);
  }

  delete(reader: EventReader): void {
    this.#idle.delete(reader);
    this.#fresh.delete(reader);
    this.#behind.delete(reader);
  }

  markSent(): void {
    this.#marks++;
  }

  markPassed(): void {
    this.#marks = Math.max(0, this.#marks - 1);
  }
}
