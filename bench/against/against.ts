/**
 * `npm run bench -- against REVISION`: this checkout beside another revision of it, by the
 * rule that `docs/internals/benchmarks.md` tells. Every round starts fresh processes of this
 * build and of two copies of the other, warms them in changing order, and measures each
 * twice, forth and back.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Figures } from '../support/bench.js';
import type { BenchOptions } from '../support/options.js';
import { Child } from '../support/processes.js';
import { buildRevision, copyBuild, ownRoot, resolveRevision } from './build.js';
import type { SideFigures, SideRequest } from './side.js';
import { describe, isDecided, summarizeWorkload, worst, type RoundFigures } from './summary.js';
import { fullTurn, roundOf, sides, type Side } from './turns.js';
import { geometricMean } from './verdict.js';
import { isWorkload, workloads, type WorkloadName, type WorkloadRule } from './workload.js';

export interface AgainstOptions extends BenchOptions {
  readonly revision: string;
}

/** Where this differs from the table of options. */
export const againstDefaults = {
  seconds: 2,
  rounds: fullTurn,
  interactions: 10_000,
} as const satisfies Partial<BenchOptions>;

type Roots = Readonly<Record<Side, string>>;
type Say = (line: string) => void;

/** @throws {Error} for a revision or a workload that there is not */
export async function against(options: AgainstOptions, say: Say): Promise<Figures> {
  const names = workloadsOf(options);
  const commit = resolveRevision(options.revision);
  const parent = options.keep ?? options.directory;
  const old = buildRevision(commit, parent, say);
  const roots: Roots = { old, control: copyBuild(old), new: ownRoot };
  const results: Record<string, ReturnType<typeof summarizeWorkload>> = {};
  for (const name of names) {
    const rounds = await compare(name, roots, options, say);
    results[name] = summarizeWorkload(workloads[name], rounds, options.bar);
  }
  return { against: commit, bar: options.bar, verdict: worst(results), ...results };
}

function workloadsOf({ benches }: BenchOptions): WorkloadName[] {
  const names = benches.length === 0 ? Object.keys(workloads) : benches;
  return names.map((name) => {
    if (isWorkload(name)) return name;
    throw new Error(`against: no bench "${name}"; there are: ${Object.keys(workloads).join(', ')}`);
  });
}

/** Rounds of one workload, until each figure that counts is decided or there were the most. */
async function compare(
  name: WorkloadName,
  roots: Roots,
  options: AgainstOptions,
  say: Say,
): Promise<RoundFigures[]> {
  const rule: WorkloadRule = workloads[name];
  const rounds: RoundFigures[] = [];
  const kept = rule.isKept ? await begin(name, roots, sides, options) : undefined;
  try {
    // Starts have nothing to warm but the page cache.
    if (kept !== undefined) await warmUp(kept, sides, options.warmUpSeconds);
    for (let round = 0; round < options.mostRounds; round += 1) {
      if (round >= options.rounds && isDecided(rule, rounds, options.bar)) break;
      const { warmUp: order, runs } = roundOf(round);
      const running = kept ?? (await begin(name, roots, order, options));
      if (kept === undefined) await warmUp(running, order, options.warmUpSeconds);
      const samples: Record<Side, SideFigures[]> = { old: [], control: [], new: [] };
      for (const side of runs) {
        samples[side].push(await running[side].ask({ do: 'run', seconds: options.seconds }));
      }
      if (kept === undefined) await end(running);
      rounds.push(averageOf(samples));
      say(`${name}, round ${round + 1}: ${describe(rule, rounds)}`);
    }
  } finally {
    if (kept !== undefined) await end(kept);
  }
  return rounds;
}

class SideProcess {
  readonly #child: Child;
  readonly #directory: string;

  constructor(root: string, parent: string) {
    this.#child = new Child(join(root, 'dist', 'bench', 'against', 'side.js'));
    mkdirSync(parent, { recursive: true });
    this.#directory = mkdtempSync(join(parent, 'side-'));
  }

  begin(workload: WorkloadName, options: BenchOptions): Promise<object> {
    // Each build makes its stores itself.
    const own = { ...options, directory: this.#directory, keep: undefined };
    return this.ask({ do: 'begin', workload, options: own });
  }

  ask(request: SideRequest): Promise<SideFigures> {
    return this.#child.ask<SideFigures>(request);
  }

  async end(): Promise<void> {
    await this.ask({ do: 'end' });
    await this.#child.end();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

type Running = Readonly<Record<Side, SideProcess>>;

async function begin(
  name: WorkloadName,
  roots: Roots,
  order: readonly Side[],
  options: AgainstOptions,
): Promise<Running> {
  const running: Partial<Record<Side, SideProcess>> = {};
  for (const side of order) {
    running[side] = new SideProcess(roots[side], options.directory);
    await running[side].begin(name, options);
  }
  return running as Running;
}

async function warmUp(running: Running, order: readonly Side[], seconds: number): Promise<void> {
  if (seconds === 0) return;
  for (const side of order) await running[side].ask({ do: 'run', seconds });
}

async function end(running: Running): Promise<void> {
  for (const side of sides) await running[side].end();
}

/** Each figure of a side: the geometric mean of its runs. */
function averageOf(samples: Readonly<Record<Side, readonly SideFigures[]>>): RoundFigures {
  const average = (of: readonly SideFigures[]): SideFigures =>
    Object.fromEntries(
      Object.keys(of[0] ?? {}).map((figure) => [
        figure,
        geometricMean(of.map((one) => one[figure]!)),
      ]),
    );
  return {
    old: average(samples.old),
    control: average(samples.control),
    new: average(samples.new),
  };
}
