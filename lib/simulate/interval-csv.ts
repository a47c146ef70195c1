/** The intervals of a day as comma-separated text, for a spreadsheet. Pure. */
import { durationText } from './duration.js';
import type { IntervalSummary } from './intervals.js';
import { daySeconds } from './record.js';

type Column = readonly [string, (interval: IntervalSummary) => string | number | undefined];

const seconds = (value: number): string => value.toFixed(1);
const share = (value: number): string => value.toFixed(4);

/** Durations in seconds, shares from 0 to 1; empty: there was nothing to measure. */
const columns: readonly Column[] = [
  ['date', ({ date }) => date],
  ['from', ({ fromSeconds }) => durationText(fromSeconds % daySeconds)],
  ['submitted', ({ submitted }) => submitted],
  ['offered', ({ offered }) => offered],
  ['served', ({ served }) => served],
  ['answered_in_time', ({ answeredInTime }) => answeredInTime],
  ['service_level', ({ offered, serviceLevel }) => (offered > 0 ? share(serviceLevel) : undefined)],
  ['abandoned_from_queue', ({ abandonedFromQueue }) => abandonedFromQueue],
  ['abandoned_before', ({ abandonedBefore }) => abandonedBefore],
  ['abandonment', ({ offered, abandonment }) => (offered > 0 ? share(abandonment) : undefined)],
  ['phantom', ({ phantom }) => phantom],
  ['left', ({ left }) => left],
  ['mean_wait', ({ served, waits }) => (served > 0 ? seconds(waits.meanSeconds) : undefined)],
  ['p95_wait', ({ served, waits }) => (served > 0 ? seconds(waits.p95Seconds) : undefined)],
  ['longest_wait', ({ longestWaitSeconds }) => seconds(longestWaitSeconds)],
  [
    'mean_patience',
    ({ abandonedFromQueue, abandonedWaits }) =>
      abandonedFromQueue > 0 ? seconds(abandonedWaits.meanSeconds) : undefined,
  ],
  [
    'mean_handle_time',
    ({ served, meanHandleSeconds }) => (served > 0 ? seconds(meanHandleSeconds) : undefined),
  ],
  ['agents_at_work', ({ staffed }) => staffed.toFixed(2)],
  ['agents_busy', ({ busy }) => busy.toFixed(2)],
];

/** A line of names, then one for each interval. */
export function intervalsCsv(intervals: readonly IntervalSummary[]): string {
  const lines = intervals.map((interval) =>
    columns.map(([, cell]) => String(cell(interval) ?? '')).join(','),
  );
  return [columns.map(([name]) => name).join(','), ...lines, ''].join('\n');
}
