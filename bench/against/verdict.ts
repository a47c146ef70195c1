/**
 * What the rounds say of a figure, and when they have said enough.
 *
 * Every round gives a ratio, 1 meaning "as before", above 1 "better". Ratios are averaged as
 * logarithms (a geometric mean). The baseline of a round is the geometric mean of both copies of
 * the other revision, so the noise of one of them weighs half; the ratio of the copies to each
 * other is the control: its interval has to hold 1, else the machine, not the change, was measured.
 */
import type { Side } from './turns.js';

/** Which way a figure is better. */
export type Direction = 'more' | 'less';

/** Values of one figure in one round, both runs of a side averaged. */
export type RoundValues = Readonly<Record<Side, number>>;

/** A geometric mean and its 95 % interval. */
export interface Interval {
  readonly ratio: number;
  readonly lower: number;
  readonly upper: number;
}

export type Verdict = 'met' | 'failed' | 'open';

/** How far below the bar the lower end of a bar that is met may be. */
const margin = 0.02;

/** Two-sided 95 % points of Student's t by degrees of freedom, from 1; beyond, the normal's. */
const studentT = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145,
  2.131, 2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048,
  2.045,
];

/** The geometric mean of some values. */
export const geometricMean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

/** Mean and interval of some ratios; of one alone the interval is endless. */
export function intervalOf(ratios: readonly number[]): Interval {
  const logarithms = ratios.map(Math.log);
  const count = logarithms.length;
  const mean = logarithms.reduce((sum, each) => sum + each, 0) / count;
  if (count < 2) return { ratio: Math.exp(mean), lower: 0, upper: Number.POSITIVE_INFINITY };
  const variance = logarithms.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (count - 1);
  const half = (studentT[count - 2] ?? 1.96) * Math.sqrt(variance / count);
  return { ratio: Math.exp(mean), lower: Math.exp(mean - half), upper: Math.exp(mean + half) };
}

const better = (direction: Direction, ours: number, theirs: number): number =>
  direction === 'more' ? ours / theirs : theirs / ours;

/** Ours beside both copies of the other revision. */
export const comparisonOf = (rounds: readonly RoundValues[], direction: Direction): Interval =>
  intervalOf(
    rounds.map((round) => better(direction, round.new, geometricMean([round.old, round.control]))),
  );

/** The copies of the other revision beside each other. */
export const controlOf = (rounds: readonly RoundValues[], direction: Direction): Interval =>
  intervalOf(rounds.map((round) => better(direction, round.control, round.old)));

/** Failed: surely below the bar. Met: surely not below it by more than the margin. */
export function judge({ lower, upper }: Interval, bar: number): Verdict {
  if (upper < bar) return 'failed';
  return lower > bar - margin ? 'met' : 'open';
}
