/** The few figures that a bench reports of its samples. */

/** Median and range of some samples. */
export interface Summary {
  readonly median: number;
  readonly least: number;
  readonly greatest: number;
}

/** Rounds to three significant digits or more: a bench knows no better. */
export const rounded = (value: number): number =>
  Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));

/** The middle of the values, of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle]!;
  return (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function summarize(values: readonly number[]): Summary {
  return {
    median: rounded(median(values)),
    least: rounded(Math.min(...values)),
    greatest: rounded(Math.max(...values)),
  };
}

/** The value below which this share (0 to 1) of the sorted values is. */
export const quantile = (sorted: Float64Array, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

/** What one figure is in relation to another's, round by round. */
export const ratiosOf = <Sample>(
  ours: readonly Sample[],
  theirs: readonly Sample[],
  figure: (sample: Sample) => number,
): Summary => summarize(ours.map((sample, round) => figure(sample) / figure(theirs[round]!)));

/**
 * The interval that holds `share` of what a figure of resampled samples comes to: the samples are
 * drawn anew, with repetition, `draws` times.
 * @param fraction a random source, from 0 to below 1
 */
export function bootstrapInterval<Sample>(
  samples: readonly Sample[],
  figure: (samples: readonly Sample[]) => number,
  fraction: () => number,
  { share = 0.95, draws = 2_000 } = {},
): { readonly lower: number; readonly upper: number } {
  const figures = Array.from({ length: draws }, () =>
    figure(samples.map(() => samples[Math.floor(fraction() * samples.length)]!)),
  ).toSorted((a, b) => a - b);
  const outside = (1 - share) / 2;
  const at = (part: number): number => figures[Math.min(draws - 1, Math.floor(draws * part))]!;
  return { lower: at(outside), upper: at(1 - outside) };
}

/** Whether a value of a report is a `Summary`. */
export function isSummary(value: unknown): value is Summary {
  if (typeof value !== 'object' || value === null) return false;
  const { median: middle, least, greatest } = value as Record<string, unknown>;
  return [middle, least, greatest].every((each) => typeof each === 'number');
}
