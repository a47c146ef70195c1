/**
 * Times as counters: a slot for each range of microseconds, sixteen ranges to each power of
 * two, so that a time read back is at most a sixteenth too long. Pure; the slots are those of
 * any counter group.
 */

const rangesPerPower = 16;
const powerBits = Math.log2(rangesPerPower);
/** Above about 18 minutes every time counts as that. */
const timeUsMax = 2 ** 30 - 1;

/** Slots that one histogram takes. */
export const latencySlots = slotOfTime(timeUsMax / 1_000) + 1;

/** The slot of a time in milliseconds. */
export function slotOfTime(ms: number): number {
  const us = Math.min(Math.max(Math.round(ms * 1_000), 0), timeUsMax);
  if (us < rangesPerPower) return us;
  const power = 31 - Math.clz32(us) - powerBits;
  return (power + 1) * rangesPerPower + (us >>> power) - rangesPerPower;
}

/** The longest time that counts in a slot, in microseconds. */
export function slotUsMax(slot: number): number {
  if (slot < rangesPerPower) return slot;
  const power = Math.floor(slot / rangesPerPower) - 1;
  return (rangesPerPower + (slot % rangesPerPower) + 1) * 2 ** power - 1;
}

/** A histogram, read; a time is the longest of its range. */
export interface LatencySummary {
  readonly Count: number;
  readonly P50Us: number;
  readonly P90Us: number;
  readonly P99Us: number;
  readonly P999Us: number;
  readonly MaxUs: number;
}

/** What the slots of one histogram say. */
export function summarizeLatency(slots: Float64Array): LatencySummary {
  const Count = slots.reduce((sum, count) => sum + count, 0);
  const at = (share: number): number => {
    let left = Math.max(1, Math.ceil(Count * share));
    for (const [slot, count] of slots.entries()) {
      left -= count;
      if (left <= 0) return slotUsMax(slot);
    }
    return 0;
  };
  const [P50Us, P90Us, P99Us, P999Us, MaxUs] = [0.5, 0.9, 0.99, 0.999, 1].map(at);
  return {
    Count,
    P50Us: P50Us!,
    P90Us: P90Us!,
    P99Us: P99Us!,
    P999Us: P999Us!,
    MaxUs: MaxUs!,
  };
}

/** The ranges that have something: the longest time of each in microseconds, and its count. */
export const latencyRanges = (slots: Float64Array): [slotUsMax: number, count: number][] =>
  [...slots.entries()]
    .filter(([, count]) => count > 0)
    .map(([slot, count]) => [slotUsMax(slot), count]);
