/**
 * The times of a partition. They agree as long as the clock of the machine is right; it may be put
 * back or forward while the server runs, and may have been wrong when it started.
 *
 * - `nowMs`, the steady clock, never goes back, not even over a restart, and never jumps while the
 *   server runs: for how long something takes. Its zero means nothing. While nothing runs it goes
 *   on as far as the wall clock does.
 * - `wallMs` is the clock of the machine: for times that are told, for ends that a client
 *   names, and for how long events are kept. Where that clock is put back by less than a
 *   second it stands still.
 * - `orderMs` never goes back, not even over a restart, and is at least the wall clock: for
 *   identifiers and the order of queues.
 *
 * The mark is stored ahead of `orderMs` in leases of one second, in the write set that first needs
 * it, so that identifiers made after a restart are greater than all before. Beside it stand the
 * other two of then: where that wall clock is ahead of the one at a start, the clock was put back
 * while nothing ran.
 */
import { clockStepMs, type Clock } from '../../clock.js';
import type { Turn } from '../turn.js';
import { bufferOf } from '../../interaction/row-bytes.js';
import { readU64, u64Key } from '../../store/keys.js';
import { Table, type Reader } from '../../store/contract.js';

const markKey = 'time';
const leaseMs = 1_000;

export class PartitionTime {
  readonly #clock: Clock;
  #baseMs: number;
  readonly #startMonotonicMs: number;
  #leaseEndMs: number;
  #lives = 0;
  /**
   * What the wall clock showed at the last look, and by how much it was ahead of the monotonic one.
   */
  #wallMs: number;
  #offsetMs: number;
  /** By how much the order is ahead of `nowMs`: as far as the wall clock or a mark ever was. */
  #leadMs: number;
  /** The last place in the order that was given. */
  #lastOrderMs: number;
  /** Steps of the wall clock that nobody has taken note of yet, summed. */
  #steppedMs = 0;

  constructor(clock: Clock, store: Reader) {
    this.#clock = clock;
    this.#wallMs = wallOf(clock);
    const mark = readMark(store) ?? { orderMs: 0, wallMs: this.#wallMs, steadyMs: this.#wallMs };
    this.#leaseEndMs = mark.orderMs;
    // What the lease reaches ahead has passed meanwhile, or is left out: it is not added to that.
    const sinceMarkMs = Math.max(0, this.#wallMs - mark.wallMs);
    this.#baseMs = mark.steadyMs + Math.max(0, sinceMarkMs - leaseMs);
    this.#leadMs = Math.max(0, mark.orderMs - this.#baseMs, this.#wallMs - this.#baseMs);
    this.#lastOrderMs = this.#leaseEndMs;
    this.#startMonotonicMs = clock.monotonicMs();
    this.#offsetMs = this.#wallMs - this.#startMonotonicMs;
  }

  /**
   * A partition is built anew in the same process: time goes on after the last moment that the one
   * before it used, and what that one leased counts only if it came to the disk.
   */
  resume(store: Reader): void {
    const mark = readMark(store);
    const putBackMs = mark === undefined ? 0 : mark.wallMs - this.#wallMs;
    if (putBackMs >= clockStepMs) this.#steppedMs = -putBackMs;
    this.#leaseEndMs = mark?.orderMs ?? 0;
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
    if (Math.abs(steppedMs) >= clockStepMs) this.#steppedMs += Math.round(steppedMs);
    this.#offsetMs = offsetMs;
    const isSlightlyBack = wallMs < this.#wallMs && this.#wallMs - wallMs < clockStepMs;
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
   * The place in the order of what is received in this turn, if it is not the time of that: the
   * wall clock was ahead before, and what is received now comes behind what was received then.
   */
  orderOf({ wallMs, orderMs }: Turn): number | undefined {
    const isInOrder = wallMs >= this.#lastOrderMs;
    this.#lastOrderMs = isInOrder ? wallMs : orderMs;
    return isInOrder ? undefined : orderMs;
  }

  /**
   * By how much the wall clock was put forward (or back) since this was asked for; before `lease`.
   */
  takeStep(): number {
    const steppedMs = this.#steppedMs;
    this.#steppedMs = 0;
    // Its note and a mark with the wall clock of now are of one write set.
    if (steppedMs !== 0) this.#leaseEndMs = 0;
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

  /**
   * When the wall clock will show this, as far as it goes on as it does, as a moment of `nowMs`.
   */
  fromWallMs(wallMs: number): number {
    return wallMs - this.#offsetMs + this.#baseMs - this.#startMonotonicMs;
  }

  /** Stores a new lease with this turn if the turn has outrun the present one. */
  lease(turn: Turn): void {
    if (turn.orderMs < this.#leaseEndMs) return;
    this.#leaseEndMs = turn.orderMs + leaseMs;
    const steadyMs = turn.nowMs + leaseMs;
    const mark = u64Key(this.#leaseEndMs) + u64Key(turn.wallMs) + u64Key(steadyMs);
    turn.put(Table.meta, markKey, Buffer.from(mark, 'latin1'));
  }
}

/** Whole, and never before 1970, of which rows know nothing. */
const wallOf = (clock: Clock): number => Math.max(0, Math.floor(clock.nowMs()));

interface Mark {
  readonly orderMs: number;
  readonly wallMs: number;
  readonly steadyMs: number;
}

function readMark(store: Reader): Mark | undefined {
  const row = store.get(Table.meta, markKey);
  if (row === undefined) return undefined;
  const key = bufferOf(row).toString('latin1');
  return { orderMs: readU64(key, 0), wallMs: readU64(key, 8), steadyMs: readU64(key, 16) };
}
