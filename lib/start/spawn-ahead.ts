/** Spawns the threads of a server where this module is among the imports: before the rest. */
import { EarlyThreads } from './early-threads.js';

/** Undefined: this process is not to be a server. */
export const threads =
  process.argv[2] === 'start'
    ? new EarlyThreads(new URL('../../start/partition.cjs', import.meta.url))
    : undefined;
