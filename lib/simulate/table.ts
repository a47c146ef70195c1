/** The result of a day as text for a terminal. Pure. */
import type { SimulationMode } from './day.js';
import { durationText } from './duration.js';
import type { Counts, DaySummary } from './statistics.js';

/** The table that `ixion simulate` prints, without a line end. */
export function dayTable(summary: DaySummary, mode: SimulationMode, speed: number): string {
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
        '<= 20 s',
        'mean',
        'p50',
        'p95',
      ],
      Object.entries(summary.types).map(([type, counts]) => [
        type,
        counts.submitted,
        counts.served,
        counts.abandoned,
        counts.phantom,
        counts.left,
        counts.answeredWithin20s,
        ...waitCells(counts),
      ]),
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

function waitLines(summary: DaySummary, mode: SimulationMode, speed: number): string {
  const { served, answeredWithin20s } = summary;
  const quick = served === 0 ? 0 : answeredWithin20s / served;
  const [mean, p50, p95] = waitCells(summary);
  const lines = [
    `Waits of the served: mean ${mean}, p50 ${p50}, p95 ${p95}`,
    `Answered within 20 s: ${answeredWithin20s} (${percentText(quick)} of the served)`,
    `Occupancy of the agents: ${percentText(summary.occupancy)}`,
  ];
  lines.push(
    mode === 'follow'
      ? `Waits within 2 s of the recorded: ${percentText(summary.waitWithin2sShare)}` +
          ` (at this speed 1 ms of the clock is ${secondsText(speed / 1_000)})`
      : 'Simulated, not comparable to the recorded waits.',
  );
  return lines.join('\n');
}

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
