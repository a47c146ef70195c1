/** Times that a server counted in ranges, between two readings. */

/** The longest time of a range in microseconds, and how many were in it. */
export type Ranges = readonly (readonly [slotUsMax: number, count: number])[];

/** What was counted from one reading to the next. */
export function latencyBetween(
  before: Ranges,
  after: Ranges,
): { readonly count: number; readonly p50Ms: number; readonly p99Ms: number } {
  const known = new Map(before);
  const ranges = after
    .map(([us, count]) => [us, count - (known.get(us) ?? 0)] as const)
    .filter(([, count]) => count > 0)
    .toSorted(([a], [b]) => a - b);
  const count = ranges.reduce((sum, [, one]) => sum + one, 0);
  const at = (share: number): number => {
    let left = Math.max(1, Math.ceil(count * share));
    for (const [us, one] of ranges) {
      left -= one;
      if (left <= 0) return us / 1_000;
    }
    return 0;
  };
  return { count, p50Ms: at(0.5), p99Ms: at(0.99) };
}
