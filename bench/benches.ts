/** Every bench by its name on the command line. A new one is a line here. */
import { actor } from './actor/bench.js';
import { pulls, questions, readers, resets, snapshots, unread } from './bounds/bounds.js';
import { agents } from './agents/agents.js';
import { archive } from './archive/archive.js';
import { allOf } from './all/all.js';
import { counters } from './counters/counters.js';
import { crashStart } from './crash-start/crash-start.js';
import { cycle } from './cycle/cycle.js';
import { floor } from './floor/bench.js';
import { invite } from './invite/invite.js';
import { latency } from './latency/latency.js';
import { memory } from './memory/memory.js';
import { overload } from './overload/overload.js';
import { partitions } from './partitions/partitions.js';
import { peers } from './peers/lazy.js';
import { shapes } from './shapes/shapes.js';
import { start } from './start/start.js';
import { stop } from './stop/stop.js';
import { store } from './store/store.js';
import { submit } from './submit/submit.js';
import type { Bench } from './support/bench.js';

const each: Readonly<Record<string, Bench>> = {
  floor,
  submit,
  cycle,
  invite,
  agents,
  shapes,
  partitions,
  latency,
  start,
  stop,
  'crash-start': crashStart,
  archive,
  memory,
  counters,
  overload,
  readers,
  questions,
  unread,
  pulls,
  resets,
  snapshots,
  store,
  actor,
  peers,
};

export const benches: Readonly<Record<string, Bench>> = { ...each, all: allOf(each) };
