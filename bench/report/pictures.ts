/** The charts of the page, from what was measured. */
import { barChart, lineChart, type Series } from './charts.js';
import { numberAt, rowsAt, valueAt, type Collected } from './collected.js';

/** Points of rows, those left out that lack a value. */
function series(name: string, rows: readonly object[], x: string, y: string): Series {
  const points = rows.flatMap((row) => {
    const [here, there] = [numberAt(row, x), numberAt(row, y)];
    return here === undefined || there === undefined ? [] : [[here, there] as const];
  });
  return { name, points: points.toSorted(([a], [b]) => a - b) };
}

/** Each a whole SVG. */
export function pictures({ benches }: Collected): string[] {
  const { submit, latency, start, memory } = benches;
  const curves = ['delivery', 'accept', 'bare'].map((name) =>
    series(name, rowsAt(latency, `${name}.curve`), 'percent', 'ms'),
  );
  return [
    lineChart({
      title: 'Durable submits against requests in flight',
      xLabel: 'in flight',
      yLabel: 'submits a second',
      x: 'log',
      y: 'linear',
      series: [series('submits', rowsAt(submit, 'sweep'), 'inFlight', 'perSecond.median')],
    }),
    lineChart({
      title: `Latency at ${String(valueAt(latency, 'ratePerSecond') ?? '?')} a second`,
      xLabel: 'percentile',
      yLabel: 'milliseconds',
      x: 'even',
      y: 'log',
      series: curves,
    }),
    lineChart({
      title: 'Fork to first delivery against interactions stored',
      xLabel: 'interactions stored',
      yLabel: 'milliseconds',
      x: 'log',
      y: 'linear',
      series: [
        series('warm', rowsAt(start, 'backlogs'), 'interactions', 'deliveryMs.median'),
        series('cold', rowsAt(start, 'cold.backlogs'), 'interactions', 'deliveryMs.median'),
      ],
    }),
    lineChart({
      title: 'Private memory against interactions stored',
      xLabel: 'interactions stored',
      yLabel: 'MiB',
      x: 'log',
      y: 'linear',
      series: [
        series('private', rowsAt(memory, 'backlogs'), 'interactions', 'privateMiB.median'),
        series(
          'of the store, resident',
          rowsAt(memory, 'backlogs'),
          'interactions',
          'mappedMiB.median',
        ),
      ],
    }),
    barChart('Phases of a start', 'milliseconds', [
      { name: 'one stored', parts: phasesOf(valueAt(start, 'empty')) },
      { name: 'many', parts: phasesOf(valueAt(start, 'full')) },
      { name: 'many, cold', parts: phasesOf(valueAt(start, 'cold.full')) },
    ]),
  ];
}

const phasesOf = (of: unknown): [string, number][] =>
  Object.entries((valueAt(of, 'phasesMs') ?? {}) as Record<string, number>);
