/** Everything that tell and ask are measured of, and what each does in words. */
import { openBare } from './bare.js';
import { openIxion } from './ixion.js';
import { openComedy } from './libraries/comedy.js';
import { openComlink } from './libraries/comlink.js';
import { openNact } from './libraries/nact.js';
import { openPiscina } from './libraries/piscina.js';
import { openTarant } from './libraries/tarant.js';
import { openXState } from './libraries/xstate.js';
import type { Side } from './rates.js';

/** One of those that are measured. */
export interface SideDescription {
  /** What its figures are of. */
  readonly does: string;
  /** Whether a frame goes to another thread. */
  readonly isBetweenThreads: boolean;
  /** Whether it comes from the package file of this folder. */
  readonly isInstalled: boolean;
  open(): Promise<Side>;
}

const side = (
  does: string,
  open: () => Promise<Side>,
  { isBetweenThreads = true, isInstalled = false } = {},
): SideDescription => ({ does, isBetweenThreads, isInstalled, open });

const inOneThread = { isBetweenThreads: false, isInstalled: true } as const;

export const sides = {
  ixion: side('between threads; a tell for each frame, batched by the runtime', openIxion),
  bare: side('between threads; 64 frames in one transferred buffer, no answer', openBare),
  comlink: side(
    'between threads; has no tell: a call for 64 frames in one transferred buffer, each call answered',
    openComlink,
  ),
  piscina: side(
    'between threads; has no tell: a task for 64 frames in one transferred buffer, each task answered; ' +
      'one thread in the pool, up to 64 tasks in it',
    openPiscina,
  ),
  comedy: side(
    'between threads (mode threaded); a tell for each frame, cloned, a message each',
    openComedy,
    { isInstalled: true },
  ),
  nact: side('in one thread; a tell for each frame, by reference, queued', openNact, inOneThread),
  tarant: side(
    'in one thread; a call for each frame, by reference, with a promise of its answer; one a millisecond',
    openTarant,
    inOneThread,
  ),
  xstate: side(
    'in one thread; a tell for each frame, by reference, run within the call that sends it',
    openXState,
    inOneThread,
  ),
} as const satisfies Readonly<Record<string, SideDescription>>;

export type SideName = keyof typeof sides;
export const sideNames = Object.keys(sides) as SideName[];
