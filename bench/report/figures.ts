/** The figures that count, each with what it must reach; the table of the page and of the comparison. */
import { numberAt, summaryAt, type Collected } from './collected.js';
import type { Summary } from '../support/statistics.js';

export interface Figure {
  readonly bench: string;
  readonly path: string;
  /** Where its spread stands; absent: the path with `Spread` behind it. */
  readonly spread?: string;
  readonly about: string;
  readonly better: 'higher' | 'lower';
  readonly target?: number;
  readonly aim?: number;
}

const higher = 'higher';
const lower = 'lower';

export const figures: readonly Figure[] = [
  row('submit', 'ratioToFloor', 'durable submits / floor B', higher, 0.75, 0.9),
  row('cycle', 'ratioToSubmit', 'cycles of three steps / submits alone', higher),
  row('latency', 'ratioToBareP50', 'delivery p50 / a round trip and a durable write', lower),
  row('latency', 'ratioToBareP99', 'the same, p99', lower),
  row('start', 'ratioToEmpty', 'first delivery, many stored / one', lower, 1.15, 1.05),
  row('start', 'ratioToBare', 'first delivery / bare start', lower, 1.6, 1.25),
  row('start', 'cold.ratioToEmpty', 'the same two, page cache dropped: / one', lower, 1.15, 1.05),
  row('start', 'cold.ratioToBare', '/ bare start', lower, 1.6, 1.25),
  row('stop', 'stopRatioToEmpty', 'TERM to exit after a restart, many / one', lower, 1.3),
  row('stop', 'stopRatioToEmptyWrote', 'TERM to exit after writing, many / one', lower, 1.3),
  row(
    'crash-start',
    'ratioToClean',
    'first delivery after kill -9 / after a stop',
    lower,
    1.2,
    1.05,
  ),
  row('memory', 'ratioToEmpty', 'private memory, many stored / one', lower, 1.2, 1.05),
  row('counters', 'ratioOnToOffLower', 'counters on / off, 95 % surely', higher, 0.97, 0.99),
  row('counters', 'nsPerCount', 'nanoseconds of a count', lower, 50, 10),
  row('overload', 'acceptP99RatioToQuiet', 'p99 of accepts, twice the load / quiet', lower, 3),
  row('overload', 'stopP99RatioToQuiet', 'p99 of stops, twice the load / quiet', lower, 3),
  row('store', 'ratioToBodies', 'bytes on disk / bytes of bodies', lower, 1.8, 1.4),
  row('store', 'ratioToFirst', 'file after all operations / after the first', lower, 2, 1.3),
  row('actor', 'ratioToBareTell', 'tell / bare postMessage', higher, 0.8, 0.95),
  row('actor', 'ratioToBareAsk', 'ask / bare request and reply', higher, 0.7, 0.95),
  peer('submit', 'submits / best durable peer', higher, 2, 3),
  peer('cycle', 'cycles / best durable peer', higher, 1.5, 2.5),
  peer('latency', 'delivery p50 / best durable peer', lower, 1.2, 0.8),
  peer('start', 'start of the best durable peer / ours', higher),
];

function row(
  bench: string,
  path: string,
  about: string,
  better: Figure['better'],
  target?: number,
  aim?: number,
): Figure {
  const goals = {
    ...(target === undefined ? {} : { target }),
    ...(aim === undefined ? {} : { aim }),
  };
  return { bench, path, about, better, ...goals };
}

function peer(
  workload: string,
  about: string,
  better: Figure['better'],
  target?: number,
  aim?: number,
): Figure {
  const figure = row('peers', `${workload}.ratioToBestDurable`, about, better, target, aim);
  return { ...figure, spread: `${workload}.ratioSpread` };
}

/** A figure as it was measured. */
export interface Read {
  readonly figure: Figure;
  readonly value: number;
  readonly spread: Summary | undefined;
}

/** Those that were measured. */
export function readFigures({ benches }: Collected): Read[] {
  return figures.flatMap((figure) => {
    const measured = benches[figure.bench];
    const value = numberAt(measured, figure.path);
    if (value === undefined) return [];
    const spread = summaryAt(measured, figure.spread ?? `${figure.path}Spread`);
    return [{ figure, value, spread }];
  });
}

/** Whether it reaches what it must: undefined when it need not reach anything. */
export function verdictOf({ figure, value, spread }: Read): 'yes' | 'no' | 'unsure' | undefined {
  const { target, better } = figure;
  if (target === undefined) return undefined;
  // Some rounds say yes and some say no: the median of them is no answer.
  if (spread !== undefined && target > spread.least && target < spread.greatest) return 'unsure';
  return (better === 'higher' ? value >= target : value <= target) ? 'yes' : 'no';
}
