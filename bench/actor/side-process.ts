/**
 * A side in a process of its own, so that none changes what another one runs on.
 * Argument: its name.
 */
import { serve } from '../support/serve.js';
import { type SideName, sides } from './sides.js';

/** What the parent asks for. */
export interface SideRun {
  readonly kind: 'tell' | 'ask';
  readonly seconds: number;
}

/** What it gets. */
export interface SideRate {
  readonly perSecond: number;
  readonly processorUs: number;
}

const opening = sides[process.argv[2] as SideName].open();

serve(async ({ kind, seconds }: SideRun): Promise<SideRate> => {
  const side = await opening;
  const before = process.cpuUsage();
  const startMs = performance.now();
  const perSecond = await side[kind](seconds);
  const { user, system } = process.cpuUsage(before);
  const count = (perSecond * (performance.now() - startMs)) / 1_000;
  return { perSecond, processorUs: (user + system) / count };
});
