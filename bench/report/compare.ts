/**
 * Which figures moved by more than their noise. A figure with a spread moved when neither median
 * lies within the range of the other run; one without moved when it changed by more than a tenth.
 */
import { isSummary, type Summary } from '../support/statistics.js';
import { readFigures, type Read } from './figures.js';
import { valueAt, type Collected } from './collected.js';

const noiseWithoutSpread = 0.1;

export interface Movement {
  readonly name: string;
  readonly before: number;
  readonly now: number;
  /** Undefined: nobody says which way is better. */
  readonly isWorse: boolean | undefined;
}

/**
 * What moved, and the benches of both runs that were of another size: figures of those say nothing.
 */
export interface RunComparison {
  readonly movements: readonly Movement[];
  readonly ofOtherSize: readonly string[];
}

/** @throws {Error} when the runs have no bench of the same size in common */
export function compareRuns(before: Collected, now: Collected): RunComparison {
  const both = Object.keys(now.benches).filter((name) => before.benches[name] !== undefined);
  const ofOtherSize = both.filter(
    (name) => sizeOf(before.benches[name]) !== sizeOf(now.benches[name]),
  );
  const same = both.filter((name) => !ofOtherSize.includes(name));
  if (same.length === 0) throw new Error('the runs have no bench of the same size in common');
  const [old, later] = [only(before, same), only(now, same)];
  return {
    movements: [...movedFigures(old, later), ...movedSummaries(old, later)],
    ofOtherSize,
  };
}

const only = ({ form, benches }: Collected, names: readonly string[]): Collected => ({
  form,
  benches: Object.fromEntries(names.map((name) => [name, benches[name]!])),
});

/** Options that a figure depends on; those that say how surely it is known are not among them. */
const sizes = [
  'seconds',
  'inFlight',
  'queues',
  'processes',
  'partitions',
  'dataBytes',
  'interactions',
  'rate',
  'slices',
  'sliceSeconds',
  'operations',
  'overloadFactor',
  'shape',
  'objects',
];

const sizeOf = (bench: unknown): string =>
  JSON.stringify(sizes.map((name) => valueAt(bench, `options.${name}`) ?? ''));

function movedFigures(before: Collected, now: Collected): Movement[] {
  const old = new Map(readFigures(before).map((read) => [nameOf(read), read]));
  return readFigures(now).flatMap((read) => {
    const name = nameOf(read);
    const earlier = old.get(name);
    if (earlier === undefined || !hasMoved(earlier, read)) return [];
    const isLess = read.value < earlier.value;
    const isWorse = read.figure.better === 'higher' ? isLess : !isLess;
    return [{ name, before: earlier.value, now: read.value, isWorse }];
  });
}

const nameOf = ({ figure }: Read): string => `${figure.bench} ${figure.path}`;

function hasMoved(before: Read, now: Read): boolean {
  if (before.spread === undefined || now.spread === undefined) {
    return Math.abs(now.value - before.value) > noiseWithoutSpread * Math.abs(before.value);
  }
  return isApart(before.spread, now.spread);
}

const isWithin = (value: number, { least, greatest }: Summary): boolean =>
  value >= least && value <= greatest;

const isApart = (one: Summary, other: Summary): boolean =>
  !isWithin(one.median, other) && !isWithin(other.median, one);

/** All other figures with a spread; of these nobody says which way is better. */
function movedSummaries(before: Collected, now: Collected): Movement[] {
  const old = new Map(summariesOf(before.benches, ''));
  return summariesOf(now.benches, '').flatMap(([name, summary]) => {
    const earlier = old.get(name);
    if (earlier === undefined || name.endsWith('Spread') || !isApart(earlier, summary)) return [];
    return [{ name, before: earlier.median, now: summary.median, isWorse: undefined }];
  });
}

function summariesOf(of: object, above: string): [string, Summary][] {
  return Object.entries(of).flatMap(([name, value]): [string, Summary][] => {
    if (typeof value !== 'object' || value === null) return [];
    const path = above === '' ? name : `${above}.${name}`;
    return isSummary(value) ? [[path, value]] : summariesOf(value as object, path);
  });
}

/** A line for people. */
export function describeMovement({ name, before, now, isWorse }: Movement): string {
  const verdict = isWorse === undefined ? 'moved ' : isWorse ? 'WORSE ' : 'better';
  return `${verdict} ${name}: ${before} -> ${now}`;
}
