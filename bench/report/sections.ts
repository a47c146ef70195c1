/**
 * Sections of the page about a bench each: what stands beside its figures. Undefined: not measured.
 */
import { number, type Row, spread, table } from './cells.js';
import { numberAt, rowsAt, summaryAt, valueAt } from './collected.js';

/** Who spends what of a submit; the client's encoder counts as ours. */
export function budget(submit: unknown): string | undefined {
  if (submit === undefined) return undefined;
  const rows = ['ixion', 'floorB', 'floorA'].map((name): Row => {
    const part = (thread: string) => numberAt(submit, `${name}.processorUs.${thread}`) ?? 0;
    const parts = [part('client'), part('serverMain'), part('serverOther')];
    const sum = parts.reduce((total, each) => total + each, 0);
    return [name, ...[...parts, sum].map(number), spread(valueAt(submit, `${name}.perSecond`))];
  });
  const head = [
    'microseconds',
    'client',
    'main thread',
    'actor and LMDB',
    'sum',
    'submits a second',
  ];
  return table(head, rows);
}

export function sweep(submit: unknown): string | undefined {
  const rows = rowsAt(submit, 'sweep').map((row): Row => [
    number(numberAt(row, 'inFlight')),
    spread(summaryAt(row, 'perSecond')),
    number(numberAt(row, 'p50Ms')),
    number(numberAt(row, 'p99Ms')),
  ]);
  return rows.length === 0 ? undefined : table(['in flight', 'a second', 'p50 ms', 'p99 ms'], rows);
}

export function latencies(latency: unknown): string | undefined {
  if (latency === undefined) return undefined;
  const names = ['delivery', 'accept', 'bare', 'sentLate'];
  const rows = names.map((name): Row => [
    name,
    ...rowsAt(latency, `${name}.curve`).map((point) => number(numberAt(point, 'ms'))),
  ]);
  const percents = rowsAt(latency, 'delivery.curve').map((point) => numberAt(point, 'percent'));
  const head = ['milliseconds', ...percents.map((percent) => `p${percent}`)];
  return `${number(numberAt(latency, 'ratePerSecond'))} a second.\n\n${table(head, rows)}`;
}

export function starts(start: unknown): string | undefined {
  if (start === undefined) return undefined;
  const rowsOf = (path: string, name: string): Row[] =>
    rowsAt(start, path).map((row) => [
      `${number(numberAt(row, 'interactions'))}${name}`,
      spread(summaryAt(row, 'deliveryMs')),
      spread(summaryAt(row, 'stopMs')),
      Object.entries((valueAt(row, 'phasesMs') ?? {}) as Record<string, number>)
        .map(([phase, ms]) => `${phase} ${number(ms)}`)
        .join(', '),
    ]);
  const bare: Row = ['bare start', spread(summaryAt(start, 'bareMs')), '', ''];
  const head = ['stored', 'first delivery ms', 'stop ms', 'phases ms'];
  return table(head, [...rowsOf('backlogs', ''), ...rowsOf('cold.backlogs', ', cold'), bare]);
}

export function memories(memory: unknown): string | undefined {
  const rows = rowsAt(memory, 'backlogs').map((row): Row => [
    number(numberAt(row, 'interactions')),
    spread(summaryAt(row, 'privateMiB')),
    spread(summaryAt(row, 'mappedMiB')),
  ]);
  const head = ['stored', 'private MiB', 'of the store resident, MiB'];
  return rows.length === 0 ? undefined : table(head, rows);
}

export function overload(of: unknown): string | undefined {
  if (of === undefined) return undefined;
  const rows: Row[] = [
    ['capacity a second', number(numberAt(of, 'capacityPerSecond'))],
    ['offered a second', spread(valueAt(of, 'offeredPerSecond'))],
    ['accepted a second', spread(valueAt(of, 'acceptedPerSecond'))],
    ['accept p99 ms, quiet', spread(valueAt(of, 'acceptP99Ms.quiet'))],
    ['accept p99 ms, overload', spread(valueAt(of, 'acceptP99Ms.overload'))],
    ['stop p99 ms, quiet', spread(valueAt(of, 'stopP99Ms.quiet'))],
    ['stop p99 ms, overload', spread(valueAt(of, 'stopP99Ms.overload'))],
    ['refused, with a delay to retry', String(valueAt(of, 'refusals.withRetryDelay'))],
    ['refused after ms, p99', spread(valueAt(of, 'refusals.p99Ms'))],
    ['quiet again after seconds', String(valueAt(of, 'recoverySeconds'))],
    ['acknowledged', number(numberAt(of, 'acknowledged'))],
    ['lost', String(valueAt(of, 'lost'))],
  ];
  return table(['', 'measured'], rows);
}
