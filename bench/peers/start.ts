/**
 * From the exec of a server over a backlog to the first delivery in a client that was there before:
 * its libraries are loaded, and it tries to connect every two milliseconds.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchOptions } from '../support/bench.js';
import { nowMs } from '../support/clock.js';
import { freePort } from '../support/free-port.js';
import type { ClientResult } from '../support/load-client.js';
import { dropPageCache } from '../support/page-cache.js';
import type { FirstDelivery } from './client.js';
import type { Contestant } from './contestant.js';
import { startClient } from './turn.js';

const loadInFlight = 1_000;

/** One start, and the stop after it. */
export interface StartSample {
  readonly firstDeliveryMs: number;
  readonly stopMs: number;
  /** Processor time of the server until the delivery, in seconds. */
  readonly serverSeconds: number;
}

const directoryOf = (contestant: Contestant, options: BenchOptions): string =>
  join(options.directory, `start-${contestant.name}`);

/**
 * Fills the contestant's directory through its own client, and stops it. Returns
 * seconds of the puts.
 */
export async function loadBacklog(contestant: Contestant, options: BenchOptions): Promise<number> {
  const directory = directoryOf(contestant, options);
  mkdirSync(directory, { recursive: true });
  const port = await freePort();
  const server = await contestant.start({ directory, port, wrapper: [] });
  const task = { port, load: 'submit', isDeclaring: true, inFlight: loadInFlight } as const;
  const client = startClient(contestant, options, task);
  try {
    const loading = client.ask<ClientResult>({ count: options.interactions });
    const { elapsedMs } = await Promise.race([loading, server.died]);
    return elapsedMs / 1_000;
  } finally {
    await client.end();
    await server.stop();
  }
}

export async function measureStart(
  contestant: Contestant,
  options: BenchOptions,
): Promise<StartSample> {
  const port = await freePort();
  const client = startClient(contestant, options, {
    port,
    load: 'first',
    isDeclaring: false,
    prefetch: 1,
  });
  await client.ask({ go: false });
  const first = client.ask<FirstDelivery>({ go: true });
  // Nobody waits for it yet when the start below fails.
  first.catch(() => undefined);
  const directory = directoryOf(contestant, options);
  if (options.cold && !dropPageCache()) throw new Error('the page cache may not be dropped here');
  const server = await contestant.start({ directory, port, wrapper: [] });
  let stopStartMs = 0;
  try {
    const { deliveredAtMs } = await Promise.race([first, server.died]);
    const serverSeconds = server.processorSeconds();
    await client.end();
    stopStartMs = nowMs();
    await server.stop();
    const stopMs = nowMs() - stopStartMs;
    return { firstDeliveryMs: deliveredAtMs - server.launchedAtMs, serverSeconds, stopMs };
  } finally {
    await client.end();
    if (stopStartMs === 0) await server.stop();
  }
}
