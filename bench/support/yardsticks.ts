/** What the machine can do at this moment, in two figures: the disk's promise, and a round trip. */
import {
  closeSync,
  fdatasyncSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { connect } from 'node:net';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { Child } from './processes.js';
import { rounded } from './statistics.js';

const measuredMost = 0.4;
const packageFile = new URL('../../../package.json', import.meta.url);
const { version: ixionVersion } = JSON.parse(readFileSync(packageFile, 'utf8')) as {
  version: string;
};

export interface Yardsticks {
  /** Writes of 4 KiB at one place, each made durable. */
  readonly fdatasyncPerSecond: number;
  /** One byte to another process and back over TCP, one at a time. */
  readonly echoPerSecond: number;
}

/** What was measured on what. */
export const machine = (): Readonly<Record<string, unknown>> => ({
  processor: cpus()[0]?.model,
  processors: availableParallelism(),
  memoryGiB: rounded(totalmem() / 2 ** 30),
  ixion: ixionVersion,
  node: process.versions.node,
  system: `${process.platform} ${process.arch}`,
  kernel: release(),
  /** Of the last minute: what else ran, and what was measured. */
  loadAverage: rounded(loadavg()[0] ?? 0),
  date: new Date().toISOString(),
});

/** @param seconds at most 0.4 for each are taken */
export async function measureYardsticks(
  directory: string,
  seconds = measuredMost,
): Promise<Yardsticks> {
  const ms = Math.min(seconds, measuredMost) * 1_000;
  return { fdatasyncPerSecond: measureSync(directory, ms), echoPerSecond: await measureEcho(ms) };
}

function measureSync(directory: string, measuredMs: number): number {
  const folder = mkdtempSync(join(directory, 'ixion-bench-sync-'));
  const file = openSync(join(folder, 'file'), 'w');
  const block = Buffer.alloc(4_096, 1);
  const startMs = performance.now();
  let count = 0;
  for (; performance.now() - startMs < measuredMs; count += 1) {
    writeSync(file, block, 0, block.length, 0);
    fdatasyncSync(file);
  }
  const perSecond = (count / (performance.now() - startMs)) * 1_000;
  closeSync(file);
  rmSync(folder, { recursive: true });
  return rounded(perSecond);
}

async function measureEcho(measuredMs: number): Promise<number> {
  const child = new Child('support/echo.js');
  const { port } = await child.ask<{ port: number }>({});
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const startMs = performance.now();
  let count = 0;
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('connect', () => socket.write('x'));
    socket.on('data', () => {
      count += 1;
      if (performance.now() - startMs < measuredMs) socket.write('x');
      else resolve();
    });
  });
  const perSecond = (count / (performance.now() - startMs)) * 1_000;
  socket.destroy();
  await child.end();
  return rounded(perSecond);
}
