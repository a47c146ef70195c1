#!/usr/bin/env -S node --single-threaded-gc
/**
 * What the command `ixion` is: runs `lib/cli/main.ts` from its bundle, after it has spawned the
 * threads of a server, if it is to be one. Built to `dist/start/ixion.cjs`; see
 * docs/ARCHITECTURE.md, "Start".
 */
// The first, so that a second processor has something to do at once.
import { threads } from './spawn-ahead.js';
import { fileURLToPath } from 'node:url';
import type * as MainModule from '../cli/main.js';
import { runBundle, runStartBundle } from './bundle.js';
import { handleEarlySignals } from './early-signals.js';

handleEarlySignals(threads !== undefined);
const bundleOf = (name: string): string =>
  fileURLToPath(new URL(`../../start/${name}.cjs`, import.meta.url));
// Only what runs in every start keeps what was compiled.
const loaded =
  threads === undefined ? runBundle(bundleOf('main')).exports : runStartBundle(bundleOf('server'));
void (loaded as typeof MainModule).main(process.argv.slice(2), threads);
