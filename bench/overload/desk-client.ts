/**
 * A client process over the SDK that ends interactions which it has, at a fixed rate: the work that
 * must go on while new work is refused. They lie in a queue of their own.
 */
import { nowMs } from '../support/clock.js';
import { Life } from '../cycle/life.js';
import { daemonClientOptions } from '../support/daemon-client.js';
import { LatencyHistogram, type Latencies } from '../support/histogram.js';
import { pace } from '../support/pacer.js';
import { queueNames } from '../support/record.js';
import { serve } from '../support/serve.js';

/** What the parent asks for. */
export type DeskRequest =
  /** Has so many at hand. */
  | { readonly type: 'stock'; readonly count: number }
  | { readonly type: 'phase'; readonly rate: number; readonly seconds: number }
  /** Waits for all answers; the stops of each phase since the last time. */
  | { readonly type: 'results' };

export interface DeskResults {
  readonly phases: readonly Latencies[];
  /** Submitted since the process began, and ended. */
  readonly submitted: number;
  readonly stopped: number;
}

const options = daemonClientOptions();
const pullsOf = 100;
const queue = queueNames(options.queues + 1).at(-1)!;
const opening = Life.open({ ...options, queues: 1 });
const held: string[] = [];
let phases: LatencyHistogram[] = [];
let pending: Promise<void>[] = [];
let submitted = 0;
let stopped = 0;

async function stock(count: number): Promise<object> {
  const { agent, media } = await opening;
  const one = { queue, mediaType: 'email', interactionType: 'Inbound' };
  while (held.length < count) {
    const wanted = Math.min(pullsOf, count - held.length);
    await Promise.all(Array.from({ length: wanted }, () => media.submit(one)));
    submitted += wanted;
    const pulled = await agent.pull({ queue, count: wanted });
    held.push(...pulled.map(({ InteractionId }) => InteractionId));
  }
  return {};
}

async function offer(rate: number, seconds: number): Promise<object> {
  const { agent } = await opening;
  const histogram = new LatencyHistogram();
  phases.push(histogram);
  const stop = async (intendedMs: number): Promise<void> => {
    const id = held.pop();
    if (id === undefined) throw new Error('nothing is left to end');
    await agent.stop(id, { timeoutMs: 120_000 });
    stopped += 1;
    histogram.record(nowMs() - intendedMs);
  };
  await pace(rate, seconds, (_, intendedMs) => pending.push(stop(intendedMs)));
  return {};
}

async function results(): Promise<DeskResults> {
  await Promise.all(pending);
  pending = [];
  const done = phases.map((histogram) => histogram.result());
  phases = [];
  return { phases: done, submitted, stopped };
}

serve((request: DeskRequest): Promise<object> => {
  if (request.type === 'stock') return stock(request.count);
  if (request.type === 'phase') return offer(request.rate, request.seconds);
  return results();
});
