/**
 * What a thread of partitions loads: `workers/partition-thread.ts` from its bundle. Built to
 * `dist/start/partition.cjs`; see docs/ARCHITECTURE.md, "Start".
 */
import { fileURLToPath } from 'node:url';
import { runStartProgram } from './bundle.js';

runStartProgram(fileURLToPath(new URL('../../start/partition.js', import.meta.url)));
