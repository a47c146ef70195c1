import type { Behaviours } from './types.js';

/** Makes this worker thread a host of actors. Called once, by the module of a `ThreadSpec`. */
export function hostThread(_behaviours: Behaviours): void {
  throw new Error('not there yet');
}

/** The `workerData` of this thread's `ThreadSpec`. */
export function threadData(): unknown {
  throw new Error('not there yet');
}
