/**
 * A server beside clients that ask for much: submits at `--rate` in quiet and in loud times, in
 * turns. It is measured in the server (option `collect-latency`), so that the processor time of the
 * clients, on the same machine, does not count as the server's. At the end the server is killed and
 * started, and everything acknowledged is looked for.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '../../lib/client/index.js';
import type { ServerStatus } from '../../lib/server/status.js';
import type { Bench, BenchOptions } from '../support/bench.js';
import { startClient } from '../support/daemon-client.js';
import { Daemon, writeConfiguration } from '../support/daemon.js';
import type { Child } from '../support/processes.js';
import { queueNames } from '../support/record.js';
import { rounded, summarize } from '../support/statistics.js';
import type { Loudness, LoudResult } from './loud-client.js';
import { latencyBetween, type Ranges } from './ranges.js';
import type { SubmitResult, SubmitRun } from './submit-client.js';

/** What was measured in one time. */
interface Sample {
  readonly p99Ms: number;
  readonly clientP99Ms: number;
  readonly acknowledged: number;
  readonly failed: number;
  readonly rssMostBytes: number;
}

interface Round {
  readonly quiet: Sample;
  readonly loud: Sample;
  readonly made: LoudResult;
  /** Readers at the end of the loud time. */
  readonly subscriptions: number;
}

/** What there is beside the submits. */
interface Scene {
  readonly loudness: Loudness;
  readonly about: string;
  readonly queues?: number;
  /** `--interactions` are submitted before, so that there is something to read. */
  readonly isFilled?: true;
  /** How many that are unless it is said; absent: 50,000. */
  readonly interactions?: number;
}

const sampleMs = 50;

/** A bench of one scene. */
const benchOf = (scene: Scene): Bench => ({
  about: scene.about,
  defaults: {
    seconds: 20,
    rounds: 5,
    warmUpSeconds: 3,
    rate: 500,
    interactions: scene.interactions ?? 50_000,
  },
  run: (options, say) => runScene(scene, { ...options, ...queuesOf(scene, options) }, say),
});

const queuesOf = ({ queues }: Scene, { queues: given }: BenchOptions) =>
  queues === undefined ? {} : { queues: Math.max(queues, given) };

export const readers = benchOf({
  loudness: 'readers',
  about: 'submits at --rate beside 640 readers of all --interactions: p99 in the server by quiet',
  isFilled: true,
});
export const questions = benchOf({
  loudness: 'questions',
  about: 'the same beside 1,000 questions in one write for the totals of 10,000 queues',
  queues: 10_000,
});
export const unread = benchOf({
  loudness: 'unread',
  about: 'the same beside 80 connections that ask for 500 kB a thousand times and read nothing',
});
export const pulls = benchOf({
  loudness: 'pulls',
  about: 'the same beside 16,360 pulls that wait, each with an Extension of 65 kB',
});
export const resets = benchOf({
  loudness: 'resets',
  about: 'the same beside 3,000 reads of 500 kB in one write, and then a reset, again and again',
});

export const snapshots = benchOf({
  loudness: 'snapshots',
  about: 'the same beside 20 filters x 10 queues of snapshots in one write, over --interactions',
  queues: 10,
  isFilled: true,
  interactions: 1_000_000,
});

async function runScene(scene: Scene, options: BenchOptions, say: (line: string) => void) {
  const directory = join(options.directory, 'ixion');
  const lines = ['settings:', '  collect-latency: true'];
  const configuration = writeConfiguration(directory, options, lines);
  const daemon = new Daemon({ directory, configuration, create: true });
  const server = await daemon.ready;
  const submits = startClient('bounds/submit-client.js', server, options);
  const loud = startClient('bounds/loud-client.js', server, options);
  const [queue] = queueNames(1);
  const rounds: Round[] = [];
  let acknowledged = 0;
  try {
    await loud.ask({ type: 'prepare', queue });
    acknowledged += 1;
    if (scene.isFilled === true) acknowledged += await fill(submits, options);
    if (options.warmUpSeconds > 0) {
      acknowledged += (await measure(daemon, submits, options.rate, options.warmUpSeconds))
        .acknowledged;
    }
    for (let round = 0; round < options.rounds; round += 1) {
      const quiet = await measure(daemon, submits, options.rate, options.seconds);
      await loud.ask({ type: 'begin', loudness: scene.loudness, queue });
      const sample = await measure(daemon, submits, options.rate, options.seconds);
      const { subscriptions } = (await statusOf(daemon)).clients;
      const made = await loud.ask<LoudResult>({ type: 'end' });
      rounds.push({ quiet, loud: sample, made, subscriptions });
      acknowledged += quiet.acknowledged + sample.acknowledged;
      say(describe(rounds.at(-1)!));
    }
    const status = await statusOf(daemon);
    await loud.end();
    await submits.end();
    await daemon.kill();
    const lost = await lookFor(directory, acknowledged);
    return { ...figuresOf(rounds), lost, held: status.clients.held };
  } finally {
    await loud.end();
    await submits.end();
  }
}

