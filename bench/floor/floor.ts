/**
 * The floors: what a durable submit costs when a server does the least that honesty allows.
 *
 * Both: a client process, TCP, a main thread that cuts the stream at frames and hands it in batches
 * to one worker, which commits to LMDB in groups with two on their way, and an acknowledgement
 * after the commit. The environment has the settings of the product's store.
 *
 * - A: bytes only. The client sends prebuilt frames, the worker puts each as it came.
 * - B: the client builds each record and packs it with the SDK's encoder, all inside the
 *   timed path; the worker unpacks the header and puts the record and one index entry;
 *   the acknowledgement is a whole frame, which the client decodes as the SDK does. There
 *   is no domain in it.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchOptions } from '../support/bench.js';
import type { LoadContestant } from '../support/load.js';
import { startLoad } from '../support/load.js';
import { Child } from '../support/processes.js';

export type FloorName = 'A' | 'B';

/** Starts a floor: its server, and its client, connected. */
export async function startFloor(
  floor: FloorName,
  directory: string,
  options: Pick<BenchOptions, 'inFlight' | 'queues' | 'dataBytes'>,
): Promise<LoadContestant> {
  const folder = join(directory, `floor-${floor}`);
  mkdirSync(folder, { recursive: true });
  const server = new Child('floor/server.js', [floor, folder]);
  const { port } = await server.ask<{ port: number }>({ type: 'port' });
  const client = new Child(`floor/client-${floor.toLowerCase()}.js`, [
    String(port),
    String(options.inFlight),
    String(options.queues),
    String(options.dataBytes ?? 0),
  ]);
  return startLoad(`floor ${floor}`, client, server.pid, async () => {
    await server.ask({ type: 'close' });
    await server.end();
  });
}
