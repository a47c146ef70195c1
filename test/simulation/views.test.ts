/**
 * Views under every order of events that a seed can think of: what a pull gets is what the view
 * selects, no segment has too much, and nothing is lost.
 */
import { viewScenarioNames } from './scenarios.js';
import { runSeeds } from './seeds.js';

for (const name of viewScenarioNames) await runSeeds(name);
