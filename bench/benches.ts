/** Every bench by its name on the command line. A new one is a line here. */
import { actor } from './actor/bench.js';
import { archive } from './archive/archive.js';
import { crashStart } from './crash-start/crash-start.js';
import { cycle } from './cycle/cycle.js';
import { floor } from './floor/bench.js';
import { latency } from './latency/latency.js';
import { peers } from './peers/lazy.js';
import { start } from './start/start.js';
import { stop } from './stop/stop.js';
import { submit } from './submit/submit.js';
import type { Bench } from './support/bench.js';

export const benches: Readonly<Record<string, Bench>> = {
  floor,
  submit,
  cycle,
  latency,
  start,
  stop,
  'crash-start': crashStart,
  archive,
  actor,
  peers,
};
