/**
 * Ixion beside the servers that people use for the same work, each at its honest durable
 * setting and at its default, in turns within one run: same records, same number in
 * flight, clients in Node.
 */
import { rmSync } from 'node:fs';
import type { BenchOptions, Figures } from '../support/bench.js';
import { installPackages } from '../support/packages.js';
import { rounded, summarize } from '../support/statistics.js';
import { type Contestant, type Workload, workloads } from './contestant.js';
import { inTurns, type Turns } from './in-turns.js';
import { compare, figuresOfLoad } from './report.js';
import { beanstalkd } from './servers/beanstalkd.js';
import { ixion } from './servers/ixion.js';
import { nats } from './servers/nats.js';
import { rabbitmq } from './servers/rabbitmq.js';
import { redis } from './servers/redis.js';
import { loadBacklog, measureStart, type StartSample } from './start.js';
import { countSyncs, describeSyncs, withoutStrace } from './syncs.js';
import { type LoadSample, runTurn } from './turn.js';

type Say = (line: string) => void;

/** All workloads that were asked for, one after the other. */
export async function runPeers(options: BenchOptions, say: Say): Promise<Figures> {
  // The servers are processes of their own groups: they end when this process exits, not with it.
  const end = (): void => process.exit(130);
  process.once('SIGINT', end).once('SIGTERM', end);
  process.once('exit', () => rmSync(options.directory, { recursive: true, force: true }));
  const { contestants, skipped } = choose(options, say);
  const report: Record<string, unknown> = {};
  for (const workload of chosenWorkloads(options)) {
    say(`${workload}:`);
    report[workload] = await run(workload, contestants, options, say);
  }
  const versions = contestants.map((one) => [one.name, one.version()] as const);
  return { ...report, skipped, versions: Object.fromEntries(versions) };
}

/** Those of `--workloads`, in their own order. */
function chosenWorkloads({ workloads: names }: BenchOptions): Workload[] {
  const unknown = names.find((name) => !workloads.some((workload) => workload === name));
  if (unknown !== undefined) {
    throw new Error(`--workloads ${unknown}: one of ${workloads.join(', ')}`);
  }
  return workloads.filter((workload) => names.length === 0 || names.includes(workload));
}

/** Those of `--only`, by name or by peer, that can be measured here; we are always among them. */
function choose(options: BenchOptions, say: Say) {
  const peersOfAll = [...beanstalkd, ...redis, ...rabbitmq, ...nats];
  const { only } = options;
  const matches = ({ name, client }: Contestant, wanted: string): boolean =>
    name === wanted || name.startsWith(`${wanted}-`) || client === wanted;
  const unknown = only.find((wanted) => !peersOfAll.some((peer) => matches(peer, wanted)));
  if (unknown !== undefined) {
    throw new Error(`--only ${unknown}: of ${peersOfAll.map(({ name }) => name).join(', ')}`);
  }
  const skipped: Record<string, string> = {};
  const wanted = peersOfAll.filter(
    (peer) => only.length === 0 || only.some((one) => matches(peer, one)),
  );
  const needPackages = wanted.some(({ client }) => client !== 'beanstalkd');
  const noPackages = needPackages ? installPackages('peers', say) : undefined;
  const contestants = wanted.filter((contestant) => {
    const why =
      contestant.missing() ?? (contestant.client === 'beanstalkd' ? undefined : noPackages);
    if (why === undefined) return true;
    skipped[contestant.name] = why;
    say(`${contestant.name} is skipped: ${why}`);
    return false;
  });
  return { contestants: [ixion(options), ...contestants], skipped };
}

function run(
  workload: Workload,
  contestants: readonly Contestant[],
  options: BenchOptions,
  say: Say,
): Promise<Figures> {
  if (workload === 'start') return runStart(contestants, options, say);
  if (workload === 'syncs') return runSyncs(contestants, options, say);
  return runLoad(workload, contestants, options, say);
}

async function runLoad(
  workload: 'submit' | 'cycle' | 'latency',
  contestants: readonly Contestant[],
  options: BenchOptions,
  say: Say,
): Promise<Figures> {
  const turns = await inTurns(contestants, {
    ...options,
    say,
    measure: (contestant) => runTurn(contestant, options, workload),
    describe: describeLoad,
  });
  const durable = durableIn(workload, contestants);
  const comparison =
    workload === 'latency'
      ? compareLatencies(turns.samples, durable)
      : compareThroughputs(turns.samples, durable);
  const answered = contestants.filter((one) => one.isEndAnswered).map(({ name }) => name);
  return {
    ...comparison,
    ...(workload === 'cycle' && {
      answered: compareThroughputs(
        turns.samples,
        durable.filter((name) => answered.includes(name)),
      ),
    }),
    ...figures(workload, contestants, turns, figuresOfLoad),
  };
}

