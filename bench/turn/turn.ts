/**
 * `npm run bench -- turn --against REVISION`: the partition of this checkout beside that of another
 * revision, without threads, sockets or disk, so that a percent can be seen. Both builds and a copy
 * of the other are loaded into one process and take slices in turns, forth and back;
 * `docs/internals/benchmarks.md` tells the rest.
 */
import { join } from 'node:path';
import { buildRevision, copyBuild, ownRoot, resolveRevision } from '../against/build.js';
import {
  describe,
  isDecided,
  summarizeWorkload,
  worst,
  type RoundFigures,
} from '../against/summary.js';
import { fullTurn, roundOf, sides, type Side } from '../against/turns.js';
import type { WorkloadRule } from '../against/workload.js';
import type { BenchOptions, Figures } from '../support/bench.js';
import { Child } from '../support/processes.js';
import type { Form } from './driver.js';
import type { TurnFigures, TurnRequest } from './process.js';

export interface TurnOptions extends BenchOptions {
  readonly revision: string;
}

/**
 * Where this differs from the table of options; `seconds` are of the processor, of each
 * side in a process.
 */
export const turnDefaults = {
  seconds: 3,
  warmUpSeconds: 3,
  rounds: fullTurn,
  interactions: 512,
  workloads: ['frames'],
} as const satisfies Partial<BenchOptions>;

interface Workload {
  readonly form: Form;
  readonly isKeyed: boolean;
}

const workloads: Readonly<Record<string, Workload>> = {
  /** As the actor gets them and answers them. */
  frames: { form: 'frames', isKeyed: true },
  /** Decoded before, and answers that are not packed: the partition alone. */
  requests: { form: 'requests', isKeyed: true },
  /** As `frames`, without request keys. */
  keyless: { form: 'frames', isKeyed: false },
};

const rule: WorkloadRule = {
  isKept: false,
  figures: {
    submitUs: { better: 'less', isJudged: true },
    pullUs: { better: 'less', isJudged: true },
    stopUs: { better: 'less', isJudged: true },
    placeUs: { better: 'less', isJudged: false },
    submitBytes: { better: 'less', isJudged: false },
    pullBytes: { better: 'less', isJudged: false },
    stopBytes: { better: 'less', isJudged: false },
  },
};

/**
 * @throws {Error} for a revision or workload that there is not, or a build that cannot be driven
 */
export async function turn(options: TurnOptions, say: (line: string) => void): Promise<Figures> {
  for (const name of options.workloads) {
    if (Object.hasOwn(workloads, name)) continue;
    throw new Error(`turn: no workload "${name}"; there are: ${Object.keys(workloads).join(', ')}`);
  }
  const commit = resolveRevision(options.revision);
  const parent = options.keep ?? options.directory;
  const old = buildRevision(commit, parent, say);
  // This one is copied too: what makes the frames is of this build, and is not to
  // share code with a side.
  const roots = {
    old,
    control: copyBuild(old),
    new: copyBuild(ownRoot, join(parent, 'build-this')),
  };
  const results: Record<string, ReturnType<typeof summarizeWorkload>> = {};
  for (const name of options.workloads) {
    const rounds = await compare(name, roots, options, say);
    results[name] = summarizeWorkload(rule, rounds, options.bar);
  }
  return { against: commit, bar: options.bar, verdict: worst(results), ...results };
}

/** Rounds of one workload, until each figure that counts is decided or there were the most. */
async function compare(
  name: string,
  roots: TurnRequest['roots'],
  options: TurnOptions,
  say: (line: string) => void,
): Promise<RoundFigures[]> {
  const { interactions, warmUpSeconds } = options;
  const rounds: RoundFigures[] = [];
  for (let round = 0; round < options.mostRounds; round += 1) {
    if (round >= options.rounds && isDecided(rule, rounds, options.bar)) break;
    const child = new Child('turn/process.js');
    const figures = await child.ask<Record<Side, TurnFigures>>({
      roots,
      ...workloads[name]!,
      interactions,
      warmUpSeconds,
      ...roundOf(round),
      seconds: options.seconds * sides.length,
    } satisfies TurnRequest);
    await child.end();
    rounds.push({
      old: figuresOf(figures.old),
      control: figuresOf(figures.control),
      new: figuresOf(figures.new),
    });
    say(`${name}, round ${round + 1}: ${describe(rule, rounds)}`);
  }
  return rounds;
}

const figuresOf = ({ submit, pull, pullAgain, place, stop }: TurnFigures) => ({
  submitUs: submit.us,
  pullUs: (pull.us + pullAgain.us) / 2,
  placeUs: place.us,
  stopUs: stop.us,
  submitBytes: submit.bytes,
  pullBytes: (pull.bytes + pullAgain.bytes) / 2,
  stopBytes: stop.bytes,
});
