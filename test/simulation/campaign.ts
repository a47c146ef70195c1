/**
 * Seed after seed of all scenarios, for so long or so many; see docs/internals/simulation.md.
 * Prints what fails and how it replays; ends with exit code 1 if anything did.
 */
import { parseArgs } from 'node:util';
import { faultsOfSeed, play, scenarioNames, type ScenarioName } from './scenarios.js';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    minutes: { type: 'string' },
    first: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    scenario: { type: 'string', multiple: true },
    seed: { type: 'string' },
  },
});

const tell = (line: string): void => void process.stdout.write(`${line}\n`);

/** Between two lines that say how far it is. */
const toldMs = 30_000;
/** Of one seed. */
const faultsTold = 5;

const names = (values.scenario ?? scenarioNames) as readonly ScenarioName[];
const known: readonly ScenarioName[] = [...scenarioNames, 'agents'];
const unknown = names.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  tell(`no scenario ${unknown.join(', ')}; there are: ${known.join(', ')}`);
  process.exit(2);
}

/** One seed, told in full: the same each time. */
async function replay(seed: number): Promise<void> {
  for (const name of names) {
    const { faults, requests, digest } = await play(name, seed);
    for (const fault of faults) tell(fault);
    tell(`${name}, seed ${seed}: ${faults.length} faults, ${requests} requests, ${digest}`);
    if (faults.length > 0) process.exitCode = 1;
  }
}

async function campaign(): Promise<void> {
  const first = Number(values.first);
  const isShort = values.seeds === undefined && values.minutes === undefined;
  const seeds = Number(values.seeds ?? (isShort ? scenarioNames.length : Infinity));
  const untilMs = Date.now() + Number(values.minutes ?? Infinity) * 60_000;
  let [count, failed, toldAtMs] = [0, 0, Date.now()];
  while (count < seeds && Date.now() < untilMs) {
    const seed = first + count;
    const name = names[count % names.length]!;
    const faults = await faultsOfSeed(name, seed);
    count++;
    if (faults.length > 0) {
      failed++;
      tell(`FAILED npm run simulation -- --scenario ${name} --seed ${seed}`);
      for (const fault of faults.slice(0, faultsTold)) tell(`  ${fault}`);
    }
    if (Date.now() - toldAtMs < toldMs) continue;
    toldAtMs = Date.now();
    tell(`${count} seeds, ${failed} failed`);
  }
  const { user, system } = process.cpuUsage();
  const seconds = (user + system) / 1e6;
  const each = ((seconds / Math.max(1, count)) * 1_000).toFixed(0);
  tell(
    `${count} seeds from ${first}, ${failed} failed; ${seconds.toFixed(0)} s of processor, ${each} ms a seed`,
  );
  if (failed > 0) process.exitCode = 1;
}

await (values.seed === undefined ? campaign() : replay(Number(values.seed)));
