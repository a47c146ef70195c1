/**
 * One turn of one contestant: a fresh server over an empty directory, its client, one counted run.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchOptions } from '../support/bench.js';
import { freePort } from '../support/free-port.js';
import type { ClientResult } from '../support/load-client.js';
import { machineSeconds } from '../support/machine-time.js';
import type { RunLimit } from '../support/meter.js';
import { Child } from '../support/processes.js';
import { queueNames } from '../support/record.js';
import type { ClientTask } from './client.js';
import type { Contestant } from './contestant.js';
import type { PeerServer } from './server.js';

/** Deliveries that may be unanswered, over all queues. */
export const prefetchOf = ({
  inFlight,
  queues,
}: Pick<BenchOptions, 'inFlight' | 'queues'>): number => Math.max(1, Math.ceil(inFlight / queues));

/** What a counted run came to. */
export interface LoadSample {
  readonly operations: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Seconds of processor time during the run. */
  readonly serverSeconds: number;
  readonly clientSeconds: number;
  /** Of all others on this machine, meanwhile: a run with much of it says little. */
  readonly othersSeconds: number;
}

/** A client process for a contestant at a port. */
export function startClient(
  { client, mode }: Contestant,
  options: BenchOptions,
  task: Pick<ClientTask, 'port' | 'load' | 'isDeclaring'> & Partial<ClientTask>,
): Child {
  const { inFlight, rate, dataBytes } = options;
  const whole: ClientTask = {
    client,
    mode,
    inFlight,
    perSecond: rate,
    dataBytes,
    queues: queueNames(options.queues),
    prefetch: prefetchOf(options),
    ...task,
  };
  return new Child('peers/client.js', [JSON.stringify(whole)]);
}

/** A server that has been started over a directory that nobody had, with a client for it. */
export interface Pair {
  readonly server: PeerServer;
  /** Runs the client's load; rejects when either of the two dies. */
  run(limit: RunLimit): Promise<ClientResult>;
}

/** Starts a contestant and a client, hands them out, and takes both away again. */
export async function withPair<Value>(
  contestant: Contestant,
  options: BenchOptions,
  load: ClientTask['load'],
  use: (pair: Pair, directory: string) => Promise<Value>,
  { wrapper = [], inFlight = options.inFlight }: { wrapper?: string[]; inFlight?: number } = {},
): Promise<Value> {
  const directory = join(options.directory, contestant.name);
  mkdirSync(directory, { recursive: true });
  const port = await freePort();
  const server = await contestant.start({ directory, port, wrapper });
  const client = startClient(contestant, options, { port, load, inFlight, isDeclaring: true });
  const run = (limit: RunLimit): Promise<ClientResult> =>
    Promise.race([client.ask<ClientResult>(limit), server.died]);
  try {
    return await use({ server, run }, directory);
  } finally {
    await client.end();
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Warm-up, then the counted run. */
export const runTurn = (
  contestant: Contestant,
  options: BenchOptions,
  load: 'submit' | 'cycle' | 'latency',
): Promise<LoadSample> =>
  withPair(contestant, options, load, async ({ server, run }) => {
    await run({ seconds: options.warmUpSeconds });
    const serverBefore = server.processorSeconds();
    const machineBefore = machineSeconds();
    const { operations, elapsedMs, p50Ms, p99Ms, processorUs } = await run({
      seconds: options.seconds,
    });
    const machine = machineSeconds() - machineBefore;
    const serverSeconds = server.processorSeconds() - serverBefore;
    const clientSeconds = processorUs / 1_000_000;
    return {
      operations,
      perSecond: (operations / elapsedMs) * 1_000,
      p50Ms,
      p99Ms,
      serverSeconds,
      clientSeconds,
      othersSeconds: Math.max(0, machine - serverSeconds - clientSeconds),
    };
  });
