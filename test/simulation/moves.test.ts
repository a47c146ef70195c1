/**
 * As `simulation.test.ts`, with queues that move to other partitions meanwhile, again and again:
 * every interaction follows its queue once, in order, whatever is killed or crashes on the way.
 */
import { plainScenarioNames } from './scenarios.js';
import { runSeeds } from './seeds.js';

for (const name of plainScenarioNames) if (name.startsWith('moves')) await runSeeds(name);
