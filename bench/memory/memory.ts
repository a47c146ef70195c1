/**
 * Private memory of the server after a restart and some seconds of cycles at a fixed rate, with
 * many interactions stored beside one. The maps of the stores are not in it.
 */
import type { Bench } from '../support/bench.js';
import { startClient } from '../support/daemon-client.js';
import { Daemon } from '../support/daemon.js';
import { privateMemory, type PrivateMemory } from '../support/memory.js';
import { processorTime } from '../support/processes.js';
import type { BenchOptions } from '../support/options.js';
import { alternate, type Contestant } from '../support/rounds.js';
import { median, ratiosOf, rounded, summarize } from '../support/statistics.js';
import { makeStore, storeName, type Store } from '../start/stores.js';

interface Sample extends PrivateMemory {
  readonly serverSeconds: number;
}

export const memory: Bench = {
  about: 'private memory after a restart and cycles at --rate: many stored beside one',
  defaults: { interactions: 200_000, seconds: 30, warmUpSeconds: 0 },
  async run(options, say) {
    const between = options.backlogs.filter((count) => count > 1 && count < options.interactions);
    const counts = [...new Set([options.interactions, ...between.toSorted((a, b) => b - a), 1])];
    const stores: Store[] = [];
    for (const count of counts) stores.push(await makeStore(storeName(count), count, options));
    const contestants = stores.map((store): Contestant<Sample> => ({
      name: String(store.interactions),
      run: (seconds) => measure(store, seconds, options),
    }));
    const samples = await alternate(contestants, options, say, describe);
    const full = samples[0]!;
    const toEmpty = ratiosOf(full, samples.at(-1)!, ({ privateBytes }) => privateBytes);
    const backlogs = stores.map(({ interactions }, at) => ({
      interactions,
      ...figuresOf(samples[at]!),
    }));
    return {
      ratioToEmpty: toEmpty.median,
      ratioToEmptySpread: toEmpty,
      full: backlogs[0],
      empty: backlogs.at(-1),
      backlogs,
    };
  },
};

async function measure(
  { directory }: Store,
  seconds: number,
  options: BenchOptions,
): Promise<Sample> {
  const daemon = new Daemon({ directory });
  const client = startClient('cycle/client.js', await daemon.ready, options);
  await client.ask({ rate: options.rate, seconds });
  const used = privateMemory(daemon.pid);
  const { mainUs, otherUs } = processorTime(daemon.pid);
  await client.end();
  await daemon.stop();
  return { ...used, serverSeconds: (mainUs + otherUs) / 1_000_000 };
}

const mebibytes = (bytes: number): number => bytes / 2 ** 20;

const describe = ({ privateBytes, mappedBytes }: Sample): string =>
  `${mebibytes(privateBytes).toFixed(1)} MiB private, ` +
  `${mebibytes(mappedBytes).toFixed(1)} MiB of the store resident`;

const figuresOf = (samples: readonly Sample[]) => ({
  privateMiB: summarize(samples.map(({ privateBytes }) => mebibytes(privateBytes))),
  mappedMiB: summarize(samples.map(({ mappedBytes }) => mebibytes(mappedBytes))),
  serverSeconds: rounded(median(samples.map(({ serverSeconds }) => serverSeconds))),
});
