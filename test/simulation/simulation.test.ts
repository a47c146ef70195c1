/**
 * The partitions under every order of events that a seed can think of: nothing lost, nothing done
 * twice, all rows agree. A failing seed is printed and replays with IXION_SEED=n.
 */
import t from 'tap';
import { run, type RunOptions } from './run.js';

const seedOfRun = process.env['IXION_SEED'];
const first = seedOfRun === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(seedOfRun);
const runs = Number(process.env['IXION_RUNS'] ?? 24);

/** Seeds that found a mistake once: a request sent before a crash, still under way after it. */
const onceFailed = [498692706, 498692810, 498692967, 498693103];
const allSeeds =
  seedOfRun === undefined
    ? [...onceFailed, ...Array.from({ length: runs }, (_, index) => first + index)]
    : [first];

async function runSeeds(
  name: string,
  options: Omit<RunOptions, 'seed'>,
  seeds: readonly number[] = allSeeds,
): Promise<void> {
  await t.test(name, async (t) => {
    for (const seed of seeds) {
      const faults = await run({ ...options, seed });
      if (faults.length === 0) continue;
      t.fail(`IXION_SEED=${seed}: ${faults.slice(0, 5).join('; ')}`);
      return;
    }
    t.pass(`${seeds.length} seeds, new ones from ${first}`);
  });
}

const quiet = { partitions: 3, lanes: 2, requests: 60, killChance: 0, crashChance: 0 };
await runSeeds('in order, whatever the order of messages and commits', quiet);
await runSeeds('killed at any step', { ...quiet, killChance: 0.02 });
await runSeeds('one actor crashed at any step', { ...quiet, crashChance: 0.02 });
const someSeeds = allSeeds.filter((_, index) => index % 3 === 0);
await runSeeds('commits fail in every way', { ...quiet, failChance: 0.05 }, someSeeds);
const all = { partitions: 5, lanes: 3, requests: 80, killChance: 0.01, crashChance: 0.01 };
await runSeeds('many partitions, all of it', all);
const failing = { ...all, failChance: 0.02 };
await runSeeds('many partitions whose commits fail, all of it', failing, someSeeds);
const repeated = { ...quiet, requests: 250, repeatChance: 0.2, burstChance: 0.05 };
await runSeeds('what was answered is asked again', { ...repeated, jumpChance: 0.02 }, someSeeds);
const disturbed = { ...repeated, killChance: 0.01, crashChance: 0.01, failChance: 0.02 };
await runSeeds('the same while all of it goes wrong', { ...disturbed, jumpChance: 0.02 });
