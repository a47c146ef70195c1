/**
 * How large each bench is in a run of all of them. None drops the page cache, which is everybody's:
 * that is for who runs it to say, by `--cold`.
 */
import type { BenchOptions, Form } from '../support/options.js';

type Sizes = Readonly<Record<string, Partial<BenchOptions>>>;

/** For figures in about ten minutes; the targets of the project are for the full form. */
const short: Sizes = {
  floor: { seconds: 1, warmUpSeconds: 1 },
  submit: { seconds: 1, sweep: [1, 16, 64, 256, 1_024] },
  cycle: { seconds: 2 },
  invite: { interactions: 5_000, rounds: 2 },
  agents: { interactions: 1_000 },
  shapes: { seconds: 0.3, warmUpSeconds: 0.3, interactions: 2_000 },
  partitions: { seconds: 1, warmUpSeconds: 1, interactions: 20_000 },
  latency: { seconds: 4, warmUpSeconds: 1 },
  start: { interactions: 100_000, backlogs: [1_000, 10_000] },
  stop: { interactions: 20_000, seconds: 1, warmUpSeconds: 0 },
  'crash-start': { interactions: 30_000, seconds: 1 },
  memory: { interactions: 50_000, backlogs: [5_000], seconds: 5, rounds: 5 },
  counters: { slices: 80, sliceSeconds: 0.5 },
  overload: { seconds: 4, warmUpSeconds: 1 },
  readers: { seconds: 5, rounds: 3, warmUpSeconds: 1, interactions: 20_000 },
  questions: { seconds: 5, rounds: 3, warmUpSeconds: 1 },
  unread: { seconds: 5, rounds: 3, warmUpSeconds: 1 },
  pulls: { seconds: 5, rounds: 3, warmUpSeconds: 1 },
  resets: { seconds: 5, rounds: 3, warmUpSeconds: 1 },
  store: { interactions: 100_000, operations: 150_000 },
  actor: { seconds: 1, warmUpSeconds: 1 },
  archive: { interactions: 100_000, seconds: 4, warmUpSeconds: 1 },
  peers: { interactions: 20_000, seconds: 2 },
};

/** For the targets: some hours, and 100 GB of disk. */
const full: Sizes = {
  submit: { sweep: [1, 4, 16, 64, 256, 1_024, 4_096] },
  start: { interactions: 10_000_000, backlogs: [1_000, 10_000, 100_000, 1_000_000] },
  invite: { rounds: 10 },
  stop: { interactions: 1_000_000 },
  'crash-start': { interactions: 1_000_000 },
  memory: { interactions: 1_000_000, backlogs: [1_000, 10_000, 100_000] },
  overload: { seconds: 60 },
  readers: { seconds: 60, interactions: 500_000 },
  questions: { seconds: 60 },
  unread: { seconds: 60 },
  pulls: { seconds: 60 },
  resets: { seconds: 60 },
  store: { interactions: 1_000_000, operations: 10_000_000 },
};

export const forms: Readonly<Record<Form, Sizes>> = { short, full };
