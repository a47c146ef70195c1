/** `npm run bench -- NAME [--json]`: runs one bench; see docs/operating/benchmarks.md. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benches } from './benches.js';
import type { BenchOptions } from './support/bench.js';
import { machine, measureYardsticks } from './support/yardsticks.js';

const flags = {
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
  seconds: { type: 'string', default: '3' },
  'warm-up': { type: 'string', default: '3' },
  rounds: { type: 'string', default: '5' },
  'in-flight': { type: 'string', default: '256' },
  queues: { type: 'string', default: '8' },
  processes: { type: 'string', default: '1' },
  partitions: { type: 'string' },
  interactions: { type: 'string', default: '1000000' },
  directory: { type: 'string', default: tmpdir() },
} as const;

function help(): string {
  const names = Object.entries(benches).map(([name, { about }]) => `  ${name.padEnd(10)}${about}`);
  return [
    'Usage: npm run bench -- NAME [--json] [OPTION ...]',
    '',
    ...names,
    '',
    'Options, with their defaults:',
    ...Object.entries(flags).map(([name, flag]) => {
      const fallback = 'default' in flag ? flag.default : "the server's own";
      return `  --${name.padEnd(14)}${typeof fallback === 'boolean' ? '' : fallback}`;
    }),
    '',
    'With --json the last line is one object with all figures.',
    '',
  ].join('\n');
}

/** A number of at least `least`; the message of what is thrown is for the user. */
function read(name: string, text: string, least: number): number {
  const value = Number(text);
  if (text !== '' && value >= least) return value;
  throw new Error(`--${name} ${text}: give a number of at least ${least}`);
}

function readOptions(values: ReturnType<typeof parse>['values'], directory: string): BenchOptions {
  const { partitions } = values;
  return {
    seconds: read('seconds', values.seconds, 0.05),
    warmUpSeconds: read('warm-up', values['warm-up'], 0.05),
    rounds: read('rounds', values.rounds, 1),
    inFlight: read('in-flight', values['in-flight'], 1),
    queues: read('queues', values.queues, 1),
    processes: read('processes', values.processes, 1),
    partitions: partitions === undefined ? undefined : read('partitions', partitions, 1),
    interactions: read('interactions', values.interactions, 1),
    directory,
  };
}

const parse = (argv: string[]) =>
  parseArgs({ args: argv, options: flags, allowPositionals: true, strict: true });

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** `name: value`, nested figures further in. */
function print(figures: object, indent = ''): void {
  for (const [name, value] of Object.entries(figures)) {
    if (typeof value === 'object' && value !== null) {
      say(`${indent}${name}`);
      print(value as object, `${indent}  `);
    } else say(`${indent}${name}: ${String(value)}`);
  }
}

async function run(argv: string[]): Promise<void> {
  const { values, positionals } = parse(argv);
  const [name = '', ...more] = positionals;
  const bench = Object.hasOwn(benches, name) ? benches[name] : undefined;
  if (values.help || bench === undefined || more.length > 0) {
    process.stdout.write(help());
    if (!values.help) process.exitCode = 64;
    return;
  }
  mkdirSync(values.directory, { recursive: true });
  const directory = mkdtempSync(join(values.directory, 'ixion-bench-'));
  try {
    const options = readOptions(values, directory);
    const yardsticks = await measureYardsticks(directory);
    const figures = await bench.run(options, say);
    const { directory: _, ...used } = options;
    const report = { bench: name, ...figures, yardsticks, machine: machine(), options: used };
    print(report);
    if (values.json) say(JSON.stringify(report));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

try {
  await run(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`bench: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
