#!/usr/bin/env -S node --single-threaded-gc
/**
 * What the command `ixion` is: runs `lib/cli/main.ts` from its bundle, after it has spawned the threads
 * of a server, if it is to be one. Built to `dist/start/ixion.cjs`; see docs/ARCHITECTURE.md, "Start".
 */
// The first, so that a second processor has something to do at once.
import { threads } from './spawn-ahead.js';
import { fileURLToPath } from 'node:url';
import type * as MainModule from '../cli/main.js';
import { runBundle, runStartBundle } from './bundle.js';
import { holdEarlySignals } from './early-signals.js';

holdEarlySignals(threads !== undefined);
const bundle = fileURLToPath(new URL('../../start/main.cjs', import.meta.url));
// Other commands would keep what a start has no use for.
const loaded = threads === undefined ? runBundle(bundle).exports : runStartBundle(bundle);
void (loaded as typeof MainModule).main(process.argv.slice(2), threads);
