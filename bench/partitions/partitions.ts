/**
 * What partitions and threads are good for: submits to queues that lie in one, in four and in all
 * partitions of a store; and cycles over two big queues that one actor has, or two, on one thread
 * or on two. Beside each: who was busy, and what therefore limits it.
 */
import { join } from 'node:path';
import type { Bench, BenchOptions } from '../support/bench.js';
import { type Busy, limitOf, whileBusy } from '../support/busy.js';
import { startClient } from '../support/daemon-client.js';
import { Daemon, writeConfiguration } from '../support/daemon.js';
import { describeLoad, loadFigures, ratios, runLoad, type LoadSample } from '../support/load.js';
import type { Child } from '../support/processes.js';
import { alternate, type Contestant } from '../support/rounds.js';
import { median, rounded } from '../support/statistics.js';

/** A server, and how its queues lie. */
interface Layout {
  readonly name: string;
  readonly client: 'submit/client.js' | 'cycle/client.js';
  readonly partitions: number;
  /** Partitions that the queues are spread over: each business process has one. */
  readonly processes: number;
  readonly queues: number;
  readonly threads: number | undefined;
  /** Interactions that wait before anything is measured. */
  readonly backlog: number;
}

interface Sample extends LoadSample {
  readonly busy: Busy;
}

interface Server extends Contestant<Sample> {
  readonly layout: Layout;
  end(): Promise<void>;
}

type Say = (line: string) => void;

export const partitions: Bench = {
  about: 'submits over 1, 4 and all --partitions; two big queues on 1 and 2 actors and threads',
  defaults: { partitions: 8, interactions: 100_000 },
  async run(options, say) {
    const spread = await measure(spreadLayouts(options), options, say);
    const actors = await measure(actorLayouts(options), options, say);
    const [one, oneThread, two] = actors.samples;
    const [alone, ...wider] = spread.samples;
    const toOneActor = ratios(two!, one!);
    const toOneThread = ratios(two!, oneThread!);
    return {
      ratioTwoActorsToOne: toOneActor.median,
      ratioTwoThreadsToOne: toOneThread.median,
      ratioTwoActorsToOneSpread: toOneActor,
      ratioTwoThreadsToOneSpread: toOneThread,
      ratioAllToOne: ratios(wider.at(-1)!, alone!).median,
      spread: spread.figures,
      actors: actors.figures,
    };
  },
};

/** The same load over more and more of a store's partitions. */
function spreadLayouts({ partitions: all = 1, queues }: BenchOptions): Layout[] {
  const widths = [...new Set([1, Math.min(4, all), all])];
  return widths.map((processes) => ({
    name: `${processes} of ${all} partitions`,
    client: 'submit/client.js',
    partitions: all,
    processes,
    queues: Math.max(queues, all),
    threads: undefined,
    backlog: 0,
  }));
}

/** Two queues with one actor, with two on one thread, with two on two. */
function actorLayouts({ interactions }: BenchOptions): Layout[] {
  const layout = (name: string, processes: number, threads: number): Layout => ({
    name,
    client: 'cycle/client.js',
    partitions: processes,
    processes,
    queues: 2,
    threads,
    backlog: interactions,
  });
  return [
    layout('1 actor', 1, 1),
    layout('2 actors on 1 thread', 2, 1),
    layout('2 actors on 2 threads', 2, 2),
  ];
}

async function measure(layouts: readonly Layout[], options: BenchOptions, say: Say) {
  const servers: Server[] = [];
  try {
    for (const layout of layouts) servers.push(await openServer(layout, options));
    const samples = await alternate(servers, options, say, describe);
    return { samples, figures: servers.map((server, at) => figuresOf(server, samples[at]!)) };
  } finally {
    for (const server of servers) await server.end();
  }
}

async function openServer(layout: Layout, given: BenchOptions): Promise<Server> {
  const { name, queues, processes, partitions: count, threads, backlog } = layout;
  const options = { ...given, queues, processes, partitions: count };
  const directory = join(given.directory, name.replaceAll(' ', '-'));
  const more = threads === undefined ? [] : [`threads: ${threads}`];
  const configuration = writeConfiguration(directory, options, more);
  const daemon = new Daemon({ directory, configuration, create: true });
  const address = await daemon.ready;
  if (backlog > 0) {
    const loader = startClient('submit/client.js', address, options);
    await loader.ask({ count: backlog });
    await loader.end();
  }
  const client = startClient(layout.client, address, { ...options, shape: 'backlog' });
  return {
    name,
    layout,
    run: (seconds) => sampleOf(daemon, client, seconds),
    async end() {
      await client.end();
      await daemon.stop();
    },
  };
}

async function sampleOf(daemon: Daemon, client: Child, seconds: number): Promise<Sample> {
  const whom = { server: daemon.pid, client: client.pid, directory: daemon.data };
  const run = () => runLoad(client, daemon.pid, { seconds });
  const { value, busy } = await whileBusy(whom, run);
  return { ...value, busy };
}

const describe = (sample: Sample): string => `${describeLoad(sample)}; ${limitOf(sample.busy)}`;

function figuresOf({ layout }: Server, samples: readonly Sample[]) {
  const share = (name: keyof Busy): number =>
    rounded(median(samples.map(({ busy }) => busy[name] ?? 0)));
  const busy: Busy = {
    client: share('client'),
    serverMain: share('serverMain'),
    serverOther: share('serverOther'),
    busiestOther: share('busiestOther'),
    others: share('others'),
    disk: samples[0]?.busy.disk === undefined ? undefined : share('disk'),
  };
  const { name, partitions: count, processes, queues, threads, backlog } = layout;
  return {
    name,
    partitions: count,
    used: processes,
    queues,
    threads,
    backlog,
    ...loadFigures(samples),
    busy,
    limit: limitOf(busy),
  };
}
