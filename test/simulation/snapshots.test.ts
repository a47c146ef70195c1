/**
 * Snapshots and locks under every order of events that a seed can think of: what one has locked
 * nobody else gets, no lock outlives its snapshot, nothing is lost.
 */
import { snapshotScenarioNames } from './scenarios.js';
import { runSeeds } from './seeds.js';

for (const name of snapshotScenarioNames) await runSeeds(name);
