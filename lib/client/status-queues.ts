/**
 * A value that changes, for any number of readers: each gets the present one and all that follow;
 * or, of what only happens, all that follow.
 */
import { AsyncQueue } from './async-queue.js';

export class StatusQueues<T> {
  readonly #readers = new Set<AsyncQueue<T>>();
  readonly #keepsLast: boolean;
  #last: T | undefined;
  #isOver = false;

  constructor(keepsLast = true) {
    this.#keepsLast = keepsLast;
  }

  /** The present one; undefined: there was none yet. */
  get last(): T | undefined {
    return this.#last;
  }

  push(value: T): void {
    if (this.#isOver) return;
    if (this.#keepsLast) this.#last = value;
    for (const reader of this.#readers) reader.push(value);
  }

  /** None follows; `error`: each reader is told, once it has read what there is. */
  end(error?: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const reader of this.#readers) reader.end(error);
    this.#readers.clear();
  }

  read(): AsyncIterableIterator<T> {
    const reader = new AsyncQueue<T>(() => this.#readers.delete(reader));
    if (this.#last !== undefined) reader.push(this.#last);
    if (this.#isOver) reader.end();
    else this.#readers.add(reader);
    return reader;
  }
}
