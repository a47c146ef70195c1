/** A client process and a server process that are measured together. */
import type { ClientResult } from './load-client.js';
import type { RunLimit } from './meter.js';
import { processorTime, type Child } from './processes.js';
import type { Contestant } from './rounds.js';
import { median, ratiosOf, rounded, summarize, type Summary } from './statistics.js';

/** One counted run. */
export interface LoadSample {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Processor time, microseconds per operation. */
  readonly clientUs: number;
  readonly serverMainUs: number;
  readonly serverOtherUs: number;
}

export interface LoadContestant extends Contestant<LoadSample> {
  end(): Promise<void>;
}

/** @param end ends the server; the client has ended by then */
export function startLoad(
  name: string,
  client: Child,
  serverPid: number,
  end: () => Promise<void>,
): LoadContestant {
  return {
    name,
    run: (seconds) => runLoad(client, serverPid, { seconds }),
    async end() {
      await client.end();
      await end();
    },
  };
}

/** One run, with the processor time that client and server took for it. */
export async function runLoad(
  client: Child,
  serverPid: number,
  limit: RunLimit,
): Promise<LoadSample> {
  const before = processorTime(serverPid);
  const { operations, elapsedMs, p50Ms, p99Ms, processorUs } =
    await client.ask<ClientResult>(limit);
  const after = processorTime(serverPid);
  return {
    perSecond: (operations / elapsedMs) * 1_000,
    p50Ms,
    p99Ms,
    clientUs: processorUs / operations,
    serverMainUs: (after.mainUs - before.mainUs) / operations,
    serverOtherUs: (after.otherUs - before.otherUs) / operations,
  };
}

export const describeLoad = (sample: LoadSample): string =>
  `${Math.round(sample.perSecond)}/s, p50 ${sample.p50Ms.toFixed(2)} ms, ` +
  `p99 ${sample.p99Ms.toFixed(2)} ms, processor time per operation: client ` +
  `${sample.clientUs.toFixed(1)}, main ${sample.serverMainUs.toFixed(1)}, other threads ` +
  `${sample.serverOtherUs.toFixed(1)} us`;

/** The figures of one contestant over all rounds. */
export function loadFigures(samples: readonly LoadSample[]) {
  const of = (name: keyof LoadSample): number => rounded(median(samples.map((one) => one[name])));
  return {
    perSecond: summarize(samples.map(({ perSecond }) => perSecond)),
    p50Ms: of('p50Ms'),
    p99Ms: of('p99Ms'),
    processorUs: {
      client: of('clientUs'),
      serverMain: of('serverMainUs'),
      serverOther: of('serverOtherUs'),
    },
  };
}

/** One contestant's throughput as a fraction of another's, round by round. */
export const ratios = (ours: readonly LoadSample[], theirs: readonly LoadSample[]): Summary =>
  ratiosOf(ours, theirs, ({ perSecond }) => perSecond);
