/**
 * How much work one partition may be given. Pure: told what was sent, what is done with and what
 * time it is, it says whether one more request may go, and how long one that may not should wait.
 *
 * Two modes. *Calm*: bursts are taken, `burstRequestsPerPartition` of them, because a burst after
 * which nothing more comes is over before anybody could use a refusal. *Pressed*: from the first
 * burst that was too much until nothing was refused for a while. Then new work is taken only while
 * what is unfinished is less than `aimMs` of work, so that the queue of the partition stays as
 * short as it can be without its disk running dry: a queue that never empties helps nobody.
 *
 * What a request costs is measured by probes: one request at a time is followed until it is
 * done with; the time by the number of those that were done with it, commits shared
 * included, is the cost.
 *
 * Work that ends or moves work, or reads, is taken in both modes, up to `otherShare` bursts: it
 * makes room, and comes by itself only from those who have something.
 */
import { limits } from '../limits.js';
import type { PartitionDoing } from '../protocol/doing.js';

/** What a request means for a partition. */
export const RequestKind = {
  /** It ends, moves, changes or reads. */
  other: 0,
  /** It brings an interaction. */
  newWork: 1,
  /** It may wait until something is there. */
  pull: 2,
  /** It changes nothing, and its answer may be large. */
  read: 3,
} as const;
export type RequestKind = (typeof RequestKind)[keyof typeof RequestKind];

/** What a request means for a partition, by what it does. */
export const kindOfDoing: Readonly<Record<PartitionDoing, RequestKind>> = {
  handsIn: RequestKind.newWork,
  takes: RequestKind.pull,
  changes: RequestKind.other,
  makesRoom: RequestKind.other,
  reads: RequestKind.read,
};

/** Both count from some start; `sent - settled` is what is unfinished. */
export interface Progress {
  readonly sent: number;
  readonly settled: number;
}

/** Unfinished work of a pressed partition. */
const aimMs = 4;
/** Requests that are always taken: two batches, so that the partition never stands still. */
const requestsMin = 128;
const calmAfterMs = 1_000;
/** Bursts of unfinished work from which on all other work is refused, too. */
const otherShare = 2;
/** Probes of fewer requests tell the cost of a commit, not of a request. */
const probeRequests = 64;
/** Weight of the newest probe. */
const newestShare = 1 / 16;

/** A delay lasts so long before it is thought over. */
const delayStepMs = 100;
const delayGrowth = 1.5;
/**
 * It grows where more than this is refused for each request that is done, and
 * shrinks below the less.
 */
const muchRefused = 1 / 2;
const littleRefused = 1 / 8;
/** The delay that a refused request is told, at least and at most. */
export const retryAfterMsMin = 50;
export const retryAfterMsMax = 2_000;

export class Pressure {
  #isPressed = false;
  /** New work is taken in pressed mode while less than this is unfinished. */
  #limit = requestsMin;
  #costMs: number | undefined;
  /** The request that is followed: done with when so many are settled; 0: none is. */
  #probeAt = 0;
  #probeRequests = 0;
  #probeMs = 0;
  #refusedMs = 0;
  #delayMs = retryAfterMsMin;
  /** What was refused since `#stepMs`, and what had been settled then. */
  #refused = 0;
  #stepMs = 0;
  #stepSettled = 0;

  /** Whether new work is limited to what is done in a short time. */
  get isPressed(): boolean {
    return this.#isPressed;
  }

  /** How long a request that was refused just now should wait. */
  get retryAfterMs(): number {
    return Math.round(this.#delayMs);
  }

  /** Whether one more request may be sent, now. */
  admits({ sent, settled }: Progress, kind: RequestKind, nowMs: () => number): boolean {
    const unfinished = sent - settled;
    if (unfinished >= requestsMin && !this.#admits(unfinished, settled, kind, nowMs)) {
      return false;
    }
    // The credit of a pull may come back long after it was executed, with its answer.
    if (this.#probeAt === 0 && unfinished >= probeRequests && kind !== RequestKind.pull) {
      this.#probeAt = sent + 1;
      this.#probeRequests = unfinished + 1;
      this.#probeMs = nowMs();
    }
    return true;
  }

  /** To be called when something may have been done with. */
  progressed(settled: number, nowMs: () => number): void {
    if (this.#probeAt === 0 || settled < this.#probeAt) return;
    this.#probeAt = 0;
    const costMs = (nowMs() - this.#probeMs) / this.#probeRequests;
    const known = this.#costMs ?? costMs;
    this.#costMs = known + newestShare * (costMs - known);
    const requests = Math.floor(aimMs / this.#costMs);
    this.#limit = Math.min(Math.max(requests, requestsMin), limits.burstRequestsPerPartition);
  }

  #admits(unfinished: number, settled: number, kind: RequestKind, nowMs: () => number): boolean {
    const isNewWork = kind === RequestKind.newWork;
    const most = limits.burstRequestsPerPartition * (isNewWork ? 1 : otherShare);
    const isWithinBurst = unfinished < most;
    if (isWithinBurst && !(isNewWork && this.#isPressed)) return true;
    const now = nowMs();
    if (!this.#isPressed) this.#press(now, settled);
    else if (now - this.#refusedMs > calmAfterMs && isWithinBurst) {
      this.#isPressed = false;
      return true;
    }
    if (isNewWork && unfinished < this.#limit) return true;
    this.#refusedMs = now;
    this.#refuse(now, settled);
    return false;
  }

  #press(now: number, settled: number): void {
    this.#isPressed = true;
    this.#delayMs = retryAfterMsMin;
    this.#refused = 0;
    this.#stepMs = now;
    this.#stepSettled = settled;
  }

  #refuse(now: number, settled: number): void {
    this.#refused += 1;
    if (now - this.#stepMs < delayStepMs) return;
    const byDone = this.#refused / Math.max(1, settled - this.#stepSettled);
    if (byDone > muchRefused) this.#delayMs *= delayGrowth;
    else if (byDone < littleRefused) this.#delayMs /= delayGrowth;
    this.#delayMs = Math.min(Math.max(this.#delayMs, retryAfterMsMin), retryAfterMsMax);
    this.#refused = 0;
    this.#stepMs = now;
    this.#stepSettled = settled;
  }
}
