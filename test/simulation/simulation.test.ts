/**
 * The whole server under every order of events that a seed can think of: nothing lost, nothing done
 * twice, all told, all rows agree. A failing seed is printed and replays, see `seeds.ts`.
 */
import t from 'tap';
import { run } from './run.js';
import { plainScenarioNames, scenarios } from './scenarios.js';
import { runSeeds } from './seeds.js';

for (const name of plainScenarioNames) if (!name.startsWith('moves')) await runSeeds(name);

t.test('requests are repeated when their keys are forgotten', async (t) => {
  const { faults, forgotten } = await run({ ...scenarios.forgotten, seed: 1 });
  t.strictSame(faults, []);
  t.ok(forgotten > 3, `${forgotten} were`);
});

t.test('a seed replays to the last byte on disk', async (t) => {
  const digests = [1, 1, 2].map(async (seed) => (await run({ ...scenarios.all, seed })).digest);
  const [one, again, other] = await Promise.all(digests);
  t.equal(one, again);
  t.not(one, other);
});
