/**
 * Start and stop of the daemon over a store with many interactions, beside one with exactly one and
 * beside a bare start, in turns. A start lasts from the fork to the first interaction in the hands
 * of a client that was waiting for the server; a stop from the TERM to the end of the process.
 */
import { spawn } from 'node:child_process';
import type { Bench, BenchOptions } from '../support/bench.js';
import { freePort } from '../support/free-port.js';
import { dropPageCache } from '../support/page-cache.js';
import { Child, cleanEnvironment } from '../support/processes.js';
import { alternate, type Contestant } from '../support/rounds.js';
import { median, ratiosOf, rounded, summarize } from '../support/statistics.js';
import { startWithObjects } from './objects.js';
import {
  makeStore,
  startAndStop,
  startBare,
  storeName,
  type StartSample,
  type Store,
} from './stores.js';

export const start: Bench = {
  about: 'fork to first delivery, and TERM to exit: many stored beside one, beside a bare start',
  async run(options, say) {
    if (options.objects !== 'none') return startWithObjects(options.objects, options, say);
    const port = await freePort();
    // Before the probe, which gives up when there is no server for minutes.
    const stores = await makeStores(options, say);
    const probe = new Child('start/probe.js', [`127.0.0.1:${port}`]);
    try {
      const contestants = contestantsOf(stores, port, probe);
      const warm = figuresOf(stores, await alternate(contestants, options, say, describe));
      const bareNodeMs = await measureBareNode(options.rounds);
      const loadSeconds = rounded(stores[0]!.loadSeconds);
      if (!options.cold) return { ...warm, loadSeconds, bareNodeMs };
      if (!dropPageCache()) {
        say('the page cache may not be dropped here: no cold starts');
        return { ...warm, loadSeconds, bareNodeMs };
      }
      const samples = await alternate(contestants.map(cold), options, say, describe);
      return { ...warm, cold: figuresOf(stores, samples), loadSeconds, bareNodeMs };
    } finally {
      await probe.end();
    }
  },
};

/** The full one first, the one with one interaction last. */
async function makeStores(options: BenchOptions, say: (line: string) => void): Promise<Store[]> {
  const between = options.backlogs.filter((count) => count > 1 && count < options.interactions);
  const counts = new Set([options.interactions, ...between.toSorted((a, b) => b - a), 1]);
  const stores: Store[] = [];
  for (const count of counts) {
    const store = await makeStore(storeName(count), count, options);
    say(`${count} interactions in ${store.loadSeconds.toFixed(1)} s`);
    stores.push(store);
  }
  return stores;
}

function contestantsOf(stores: Store[], port: number, probe: Child): Contestant<StartSample>[] {
  const ours = stores.map((store): Contestant<StartSample> => ({
    name: String(store.interactions),
    run: () => startAndStop(store, port, probe),
  }));
  return [...ours, { name: 'bare', run: () => startBare(stores[0]!) }];
}

const cold = ({ name, run }: Contestant<StartSample>): Contestant<StartSample> => ({
  name: `${name} cold`,
  run(seconds) {
    dropPageCache();
    return run(seconds);
  },
});

const describe = ({ deliveryMs, stopMs, phases }: StartSample): string =>
  `first delivery ${deliveryMs.toFixed(0)} ms, stop ${stopMs.toFixed(0)} ms; ` +
  Object.entries(phases)
    .map(([name, ms]) => `${name} ${ms}`)
    .join(', ');

/** @param samples of each store, then of the bare start */
function figuresOf(stores: readonly Store[], samples: readonly StartSample[][]) {
  const full = samples[0]!;
  const empty = samples[stores.length - 1]!;
  const bare = samples[stores.length]!;
  const delivery = (sample: StartSample): number => sample.deliveryMs;
  const stop = (sample: StartSample): number => sample.stopMs;
  const toEmpty = ratiosOf(full, empty, delivery);
  const toBare = ratiosOf(full, bare, delivery);
  const stopToEmpty = ratiosOf(full, empty, stop);
  const ratiosToEmpty = stores
    .slice(0, -1)
    .map(
      ({ interactions }, at) => [interactions, ratiosOf(samples[at]!, empty, delivery)] as const,
    );
  const backlogs = stores.map(({ interactions }, at) => ({
    interactions,
    ...summaryOf(samples[at]!),
  }));
  return {
    ratioToEmpty: toEmpty.median,
    ratioToBare: toBare.median,
    stopRatioToEmpty: stopToEmpty.median,
    ratioToEmptySpread: toEmpty,
    ratioToBareSpread: toBare,
    stopRatioToEmptySpread: stopToEmpty,
    ratiosToEmpty: Object.fromEntries(
      ratiosToEmpty.map(([count, { median: each }]) => [count, each]),
    ),
    ratiosToEmptySpread: Object.fromEntries(ratiosToEmpty),
    stopDifferenceMs: rounded(median(full.map(stop)) - median(empty.map(stop))),
    full: backlogs[0],
    empty: backlogs.at(-1),
    bareMs: summarize(bare.map(delivery)),
    backlogs,
  };
}

function summaryOf(samples: readonly StartSample[]) {
  const names = Object.keys(samples[0]?.phases ?? {});
  return {
    deliveryMs: summarize(samples.map(({ deliveryMs }) => deliveryMs)),
    readyMs: summarize(samples.map(({ readyMs }) => readyMs)),
    stopMs: summarize(samples.map(({ stopMs }) => stopMs)),
    processorMs: summarize(samples.map(({ processorMs }) => processorMs)).median,
    phasesMs: Object.fromEntries(
      names.map((name) => [name, rounded(median(samples.map(({ phases }) => phases[name] ?? 0)))]),
    ),
  };
}

/** What a process of Node costs that does nothing. */
async function measureBareNode(rounds: number): Promise<number> {
  const samples: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const startMs = performance.now();
    const node = spawn(process.execPath, ['-e', '0'], { env: cleanEnvironment(), stdio: 'ignore' });
    await new Promise((resolve) => node.once('exit', resolve));
    samples.push(performance.now() - startMs);
  }
  return rounded(median(samples));
}
