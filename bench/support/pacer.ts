/**
 * A fixed rate, kept by a thread that sleeps: timers of the event loop are late by up to a
 * millisecond, and a loop that spins would take a processor from those that are measured.
 */
import { Worker } from 'node:worker_threads';
import { nowMs } from './clock.js';

/** Time for the thread to begin. */
const leadMs = 150;
/** At high rates several are due at once. */
const shortestStepMs = 1;

/** Called for each that is due, with its number and the time at which it was meant to be sent. */
export type Send = (index: number, intendedMs: number) => void;

/** Calls `send` at `rate` a second for so long; what is late is sent late, never left out. */
export function pace(rate: number, seconds: number, send: Send): Promise<void> {
  const startMs = nowMs() + leadMs;
  const stepMs = Math.max(1_000 / rate, shortestStepMs);
  const count = Math.max(1, Math.round(rate * seconds));
  const steps = Math.ceil((seconds * 1_000) / stepMs) + 1;
  const worker = new Worker(new URL('./pacer-thread.js', import.meta.url), {
    execArgv: [],
    workerData: { startMs, stepMs, steps },
  });
  let index = 0;
  const sendDue = (): void => {
    for (const now = nowMs(); index < count; index += 1) {
      const intendedMs = startMs + (index * 1_000) / rate;
      if (intendedMs > now) return;
      send(index, intendedMs);
    }
  };
  worker.on('message', sendDue);
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', () => {
      sendDue();
      resolve();
    });
  });
}
