/** The readers of a partition's events, by the actor they are for and the number it gave them. */
import type { EventReader } from './event-reader.js';

export class EventReaders {
  readonly #byTarget = new Map<string, Map<number, EventReader>>();

  /** Names of the actors that have readers. */
  get targets(): Iterable<string> {
    return this.#byTarget.keys();
  }

  get isEmpty(): boolean {
    return this.#byTarget.size === 0;
  }

  /** Those that want the counts of queues. */
  *withCounts(): Generator<EventReader> {
    for (const readers of this.#byTarget.values()) {
      for (const reader of readers.values()) if (reader.owed !== undefined) yield reader;
    }
  }

  of(target: string): Iterable<EventReader> {
    return this.#byTarget.get(target)?.values() ?? [];
  }

  get(target: string, number: number): EventReader | undefined {
    return this.#byTarget.get(target)?.get(number);
  }

  add(target: string, reader: EventReader): void {
    let readers = this.#byTarget.get(target);
    if (readers === undefined) this.#byTarget.set(target, (readers = new Map()));
    readers.set(reader.number, reader);
  }

  /** Gives credit: of each reader its number, then the bytes. */
  giveCredits(target: string, credits: readonly number[]): void {
    for (let index = 0; index < credits.length; index += 2) {
      this.get(target, credits[index]!)?.giveCredit(credits[index + 1]!);
    }
  }

  /** @returns whether the actor has no reader any more */
  delete(target: string, number: number): boolean {
    const readers = this.#byTarget.get(target);
    if (readers === undefined) return true;
    const reader = readers.get(number);
    if (reader !== undefined) reader.isGone = true;
    readers.delete(number);
    return readers.size === 0 && this.#byTarget.delete(target);
  }

  deleteAll(target: string): void {
    for (const reader of this.of(target)) reader.isGone = true;
    this.#byTarget.delete(target);
  }
}
