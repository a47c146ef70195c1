/**
 * Runs a scenario over seeds. `IXION_RUNS=n` runs more of them, `IXION_SEED=n` one: what fails is
 * printed with its seed, and replays.
 */
import t from 'tap';
import { faultsOfSeed, type ScenarioName } from './scenarios.js';

const seedOfRun = process.env['IXION_SEED'];
const first = seedOfRun === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(seedOfRun);
const runs = seedOfRun === undefined ? Number(process.env['IXION_RUNS'] ?? 1) : 1;

t.setTimeout(120_000);

export async function runSeeds(name: ScenarioName): Promise<void> {
  await t.test(name, async (t) => {
    for (let seed = first; seed < first + runs; seed++) {
      const faults = await faultsOfSeed(name, seed);
      if (faults.length === 0) continue;
      t.fail(`IXION_SEED=${seed}: ${faults.slice(0, 5).join('; ')}`);
      return;
    }
    t.pass(`${runs} seeds from ${first}`);
  });
}
