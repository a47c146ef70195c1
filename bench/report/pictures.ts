/** The charts of the page, from what was measured. */
import { type Bar, barChart, lineChart, type Series } from './charts.js';
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
  const { submit, latency, start, memory, peers } = benches;
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
    ...beside(peers),
  ];
}

/** A chart for each workload that was measured beside the peers. */
function beside(peers: unknown): string[] {
  const workloads = [
    ['submit', 'perSecond', 'Submits beside peers', 'confirmed a second'],
    ['cycle', 'perSecond', 'Cycles beside peers', 'ended a second'],
    ['latency', 'p99Ms', 'Delivery beside peers, 99th percentile', 'milliseconds'],
    ['start', 'firstDeliveryMs', 'Exec to first delivery beside peers', 'milliseconds'],
  ] as const;
  return workloads.flatMap(([workload, figure, title, label]) => {
    const contestants = Object.entries((valueAt(peers, `${workload}.contestants`) ?? {}) as object);
    const bars = contestants.map(([name, one]): Bar => {
      const kind = valueAt(one, 'isDurable') === true ? 'durable' : 'not durable';
      return { name, parts: [[kind, numberAt(one, `${figure}.median`) ?? 0]] };
    });
    return bars.length === 0 ? [] : [barChart(title, label, bars)];
  });
}

const phasesOf = (of: unknown): [string, number][] =>
  Object.entries((valueAt(of, 'phasesMs') ?? {}) as Record<string, number>);
