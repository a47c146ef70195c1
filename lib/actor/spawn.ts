/** How a worker thread for actors is made, by the system or, before that is loaded, ahead of it. */
import { Worker } from 'node:worker_threads';

export interface ThreadEnd {
  readonly exitCode: number;
  /** What its module threw, if that ended it. */
  readonly fault: unknown;
}

/** A thread that loads its module and waits for its first message: what it is to be, or to end. */
export interface SpawnedThread {
  readonly worker: Worker;
  readonly ended: Promise<ThreadEnd>;
}

/** The first message to a thread that is not needed. */
export const dismissal = 'dismissed';

/** @param module calls `hostThread` */
export function spawnThread(module: URL, name: string, workerData?: unknown): SpawnedThread {
  // A test runner's or debugger's hooks are not for this thread; they cost a second to load.
  const { NODE_OPTIONS: _, ...env } = process.env;
  const worker = new Worker(module, {
    name,
    execArgv: [],
    env,
    trackUnmanagedFds: false,
    workerData,
  });
  let fault: unknown;
  worker.on('error', (error) => {
    fault = error;
  });
  const ended = new Promise<ThreadEnd>((resolve) => {
    worker.on('exit', (exitCode) => resolve({ exitCode, fault }));
  });
  return { worker, ended };
}
