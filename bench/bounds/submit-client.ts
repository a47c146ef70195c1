/** A client process that offers submits at a fixed rate and counts those that were acknowledged. */
import { connect } from '../../lib/client/index.js';
import { daemonClientOptions } from '../support/daemon-client.js';
import { nowMs } from '../support/clock.js';
import { LatencyHistogram } from '../support/histogram.js';
import { pace } from '../support/pacer.js';
import { queueNames, recordMaker } from '../support/record.js';
import { serve } from '../support/serve.js';

const { server, queues: queueCount, dataBytes } = daemonClientOptions();
const queues = queueNames(queueCount);
const makeRecord = recordMaker(dataBytes);
/** Longer than anything that a server under load may take: a submit is not to be given up. */
const timeoutMs = 120_000;

export interface SubmitRun {
  readonly rate: number;
  readonly seconds: number;
}

export interface SubmitResult {
  readonly acknowledged: number;
  readonly failed: number;
  /** In the client, from when it was due. */
  readonly p99Ms: number;
}

const connecting = connect({ server, clientName: 'bench.media', clientType: 'MediaServer' });
let made = 0;

serve(async ({ rate, seconds }: SubmitRun): Promise<SubmitResult> => {
  const client = await connecting;
  const histogram = new LatencyHistogram();
  let [acknowledged, failed] = [0, 0];
  const submit = async (dueMs: number): Promise<void> => {
    made += 1;
    try {
      await client.submit(makeRecord(made, queues[made % queues.length]!), { timeoutMs });
      acknowledged += 1;
      histogram.record(nowMs() - dueMs);
    } catch {
      failed += 1;
    }
  };
  const submits: Promise<void>[] = [];
  await pace(rate, seconds, (_, dueMs) => submits.push(submit(dueMs)));
  await Promise.all(submits);
  return { acknowledged, failed, p99Ms: histogram.result().p99Ms };
});