type LoadSamples = Turns<LoadSample>['samples'];

const compareThroughputs = (samples: LoadSamples, durable: readonly string[]) => ({
  ratioMeans: 'per second, ours / theirs: more is better',
  ...compare(samples, durable, {
    of: ({ perSecond }) => perSecond,
    isMoreBetter: true,
    ratio: 'oursToTheirs',
  }),
});

/**
 * The ratio of the medians comes first, that of the 99th percentiles, with the best
 * in those, beside it.
 */
function compareLatencies(samples: LoadSamples, durable: readonly string[]) {
  const by = (name: 'p50Ms' | 'p99Ms') =>
    compare(samples, durable, {
      of: (sample) => sample[name],
      isMoreBetter: false,
      ratio: 'oursToTheirs',
    });
  return {
    ratioMeans:
      'milliseconds at the median (p99: at the 99th percentile), ours / theirs: less is better',
    ...by('p50Ms'),
    p99: by('p99Ms'),
  };
}

async function runStart(
  contestants: readonly Contestant[],
  options: BenchOptions,
  say: Say,
): Promise<Figures> {
  const loadSeconds: Record<string, number> = {};
  for (const contestant of contestants) {
    const seconds = await loadBacklog(contestant, options);
    loadSeconds[contestant.name] = rounded(seconds);
    say(`${contestant.name}: ${options.interactions} records in ${seconds.toFixed(1)} s`);
  }
  const turns = await inTurns(contestants, {
    ...options,
    say,
    measure: (contestant) => measureStart(contestant, options),
    describe: ({ firstDeliveryMs, stopMs }) =>
      `first delivery ${firstDeliveryMs.toFixed(0)} ms, stop ${stopMs.toFixed(0)} ms`,
  });
  const over = (samples: readonly StartSample[], name: keyof StartSample) =>
    summarize(samples.map((sample) => sample[name]));
  return {
    ratioMeans: 'milliseconds, theirs / ours: more is better',
    ...compare(turns.samples, durableIn('start', contestants), {
      of: ({ firstDeliveryMs }) => firstDeliveryMs,
      isMoreBetter: false,
      ratio: 'theirsToOurs',
    }),
    interactions: options.interactions,
    pageCache: options.cold ? 'dropped before each start' : 'warm',
    ...figures('start', contestants, turns, (samples, name) => ({
      firstDeliveryMs: over(samples, 'firstDeliveryMs'),
      stopMs: over(samples, 'stopMs'),
      processorSeconds: { server: over(samples, 'serverSeconds').median },
      loadSeconds: loadSeconds[name],
    })),
  };
}

/** Once each: a count does not scatter as a time does. */
async function runSyncs(
  contestants: readonly Contestant[],
  options: BenchOptions,
  say: Say,
): Promise<Figures> {
  const missing = withoutStrace();
  if (missing !== undefined) return { skipped: missing };
  const turns = await inTurns(contestants, {
    rounds: 1,
    directory: options.directory,
    say,
    measure: (contestant) => countSyncs(contestant, options),
    describe: describeSyncs,
  });
  return figures('syncs', contestants, turns, ([syncs]) => syncs ?? {});
}

const durableIn = (workload: Workload, contestants: readonly Contestant[]): string[] =>
  contestants.filter((one) => one.durableIn.includes(workload)).map(({ name }) => name);

/** Each contestant's figures with its promise beside them. */
function figures<Sample>(
  workload: Workload,
  contestants: readonly Contestant[],
  { samples, failed, yardsticks }: Turns<Sample>,
  figuresOf: (samples: readonly Sample[], name: string) => object,
): Figures {
  const named = contestants
    .filter(({ name }) => samples.has(name))
    .map((contestant) => {
      const { name, durability, durableIn: where, end, isEndAnswered } = contestant;
      const promise = {
        durability,
        ...(workload !== 'syncs' && { isDurable: where.includes(workload) }),
        ...(workload === 'cycle' && { end, isEndAnswered }),
      };
      return [name, { ...figuresOf(samples.get(name)!, name), ...promise }] as const;
    });
  return { contestants: Object.fromEntries(named), failed, yardsticks };
}

const describeLoad = (sample: LoadSample): string =>
  `${Math.round(sample.perSecond)}/s, p50 ${sample.p50Ms.toFixed(2)} ms, ` +
  `p99 ${sample.p99Ms.toFixed(2)} ms, processor seconds: server ` +
  `${sample.serverSeconds.toFixed(2)}, client ${sample.clientSeconds.toFixed(2)}, ` +
  `others ${sample.othersSeconds.toFixed(2)}`;
