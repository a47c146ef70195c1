/** Why nothing is offered to an agent. */
import type { Slot } from './agent.js';

/**
 * `unknown`: nobody of this name is logged in. `starting`: not
 * all partitions have said yet what they have of whom. `lost`: no client of it is connected.
 * `noClient`: none that shows the medium is.
 */
export type Refusal =
  | 'unknown'
  | 'starting'
  | 'lost'
  | 'doNotDisturb'
  | 'noMedium'
  | 'notReady'
  | 'noClient'
  | 'full';

/** The same in words, for errors and explanations. */
export const refusalTexts: Readonly<Record<Refusal, string>> = {
  unknown: 'is not logged in',
  starting: 'may have work that a partition has not reported yet: the server has just started',
  lost: 'has lost its connection',
  doNotDisturb: 'does not want to be disturbed',
  noMedium: 'does not have this medium',
  notReady: 'is not ready for this medium',
  noClient: 'has no client connected that shows this medium',
  full: 'has all that its capacity allows',
};

export const isSlot = (found: Slot | Refusal): found is Slot => typeof found === 'object';
