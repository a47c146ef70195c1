/**
 * The watch over commits on their way to the disk: a slow one is told, one that hangs is given up.
 *
 * A commit is given up when nothing came to an end in its thread for the whole time: on a slow disk
 * it may only be waiting for others. A machine that slept wakes with its timers due first, so it
 * gets a second chance.
 */
import type { Clock } from '../clock.js';

/** A commit that takes longer is told. */
const slowMs = 1_000;
const secondChanceMs = 1_000;

/** When a commit of this thread ended last, in any of its environments; by their clock. */
const lastEndMs = new WeakMap<Clock, number>();

export interface WatchdogOptions {
  readonly clock: Clock;
  /** A commit pending for longer, with no other ending meanwhile, is given up. */
  readonly timeoutMs: number;
  /** Told of a commit that waits longer than a second, and again when it has ended. */
  slow(waitedMs: number, ended: boolean): void;
}

/** Watches one commit; `cancel` when it has ended. `expire` is called at most once. */
export function watchCommit(options: WatchdogOptions, expire: () => void): { cancel(): void } {
  const { clock, timeoutMs } = options;
  const sinceMs = clock.monotonicMs();
  const waitedMs = (): number => Math.round(clock.monotonicMs() - sinceMs);
  let isSlow = false;
  let chances = 2;
  const check = (): void => {
    if (!isSlow && waitedMs() >= slowMs) {
      isSlow = true;
      options.slow(waitedMs(), false);
    }
    const quietSinceMs = Math.max(sinceMs, lastEndMs.get(clock) ?? 0);
    const leftMs = timeoutMs - (clock.monotonicMs() - quietSinceMs);
    if (leftMs > 0) chances = 2;
    else if (--chances === 0) return expire();
    timer = clock.setTimer(leftMs > 0 ? leftMs : secondChanceMs, check);
  };
  let timer = clock.setTimer(Math.min(slowMs, timeoutMs), check);
  return {
    cancel: () => {
      timer.cancel();
      lastEndMs.set(clock, clock.monotonicMs());
      if (isSlow) options.slow(waitedMs(), true);
    },
  };
}

/**
 * lmdb hangs a second promise with the cause on the error of a commit. Whatever the cause, it may
 * have hit the write that decides, so it makes no difference; but nobody else listens to it.
 */
export function observe(error: unknown): void {
  const cause = (error as { commitError?: unknown } | null)?.commitError;
  void Promise.resolve(cause).catch(() => {});
}
