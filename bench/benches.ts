/** Every bench by its name on the command line. A new one is a line here. */
import { actor } from './actor/bench.js';
import { floor } from './floor/bench.js';
import { start } from './start/start.js';
import { submit } from './submit/submit.js';
import type { Bench } from './support/bench.js';

export const benches: Readonly<Record<string, Bench>> = { floor, submit, start, actor };
