/** One snapshot: which interactions a condition meant, in their order, and what it has locked. */
import type { Found } from './gathering.js';

/** What a snapshot is of. */
export interface SnapshotOf {
  /** Only what waits and is as it was is told. */
  readonly isChecked: boolean;
  /** Absent: of all tenants. */
  readonly tenants: readonly number[] | undefined;
}

/** What was found for it. */
export interface SnapshotContent {
  readonly entries: readonly Found[];
  /** Interactions that the condition meant. */
  readonly total: number;
  /** Of these, first in the order, could not be locked. */
  readonly notLocked: number;
}

/** Answers of keyed requests that are remembered. */
const answersMost = 16;

export class Snapshot {
  readonly number: number;
  readonly of: SnapshotOf;
  content: SnapshotContent = { entries: [], total: 0, notLocked: 0 };
  /** Partitions in which it may have locked something. */
  readonly lockedIn = new Set<number>();
  /** It is being taken: only its end can be asked for. */
  isTaken = false;
  /** It is about to end: nobody may ask for anything. */
  isEnding = false;
  /** When it was last asked about, by a clock that never jumps. */
  usedMs = 0;
  /** Interactions that it is counted with. */
  counted = 0;
  readonly #answers = new Map<string, Promise<unknown>>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(number: number, of: SnapshotOf) {
    this.number = number;
    this.of = of;
  }

  get entries(): readonly Found[] {
    return this.content.entries;
  }

  get isTruncated(): boolean {
    return this.content.total > this.entries.length + this.content.notLocked;
  }

  /** Does `work` once all that was begun before with this snapshot has ended. */
  alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => undefined);
    return mine;
  }

  /** The same once for a key of a request; repeated, it gets the same answer. */
  once<Result>(key: Uint8Array | undefined, work: () => Promise<Result>): Promise<Result> {
    if (key === undefined) return this.alone(work);
    const name = Buffer.from(key).toString('hex');
    const known = this.#answers.get(name) as Promise<Result> | undefined;
    if (known !== undefined) return known;
    const mine = this.alone(work);
    this.#answers.set(name, mine);
    // What was refused may be tried again.
    mine.catch(() => this.#answers.delete(name));
    if (this.#answers.size > answersMost) this.#answers.delete(this.#answers.keys().next().value!);
    return mine;
  }
}
