/**
 * Time and randomness as arguments, so that the same code runs under a virtual clock with a seed.
 * This is the only file that reads the machine's clock or its random source.
 */

/** Where code that needs time gets it. All values are milliseconds. */
export interface Clock {
  /** Wall clock, milliseconds since 1970-01-01 UTC. May jump. */
  nowMs(): number;
  /** Monotonic milliseconds since an arbitrary start, with a fraction. Never jumps. */
  monotonicMs(): number;
  /**
   * Calls `callback` once after `delayMs`. The timer does not keep the process alive, unless
   * `holdsProcess` is true.
   */
  setTimer(delayMs: number, callback: () => void, holdsProcess?: boolean): Timer;
  /** Of a virtual clock: see `inNextRound`. Absent: the machine's event loop has the rounds. */
  nextRound?(work: () => void): void;
}

/** Runs `work` in a round of the event loop of its own, behind all that is due now. */
export function inNextRound(clock: Clock, work: () => void): void {
  if (clock.nextRound === undefined) setImmediate(work);
  else clock.nextRound(work);
}

/**
 * Less than this is how a wall clock is kept right; more is a step of it, which is
 * followed and told.
 */
export const clockStepMs = 1_000;

/** A timer that can be cancelled; cancelling twice is harmless. */
export interface Timer {
  cancel(): void;
}

/** Where code that needs randomness gets it. */
export interface Random {
  /** A number in [0, 1). */
  fraction(): number;
  /** `length` unpredictable bytes. */
  bytes(length: number): Uint8Array;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  setTimer(delayMs, callback, holdsProcess = false) {
    const timer: unknown = setTimeout(callback, Math.min(Math.max(delayMs, 0), 0x7fffffff));
    if (!holdsProcess) unref(timer);
    return { cancel: () => clearTimeout(timer as Parameters<typeof clearTimeout>[0]) };
  },
};

/** The machine's own random source. */
export const systemRandom: Random = {
  fraction: () => Math.random(),
  bytes: (length) => globalThis.crypto.getRandomValues(new Uint8Array(length)),
};

/** Node's timers are objects that can be unreferenced; a browser's are numbers that need not be. */
function unref(timer: unknown): void {
  if (typeof timer === 'object' && timer !== null && 'unref' in timer) {
    (timer as { unref(): void }).unref();
  }
}

/** A repeatable random source (mulberry32): the same seed gives the same run. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  return {
    fraction,
    bytes: (length) => Uint8Array.from({ length }, () => Math.floor(fraction() * 256)),
  };
}

/** The clock of the machine, as the status tells of it. */
export interface ClockStatus {
  /** Times that it was put back or forward by a second or more, since the start. */
  readonly steps: number;
  /** By how much it was put forward the last time; less than 0: back. Absent: it never was. */
  readonly lastStepMs?: number;
  /**
   * By how much the identifiers and the order of queues are ahead of it, in the
   * partition that is most.
   */
  readonly partitionsAheadMs: number;
}
