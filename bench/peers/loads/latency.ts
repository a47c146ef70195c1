/**
 * Puts at a fixed rate, whatever becomes of them, into consumers that wait. A latency counts
 * from the moment at which the put was due, so that nobody gains by being slow (no
 * coordinated omission).
 */
import { nowMs } from '../../support/clock.js';
import { LatencyHistogram } from '../../support/histogram.js';
import { pace } from '../../support/pacer.js';
import type { Load, LoadTask } from './contract.js';

export async function latencyLoad(task: LoadTask): Promise<Load> {
  const { client, queues, makeRecord, perSecond } = task;
  /** By number: when it was due; while it is not ended. */
  const dueMs = new Map<number, number>();
  let histogram = new LatencyHistogram();
  let made = 0;
  let lastMs = 0;
  let allEnded: (() => void) | undefined;
  await client.consume({
    delivered(index) {
      const due = dueMs.get(index);
      if (due === undefined) return;
      lastMs = nowMs();
      histogram.record(lastMs - due);
    },
    done(index) {
      if (dueMs.delete(index) && dueMs.size === 0) allEnded?.();
    },
  });
  return async ({ seconds = 1 }) => {
    histogram = new LatencyHistogram();
    allEnded = undefined;
    let firstMs = 0;
    await pace(perSecond, seconds, (number, intendedMs) => {
      if (number === 0) firstMs = intendedMs;
      made += 1;
      const queue = queues[made % queues.length]!;
      dueMs.set(made, intendedMs);
      void client.put(queue, makeRecord(made, queue));
    });
    if (dueMs.size > 0) await new Promise<void>((resolve) => (allEnded = resolve));
    const { count, p50Ms, p99Ms } = histogram.result();
    return { operations: count, elapsedMs: lastMs - firstMs, p50Ms, p99Ms };
  };
}
