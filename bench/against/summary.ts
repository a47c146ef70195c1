/** What the rounds of a workload come to, of each figure and in all. */
import { median, rounded } from '../support/statistics.js';
import { fullTurn, type Side } from './turns.js';
import {
  comparisonOf,
  controlOf,
  judge,
  type Interval,
  type RoundValues,
  type Verdict,
} from './verdict.js';
import type { WorkloadRule } from './workload.js';

/** Figures by name, of each side in one round. */
export type RoundFigures = Readonly<Record<Side, Readonly<Record<string, number>>>>;

const valuesOf = (rounds: readonly RoundFigures[], figure: string): RoundValues[] =>
  rounds.map((round) => ({
    old: round.old[figure]!,
    control: round.control[figure]!,
    new: round.new[figure]!,
  }));

const judgedOf = ({ figures }: WorkloadRule): string[] =>
  Object.keys(figures).filter((figure) => figures[figure]!.isJudged);

/**
 * Whether there is a verdict on each figure; only after as many rounds of each
 * order as of any other.
 */
export function isDecided(
  rule: WorkloadRule,
  rounds: readonly RoundFigures[],
  bar: number,
): boolean {
  if (rounds.length % fullTurn !== 0) return false;
  return judgedOf(rule).every((figure) => {
    const { better } = rule.figures[figure]!;
    return judge(comparisonOf(valuesOf(rounds, figure), better), bar) !== 'open';
  });
}

const words = ({ ratio, lower, upper }: Interval): string =>
  `${ratio.toFixed(3)} (${lower.toFixed(3)} to ${upper.toFixed(3)})`;

/** The figures that count, in words. */
export const describe = (rule: WorkloadRule, rounds: readonly RoundFigures[]): string =>
  judgedOf(rule)
    .map((figure) => {
      const { better } = rule.figures[figure]!;
      const values = valuesOf(rounds, figure);
      const control = words(controlOf(values, better));
      return `${figure} ${words(comparisonOf(values, better))}, control ${control}`;
    })
    .join('; ');

const digits = ({ ratio, lower, upper }: Interval): Interval => ({
  ratio: Number(ratio.toFixed(4)),
  lower: Number(lower.toFixed(4)),
  upper: Number(upper.toFixed(4)),
});

/** All figures of a workload. */
export function summarizeWorkload(
  rule: WorkloadRule,
  rounds: readonly RoundFigures[],
  bar: number,
) {
  const figures = Object.entries(rule.figures).map(([figure, { better, isJudged }]) => {
    const values = valuesOf(rounds, figure);
    const comparison = comparisonOf(values, better);
    const control = controlOf(values, better);
    const sideMedian = (side: Side): number => rounded(median(values.map((round) => round[side])));
    return [
      figure,
      {
        ...digits(comparison),
        ...(isJudged ? { verdict: judge(comparison, bar) } : {}),
        control: digits(control),
        isControlSound: control.lower <= 1 && control.upper >= 1,
        old: sideMedian('old'),
        new: sideMedian('new'),
      },
    ] as const;
  });
  return { rounds: rounds.length, ...Object.fromEntries(figures) };
}

/** Failed if any is; met if all are. */
export function worst(results: Readonly<Record<string, object>>): Verdict {
  const verdicts = Object.values(results)
    .flatMap((result) => Object.values(result) as { verdict?: Verdict }[])
    .flatMap(({ verdict }) => (verdict === undefined ? [] : [verdict]));
  if (verdicts.includes('failed')) return 'failed';
  return verdicts.includes('open') ? 'open' : 'met';
}
