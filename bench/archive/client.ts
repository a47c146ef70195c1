/**
 * A client process that takes interactions through their life in one queue at a fixed rate: submit,
 * pull, stop. A pull comes after the acknowledgement of a submit, so that it never comes first.
 */
import { connect, type Client } from '../../lib/client/index.js';
import { nowMs } from '../support/clock.js';
import { daemonClientOptions } from '../support/daemon-client.js';
import { LatencyHistogram, type Latencies } from '../support/histogram.js';
import { pace } from '../support/pacer.js';
import { recordMaker } from '../support/record.js';
import { serve } from '../support/serve.js';
import { liveQueue } from './queues.js';

const { server, dataBytes } = daemonClientOptions();
const makeRecord = recordMaker(dataBytes);
let made = 0;

/** What the parent asks for. */
export interface ArchiveRun {
  readonly rate: number;
  readonly seconds: number;
}

/** What it gets. */
export interface ArchiveResult {
  /** From the request of a pull to the interaction in hand. */
  readonly pull: Latencies;
  /** From the time at which a cycle was meant to begin to the acknowledgement of its stop. */
  readonly cycle: Latencies;
}

async function open(): Promise<{ media: Client; agent: Client }> {
  const media = await connect({ server, clientName: 'bench.media', clientType: 'MediaServer' });
  const agent = await connect({
    server,
    clientName: 'bench.agent',
    clientType: 'AgentApplication',
  });
  return { media, agent };
}
const opening = open();

serve(async ({ rate, seconds }: ArchiveRun): Promise<ArchiveResult> => {
  const { media, agent } = await opening;
  const [pull, cycle] = [new LatencyHistogram(), new LatencyHistogram()];
  const one = async (intendedMs: number): Promise<void> => {
    made += 1;
    await media.submit(makeRecord(made, liveQueue));
    const askedMs = nowMs();
    const [pulled] = await agent.pull({ queue: liveQueue });
    pull.record(nowMs() - askedMs);
    if (pulled === undefined) throw new Error(`${liveQueue} is empty`);
    await agent.stop(pulled.InteractionId);
    cycle.record(nowMs() - intendedMs);
  };
  const cycles: Promise<void>[] = [];
  await pace(rate, seconds, (_, intendedMs) => cycles.push(one(intendedMs)));
  await Promise.all(cycles);
  return { pull: pull.result(), cycle: cycle.result() };
});
