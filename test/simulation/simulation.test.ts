/**
 * The whole server under every order of events that a seed can think of: nothing lost, nothing done
 * twice, all told, all rows agree. A failing seed is printed and replays, see `seeds.ts`.
 */
import { scenarioNames } from './scenarios.js';
import { runSeeds } from './seeds.js';

for (const name of scenarioNames) if (!name.startsWith('moves')) await runSeeds(name);
