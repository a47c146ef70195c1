/**
 * Threads that parse and format, so that the thread with the connection only sends and receives.
 */
import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { ownEnvironment } from '../process/environment.js';
import type { FormatTask, ParseTask, Parsed } from './tasks.js';

export interface TransferPool {
  /** Tasks that are worth to be given at once. */
  readonly width: number;
  parse(task: ParseTask): Promise<Parsed>;
  format(task: FormatTask): Promise<{ readonly bytes: Uint8Array; readonly count: number }>;
  close(): Promise<void>;
}

export function openPool(): TransferPool {
  const maxThreads = Math.max(1, availableParallelism() - 1);
  const pool = new Piscina({
    filename: new URL('../../workers/transfer-thread.js', import.meta.url).href,
    minThreads: 1,
    maxThreads,
    // With the default a thread does nothing else between two tasks, not even collect its garbage.
    atomics: 'disabled',
    execArgv: [],
    env: ownEnvironment(),
  });
  return {
    width: maxThreads + 1,
    parse: (task) => pool.run(task, { name: 'parse' }) as Promise<Parsed>,
    format: (task) => pool.run(task, { name: 'format' }) as ReturnType<TransferPool['format']>,
    close: () => pool.close(),
  };
}
