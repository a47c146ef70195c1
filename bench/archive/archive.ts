/**
 * Pulls from a live queue beside an archive queue of the same business process that holds very many
 * interactions, and on a server without them, in turns. Submit, pull and stop come at a fixed rate.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { connect } from '../../lib/client/index.js';
import type { Bench, BenchOptions } from '../support/bench.js';
import { startClient } from '../support/daemon-client.js';
import { Daemon } from '../support/daemon.js';
import type { Latencies } from '../support/histogram.js';
import type { ClientResult } from '../support/load-client.js';
import { median, ratiosOf, rounded, summarize } from '../support/statistics.js';
import { alternate, type Contestant } from '../support/rounds.js';
import type { ArchiveResult, ArchiveRun } from './client.js';
import { archiveQueue, liveQueue } from './queues.js';

interface Server extends Contestant<ArchiveResult> {
  /** HOST:PORT. */
  readonly address: string;
  end(): Promise<void>;
}

export const archive: Bench = {
  about: 'pulls beside an archive of --interactions, at a fixed --rate, with those without it',
  defaults: { interactions: 10_000_000, rate: 500, seconds: 10 },
  async run(options, say) {
    const { interactions, keep } = options;
    const kept = keep === undefined ? options.directory : resolve(keep);
    const full = join(kept, `archive-${interactions}`);
    const loadSeconds = await load(full, options, say);
    const servers: Server[] = [];
    try {
      servers.push(await serve('full', full, false, options));
      await checkArchive(full, servers[0]!, interactions);
      servers.push(await serve('empty', join(options.directory, 'empty'), true, options));
      const samples = await alternate(servers, options, say, describe);
      return { ...figuresOf(samples), loadSeconds };
    } finally {
      for (const server of servers) await server.end();
    }
  },
};

/** Events of a load of millions would take as much room as the interactions. */
function configurationOf(directory: string, { partitions }: BenchOptions): string {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'ixion.yaml');
  const lines = [
    ...(partitions === undefined ? [] : [`partitions: ${partitions}`]),
    'eventRetention: { gigabytes: 1 }',
    'businessProcesses:',
    '  - name: bench',
    '    queues:',
    `      - { name: ${liveQueue}, placement: distribution }`,
    `      - { name: ${archiveQueue}, placement: archive }`,
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

/** Makes the store unless it was kept; the marker is written when all of it is there. */
async function load(
  directory: string,
  options: BenchOptions,
  say: (line: string) => void,
): Promise<number | undefined> {
  const { interactions } = options;
  const marker = join(directory, 'loaded');
  if (existsSync(marker)) {
    say(`${interactions} interactions were kept in ${directory}`);
    return undefined;
  }
  if (existsSync(directory)) throw new Error(`${directory} is not wholly loaded: remove it`);
  const configuration = configurationOf(directory, options);
  const daemon = new Daemon({ directory, configuration, create: true });
  const loader = startClient('submit/client.js', await daemon.ready, { ...options, queues: 1 });
  const step = Math.max(1, Math.ceil(interactions / 20));
  let elapsedMs = 0;
  for (let done = 0; done < interactions;) {
    const part = await loader.ask<ClientResult>({ count: Math.min(step, interactions - done) });
    done += part.operations;
    elapsedMs += part.elapsedMs;
    say(`${done} of ${interactions} loaded, ${Math.round((done / elapsedMs) * 1_000)}/s`);
  }
  await loader.end();
  await daemon.stop();
  writeFileSync(marker, '');
  return rounded(elapsedMs / 1_000);
}

async function serve(
  name: string,
  directory: string,
  create: boolean,
  options: BenchOptions,
): Promise<Server> {
  const configuration = configurationOf(directory, options);
  const daemon = new Daemon({ directory, configuration, create });
  const address = await daemon.ready;
  const client = startClient('archive/client.js', address, options);
  return {
    name,
    address,
    run: (seconds) =>
      client.ask<ArchiveResult>({ rate: options.rate, seconds } satisfies ArchiveRun),
    async end() {
      await client.end();
      await daemon.stop();
    },
  };
}

/** The durable totals say that the archive is what it is said to be. */
async function checkArchive(directory: string, server: Server, expected: number): Promise<void> {
  await using client = await connect({
    server: server.address,
    clientName: 'bench',
    clientType: 'MediaServer',
  });
  const [totals] = await client.queueStatistics([archiveQueue]);
  if (totals?.waiting === expected) return;
  throw new Error(`${totals?.waiting} interactions wait in ${directory}, not ${expected}`);
}

const describe = ({ pull, cycle }: ArchiveResult): string =>
  `pull p50 ${pull.p50Ms.toFixed(2)} ms, p99 ${pull.p99Ms.toFixed(2)} ms; ` +
  `cycle p50 ${cycle.p50Ms.toFixed(2)} ms, p99 ${cycle.p99Ms.toFixed(2)} ms`;

const summaryOf = (samples: readonly ArchiveResult[], kind: keyof ArchiveResult) => {
  const of = (figure: (latencies: Latencies) => number) =>
    summarize(samples.map((sample) => figure(sample[kind])));
  return {
    count: median(samples.map((sample) => sample[kind].count)),
    p50Ms: of(({ p50Ms }) => p50Ms),
    p99Ms: of(({ p99Ms }) => p99Ms),
    greatestMs: of(({ greatestMs }) => greatestMs),
  };
};

function figuresOf([full = [], empty = []]: readonly ArchiveResult[][]) {
  const pullP99 = ratiosOf(full, empty, ({ pull }) => pull.p99Ms);
  const cycleP99 = ratiosOf(full, empty, ({ cycle }) => cycle.p99Ms);
  return {
    pullP99Ratio: pullP99.median,
    pullP50Ratio: ratiosOf(full, empty, ({ pull }) => pull.p50Ms).median,
    cycleP99Ratio: cycleP99.median,
    pullP99RatioSpread: pullP99,
    cycleP99RatioSpread: cycleP99,
    full: { pull: summaryOf(full, 'pull'), cycle: summaryOf(full, 'cycle') },
    empty: { pull: summaryOf(empty, 'pull'), cycle: summaryOf(empty, 'cycle') },
  };
}
