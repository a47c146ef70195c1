/** Every bench, so small that its figures say nothing, to see that it runs and what it reports. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Test } from 'tap';
import { directoryOf } from '../fixture/directory.js';

const run = promisify(execFile);
const main = join(import.meta.dirname, '../../bench/main.js');
const sizes =
  '--seconds 0.1 --warm-up 0 --rounds 1 --in-flight 16 --interactions 20 --backlogs 5 --partitions 2';
const others =
  '--rate 200 --slices 8 --slice 0.05 --operations 200 --sweep 1,4 --shape distribution';

const names = [
  'floor',
  'submit',
  'cycle',
  'invite',
  'agents',
  'shapes',
  'partitions',
  'latency',
  'start',
  'stop',
  'crash-start',
  'memory',
  'counters',
  'overload',
  'readers',
  'questions',
  'unread',
  'pulls',
  'resets',
  'snapshots',
  'store',
  'actor',
  'archive',
  'peers',
] as const;
export type BenchName = (typeof names)[number];
export type Reports = Readonly<Record<BenchName, Record<string, unknown>>>;

async function lastLine(command: readonly string[]): Promise<Record<string, unknown>> {
  const { stdout } = await run(process.execPath, [main, '--json', ...command]);
  return JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as Record<string, unknown>;
}

/** Runs one and gives what its last line says. */
export function bench(
  test: Test,
  name: BenchName,
  ...more: readonly string[]
): Promise<Record<string, unknown>> {
  return lastLine([name, '--directory', directoryOf(test), ...sizes.split(' '), ...more]);
}

/** Runs `all`, but only these, and gives what its last line says. */
export async function runMiniatures(
  test: Test,
  wanted: readonly BenchName[],
  ...more: readonly string[]
): Promise<Reports> {
  const without = names.filter((name) => !wanted.includes(name)).join(',');
  const directory = directoryOf(test);
  const options = [...sizes.split(' '), ...others.split(' '), '--processes', '2', ...more];
  const command = ['all', '--directory', directory, '--without', without, ...options];
  return (await lastLine(command))['benches'] as Reports;
}

/** Whether every named figure, `a.b.c`, is a number above 0. */
export function checkFigures(test: Test, report: object, ...figures: string[]): void {
  for (const figure of figures) {
    let value: unknown = report;
    for (const part of figure.split('.')) value = (value as Record<string, unknown>)[part];
    test.ok(typeof value === 'number' && value > 0, `${figure} is ${String(value)}`);
  }
}

/** Whether every named figure is a number, 0 included: a difference that noise may hide. */
export function checkDifferences(test: Test, report: object, ...figures: string[]): void {
  for (const figure of figures) {
    const value = (report as Record<string, unknown>)[figure];
    test.ok(typeof value === 'number' && value >= 0, `${figure} is ${String(value)}`);
  }
}

/** Of a contestant of a load. */
export const loadFigures = (contestant: string): string[] =>
  ['perSecond.median', 'p50Ms', 'p99Ms', 'processorUs.client'].map(
    (figure) => `${contestant}.${figure}`,
  );
