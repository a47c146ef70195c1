/**
 * The head of a queue in memory.
 *
 * The order of a queue is an index on disk. A window holds its first keys, sorted, so that a pull
 * costs no search. It covers every key up to its bound: a key below the bound is in the window, a
 * key above it only on disk. `refill` reads the next keys when the window runs empty; a window that
 * grows past its limit lets go of its tail and lowers its bound. A window is only a copy: it can be
 * rebuilt from disk at any time.
 */
import { assert } from '../assert.js';

const limit = 4_096;
const keep = 2_048;

/** Reads up to `count` keys of the queue after `after` (undefined: from the first), in order. */
export type KeysAfter = (after: string | undefined, count: number) => string[];

const refillCount = 256;

export class QueueWindow {
  readonly #keysAfter: KeysAfter;
  #keys: string[] = [];
  /** Keys before this position are taken already; they are cut off now and then. */
  #head = 0;
  /** Last key covered; undefined with `#complete` false: nothing is covered yet. */
  #bound: string | undefined;
  /** The window covers the queue to its end. */
  #complete = false;

  constructor(keysAfter: KeysAfter) {
    this.#keysAfter = keysAfter;
  }

  /** The first key, left where it is; undefined: the queue is empty. */
  first(): string | undefined {
    while (this.#head >= this.#keys.length) {
      if (this.#complete) return undefined;
      this.#refill();
    }
    return this.#keys[this.#head];
  }

  /** A key was added to the index. */
  added(key: string): void {
    if (!this.#covers(key)) return;
    const keys = this.#keys;
    if (keys.length === this.#head || key > keys[keys.length - 1]!) keys.push(key);
    else {
      const at = this.#position(key);
      assert(keys[at] !== key, 'a key is added that is in the order already');
      keys.splice(at, 0, key);
    }
    if (keys.length - this.#head > limit) this.#shorten();
  }

  /** A key was removed from the index. */
  removed(key: string): void {
    const at = this.#position(key);
    if (this.#keys[at] !== key) {
      assert(!this.#covers(key), 'a key is removed that is not in the order');
      return;
    }
    if (at !== this.#head) this.#keys.splice(at, 1);
    else if (++this.#head >= 1_024) this.#cutHead();
  }

  /** Whether the window has the key, if the index has it. */
  #covers(key: string): boolean {
    return this.#complete || (this.#bound !== undefined && key <= this.#bound);
  }

  /** First position at or after the head whose key is not below `key`. */
  #position(key: string): number {
    let low = this.#head;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#keys[middle]! < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #refill(): void {
    this.#keys = this.#keysAfter(this.#bound, refillCount);
    this.#head = 0;
    this.#complete = this.#keys.length < refillCount;
    this.#bound = this.#keys.at(-1) ?? this.#bound;
  }

  #shorten(): void {
    this.#cutHead();
    this.#keys.length = keep;
    this.#bound = this.#keys[keep - 1];
    this.#complete = false;
  }

  #cutHead(): void {
    this.#keys = this.#keys.slice(this.#head);
    this.#head = 0;
  }
}
