/** `npm run bench -- NAME [--json]`: runs one bench; see docs/internals/benchmarks.md. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { benches } from './benches.js';
import { against, againstDefaults } from './against/against.js';
import { turn, turnDefaults } from './turn/turn.js';
import { killDaemons } from './support/daemon.js';
import { check, writePages } from './report/commands.js';
import type { Bench, BenchOptions, Figures } from './support/bench.js';
import {
  describeOptions,
  describeOwn,
  directoryOf,
  parseCommandLine,
  readOptions,
  type CommandLine,
} from './support/options.js';
import { machine, measureYardsticks } from './support/yardsticks.js';

function help(): string {
  const lines = Object.entries(benches).flatMap(([name, { about, defaults }]) => {
    const own = defaults === undefined ? [] : [`${' '.repeat(14)}${describeOwn(defaults)}`];
    return [`  ${name.padEnd(12)}${about}`, ...own];
  });
  return [
    'Usage: npm run bench -- NAME [--json] [OPTION ...]',
    '',
    ...lines,
    '',
    '  report [FILE ...]    writes the pages from files that --output wrote, or from what is stored',
    '  against REVISION     this checkout beside another revision of it: --benches, --bar, --rounds, --most',
    `                       ${describeOwn(againstDefaults)}`,
    '  turn --against REVISION   the partition of both alone, in one process: --workloads, --bar, --rounds, --most',
    `                       ${describeOwn(turnDefaults)}`,
    '  check FILE ...       says what moved by more than its noise since what is stored (--against)',
    '',
    'Options, with their defaults; where a bench has others they stand with it:',
    ...describeOptions(),
    '',
  ].join('\n');
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const isNested = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** `name: value`; what holds nothing further stands on one line, the rest further in. */
function print(figures: object, indent = ''): void {
  for (const [name, value] of Object.entries(figures)) {
    if (isNested(value) && Object.values(value).some(isNested)) {
      say(`${indent}${name}`);
      print(value, `${indent}  `);
    } else say(`${indent}${name}: ${isNested(value) ? flat(value) : String(value)}`);
  }
}

const flat = (value: object): string =>
  Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .map(([name, each]) => (Array.isArray(value) ? String(each) : `${name} ${String(each)}`))
    .join(', ');

async function measure(
  name: string,
  bench: Omit<Bench, 'about'>,
  line: CommandLine,
): Promise<Figures> {
  const parent = directoryOf(line);
  mkdirSync(parent, { recursive: true });
  const directory = mkdtempSync(join(parent, 'ixion-bench-'));
  try {
    const options = readOptions(line, bench.defaults ?? {}, directory);
    const yardsticks = await measureYardsticks(directory, options.seconds);
    const figures = await bench.run(options, say);
    const { directory: _, given: __, ...used } = options;
    return { bench: name, ...figures, yardsticks, machine: machine(), options: used };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function run(argv: string[]): Promise<void> {
  const line = parseCommandLine(argv);
  const [name = '', ...more] = line.words;
  if (name === 'report' && line.values['help'] !== true) return writePages(more, say);
  if (name === 'check' && line.values['help'] !== true) {
    const before = line.values['against'];
    if (!check(more, typeof before === 'string' ? before : undefined, say)) process.exitCode = 1;
    return;
  }
  if (name === 'against' && line.values['help'] !== true) return runAgainst(more, line);
  if (name === 'turn' && line.values['help'] !== true) return runTurn(more, line);
  const bench = Object.hasOwn(benches, name) ? benches[name] : undefined;
  if (line.values['help'] === true || bench === undefined || more.length > 0) {
    process.stdout.write(help());
    if (line.values['help'] === true) return;
    const known = [...Object.keys(benches), 'against', 'turn', 'report', 'check'].join(', ');
    const what = bench === undefined ? `no bench "${name}"; there are: ${known}` : 'one name only';
    process.stderr.write(`bench: ${what}\n`);
    process.exitCode = 64;
    return;
  }
  show(await measure(name, bench, line), line);
}

function show(report: Figures, { values }: CommandLine): void {
  print(report);
  const json = JSON.stringify(report);
  if (typeof values['output'] === 'string') writeFileSync(values['output'], `${json}\n`);
  if (values['json'] === true) say(json);
}

/** Ends with 1 when a figure that counts is surely below the bar. */
async function runAgainst([revision, ...more]: string[], line: CommandLine): Promise<void> {
  if (revision === undefined || more.length > 0) {
    throw new Error('against: name one revision, as "against main~3"');
  }
  await judge('against', againstDefaults, line, (options) =>
    against({ ...options, revision }, say),
  );
}

/** As `runAgainst`. */
async function runTurn(more: string[], line: CommandLine): Promise<void> {
  const revision = line.values['against'];
  if (typeof revision !== 'string' || more.length > 0) {
    throw new Error('turn: name the other revision, as "turn --against main~3"');
  }
  await judge('turn', turnDefaults, line, (options) => turn({ ...options, revision }, say));
}

async function judge(
  name: string,
  defaults: Partial<BenchOptions>,
  line: CommandLine,
  compare: (options: BenchOptions) => Promise<Figures>,
): Promise<void> {
  const report = await measure(name, { defaults, run: compare }, line);
  show(report, line);
  if (report['verdict'] === 'failed') process.exitCode = 1;
}

try {
  await run(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`bench: ${(error as Error).message}\n`);
  await killDaemons();
  // Clients end when their parent does; a bench that failed has not ended them.
  process.exit(1);
}
