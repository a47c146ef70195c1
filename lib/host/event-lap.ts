/**
 * The order in which readers of events are visited: each once in a round, those that have read
 * least first. So readers that are near each other find a row in memory that one of them had
 * read, and those at one place are visited together. One that comes to where the next ones are
 * goes on with them.
 */
import type { EventReader } from './event-reader.js';

/** Readers of one visit: what a visit takes does not grow with them. */
const groupMax = 256;

export class Lap {
  /** For the next round. */
  #ready = new Set<EventReader>();
  /** Sorted; those before `#at` have been visited. */
  #round: EventReader[] = [];
  #at = 0;
  readonly #group: EventReader[] = [];

  /** Whether nobody is to be visited. */
  get isEmpty(): boolean {
    return this.#ready.size === 0 && this.#at === this.#round.length;
  }

  has(reader: EventReader): boolean {
    return this.#ready.has(reader);
  }

  add(reader: EventReader): void {
    if (!reader.isInRound) this.#ready.add(reader);
  }

  /** Adds all of these, which are in no lap. @returns an empty set */
  addAll(readers: Set<EventReader>): Set<EventReader> {
    const ready = this.#ready;
    if (ready.size === 0) {
      this.#ready = readers;
      return ready;
    }
    for (const reader of readers) ready.add(reader);
    readers.clear();
    return readers;
  }

  /** What is in the round is passed over when its turn comes. */
  delete(reader: EventReader): void {
    this.#ready.delete(reader);
  }

  /**
   * The readers whose turn it is, all at one place and with credit; empty when there are none. They
   * stay in the lap until `take`. The list is valid until the next call.
   */
  group(): readonly EventReader[] {
    const group = this.#group;
    group.length = 0;
    if (this.#at === this.#round.length) this.#begin();
    for (let at = this.#at; at < this.#round.length; at++) {
      const reader = this.#round[at]!;
      if (!mayBeVisited(reader)) continue;
      if (group.length === groupMax) break;
      if (group.length > 0 && !reader.isBeside(group[0]!)) break;
      group.push(reader);
    }
    if (group.length === 0) while (this.#at < this.#round.length) this.#pass();
    return group;
  }

  /** Takes the first of the group out of the lap, so many of them. */
  take(count: number): void {
    for (let left = count; left > 0;) if (mayBeVisited(this.#pass())) left--;
  }

  /**
   * One of those just taken goes on with the next ones, if it has come to where they are: true.
   */
  goesOn(reader: EventReader): boolean {
    const next = this.#round[this.#at];
    if (next === undefined || !mayBeVisited(reader) || !reader.isBeside(next)) return false;
    this.#round[--this.#at] = reader;
    reader.isInRound = true;
    return true;
  }

  #pass(): EventReader {
    const reader = this.#round[this.#at++]!;
    reader.isInRound = false;
    return reader;
  }

  #begin(): void {
    this.#round = [...this.#ready].sort(byPlace);
    this.#at = 0;
    this.#ready.clear();
    for (const reader of this.#round) reader.isInRound = true;
  }
}

/** One without credit is in no lap until it has some again. */
const mayBeVisited = ({ isGone, credit }: EventReader): boolean => !isGone && credit > 0;

function byPlace(a: EventReader, b: EventReader): number {
  if (a.nextSequence !== b.nextSequence) return a.nextSequence - b.nextSequence;
  if (a.filter.key === b.filter.key) return 0;
  return a.filter.key < b.filter.key ? -1 : 1;
}
