/** How a worker thread for actors is made, by the system or, before that is loaded, ahead of it. */
import { Worker } from 'node:worker_threads';
import { ownEnvironment } from '../process/environment.js';

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
export function spawnThread(module: URL, name: string): SpawnedThread {
  const worker = new Worker(module, {
    name,
    execArgv: [],
    env: ownEnvironment(),
    trackUnmanagedFds: false,
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
