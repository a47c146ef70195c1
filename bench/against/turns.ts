/**
 * Who is warmed and measured when. In one run a ratio depends on who was warmed first: one build
 * beside itself gave 0.93 to 1.09. So the order goes through all permutations, and within a round
 * the runs go forth and back (A B C C B A): what drifts steadily meets all alike.
 */

/** `old` and `control` are two copies of the other revision, `new` is this checkout. */
export const sides = ['old', 'control', 'new'] as const;
export type Side = (typeof sides)[number];

export interface Round {
  readonly warmUp: readonly Side[];
  readonly runs: readonly Side[];
}

const permutations: readonly (readonly Side[])[] = [
  ['old', 'control', 'new'],
  ['new', 'control', 'old'],
  ['control', 'new', 'old'],
  ['old', 'new', 'control'],
  ['new', 'old', 'control'],
  ['control', 'old', 'new'],
];

/** Rounds after which each order has been as often as any other. */
export const fullTurn = permutations.length;

/** @param round counted from 0 */
export function roundOf(round: number): Round {
  const warmUp = permutations[round % fullTurn]!;
  return { warmUp, runs: [...warmUp, ...warmUp.toReversed()] };
}
