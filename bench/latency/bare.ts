/** The least that a durable delivery takes here: one write made durable, and one round trip. */
import { once } from 'node:events';
import { closeSync, fdatasync, openSync, writeSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { nowMs } from '../support/clock.js';
import { LatencyHistogram, type Latencies } from '../support/histogram.js';
import { Child } from '../support/processes.js';
import { pace } from '../support/pacer.js';

const sync = promisify(fdatasync);

export interface Bare {
  run(rate: number, seconds: number): Promise<Latencies>;
  end(): Promise<void>;
}

/** At the same rate, in the same way: a message to a process and back, then 4 KiB made durable. */
export async function startBare(directory: string): Promise<Bare> {
  const child = new Child('support/echo.js');
  const { port } = await child.ask<{ port: number }>({});
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  const file = openSync(join(directory, 'bare'), 'w');
  const block = Buffer.alloc(4_096, 1);
  let histogram = new LatencyHistogram();
  let travelling: number[] = [];
  let waiting: number[] = [];
  let syncing: Promise<void> | undefined;
  /** What comes while a sync is under way shares the next. */
  const syncAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      writeSync(file, block, 0, block.length, 0);
      await sync(file);
      const atMs = nowMs();
      for (const intendedMs of group) histogram.record(atMs - intendedMs);
    }
    syncing = undefined;
  };
  socket.on('data', ({ length }) => {
    waiting.push(...travelling.slice(0, length));
    travelling = travelling.slice(length);
    syncing ??= syncAll();
  });
  return {
    async run(rate, seconds) {
      histogram = new LatencyHistogram();
      await pace(rate, seconds, (_, intendedMs) => {
        travelling.push(intendedMs);
        socket.write('x');
      });
      while (travelling.length > 0) await once(socket, 'data');
      await syncing;
      return histogram.result();
    },
    async end() {
      socket.destroy();
      closeSync(file);
      await child.end();
    },
  };
}
