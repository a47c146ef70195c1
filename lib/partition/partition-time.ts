/**
 * The clock of a partition: never goes back, not even over a restart.
 *
 * Its time is the greater of the stored mark and the wall clock at start, plus the monotonic time
 * since. The mark is stored ahead in leases of one second, in the write set that first needs it, so
 * that identifiers made after a restart are greater than all before. A jump of the wall clock while
 * running changes nothing; after a restart, a forward jump shows and due deadlines fire.
 */
import type { Clock } from '../clock.js';
import type { Turn } from './turn.js';
import { readU64, u64Key } from '../store/keys.js';
import { Table, type Reader } from '../store/contract.js';

const markKey = 'time';
const leaseMs = 1_000;

export class PartitionTime {
  readonly #clock: Clock;
  #baseMs: number;
  readonly #startMonotonicMs: number;
  #leaseEndMs: number;
  #lives = 0;

  constructor(clock: Clock, store: Reader) {
    this.#clock = clock;
    this.#leaseEndMs = readMark(store);
    this.#baseMs = Math.max(this.#leaseEndMs, clock.nowMs());
    this.#startMonotonicMs = clock.monotonicMs();
  }

  /**
   * A partition is built anew in the same process: time goes on after the last moment that the one
   * before it used, and what that one leased counts only if it came to the disk.
   */
  resume(store: Reader): void {
    this.#leaseEndMs = readMark(store);
    this.#baseMs += 1;
    this.#lives++;
  }

  /** Whether a partition was here before in this process. */
  get isResumed(): boolean {
    return this.#lives > 1;
  }

  /** Milliseconds since 1970 UTC, whole. */
  nowMs(): number {
    return Math.floor(this.#baseMs + this.#clock.monotonicMs() - this.#startMonotonicMs);
  }

  /** The clock of the machine that never jumps, in milliseconds since an arbitrary moment. */
  monotonicMs(): number {
    return this.#clock.monotonicMs();
  }

  /** When the given time of this clock comes, in monotonic milliseconds. */
  toMonotonicMs(timeMs: number): number {
    return timeMs - this.#baseMs + this.#startMonotonicMs;
  }

  /** Stores a new lease with this turn if the turn has outrun the present one. */
  lease(turn: Turn): void {
    if (turn.nowMs < this.#leaseEndMs) return;
    this.#leaseEndMs = turn.nowMs + leaseMs;
    turn.put(Table.meta, markKey, Buffer.from(u64Key(this.#leaseEndMs), 'latin1'));
  }
}

function readMark(store: Reader): number {
  const mark = store.get(Table.meta, markKey);
  return mark === undefined ? 0 : readU64(Buffer.from(mark).toString('latin1'), 0);
}