/** Interactions before anything is measured, as fast as they are taken. */
async function fill(submits: Child, { interactions }: BenchOptions): Promise<number> {
  const rate = Math.max(4_000, interactions / 100);
  const run: SubmitRun = { rate, seconds: Math.max(0.1, interactions / rate) };
  return (await submits.ask<SubmitResult>(run)).acknowledged;
}

async function measure(
  daemon: Daemon,
  submits: Child,
  rate: number,
  seconds: number,
): Promise<Sample> {
  const before = await rangesOf(daemon);
  let rssMostBytes = 0;
  const sampling = setInterval(() => {
    rssMostBytes = Math.max(rssMostBytes, residentBytes(daemon.pid));
  }, sampleMs);
  const run: SubmitRun = { rate, seconds };
  const { acknowledged, failed, p99Ms: clientP99Ms } = await submits.ask<SubmitResult>(run);
  clearInterval(sampling);
  const { p99Ms } = latencyBetween(before, await rangesOf(daemon));
  return { p99Ms, clientP99Ms, acknowledged, failed, rssMostBytes };
}

async function statusOf({ admin }: Daemon): Promise<ServerStatus> {
  return (await (await fetch(`http://${admin}/status`)).json()) as ServerStatus;
}

const rangesOf = async (daemon: Daemon): Promise<Ranges> =>
  (await statusOf(daemon)).latency?.NewWork?.ranges ?? [];

/** Resident memory, maps of the store included. */
function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1_024;
}

/** Interactions that were acknowledged and that the started server has not. */
async function lookFor(directory: string, acknowledged: number): Promise<number> {
  const daemon = new Daemon({ directory, configuration: join(directory, 'ixion.yaml') });
  const client = await connect({
    server: await daemon.ready,
    clientName: 'bench.reader',
    clientType: 'ReportingEngine',
  });
  const totals = await client.queueStatistics();
  await client.close();
  await daemon.stop();
  const submitted = totals.reduce((sum, one) => sum + one.submitted, 0);
  return Math.max(0, acknowledged - submitted);
}

const mebibytes = (bytes: number): number => bytes / 2 ** 20;

const describe = ({ quiet, loud, made, subscriptions }: Round): string =>
  `p99 in the server ${loud.p99Ms.toFixed(2)} ms (quiet ${quiet.p99Ms.toFixed(2)}), in the client ` +
  `${loud.clientP99Ms.toFixed(1)} (${quiet.clientP99Ms.toFixed(1)}); most resident ` +
  `${mebibytes(loud.rssMostBytes).toFixed(0)} MiB; ${loud.failed} failed; ${subscriptions} readers; of the others ` +
  `${made.cut} cut, ${made.farewells} told why, ${made.answers} answers, ${made.refused} refused, ` +
  `${mebibytes(made.receivedBytes).toFixed(0)} MiB`;

function figuresOf(rounds: readonly Round[]) {
  const of = (figure: (round: Round) => number) => summarize(rounds.map(figure));
  const ratio = of(({ quiet, loud }) => loud.p99Ms / quiet.p99Ms);
  const last = rounds.at(-1)!;
  return {
    p99RatioToQuiet: ratio.median,
    p99RatioToQuietSpread: ratio,
    p99Ms: { quiet: of(({ quiet }) => quiet.p99Ms), loud: of(({ loud }) => loud.p99Ms) },
    clientP99Ms: {
      quiet: of(({ quiet }) => quiet.clientP99Ms),
      loud: of(({ loud }) => loud.clientP99Ms),
    },
    residentMostMiB: {
      quiet: of(({ quiet }) => mebibytes(quiet.rssMostBytes)),
      loud: of(({ loud }) => mebibytes(loud.rssMostBytes)),
    },
    subscriptions: Math.min(...rounds.map(({ subscriptions }) => subscriptions)),
    failed: rounds.reduce((sum, { quiet, loud }) => sum + quiet.failed + loud.failed, 0),
    others: { ...last.made, receivedMiB: rounded(mebibytes(last.made.receivedBytes)) },
  };
}
