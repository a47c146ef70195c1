/** Commits that fail, as a seed draws them. */
import type { Fault } from '../../lib/store/fault.js';

/** How a commit that fails may end. */
const outcomes = ['refused', 'full', 'unknown'] as const;
export const commitFaults: readonly Fault[] = [
  ...outcomes.map((outcome) => ({ kind: 'end' as const, outcome })),
  ...(['before', 'after'] as const).map((when) => ({ kind: 'crash' as const, when })),
];
