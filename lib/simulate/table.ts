/** The result of a day as text for a terminal. Pure. */
import type { Counts } from './counts.js';
import { durationText } from './duration.js';
import type { IntervalSummary } from './intervals.js';
import type { SimulationMode } from './options.js';
import type { Lateness } from './schedule.js';
import type { DaySummary } from './statistics.js';

/**
 * The table that `ixion simulate` prints, without a line end.
 * @param speed undefined: on a virtual clock
 */
export function dayTable(
  summary: DaySummary,
  mode: SimulationMode,
  speed: number | undefined,
): string {
  return [
    dayLines(summary),
    waitLines(summary, mode, speed),
    columns(
      [
        'type',
        'submitted',
        'served',
        'gave up',
        'phantom',
        'left',
        'in time',
        'level',
        'mean',
        'p50',
        'p95',
        'longest',
        'patience',
        'handled in',
      ],
      Object.entries(summary.types).map(([type, counts]) => [
        type,
        counts.submitted,
        counts.served,
        counts.abandoned,
        counts.phantom,
        counts.left,
        counts.answeredInTime,
        percentText(counts.serviceLevel),
        ...waitCells(counts),
        secondsText(counts.longestWaitSeconds),
        secondsText(counts.abandonedWaits.meanSeconds),
        secondsText(counts.meanHandleSeconds),
      ]),
    ),
    columns(
      [
        'interval',
        'offered',
        'served',
        'in time',
        'level',
        'gave up',
        'mean',
        'longest',
        'patience',
        'handled in',
        'at work',
      ],
      summary.intervals.map(intervalCells),
    ),
    columns(
      ['agent', 'served', 'mean service', 'busy', 'at work', 'occupancy'],
      summary.agents.map((agent) => [
        agent.agentName,
        agent.served,
        secondsText(agent.meanServiceSeconds),
        durationText(agent.busySeconds),
        durationText(agent.staffedSeconds),
        percentText(agent.occupancy),
      ]),
    ),
  ].join('\n\n');
}

function dayLines(summary: DaySummary): string {
  const { submitted, abandonedFromQueue, abandonedBefore } = summary;
  return columns(
    ['contacts', ''],
    [
      ['submitted', submitted],
      ['served', summary.served],
      ['abandoned', summary.abandoned],
      ['  from the queue', abandonedFromQueue],
      ['  before it', abandonedBefore],
      ['phantom', summary.phantom],
      ['left', summary.left],
    ],
  );
}

function waitLines(summary: DaySummary, mode: SimulationMode, speed: number | undefined): string {
  const { offered, answeredInTime, abandonedWaits, late, targetSeconds } = summary;
  const [mean, p50, p95] = waitCells(summary);
  const lines = [
    `Waits of the served: mean ${mean}, p50 ${p50}, p95 ${p95}; the longest of all ${secondsText(summary.longestWaitSeconds)}`,
    `Service level: ${answeredInTime} of ${offered} offered answered within ${targetSeconds} s (${percentText(summary.serviceLevel)})`,
    `Abandoned in the queue: ${summary.abandonedFromQueue} (${percentText(summary.abandonment)} of the offered), after ${secondsText(abandonedWaits.meanSeconds)} on average`,
    `Time with an agent: mean ${secondsText(summary.meanHandleSeconds)}`,
    `Occupancy of the agents: ${percentText(summary.occupancy)}`,
  ];
  lines.push(
    mode === 'follow'
      ? `Waits within 2 s of the recorded: ${percentText(summary.waitWithin2sShare)}` +
          (speed === undefined
            ? ' (on a virtual clock)'
            : ` (at this speed 1 ms of the clock is ${secondsText(speed / 1_000)})`)
      : 'Simulated, not comparable to the recorded waits.',
  );
  const lateness = lateText(late);
  if (lateness !== undefined) lines.push(lateness);
  return lines.join('\n');
}

/** From so much on a day is told to have run late. */
const lateSeconds = 2;

/** How late a day ran; undefined: not so that it mattered. */
export const lateText = ({ meanSeconds, greatestSeconds }: Lateness): string | undefined =>
  greatestSeconds > lateSeconds
    ? `It ran late: ${secondsText(meanSeconds)} on average, ${secondsText(greatestSeconds)} at most of ` +
      'simulated time; take a lower --speed for faithful waits.'
    : undefined;

function intervalCells(interval: IntervalSummary): (string | number)[] {
  return [
    [interval.date, durationText(interval.fromSeconds % secondsOfDay)].filter(Boolean).join(' '),
    interval.offered,
    interval.served,
    interval.answeredInTime,
    interval.offered === 0 ? '' : percentText(interval.serviceLevel),
    interval.abandonedFromQueue,
    secondsText(interval.waits.meanSeconds),
    secondsText(interval.longestWaitSeconds),
    secondsText(interval.abandonedWaits.meanSeconds),
    secondsText(interval.meanHandleSeconds),
    interval.staffed.toFixed(1),
  ];
}

const secondsOfDay = 86_400;

function waitCells({ waits }: Counts): [string, string, string] {
  return [
    secondsText(waits.meanSeconds),
    secondsText(waits.p50Seconds),
    secondsText(waits.p95Seconds),
  ];
}

/** The first column to the left, the others to the right. */
function columns(
  header: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const cells = [header, ...rows.map((row) => row.map(String))];
  const widths = header.map((_, column) =>
    Math.max(...cells.map((row) => (row[column] ?? '').length)),
  );
  return cells
    .map((row) =>
      row
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return column === 0 ? cell.padEnd(width) : cell.padStart(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function secondsText(seconds: number): string {
  return `${seconds.toFixed(1)} s`;
}

function percentText(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
