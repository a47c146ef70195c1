/**
 * One reader of the events of one partition: where it is, what it wants, and for how many bytes
 * it has credit. It goes at its own pace: as long as it has credit it is visited by the pump
 * (`events.ts`). One that falls behind the retention gets an EventGap and goes on after it.
 */
import type { EventFilter } from './event-filter.js';

export interface EventReaderOptions {
  /** By which its actor knows it. */
  readonly number: number;
  readonly filter: EventFilter;
  readonly nextSequence: number;
  /** It is to be told when it has all up to this one. */
  readonly tellAt?: number | undefined;
  /** Numbers of the queues whose counts it is to be told; absent: it wants none. */
  readonly owed?: Set<number> | undefined;
}

export class EventReader {
  readonly number: number;
  readonly filter: EventFilter;
  nextSequence: number;
  /** Numbers of the queues whose counts it is to be told; undefined: it wants none. */
  readonly owed: Set<number> | undefined;
  /** It is in the round of a lap. */
  isInRound = false;
  /** It has been ended. */
  isGone = false;
  #credit = 0;
  /** Undefined: there is nothing to tell, or it has been told. */
  #tellAt: number | undefined;

  constructor({ number, filter, nextSequence, tellAt, owed }: EventReaderOptions) {
    this.number = number;
    this.filter = filter;
    this.nextSequence = nextSequence;
    this.#tellAt = tellAt;
    this.owed = owed;
  }

  get credit(): number {
    return this.#credit;
  }

  /** Whether it has been sent all that there is. */
  isUpTo(lastSequence: number): boolean {
    return this.nextSequence > lastSequence && this.#tellAt === undefined && !this.isOwed;
  }

  /** Whether there are counts that it has not been told. */
  get isOwed(): boolean {
    return this.owed !== undefined && this.owed.size > 0;
  }

  /** Whether it has been sent all up to where it is to be told, and may be told now. */
  get isToBeReported(): boolean {
    const isThere = this.#tellAt !== undefined && this.nextSequence > this.#tellAt;
    return isThere && this.#credit > 0 && !this.isOwed;
  }

  /** Whether it is where another is and wants the same: what one gets, the other gets. */
  isBeside(other: EventReader): boolean {
    const isAtOnePlace = this.nextSequence === other.nextSequence;
    return isAtOnePlace && this.filter.key === other.filter.key && !this.isOwed && !other.isOwed;
  }

  giveCredit(bytes: number): void {
    this.#credit += bytes;
  }

  /** It was sent so many bytes, and goes on at `nextSequence`. */
  sent(bytes: number, nextSequence: number): void {
    this.#credit -= bytes;
    this.nextSequence = nextSequence;
  }

  /** It was sent something that is no event, in so many bytes. */
  spent(bytes: number): void {
    this.#credit -= bytes;
  }

  /** It was told, in so many bytes. */
  told(bytes: number): void {
    this.#credit -= bytes;
    this.#tellAt = undefined;
  }
}
