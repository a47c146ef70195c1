/**
 * The store of a partition: a medium (what is committed, and how to commit) under an overlay.
 *
 * A write set is *in flight* from `append` until its promise settles; its layer is in the overlay
 * for that time. Sets settle in the order of the calls. A medium commits a set only on top of the
 * one before it (`previousSequence`), so after a failure those behind it cannot slip through:
 *
 * - *open*: appends go to the medium. A set that ends `refused` or `full` leads to *failed*, one
 *   that ends `unknown` to *fenced*. Both drop all layers.
 * - *failed*: every append, and every set still in flight, ends as the first failure did. `settle`
 *   waits for the flight to end and leads back to *open*, on what is committed.
 * - *fenced*: every append ends `unknown` and the medium is not touched again, not even to close
 *   it. There is no way back in this process (a failed fsync is not to be tried again).
 */
import { assert } from '../assert.js';
import {
  Table,
  type Applied,
  type Entry,
  type Outcome,
  type RangeOptions,
  type Reader,
  type Store,
  type WriteSet,
} from './contract.js';
import { layerOf } from './draft.js';
import { checkBound, isBinary, keyBytesMax } from './keys.js';
import { layeredGet, layeredRange, type Layer } from './overlay.js';

/**
 * What is committed, and how more is: LMDB, with or without a journal in front of it, or memory.
 */
export interface Medium extends Reader {
  /**
   * Commits the set and the row of `applied` in one transaction, if the last set applied has
   * `previousSequence`; else `refused`. Calls are executed in order. Never rejects.
   */
  commit(writeSet: WriteSet, previousSequence: number): Promise<Outcome>;
  /** The last set committed. */
  applied(): Applied;
  count(table: Table): number;
  /**
   * Brings all that is committed to where `count` and copies of the files see it; resolves with
   * whether it is there. Absent: it is, always.
   */
  checkpoint?(): Promise<boolean>;
  /**
   * A commit ended `unknown`, be it one that nobody waits for, as a checkpoint: all others will.
   */
  readonly isBroken?: boolean;
  close(): Promise<void>;
}

/** The one implementation of `Store`; the media differ. */
export class LayeredStore implements Store {
  private readonly medium: Medium;
  /** Oldest first; as long as `inFlight`, or empty after a failure. */
  private layers: Layer[] = [];
  private flights = 0;
  /** Settles when the last set in flight did. */
  private tail: Promise<unknown> = Promise.resolve();
  private failure: Outcome | undefined;
  private lastSequence: number;
  private closed = false;

  constructor(medium: Medium) {
    this.medium = medium;
    this.lastSequence = medium.applied().sequence;
  }

  get inFlight(): number {
    return this.flights;
  }

  applied(): Applied {
    return this.medium.applied();
  }

  get(table: Table, key: string): Uint8Array | undefined {
    if (this.layers.length === 0) return this.medium.get(table, key);
    return layeredGet(this.medium, this.layers, table, key);
  }

  range(table: Table, options: RangeOptions): Entry[] {
    checkBound(options.from);
    checkBound(options.to);
    return layeredRange(this.medium, this.layers, table, options);
  }

  count(table: Table): number {
    return this.medium.count(table);
  }

  append(writeSet: WriteSet): Promise<Outcome> {
    assert(!this.closed, 'append to a closed store');
    if (this.failure !== undefined) return this.enqueue(Promise.resolve(this.failure));
    const previousSequence = this.lastSequence;
    assert(writeSet.sequence > previousSequence, 'write sets must have ascending sequences');
    for (const { table, key } of writeSet.changes) {
      const { length } = key;
      // Only these are made of texts; the rest are of numbers, and of identifiers
      // that were checked.
      const isKey =
        length > 0 && length <= keyBytesMax && (table !== Table.object || isBinary(key));
      assert(isKey, 'a key has 1 to 1978 bytes');
    }
    this.layers.push(layerOf(writeSet));
    this.lastSequence = writeSet.sequence;
    return this.enqueue(this.medium.commit(writeSet, previousSequence));
  }

  /** A commit's outcome is unknown: there is no way back in this process. */
  get isFenced(): boolean {
    return this.failure === 'unknown';
  }

  async settle(): Promise<void> {
    while (this.flights > 0) await this.tail;
    if (this.failure === 'unknown') return;
    await this.checkpoint();
    // A read of a failed environment may have brought its owner down before any append was told.
    this.failure = this.medium.isBroken === true ? 'unknown' : undefined;
    this.lastSequence = this.medium.applied().sequence;
  }

  /** As `Medium.checkpoint`. */
  async checkpoint(): Promise<boolean> {
    return (await this.medium.checkpoint?.()) ?? true;
  }

  async close(): Promise<void> {
    this.closed = true;
    while (this.flights > 0) await this.tail;
    if (this.failure !== 'unknown') await this.medium.close();
  }

  private enqueue(commit: Promise<Outcome>): Promise<Outcome> {
    this.flights += 1;
    const before = this.tail;
    const settled = this.land(before, commit);
    this.tail = settled;
    return settled;
  }

  /** A fence does not wait for commits behind it: they may never settle. */
  private async land(before: Promise<unknown>, commit: Promise<Outcome>): Promise<Outcome> {
    await before;
    const outcome = this.failure === 'unknown' ? 'unknown' : await commit;
    this.flights -= 1;
    if (this.failure === undefined && outcome === 'durable') {
      this.layers.shift();
      return outcome;
    }
    this.layers = [];
    this.failure = worseOf(this.failure, outcome);
    return this.failure;
  }
}

/**
 * A set that is durable behind one that is not contradicts the chain: nothing is known any more.
 */
function worseOf(first: Outcome | undefined, second: Outcome): Outcome {
  if (first === undefined) return second;
  return second === 'durable' || second === 'unknown' ? 'unknown' : first;
}
