/** Stores with so many interactions, and what is measured of a start on them. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve as resolvePath } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect } from '../../lib/client/index.js';
import type { BenchOptions } from '../support/bench.js';
import { nowMs } from '../support/clock.js';
import { startClient } from '../support/daemon-client.js';
import { Daemon, verifyStore, writeConfiguration } from '../support/daemon.js';
import type { ClientResult } from '../support/load-client.js';
import { type Child, cleanEnvironment, processorTime } from '../support/processes.js';
import { queueNames } from '../support/record.js';
import type { BareOptions } from './bare.js';
import { importRecords } from './import.js';

/** A store that was loaded by a server that has stopped in order. */
export interface Store {
  readonly directory: string;
  readonly interactions: number;
  readonly loadSeconds: number;
  readonly threads: number;
  /** From TERM to the end of the process that loaded it. */
  readonly wroteStopMs: number;
}

/** The queue of which the first interaction is waited for; every store has one in it. */
export const firstQueue = queueNames(1)[0]!;

/** One start and the stop after it, in milliseconds. */
export interface StartSample {
  /** From the fork to the first interaction in the hands of a client that waited for the server. */
  readonly deliveryMs: number;
  readonly readyMs: number;
  readonly stopMs: number;
  /** Processor time of the server from its fork to the delivery. */
  readonly processorMs: number;
  readonly phases: Readonly<Record<string, number>>;
}

/** From so many on they are imported and the store is verified; fewer are submitted. */
const importedFrom = 1_000_000;

/** Hands `interactions` to a running server; returns the seconds that it took. */
export async function fill(server: string, interactions: number, options: BenchOptions) {
  const client = await connect({ server, clientName: 'bench', clientType: 'MediaServer' });
  const one = { queue: firstQueue, mediaType: 'email', interactionType: 'Inbound' };
  await client.submit(one);
  let elapsedMs = 0;
  if (interactions >= importedFrom) {
    elapsedMs = await importRecords(server, interactions - 1, options);
  } else if (interactions > 1) {
    const loader = startClient('submit/client.js', server, options);
    ({ elapsedMs } = await loader.ask<ClientResult>({ count: interactions - 1 }));
    await loader.end();
  }
  await client.close();
  await checkWaiting(server, interactions);
  return elapsedMs / 1_000;
}

/** @throws {Error} unless the durable totals say that so many wait */
async function checkWaiting(server: string, interactions: number): Promise<void> {
  await using client = await connect({ server, clientName: 'bench', clientType: 'MediaServer' });
  const totals = await client.queueStatistics();
  const waiting = totals.reduce((sum, queue) => sum + queue.waiting, 0);
  if (waiting === interactions) return;
  throw new Error(`${waiting} interactions wait, not ${interactions}`);
}

/** Folder of a store that several benches may use. */
export const storeName = (interactions: number): string => `stored-${interactions}`;

/** In a store that is kept: what it holds; written when all of it is there. */
const markerName = 'loaded.json';

/** What has to be the same for a kept store to be the one that is wanted. */
const layoutOf = ({ queues, processes, partitions, dataBytes }: BenchOptions): string =>
  JSON.stringify({ queues, processes, partitions, dataBytes });

/**
 * A store with so many interactions: made, or with `--keep` the one that was kept, checked anew.
 */
export async function makeStore(
  name: string,
  interactions: number,
  options: BenchOptions,
): Promise<Store> {
  const parent = options.keep === undefined ? options.directory : resolvePath(options.keep);
  const directory = join(parent, name);
  const marker = join(directory, markerName);
  if (existsSync(marker)) return openKept(directory, interactions, options);
  if (existsSync(directory)) throw new Error(`${directory} is not wholly loaded: remove it`);
  const configuration = writeConfiguration(directory, options);
  const daemon = new Daemon({ directory, configuration, create: true });
  const loadSeconds = await fill(await daemon.ready, interactions, options);
  const wroteStopMs = await daemon.stop();
  if (interactions >= importedFrom && verifyStore(daemon.data) !== 0) {
    throw new Error(`${daemon.data}: store verify finds faults`);
  }
  const made = { interactions, loadSeconds, threads: daemon.threads, wroteStopMs };
  writeFileSync(marker, JSON.stringify({ ...made, layout: layoutOf(options) }));
  return { ...made, directory };
}

async function openKept(
  directory: string,
  interactions: number,
  options: BenchOptions,
): Promise<Store> {
  const { layout, ...made } = JSON.parse(readFileSync(join(directory, markerName), 'utf8')) as Omit<
    Store,
    'directory'
  > & { layout: string };
  if (layout !== layoutOf(options)) throw new Error(`${directory} was made with ${layout}`);
  const daemon = new Daemon({ directory });
  await checkWaiting(await daemon.ready, interactions);
  await daemon.stop();
  return { ...made, directory };
}

/** Starts a server on a store, with a probe that waits for it. */
export async function startAndDeliver(
  directory: string,
  port: number,
  probe: Child,
): Promise<Omit<StartSample, 'stopMs'> & { readonly daemon: Daemon }> {
  const delivery = probe.ask<{ deliveredAtMs: number }>({ queue: firstQueue });
  const daemon = new Daemon({ directory, port });
  let readyAtMs = 0;
  const ready = daemon.ready.then(() => (readyAtMs = nowMs()));
  const [{ deliveredAtMs }] = await Promise.all([delivery, ready]);
  const { mainUs, otherUs } = processorTime(daemon.pid);
  return {
    daemon,
    deliveryMs: deliveredAtMs - daemon.launchedAtMs,
    readyMs: readyAtMs - daemon.launchedAtMs,
    processorMs: (mainUs + otherUs) / 1_000,
    phases: daemon.phases,
  };
}

/** A start of the daemon and its stop. */
export async function startAndStop(
  { directory }: Pick<Store, 'directory'>,
  port: number,
  probe: Child,
): Promise<StartSample> {
  const { daemon, ...sample } = await startAndDeliver(directory, port, probe);
  return { ...sample, stopMs: await daemon.stop() };
}

/** The bare start over the same environments. */
export async function startBare({ directory, threads }: Store): Promise<StartSample> {
  const data = join(directory, 'data');
  const directories = readdirSync(data)
    .filter((name) => /^p\d\d$/.test(name))
    .map((name) => join(data, name));
  const bare: BareOptions = { threads, directories };
  const module = fileURLToPath(new URL('./bare.js', import.meta.url));
  const launchedAtMs = nowMs();
  const child = spawn(process.execPath, [module, JSON.stringify(bare)], {
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('exit', (code) => reject(new Error(`the bare start ended with ${code}`)));
  });
  const readyMs = nowMs() - launchedAtMs;
  const { mainUs, otherUs } = processorTime(child.pid ?? 0);
  await exited;
  const processorMs = (mainUs + otherUs) / 1_000;
  return { deliveryMs: readyMs, readyMs, stopMs: 0, processorMs, phases: {} };
}
