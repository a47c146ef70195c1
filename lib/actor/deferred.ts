/** A promise that is settled from outside, and one that is not waited for longer than told. */
import type { Clock } from '../clock.js';

export interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(error: Error): void;
}

export function deferred<T>(): Deferred<T> {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

/** Settles as `promise` does, or rejects with `late()` after `deadlineMs`. */
export async function withDeadline<T>(
  promise: Promise<T>,
  deadlineMs: number,
  clock: Clock,
  late: () => Error,
): Promise<T> {
  const deadline = deferred<T>();
  const timer = clock.setTimer(deadlineMs, () => deadline.reject(late()));
  try {
    return await Promise.race([promise, deadline.promise]);
  } finally {
    timer.cancel();
  }
}
