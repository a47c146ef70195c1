/**
 * The durable totals of queues, as `ixion queue list` prints them: once, or whenever they change.
 */
import type { QueueTotals } from '../client/index.js';
import { tableLines, toJson } from './print.js';
import { watch, type Watching } from './watch.js';

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

/** The totals as lines: a table, or JSON. */
export const totalsLines = (totals: readonly QueueTotals[], json: boolean): string[] =>
  json ? [toJson(totals)] : tableLines(head, totals.map(rowOf));

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
export function watchQueues(
  names: readonly string[] | undefined,
  watching: Watching,
): Promise<void> {
  const { client, flags } = watching;
  return watch<QueueTotals[]>(watching, {
    look: (signal) => client.queueStatistics(names, { signal }),
    keyOf: toJson,
    linesOf: (totals, at) =>
      flags.json ? [toJson({ at, queues: totals })] : totalsLines(totals, false),
  });
}
