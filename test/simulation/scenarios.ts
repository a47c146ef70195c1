/** What is played: which clients, and what goes wrong. */
import { runAgents, type AgentsRunOptions } from './agents-run.js';
import { run, type RunOptions, type RunReport } from './run.js';
import { runSnapshots, type SnapshotsRunOptions } from './snapshots-run.js';
import { runViews, type ViewsRunOptions } from './views-run.js';
import { runWorkbins, type WorkbinsRunOptions } from './workbins-run.js';

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

const few = { partitions: 3, agents: 12, interactions: 14, cutChance: 0.001 };

/** Agents at work. `agents` is large, and only played if it is asked for. */
export const agentScenarios = {
  'agents-few': few,
  'agents-transfers': { ...few, transferChance: 0.3 },
  'agents-desk': { ...few, deskCrashChance: 0.01 },
  'agents-crashed': { ...few, crashChance: 0.001 },
  'agents-killed': { ...few, killChance: 0.0005, transferChance: 0.1 },
  'agents-shared': { ...few, conferenceChance: 0.4, wrapUps: true },
  'agents-supervised': { ...few, superviseChance: 0.1, transferChance: 0.1 },
  'agents-reported': {
    ...few,
    interactions: 8,
    reports: true,
    killChance: 0.0003,
    crashChance: 0.001,
    deskCrashChance: 0.002,
    cutChance: 0.004,
  },
  'agents-all': {
    ...few,
    killChance: 0.0003,
    crashChance: 0.0005,
    deskCrashChance: 0.003,
    transferChance: 0.1,
    conferenceChance: 0.2,
    superviseChance: 0.05,
    wrapUps: true,
  },
  agents: {
    partitions: 4,
    agents: 200,
    interactions: 5_000,
    cutChance: 0.000_2,
    deskCrashChance: 0.000_5,
    crashChance: 0.000_05,
    killChance: 0.000_02,
    transferChance: 0.1,
    conferenceChance: 0.05,
    superviseChance: 0.02,
    wrapUps: true,
  },
} as const satisfies Readonly<Record<string, Omit<AgentsRunOptions, 'seed'>>>;

const desks = { partitions: 3, agents: 6, interactions: 20, acts: 250, cutChance: 0.001 };

/** Agents and their workbins. */
export const workbinScenarios = {
  workbins: desks,
  'workbins-desk': { ...desks, deskCrashChance: 0.005 },
  'workbins-crashed': { ...desks, crashChance: 0.002 },
  'workbins-killed': { ...desks, killChance: 0.001 },
} as const satisfies Readonly<Record<string, Omit<WorkbinsRunOptions, 'seed'>>>;

const lookers = { partitions: 3, clients: 5, interactions: 20, acts: 250, cutChance: 0.001 };

/** Clients with snapshots and locks. */
export const snapshotScenarios = {
  snapshots: lookers,
  'snapshots-desk': { ...lookers, deskCrashChance: 0.005 },
  'snapshots-crashed': { ...lookers, crashChance: 0.002 },
  'snapshots-killed': { ...lookers, killChance: 0.001 },
} as const satisfies Readonly<Record<string, Omit<SnapshotsRunOptions, 'seed'>>>;

const takers = { partitions: 3, takers: 8, interactions: 40, acts: 160, cutChance: 0.001 };

/** Agents and routers that pull from views. */
export const viewScenarios = {
  views: takers,
  'views-crashed': { ...takers, crashChance: 0.002 },
  'views-killed': { ...takers, killChance: 0.001 },
} as const satisfies Readonly<Record<string, Omit<ViewsRunOptions, 'seed'>>>;

export type ViewScenarioName = keyof typeof viewScenarios;
export const viewScenarioNames = Object.keys(viewScenarios) as readonly ViewScenarioName[];

export type SnapshotScenarioName = keyof typeof snapshotScenarios;
export const snapshotScenarioNames = Object.keys(
  snapshotScenarios,
) as readonly SnapshotScenarioName[];

export type WorkbinScenarioName = keyof typeof workbinScenarios;
export const workbinScenarioNames = Object.keys(workbinScenarios) as readonly WorkbinScenarioName[];

export type AgentScenarioName = keyof typeof agentScenarios;
export const agentScenarioNames = Object.keys(agentScenarios) as readonly AgentScenarioName[];

type PlainScenarioName = keyof typeof scenarios;
export type ScenarioName =
  | PlainScenarioName
  | AgentScenarioName
  | WorkbinScenarioName
  | SnapshotScenarioName
  | ViewScenarioName;
export const plainScenarioNames = Object.keys(scenarios) as readonly PlainScenarioName[];
/** All that a campaign goes through by itself. */
export const scenarioNames: readonly ScenarioName[] = [
  ...plainScenarioNames,
  ...agentScenarioNames.filter((name) => name !== 'agents'),
  ...workbinScenarioNames,
  ...snapshotScenarioNames,
  ...viewScenarioNames,
];

const isOfAgents = (name: ScenarioName): name is AgentScenarioName => name in agentScenarios;

const isOfWorkbins = (name: ScenarioName): name is WorkbinScenarioName => name in workbinScenarios;

const isOfSnapshots = (name: ScenarioName): name is SnapshotScenarioName =>
  name in snapshotScenarios;

const isOfViews = (name: ScenarioName): name is ViewScenarioName => name in viewScenarios;

/** Plays a seed of a scenario. */
export function play(name: ScenarioName, seed: number): Promise<RunReport> {
  if (isOfViews(name)) return runViews({ ...viewScenarios[name], seed });
  if (isOfSnapshots(name)) return runSnapshots({ ...snapshotScenarios[name], seed });
  if (isOfWorkbins(name)) return runWorkbins({ ...workbinScenarios[name], seed });
  if (isOfAgents(name)) return runAgents({ ...agentScenarios[name], seed });
  return run({ ...scenarios[name], seed });
}

/** What a seed of a scenario finds wrong; an exception is a fault as well. */
export async function faultsOfSeed(name: ScenarioName, seed: number): Promise<readonly string[]> {
  try {
    return (await play(name, seed)).faults;
  } catch (error) {
    return [(error as Error).stack ?? String(error)];
  }
}
