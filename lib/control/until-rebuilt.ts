/**
 * The one loop for what an actor does not take now because it is being rebuilt, or has too much.
 */
import type { Clock } from '../clock.js';
import { IxionError } from '../errors.js';

/** Between two tries. */
const retryMs = 50;

export interface Patience {
  readonly clock: Clock;
  /** For how long it is tried; `Infinity`: as long as it takes. */
  readonly patienceMs: number;
  /** Asked before each try but the first; true: it is given up. */
  isOver?(): boolean;
}

/**
 * Does `work`, and again while it fails by an error of operation: an actor that is being
 * rebuilt, or a mailbox that is full, will take it in a moment. The first try is made
 * before the call returns.
 * @throws {IxionError} the last one, when patience has ended or it is over
 * @throws what else `work` throws, at once
 */
export async function untilRebuilt<T>(
  work: () => T | Promise<T>,
  { clock, patienceMs, isOver }: Patience,
): Promise<T> {
  const untilMs = clock.monotonicMs() + patienceMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof IxionError) || clock.monotonicMs() >= untilMs) throw error;
      await new Promise<void>((resolve) => void clock.setTimer(retryMs, resolve));
      if (isOver?.() === true) throw error;
    }
  }
}
