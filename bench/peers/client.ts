/**
 * A client process of any peer. Argument: a `ClientTask` as JSON. It connects until it succeeds,
 * from when it is started, and then runs its load as often as its parent asks.
 */
import { nowMs } from '../support/clock.js';
import { serveLoad } from '../support/load-client.js';
import { recordMaker } from '../support/record.js';
import { serve } from '../support/serve.js';
import { clients, type ClientName } from './clients/clients.js';
import type { ClientOptions, OpenClient, PeerClient } from './clients/contract.js';
import { cycleLoad } from './loads/cycle.js';
import { latencyLoad } from './loads/latency.js';
import { submitLoad } from './loads/submit.js';

/** What a client process is for. */
export interface ClientTask extends ClientOptions {
  readonly client: ClientName;
  /** `first`: it waits for one delivery, and answers when it came. */
  readonly load: 'submit' | 'cycle' | 'latency' | 'first';
  readonly inFlight: number;
  readonly perSecond: number;
  /** Of the attached data; absent: the e-mail of about 1 KiB. */
  readonly dataBytes?: number | undefined;
}

/** The answer of a client that waited for its first delivery. */
export interface FirstDelivery {
  readonly deliveredAtMs: number;
}

const retryMs = 2;
const longestMs = 600_000;
const task = JSON.parse(process.argv[2] ?? '') as ClientTask;

/**
 * Again and again, until `use` succeeds with a client of its own; or the last error, in the end.
 */
async function untilOpen<Value>(
  open: OpenClient,
  use: (client: PeerClient) => Promise<Value>,
): Promise<Value> {
  const startMs = nowMs();
  for (;;) {
    try {
      return await use(await open(task));
    } catch (error) {
      if (nowMs() - startMs > longestMs) throw error;
      // Not there yet, or there and still reading its store; the parent sees a server that dies.
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }
}

const opening = clients[task.client]();
const makeRecord = recordMaker(task.dataBytes);

if (task.load === 'first') {
  serve(async ({ go }: { go: boolean }): Promise<Partial<FirstDelivery>> => {
    const open = await opening;
    if (!go) return {};
    return new Promise((resolve) => {
      const delivered = (): void => resolve({ deliveredAtMs: nowMs() });
      void untilOpen(open, (client) => client.consume({ delivered, done: () => undefined }));
    });
  });
} else {
  const load = opening.then((open) =>
    untilOpen(open, async (client) => {
      const loadTask = { ...task, client, makeRecord };
      if (task.load === 'cycle') return cycleLoad(loadTask);
      if (task.load === 'latency') return latencyLoad(loadTask);
      return submitLoad(loadTask);
    }),
  );
  serveLoad(load, async (limit) => (await load)(limit));
}
