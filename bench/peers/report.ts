/**
 * What the samples of a workload say: each one's figures, and ours beside the best that is durable.
 */
import { median, rounded, summarize, type Summary } from '../support/statistics.js';

/** Which way a figure is good, and which way its ratio is written. */
export interface Measure<Sample> {
  readonly of: (sample: Sample) => number;
  readonly isMoreBetter: boolean;
  /** `ours / theirs`, or `theirs / ours`. */
  readonly ratio: 'oursToTheirs' | 'theirsToOurs';
}

/** Ours beside the others. */
export interface Comparison {
  readonly ratioToBestDurable: number | undefined;
  readonly ratioSpread: Summary | undefined;
  readonly bestDurable: string | undefined;
  /** To each contestant, the median over the rounds. */
  readonly ratioTo: Readonly<Record<string, number>>;
  readonly ratioToSpread: Readonly<Record<string, Summary>>;
}

const ours = 'ixion';

/**
 * Ratios are taken within a round; the best is the one with the best median.
 * @param durable names of those that count as durable in this workload, ours or not
 */
export function compare<Sample>(
  samples: ReadonlyMap<string, readonly Sample[]>,
  durable: readonly string[],
  { of, isMoreBetter, ratio }: Measure<Sample>,
): Comparison {
  const mine = samples.get(ours)?.map(of);
  const others = [...samples].filter(([name]) => name !== ours && mine !== undefined);
  const spreads = new Map<string, Summary>();
  for (const [name, theirSamples] of others) {
    const ratios = theirSamples.map((sample, round) => {
      const theirs = of(sample);
      return ratio === 'oursToTheirs' ? mine![round]! / theirs : theirs / mine![round]!;
    });
    spreads.set(name, summarize(ratios));
  }
  const ranked = others
    .filter(([name]) => durable.includes(name))
    .map(([name, theirs]) => ({ name, figure: median(theirs.map(of)) }))
    .toSorted((a, b) => (isMoreBetter ? b.figure - a.figure : a.figure - b.figure));
  const best = ranked[0]?.name;
  const spread = best === undefined ? undefined : spreads.get(best);
  return {
    ratioToBestDurable: spread?.median,
    ratioSpread: spread,
    bestDurable: best,
    ratioTo: Object.fromEntries([...spreads].map(([name, summary]) => [name, summary.median])),
    ratioToSpread: Object.fromEntries(spreads),
  };
}

/** What of a sample of any load is reported. */
export interface LoadFigures {
  readonly operations: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly serverSeconds: number;
  readonly clientSeconds: number;
  readonly othersSeconds: number;
}

/** The figures of one contestant over all rounds. */
export function figuresOfLoad(samples: readonly LoadFigures[]) {
  const over = (of: (sample: LoadFigures) => number): Summary => summarize(samples.map(of));
  const micros = (of: (sample: LoadFigures) => number): number =>
    rounded(median(samples.map((sample) => (of(sample) / sample.operations) * 1_000_000)));
  return {
    perSecond: over(({ perSecond }) => perSecond),
    p50Ms: over(({ p50Ms }) => p50Ms),
    p99Ms: over(({ p99Ms }) => p99Ms),
    processorSeconds: {
      server: over(({ serverSeconds }) => serverSeconds).median,
      client: over(({ clientSeconds }) => clientSeconds).median,
      others: over(({ othersSeconds }) => othersSeconds).median,
    },
    processorUsPerOperation: {
      server: micros(({ serverSeconds }) => serverSeconds),
      client: micros(({ clientSeconds }) => clientSeconds),
    },
  };
}
