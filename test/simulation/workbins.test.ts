/**
 * Workbins under every order of events that a seed can think of: nothing is lost, and what agents
 * are told of them is what changes in them.
 */
import { workbinScenarioNames } from './scenarios.js';
import { runSeeds } from './seeds.js';

for (const name of workbinScenarioNames) await runSeeds(name);
