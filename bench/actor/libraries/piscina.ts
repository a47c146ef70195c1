/** Piscina: tasks for a pool, here of one thread. It has no tell: every task is answered. */
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { askInBatches, framesPerBatch, newFrame, type Side } from '../rates.js';
import { replyBytes, touchFrames } from '../rates.js';
import { tellCalls } from './calls.js';

type Task = { readonly buffer: ArrayBuffer } | { readonly frame: Uint8Array };

export async function openPiscina(): Promise<Side> {
  const pool = new Piscina<Task, unknown>({
    filename: fileURLToPath(import.meta.url),
    name: 'receive',
    minThreads: 1,
    maxThreads: 1,
    concurrentTasksPerWorker: framesPerBatch,
    execArgv: [],
  });
  const frame = newFrame();
  return {
    tell: tellCalls((buffer) => pool.run({ buffer }, { transferList: [buffer] })),
    ask: (seconds) => askInBatches(seconds, () => pool.run({ frame })),
  };
}

let touched = 0;

/** The task, in the thread of the pool. */
export function receive(task: Task): Uint8Array | undefined {
  if ('frame' in task) return new Uint8Array(replyBytes).fill(touched + task.frame[0]!);
  touched += touchFrames(task.buffer);
  return undefined;
}
