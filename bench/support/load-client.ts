/** The frame of a client process that makes load when its parent says so. */
import type { LoadResult, RunLimit } from './meter.js';
import { serve } from './serve.js';

/** What the parent is told of a run: beside the load, the processor time that the client took. */
export interface ClientResult extends LoadResult {
  readonly processorUs: number;
}

/**
 * Serves runs, one after the other, from when `ready` resolves.
 * @param close is called when the parent wants no more
 */
export function serveLoad(
  ready: Promise<unknown>,
  run: (limit: RunLimit) => Promise<LoadResult>,
): void {
  serve(async (limit: RunLimit): Promise<ClientResult> => {
    await ready;
    const before = process.cpuUsage();
    const result = await run(limit);
    const { user, system } = process.cpuUsage(before);
    return { ...result, processorUs: user + system };
  });
}
