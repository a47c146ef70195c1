/**
 * As `simulation.test.ts`, with queues that move to other partitions meanwhile, again and again:
 * every interaction follows its queue once, in order, whatever is killed or crashes on the way. A
 * failing seed is printed and replays with IXION_SEED=n.
 */
import t from 'tap';
import { run, type RunOptions } from './run.js';

const seedOfRun = process.env['IXION_SEED'];
const first = seedOfRun === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(seedOfRun);
const runs = seedOfRun === undefined ? Number(process.env['IXION_RUNS'] ?? 10) : 1;

t.setTimeout(120_000);

async function runSeeds(name: string, options: Omit<RunOptions, 'seed'>): Promise<void> {
  await t.test(name, async (t) => {
    for (let seed = first; seed < first + runs; seed += 1) {
      const faults = await run({ ...options, seed });
      if (faults.length === 0) continue;
      t.fail(`IXION_SEED=${seed}: ${faults.slice(0, 5).join('; ')}`);
      return;
    }
    t.pass(`${runs} seeds from ${first}`);
  });
}

const moving = { partitions: 3, lanes: 2, requests: 90, moveChance: 0.03 };
const quiet = { ...moving, killChance: 0, crashChance: 0 };
await runSeeds('whatever the order of messages and commits', quiet);
await runSeeds('killed at any step', { ...quiet, killChance: 0.02 });
await runSeeds('one actor crashed at any step', { ...quiet, crashChance: 0.02 });
await runSeeds('five partitions, all of it', {
  ...quiet,
  partitions: 5,
  lanes: 3,
  killChance: 0.01,
  crashChance: 0.01,
  failChance: 0.01,
});
const repeated = { ...moving, requests: 250, repeatChance: 0.2, burstChance: 0.05 };
await runSeeds('what was answered is asked again, while actors crash and the process is killed', {
  ...repeated,
  killChance: 0.01,
  crashChance: 0.01,
});
