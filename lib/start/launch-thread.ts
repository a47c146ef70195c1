/** Entry of a thread of `EarlyThreads`: runs `workers/partition-thread.ts` from its bundle. */
import { fileURLToPath } from 'node:url';
import { runStartBundle } from './bundle.js';

runStartBundle(fileURLToPath(new URL('../../start/partition.cjs', import.meta.url)));
