/** The thread of `pace`: posts a message at each step, then ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { nowMs } from './clock.js';

const { startMs, stepMs, steps } = workerData as Record<'startMs' | 'stepMs' | 'steps', number>;
const never = new Int32Array(new SharedArrayBuffer(4));

for (let step = 0; step < steps; step += 1) {
  const waitMs = startMs + step * stepMs - nowMs();
  if (waitMs > 0) Atomics.wait(never, 0, 0, waitMs);
  parentPort!.postMessage(null);
}
