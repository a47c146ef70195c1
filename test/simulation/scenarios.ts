/** What is played: which clients, and what goes wrong. */
import { run, type RunOptions } from './run.js';

export type Scenario = Omit<RunOptions, 'seed'>;

const small = { partitions: 3, lanes: 2, requests: 60 };
/** What goes wrong now and then, where all of it does. */
const trouble = {
  killChance: 0.001,
  crashChance: 0.001,
  cutChance: 0.001,
  backupChance: 0.001,
  stillChance: 0.001,
};
const many = { partitions: 5, lanes: 3, requests: 80, ...trouble };
const repeated = {
  ...small,
  requests: 200,
  repeatChance: 0.2,
  burstChance: 0.05,
  jumpChance: 0.02,
};
const moving = { partitions: 3, lanes: 2, requests: 90, moveChance: 0.005 };

/** By their names. Queues that move are in `moves.test.ts`, the others in `simulation.test.ts`. */
export const scenarios = {
  quiet: small,
  killed: { ...small, killChance: 0.003 },
  crashed: { ...small, crashChance: 0.003 },
  cut: { ...small, cutChance: 0.003 },
  failing: { ...small, failChance: 0.05 },
  still: { ...small, stillChance: 0.002 },
  all: many,
  'all-failing': { ...many, failChance: 0.02 },
  repeated,
  // Keys are kept in two generations, so that several such times have to pass before one is gone;
  // and they pass only when nobody waits for an answer.
  forgotten: { ...repeated, lanes: 1, repeatChance: 0.3, jumpChance: 0.2, killChance: 0.0005 },
  clocks: { ...many, clockChance: 0.001 },
  'repeated-all': { ...repeated, ...trouble, failChance: 0.02 },
  moves: moving,
  'moves-killed': { ...moving, killChance: 0.003 },
  'moves-crashed': { ...moving, crashChance: 0.003 },
  'moves-all': { ...many, requests: 90, moveChance: 0.005, failChance: 0.01 },
  'moves-repeated': {
    ...moving,
    ...trouble,
    requests: 200,
    repeatChance: 0.2,
    burstChance: 0.05,
  },
} as const satisfies Readonly<Record<string, Scenario>>;

export type ScenarioName = keyof typeof scenarios;
export const scenarioNames = Object.keys(scenarios) as readonly ScenarioName[];

/** What a seed of a scenario finds wrong; an exception is a fault as well. */
export async function faultsOfSeed(name: ScenarioName, seed: number): Promise<readonly string[]> {
  try {
    return (await run({ ...scenarios[name], seed })).faults;
  } catch (error) {
    return [(error as Error).stack ?? String(error)];
  }
}
