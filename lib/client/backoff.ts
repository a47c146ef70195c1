/** Waits that grow: exponential with full jitter, so that clients of one server spread out. */
import type { Clock, Random } from '../clock.js';
import { IxionError } from '../errors.js';

/**
 * Milliseconds to wait before attempt `attempt` (from 0): anywhere from 0 to min x
 * 2^attempt, capped.
 */
export function backoffMs(
  attempt: number,
  waitMsMin: number,
  waitMsMax: number,
  random: Random,
): number {
  return random.fraction() * Math.min(waitMsMax, waitMsMin * 2 ** Math.min(attempt, 30));
}

/** Resolves after `delayMs`, or at once when the signal is aborted. Keeps the process alive. */
export function sleep(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const settle = (): void => {
      timer.cancel();
      signal.removeEventListener('abort', settle);
      resolve();
    };
    const timer = clock.setTimer(delayMs, settle, true);
    signal.addEventListener('abort', settle);
  });
}

/** The error of a call whose signal was aborted, with the signal's reason as its cause. */
export function aborted(signal: AbortSignal): IxionError {
  return new IxionError('Aborted', undefined, { cause: signal.reason as unknown });
}
