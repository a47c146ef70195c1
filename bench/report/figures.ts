/**
 * The figures that count, each with what it must reach; the table of the page and
 * of the comparison.
 */
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
  /** Another figure that will do instead, when it is at most this. */
  readonly or?: { readonly path: string; readonly atMost: number; readonly about: string };
}

const higher = 'higher';
const lower = 'lower';

export const figures: readonly Figure[] = [
  row('submit', 'ratioToFloor', 'durable submits / floor B', higher, 0.75, 0.9),
  row('cycle', 'ratioToSubmit', 'cycles of three steps / submits alone', higher),
  row('latency', 'ratioToBareP50', 'delivery p50 / a round trip and a durable write', lower),
  row('latency', 'ratioToBareP99', 'the same, p99', lower),
  ofBacklog('start', 1_000_000, 'first delivery, 1,000,000 stored / one', 1.15),
  ofBacklog('start', 10_000_000, 'first delivery, 10,000,000 stored / one', 1.25),
  row('start', 'ratioToEmpty', 'first delivery, the most that was stored / one', lower),
  row('start', 'cold.ratioToEmpty', 'the same, page cache dropped', lower),
  row('start', 'ratioToBare', 'first delivery / bare start', lower, 1.6, 1.25),
  row(
    'start',
    'cold.ratioToBare',
    'first delivery / bare start, page cache dropped',
    lower,
    1.6,
    1.25,
  ),
  row('start', 'stopRatioToEmpty', 'TERM to exit after that start, the most stored / one', lower),
  stops('stopRatioToEmpty', 'differenceMs.restarted', 'TERM to exit after a restart, many / one'),
  stops('stopRatioToEmptyWrote', 'differenceMs.wrote', 'TERM to exit after writing, many / one'),
  row('stop', 'underLoad.lost', 'acknowledged, and lost by a stop under load', lower, 0),
  row(
    'crash-start',
    'ratioToClean',
    'first delivery after kill -9 / after a stop',
    lower,
    1.2,
    1.05,
  ),
  row('crash-start', 'killed.lost', 'acknowledged, and lost by kill -9 under load', lower, 0),
  row('memory', 'ratioToEmpty', 'private memory, many stored / one', lower, 1.2, 1.05),
  row('counters', 'ratioOnToOffLower', 'counters on / off, 95 % surely', higher, 0.97, 0.99),
  row('counters', 'nsPerCount', 'nanoseconds of a count', lower, 50, 10),
  row('overload', 'acceptP99RatioToQuiet', 'p99 of accepts, twice the load / quiet', lower, 3),
  row('overload', 'stopP99RatioToQuiet', 'p99 of stops, twice the load / quiet', lower, 3),
  row('overload', 'recoverySeconds', 'seconds until it is quiet again', lower, 10),
  row('overload', 'lost', 'acknowledged, and lost by overload and a kill', lower, 0),
  row('store', 'ratioToBodies', 'bytes on disk / bytes of bodies', lower, 1.8, 1.4),
  row('store', 'ratioToFirst', 'file after all operations / after the first', lower, 2, 1.3),
  row('store', 'churn.isVerified', 'store verify after all of them: 1 is clean', higher, 1),
  row('store', 'churn.strangeLines', "lines on the error output that are not the log's", lower, 0),
  row('partitions', 'ratioTwoActorsToOne', 'two big queues, 2 actors on 2 threads / 1', higher),
  row('partitions', 'ratioAllToOne', 'submits over all partitions / over one', higher),
  row('actor', 'ratioToBareTell', 'tell / bare postMessage', higher, 0.8, 0.95),
  row('actor', 'ratioToBareAsk', 'ask / bare request and reply', higher, 0.7, 0.95),
  peer('submit', 'submits / best durable peer', higher, 2, 3),
  peerNamed('cycle', 'rabbitmq-quorum', 'cycles / RabbitMQ quorum (ends unanswered)', 1.5, 2.5),
  peerNamed('cycle', 'bullmq-always', 'cycles / BullMQ always (ends answered)', 3, 5),
  peer('latency', 'delivery p50 / best durable peer', lower, 1.2, 0.8),
  peer('latency.p99', 'delivery p99 / best durable peer', lower, 1.5, 1),
  peerNamed('start', 'beanstalkd-always', 'start of beanstalkd / ours', 8, 20),
  peerNamed('start', 'bullmq-always', 'start of BullMQ / ours', 8, 20),
  peerNamed('start', 'rabbitmq-quorum', 'start of RabbitMQ quorum / ours', 8, 20),
  peerNamed('start', 'jetstream-default', 'start of NATS JetStream (not durable) / ours'),
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

/** Ours beside one of the peers, whether it is the best or not: more is better. */
function peerNamed(
  workload: string,
  name: string,
  about: string,
  target?: number,
  aim?: number,
): Figure {
  const figure = row('peers', `${workload}.ratioTo.${name}`, about, higher, target, aim);
  return { ...figure, spread: `${workload}.ratioToSpread.${name}` };
}

/** 1.3 times as long, or 30 ms more. */
function stops(path: string, differencePath: string, about: string): Figure {
  const or = { path: differencePath, atMost: 30, about: '30 ms more' };
  return { ...row('stop', path, about, lower, 1.3), or };
}

function ofBacklog(bench: string, interactions: number, about: string, target: number): Figure {
  const figure = row(bench, `ratiosToEmpty.${interactions}`, about, lower, target, 1.05);
  return { ...figure, spread: `ratiosToEmptySpread.${interactions}` };
}

/** A figure as it was measured. */
export interface Read {
  readonly figure: Figure;
  readonly value: number;
  readonly spread: Summary | undefined;
  /** Whether what will do instead is there and reached. */
  readonly isOtherwiseReached: boolean;
}

/** Those that were measured. */
export function readFigures({ benches }: Collected): Read[] {
  return figures.flatMap((figure) => {
    const measured = benches[figure.bench];
    const value = numberAt(measured, figure.path);
    if (value === undefined) return [];
    const spread = summaryAt(measured, figure.spread ?? `${figure.path}Spread`);
    const { path, atMost = 0 } = figure.or ?? {};
    const other = path === undefined ? undefined : numberAt(measured, path);
    const isOtherwiseReached = other !== undefined && other <= atMost;
    return [{ figure, value, spread, isOtherwiseReached }];
  });
}

/** Whether it reaches what it must: undefined when it need not reach anything. */
export function verdictOf(read: Read): 'yes' | 'no' | 'unsure' | undefined {
  const { figure, value, spread, isOtherwiseReached } = read;
  const { target, better } = figure;
  if (target === undefined) return undefined;
  if (isOtherwiseReached) return 'yes';
  // Some rounds say yes and some say no: the median of them is no answer.
  if (spread !== undefined && target > spread.least && target < spread.greatest) return 'unsure';
  return (better === 'higher' ? value >= target : value <= target) ? 'yes' : 'no';
}

/** What it must reach, in words; empty when nothing. */
export function goalOf({ target, better, or }: Figure): string {
  if (target === undefined) return '';
  const otherwise = or === undefined ? '' : ` or ${or.about}`;
  return `${better === 'higher' ? '≥' : '≤'} ${target}${otherwise}`;
}
