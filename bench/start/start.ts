/**
 * Start and stop of the daemon over a store with many interactions, beside one with exactly one, in
 * turns. A start lasts from the fork to the reply in a client that was waiting for it; a stop from
 * the TERM to the end of the process.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { connect } from '../../lib/client/index.js';
import type { Bench, BenchOptions } from '../support/bench.js';
import { startClient } from '../support/daemon-client.js';
import { Daemon, writeConfiguration } from '../support/daemon.js';
import type { ClientResult } from '../support/load-client.js';
import { Child, cleanEnvironment, processorTime } from '../support/processes.js';
import { freePort } from '../support/free-port.js';
import { queueNames } from '../support/record.js';
import { alternate, type Contestant } from '../support/rounds.js';
import { median, rounded, summarize } from '../support/statistics.js';

/** A store that was loaded by a server that has stopped in order. */
interface Store {
  readonly directory: string;
  readonly interactions: number;
  /** One of its interactions. */
  readonly knownId: string;
  readonly loadSeconds: number;
}

/** One start and the stop after it, in milliseconds. */
interface StartSample {
  readonly replyMs: number;
  readonly stopMs: number;
  /** Processor time of the server from its fork to the reply. */
  readonly processorMs: number;
  readonly phases: Readonly<Record<string, number>>;
}

export const start: Bench = {
  about: 'from fork to first reply, and from TERM to exit: many interactions stored beside one',
  async run(options, say) {
    const port = await freePort();
    const probe = new Child('start/probe.js', [`127.0.0.1:${port}`]);
    try {
      const contestants: Contestant<StartSample>[] = [];
      const loads: Store[] = [];
      for (const [name, interactions] of [
        ['full', options.interactions],
        ['empty', 1],
      ] as const) {
        const store = await load(name, interactions, options);
        say(`${name}: ${interactions} interactions in ${store.loadSeconds.toFixed(1)} s`);
        loads.push(store);
        contestants.push({ name, run: () => measure(store, port, probe) });
      }
      const samples = await alternate(contestants, options, say, describe);
      const [full = [], empty = []] = samples;
      const bareNodeMs = await measureBareNode(options.rounds);
      return {
        ...ratiosOf(full, empty),
        full: { interactions: loads[0]!.interactions, ...figuresOf(full) },
        empty: { interactions: 1, ...figuresOf(empty) },
        loadSeconds: rounded(loads[0]!.loadSeconds),
        bareNodeMs,
      };
    } finally {
      await probe.end();
    }
  },
};

/** Submits through the SDK, checks the durable totals, remembers one identifier, and stops. */
async function load(name: string, interactions: number, options: BenchOptions): Promise<Store> {
  const { queues } = options;
  const directory = join(options.directory, name);
  const configuration = writeConfiguration(directory, options);
  const daemon = new Daemon({ directory, configuration, create: true });
  const server = await daemon.ready;
  const client = await connect({ server, clientName: 'bench', clientType: 'MediaServer' });
  const { interactionId: knownId } = await client.submit({
    queue: queueNames(queues)[0]!,
    mediaType: 'email',
    interactionType: 'Inbound',
  });
  let elapsedMs = 0;
  if (interactions > 1) {
    const loader = startClient('submit/client.js', server, options);
    ({ elapsedMs } = await loader.ask<ClientResult>({ count: interactions - 1 }));
    await loader.end();
  }
  const totals = await client.queueStatistics();
  const waiting = totals.reduce((sum, queue) => sum + queue.waiting, 0);
  if (waiting !== interactions) throw new Error(`${waiting} interactions wait in ${name}`);
  await client.close();
  await daemon.stop();
  return { directory, interactions, knownId, loadSeconds: elapsedMs / 1_000 };
}

async function measure(store: Store, port: number, probe: Child): Promise<StartSample> {
  const reply = probe.ask<{ repliedAtMs: number }>({ id: store.knownId });
  const daemon = new Daemon({ directory: store.directory, port });
  const [{ repliedAtMs }] = await Promise.all([reply, daemon.ready]);
  const { mainUs, otherUs } = processorTime(daemon.pid);
  return {
    replyMs: repliedAtMs - daemon.launchedAtMs,
    processorMs: (mainUs + otherUs) / 1_000,
    phases: daemon.phases,
    stopMs: await daemon.stop(),
  };
}

const describe = ({ replyMs, stopMs, phases }: StartSample): string =>
  `first reply ${replyMs.toFixed(0)} ms, stop ${stopMs.toFixed(0)} ms; ` +
  Object.entries(phases)
    .map(([name, ms]) => `${name} ${ms}`)
    .join(', ');

function ratiosOf(full: readonly StartSample[], empty: readonly StartSample[]) {
  const of = (samples: readonly StartSample[], name: 'replyMs' | 'stopMs'): number =>
    median(samples.map((sample) => sample[name]));
  return {
    ratioToEmpty: rounded(of(full, 'replyMs') / of(empty, 'replyMs')),
    stopRatioToEmpty: rounded(of(full, 'stopMs') / of(empty, 'stopMs')),
    stopDifferenceMs: rounded(of(full, 'stopMs') - of(empty, 'stopMs')),
  };
}

function figuresOf(samples: readonly StartSample[]) {
  const names = Object.keys(samples[0]?.phases ?? {});
  return {
    replyMs: summarize(samples.map(({ replyMs }) => replyMs)),
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
