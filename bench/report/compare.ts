/**
 * Which figures moved by more than their noise. A figure with a spread moved when neither median lies
 * within the range of the other run; one without moved when it changed by more than a tenth.
 */
import { isSummary, type Summary } from '../support/statistics.js';
import { readFigures, type Read } from './figures.js';
import type { Collected } from './collected.js';

const noiseWithoutSpread = 0.1;

export interface Movement {
  readonly name: string;
  readonly before: number;
  readonly now: number;
  /** Undefined: nobody says which way is better. */
  readonly isWorse: boolean | undefined;
}

/** @throws {Error} when the runs are of different size */
export function compareRuns(before: Collected, now: Collected): Movement[] {
  if (before.form !== now.form) {
    throw new Error(`a run of form ${now.form} says nothing beside one of form ${before.form}`);
  }
  return [...movedFigures(before, now), ...movedSummaries(before, now)];
}

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
