/**
 * From submit to delivery into a waiting pull, at a fixed rate that does not wait for answers,
 * beside the least that it can take: a round trip and a durable write, at the same rate, in turns.
 */
import { join } from 'node:path';
import type { Bench, BenchOptions } from '../support/bench.js';
import { startClient } from '../support/daemon-client.js';
import { Daemon, writeConfiguration } from '../support/daemon.js';
import { percentiles, type Latencies } from '../support/histogram.js';
import { processorTime, type Child } from '../support/processes.js';
import { alternate, type Contestant } from '../support/rounds.js';
import { median, ratiosOf, rounded, summarize, type Summary } from '../support/statistics.js';
import { startBare } from './bare.js';
import type { LatencyResult } from './client.js';

interface Sample {
  readonly delivery: Latencies;
  readonly accept: Latencies | undefined;
  readonly late: Latencies | undefined;
  readonly clientMs: number;
  readonly serverMs: number;
}

export const latency: Bench = {
  about: 'submit to delivery into a waiting pull at a fixed --rate, from the intended time',
  defaults: { seconds: 10 },
  async run(options, say) {
    const { rate, directory } = options;
    const ixion = await startLatency(options);
    const bare = await startBare(directory);
    try {
      const contestants: Contestant<Sample>[] = [
        { name: 'ixion', run: ixion.measure },
        {
          name: 'bare',
          run: async (seconds) => ({ ...none, delivery: await bare.run(rate, seconds) }),
        },
      ];
      const [ours = [], least = []] = await alternate(contestants, options, say, describe);
      return { ...figuresOf(options, ours), ...toBare(ours, least), bare: latenciesOf(least) };
    } finally {
      await bare.end();
      await ixion.end();
    }
  },
};

/** A server, and a client that offers submits to it. */
export async function startLatency(options: BenchOptions) {
  const folder = join(options.directory, 'ixion');
  const configuration = writeConfiguration(folder, options);
  const daemon = new Daemon({ directory: folder, configuration, create: true });
  const client = startClient('latency/client.js', await daemon.ready, options);
  return {
    measure: (seconds: number) => measure(client, daemon.pid, options.rate, seconds),
    async end(): Promise<void> {
      await client.end();
      await daemon.stop();
    },
  };
}

const none = { accept: undefined, late: undefined, clientMs: 0, serverMs: 0 } as const;

async function measure(
  client: Child,
  serverPid: number,
  rate: number,
  seconds: number,
): Promise<Sample> {
  const usedMs = (): number => {
    const { mainUs, otherUs } = processorTime(serverPid);
    return (mainUs + otherUs) / 1_000;
  };
  const beforeMs = usedMs();
  const result = await client.ask<LatencyResult>({ rate, seconds });
  const { delivery, accept, late, processorUs } = result;
  return { delivery, accept, late, clientMs: processorUs / 1_000, serverMs: usedMs() - beforeMs };
}

const describe = ({ delivery, late }: Sample): string =>
  `p50 ${delivery.p50Ms.toFixed(2)} ms, p99 ${delivery.p99Ms.toFixed(2)} ms, ` +
  `most ${delivery.greatestMs.toFixed(1)} ms` +
  (late === undefined ? '' : `; sent late: p50 ${late.p50Ms.toFixed(2)} ms`);

/** Medians over the rounds, and the range of what the rounds said. */
function summaryOf(of: readonly Latencies[]) {
  return {
    p50Ms: summarize(of.map(({ p50Ms }) => p50Ms)),
    p99Ms: summarize(of.map(({ p99Ms }) => p99Ms)),
    greatestMs: summarize(of.map(({ greatestMs }) => greatestMs)),
    curve: percentiles.map((percent, at) => ({
      percent,
      ms: rounded(median(of.map(({ curveMs }) => curveMs[at]!))),
    })),
  };
}

const latenciesOf = (samples: readonly Sample[]) => summaryOf(samples.map((one) => one.delivery));

function figuresOf(options: BenchOptions, samples: readonly Sample[]) {
  return {
    ratePerSecond: options.rate,
    delivery: latenciesOf(samples),
    accept: summaryOf(samples.map(({ accept }) => accept!)),
    sentLate: summaryOf(samples.map(({ late }) => late!)),
    processorSeconds: {
      client: rounded(median(samples.map(({ clientMs }) => clientMs / 1_000))),
      server: rounded(median(samples.map(({ serverMs }) => serverMs / 1_000))),
    },
  };
}

function toBare(ours: readonly Sample[], least: readonly Sample[]) {
  const ratio = (name: 'p50Ms' | 'p99Ms'): Summary =>
    ratiosOf(ours, least, ({ delivery }) => delivery[name]);
  return {
    ratioToBareP50: ratio('p50Ms').median,
    ratioToBareP99: ratio('p99Ms').median,
    ratioToBareP50Spread: ratio('p50Ms'),
    ratioToBareP99Spread: ratio('p99Ms'),
  };
}
