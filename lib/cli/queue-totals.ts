/**
 * The durable totals of queues, as `ixion queue list` prints them: once, or whenever they change.
 */
import { sleep } from '../client/backoff.js';
import type { Client, QueueTotals } from '../client/index.js';
import { systemClock } from '../clock.js';
import { IxionError } from '../errors.js';
import { writeTime } from '../text/index.js';
import type { Output } from './output.js';
import { tableLines, toJson } from './print.js';
import { watchReader } from './reader-watch.js';
import { reportLosses, reportWarning } from './report-losses.js';
import type { queue } from './table/queue.js';
import type { FlagsOf } from './table/types.js';

type ListFlags = FlagsOf<(typeof queue.verbs)['list']>;

const head = [
  'Queue',
  'Partition',
  'Waiting',
  'Processing',
  'Submitted',
  'Entered',
  'Left',
  'Abandoned',
  'Stopped',
];

/** Clears a terminal and goes to its first place. */
const clear = '\u001b[H\u001b[2J';

/** The totals as lines: a table, or JSON. */
export function totalsLines(
  totals: readonly QueueTotals[],
  { json, watch }: Pick<ListFlags, 'json' | 'watch'>,
): string[] {
  if (json && watch) return [toJson({ at: now(), queues: totals })];
  return json ? [toJson(totals)] : tableLines(head, totals.map(rowOf));
}

const now = (): string => writeTime(Math.floor(systemClock.nowMs()));

const rowOf = (queue: QueueTotals): (string | number)[] => [
  queue.queue,
  queue.partition,
  queue.waiting,
  queue.processing,
  queue.submitted,
  queue.entered,
  queue.left,
  queue.abandoned,
  Object.entries(queue.stopped)
    .map(([reason, count]) => `${reason} ${count}`)
    .join(', '),
];

/**
 * Prints the totals, and again whenever a look finds others; ends with the signal or the reader.
 */
export async function watchQueues(
  client: Client,
  names: readonly string[] | undefined,
  flags: ListFlags,
  interrupted: AbortSignal,
  output: Output,
): Promise<void> {
  const left = new AbortController();
  const over = new AbortController();
  watchReader(output, over.signal, () => left.abort());
  const signal = AbortSignal.any([interrupted, left.signal]);
  const watching = reportLosses(client, output, flags.json);
  let before: string | undefined;
  while (!signal.aborted) {
    const totals = await look(client, names, flags, signal, output);
    const found = toJson(totals);
    if (totals !== undefined && found !== before && !(await print(totals, flags, output))) break;
    if (totals !== undefined) before = found;
    await sleep(systemClock, flags.interval, signal);
  }
  over.abort();
  await client.close();
  await watching;
}

/** False: nobody takes it any more. */
async function print(
  totals: readonly QueueTotals[],
  flags: ListFlags,
  output: Output,
): Promise<boolean> {
  if (!flags.json) {
    if (output.terminal) output.text(clear);
    if (!(await output.line(now()))) return false;
  }
  for (const line of totalsLines(totals, flags)) if (!(await output.line(line))) return false;
  return true;
}

/** The totals; undefined: not now, and why is told. */
async function look(
  client: Client,
  names: readonly string[] | undefined,
  { json }: ListFlags,
  signal: AbortSignal,
  output: Output,
): Promise<readonly QueueTotals[] | undefined> {
  try {
    return await client.queueStatistics(names, { signal });
  } catch (error) {
    if (signal.aborted) return undefined;
    if (!(error instanceof IxionError) || !error.retryable) throw error;
    reportWarning(error.message, output, json);
    return undefined;
  }
}
