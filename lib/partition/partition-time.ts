/**
 * The times of a partition. They agree as long as the clock of the machine is right; it may be put back
 * or forward while the server runs, and may have been wrong when it started.
 *
 * - `nowMs` never goes back, not even over a restart, and never jumps while the server runs: for how
 *   long something takes. It is the greater of the stored mark and the wall clock at start, plus the
 *   monotonic time since.
 * - `wallMs` is the clock of the machine: for times that are told, for ends that a client names, and for
 *   how long events are kept. Where that clock is put back by less than a second it stands still.
 * - `orderMs` never goes back, not even over a restart, and is at least the wall clock: for identifiers and
 *   the order of queues.
 *
 * The mark is stored ahead of `orderMs` in leases of one second, in the write set that first needs it, so that
 * identifiers made after a restart are greater than all before.
 */
import type { Clock } from '../clock.js';
import type { Turn } from './turn.js';
import { readU64, u64Key } from '../store/keys.js';
import { Table, type Reader } from '../store/contract.js';

const markKey = 'time';
const leaseMs = 1_000;
/** Less than this is how clocks are kept right; more is a step, which is followed and told. */
export const stepMs = 1_000;

export class PartitionTime {
  readonly #clock: Clock;
  #baseMs: number;
  readonly #startMonotonicMs: number;
  #leaseEndMs: number;
  #lives = 0;
  /** What the wall clock showed at the last look, and by how much it was ahead of the monotonic one. */
  #wallMs: number;
  #offsetMs: number;
  /** By how much the wall clock has been ahead of `nowMs` at most. */
  #leadMs = 0;
  /** The last place in the order that was given. */
  #lastOrderMs: number;
  /** Steps of the wall clock that nobody has taken note of yet, summed. */
  #steppedMs = 0;

  constructor(clock: Clock, store: Reader) {
    this.#clock = clock;
    this.#leaseEndMs = readMark(store);
    this.#wallMs = wallOf(clock);
    this.#baseMs = Math.max(this.#leaseEndMs, this.#wallMs);
    this.#lastOrderMs = this.#leaseEndMs;
    this.#startMonotonicMs = clock.monotonicMs();
    this.#offsetMs = this.#wallMs - this.#startMonotonicMs;
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

  /** Milliseconds, whole; see above. */
  nowMs(): number {
    return Math.floor(this.#baseMs + this.#clock.monotonicMs() - this.#startMonotonicMs);
  }

  /** Looks at the clocks; `wallMs`, `orderMs` and the steps are those of the last look. */
  look(): void {
    const wallMs = wallOf(this.#clock);
    const offsetMs = wallMs - this.#clock.monotonicMs();
    const steppedMs = offsetMs - this.#offsetMs;
    if (Math.abs(steppedMs) >= stepMs) this.#steppedMs += Math.round(steppedMs);
    this.#offsetMs = offsetMs;
    const isSlightlyBack = wallMs < this.#wallMs && this.#wallMs - wallMs < stepMs;
    if (!isSlightlyBack) this.#wallMs = wallMs;
    this.#leadMs = Math.max(this.#leadMs, this.#wallMs - this.nowMs());
  }

  /** Milliseconds since 1970 UTC, whole; see above. */
  get wallMs(): number {
    return this.#wallMs;
  }

  /** Milliseconds, whole, at a moment of `nowMs`; see above. */
  orderMs(nowMs: number): number {
    return nowMs + this.#leadMs;
  }

  /** By how much `orderMs` is ahead of the wall clock. */
  aheadMs(): number {
    this.look();
    return this.orderMs(this.nowMs()) - this.#wallMs;
  }

  /**
   * The place in the order of what is received in this turn, if it is not the time of that: the wall
   * clock was ahead before, and what is received now comes behind what was received then.
   */
  orderOf({ wallMs, orderMs }: Turn): number | undefined {
    const isInOrder = wallMs >= this.#lastOrderMs;
    this.#lastOrderMs = isInOrder ? wallMs : orderMs;
    return isInOrder ? undefined : orderMs;
  }

  /** By how much the wall clock was put forward (or back) since this was asked for. */
  takeStep(): number {
    const steppedMs = this.#steppedMs;
    this.#steppedMs = 0;
    return steppedMs;
  }

  /** The clock of the machine that never jumps, in milliseconds since an arbitrary moment. */
  monotonicMs(): number {
    return this.#clock.monotonicMs();
  }

  /** When a moment of `nowMs` comes, in monotonic milliseconds. */
  toMonotonicMs(timeMs: number): number {
    return timeMs - this.#baseMs + this.#startMonotonicMs;
  }

  /** When the wall clock will show this, as far as it goes on as it does, as a moment of `nowMs`. */
  fromWallMs(wallMs: number): number {
    return wallMs - this.#offsetMs + this.#baseMs - this.#startMonotonicMs;
  }

  /** Stores a new lease with this turn if the turn has outrun the present one. */
  lease(turn: Turn): void {
    if (turn.orderMs < this.#leaseEndMs) return;
    this.#leaseEndMs = turn.orderMs + leaseMs;
    turn.put(Table.meta, markKey, Buffer.from(u64Key(this.#leaseEndMs), 'latin1'));
  }
}

/** Whole, and never before 1970, of which rows know nothing. */
const wallOf = (clock: Clock): number => Math.max(0, Math.floor(clock.nowMs()));

function readMark(store: Reader): number {
  const mark = store.get(Table.meta, markKey);
  return mark === undefined ? 0 : readU64(Buffer.from(mark).toString('latin1'), 0);
}
