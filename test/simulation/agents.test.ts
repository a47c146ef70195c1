/**
 * Agents under every order of events that a seed can think of: one owner at a time, offers within
 * capacity, and at the end events, rows and the desk agree.
 */
import { agentScenarioNames } from './scenarios.js';
import { runSeeds } from './seeds.js';

for (const name of agentScenarioNames) if (name !== 'agents') await runSeeds(name);
