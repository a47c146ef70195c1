/**
 * A client process that offers submits at a fixed rate, whatever comes back, to pulls that are held
 * before. A latency counts from the time at which its submit was meant to be sent.
 */
import { connect, type Client } from '../../lib/client/index.js';
import { daemonClientOptions } from '../support/daemon-client.js';
import { nowMs } from '../support/clock.js';
import { LatencyHistogram, type Latencies } from '../support/histogram.js';
import { pace } from '../support/pacer.js';
import { queueNames, recordMaker } from '../support/record.js';
import { serve } from '../support/serve.js';

const { server, queues: queueCount, dataBytes } = daemonClientOptions();
const queues = queueNames(queueCount);
const makeRecord = recordMaker(dataBytes);
/** Waiting pulls: enough that one is always held in every queue. */
const pullsPerQueue = Math.max(2, Math.ceil(64 / queues.length));
const holdMs = 300_000;
const patienceMs = 20_000;

/** What the parent asks for. */
export interface LatencyRun {
  readonly rate: number;
  readonly seconds: number;
}

/** What it gets. */
export interface LatencyResult {
  readonly sent: number;
  /**
   * From the intended time of the submit to the interaction in the hands of who had asked for it.
   */
  readonly delivery: Latencies;
  /** From the intended time to the durable acknowledgement in the submitter. */
  readonly accept: Latencies;
  /** How late submits were really sent. */
  readonly late: Latencies;
  readonly processorUs: number;
}

class Run {
  readonly delivery = new LatencyHistogram();
  readonly accept = new LatencyHistogram();
  readonly late = new LatencyHistogram();
  readonly intendedMs = new Map<number, number>();
}

let run = new Run();
let made = 0;

/** An agent that asks for the next as soon as it has one; ending it is not waited for. */
async function work(agent: Client, queue: string): Promise<void> {
  for (;;) {
    const [pulled] = await agent.pull({ queue, waitMs: holdMs });
    const atMs = nowMs();
    if (pulled === undefined) continue;
    const number = pulled.UserData!['CaseNumber'] as number;
    const intendedMs = run.intendedMs.get(number);
    if (intendedMs === undefined) throw new Error(`${number} came twice, or was never sent`);
    run.intendedMs.delete(number);
    run.delivery.record(atMs - intendedMs);
    await agent.stop(pulled.InteractionId);
  }
}

async function open(): Promise<Client> {
  const media = await connect({ server, clientName: 'bench.media', clientType: 'MediaServer' });
  const identity = { clientName: 'bench.agent', clientType: 'AgentApplication' } as const;
  const agent = await connect({ server, ...identity });
  for (const queue of queues) {
    for (let count = 0; count < pullsPerQueue; count += 1) void work(agent, queue);
  }
  await media.ping();
  return media;
}
const opening = open();

async function submit(media: Client, intendedMs: number): Promise<void> {
  const { accept, late, intendedMs: waiting } = run;
  made += 1;
  waiting.set(made, intendedMs);
  late.record(nowMs() - intendedMs);
  await media.submit(makeRecord(made, queues[made % queues.length]!));
  accept.record(nowMs() - intendedMs);
}

serve(async ({ rate, seconds }: LatencyRun): Promise<LatencyResult> => {
  const media = await opening;
  run = new Run();
  const before = process.cpuUsage();
  const submits: Promise<void>[] = [];
  await pace(rate, seconds, (_, intendedMs) => submits.push(submit(media, intendedMs)));
  await Promise.all(submits);
  for (const endMs = nowMs() + patienceMs; run.intendedMs.size > 0 && nowMs() < endMs;) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  if (run.intendedMs.size > 0) throw new Error(`${run.intendedMs.size} were not delivered`);
  const { user, system } = process.cpuUsage(before);
  const { delivery, accept, late } = run;
  return {
    sent: submits.length,
    delivery: delivery.result(),
    accept: accept.result(),
    late: late.result(),
    processorUs: user + system,
  };
});
