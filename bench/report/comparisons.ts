/** Sections of the page that stand several things beside each other. Undefined: not measured. */
import { number, type Row, spread, table } from './cells.js';
import { numberAt, rowsAt, summaryAt, valueAt } from './collected.js';

const objectAt = (of: unknown, path: string): Readonly<Record<string, unknown>> =>
  (valueAt(of, path) ?? {}) as Readonly<Record<string, unknown>>;

/** Each workload with every peer: its figure, its promise, and ours beside it. */
export function peers(of: unknown): string | undefined {
  if (of === undefined) return undefined;
  const workloads = ['submit', 'cycle', 'latency', 'start'].filter(
    (workload) => valueAt(of, workload) !== undefined,
  );
  const parts = workloads.flatMap((workload) => [
    `**${workload}**: ${String(valueAt(of, `${workload}.ratioMeans`))}. ` +
      `Best durable: ${String(valueAt(of, `${workload}.bestDurable`))}.`,
    '',
    contestants(of, workload),
    '',
  ]);
  const versions = Object.entries(objectAt(of, 'versions'));
  const skipped = Object.entries(objectAt(of, 'skipped'));
  return [
    ...parts,
    `Versions: ${versions.map(([name, version]) => `${name} ${String(version)}`).join(', ')}.`,
    ...skipped.map(([name, why]) => `Not measured: ${name}, ${String(why)}.`),
  ].join('\n');
}

/** What a workload reports of each, and the head of its column. */
const peerFigures: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  submit: [['a second', 'perSecond']],
  cycle: [['a second', 'perSecond']],
  latency: [
    ['p50 ms', 'p50Ms'],
    ['p99 ms', 'p99Ms'],
  ],
  start: [['first delivery ms', 'firstDeliveryMs']],
};

function contestants(of: unknown, workload: string): string {
  const columns = peerFigures[workload] ?? [];
  const rows = Object.entries(objectAt(of, `${workload}.contestants`)).map(([name, one]): Row => {
    const end = workload === 'cycle' ? `; end: ${String(valueAt(one, 'end'))}` : '';
    return [
      name,
      ...columns.map(([, path]) => spread(summaryAt(one, path))),
      spread(summaryAt(of, `${workload}.ratioToSpread.${name}`)),
      valueAt(one, 'isDurable') === true ? 'yes' : 'no',
      `${String(valueAt(one, 'durability'))}${end}`,
    ];
  });
  return table(['', ...columns.map(([head]) => head), 'ratio', 'durable', 'durability'], rows);
}

/** Sizes and queues down, kinds of queues across. */
export function shapes(of: unknown): string | undefined {
  const rows = rowsAt(of, 'rows');
  if (rows.length === 0) return undefined;
  const kinds = [...new Set(rows.map((row) => String(valueAt(row, 'shape'))))];
  const keyOf = (row: object): string => `${numberAt(row, 'dataBytes')} ${numberAt(row, 'queues')}`;
  const lines = [...new Set(rows.map(keyOf))].map((key): Row => {
    const same = rows.filter((row) => keyOf(row) === key);
    const cells = kinds.flatMap((kind) => {
      const row = same.find((each) => valueAt(each, 'shape') === kind);
      const used = Object.values(objectAt(row, 'processorUs')).reduce(
        (sum: number, each) => sum + Number(each),
        0,
      );
      return [spread(summaryAt(row, 'perSecond')), number(used)];
    });
    const [dataBytes, queues] = key.split(' ').map(Number);
    return [number(dataBytes), number(queues), ...cells];
  });
  const head = kinds.flatMap((kind) => [`${kind}: cycles a second`, 'us each']);
  return (
    'Submit, pull and stop, each answered; processor time is that of client and server together.\n\n' +
    table(['bytes of data', 'queues', ...head], lines)
  );
}

/** Layouts of queues over partitions and threads, and what limits each. */
export function partitions(of: unknown): string | undefined {
  const rows = [...rowsAt(of, 'spread'), ...rowsAt(of, 'actors')];
  if (rows.length === 0) return undefined;
  const lines = rows.map((row): Row => [
    String(valueAt(row, 'name')),
    number(numberAt(row, 'backlog')),
    spread(summaryAt(row, 'perSecond')),
    ...['client', 'serverMain', 'serverOther', 'busiestOther', 'others', 'disk'].map((name) =>
      number(numberAt(row, `busy.${name}`)),
    ),
    String(valueAt(row, 'limit')),
  ]);
  const busy = ['client', 'main thread', 'actors and commits', 'busiest of them', 'others', 'disk'];
  return (
    'Submits over partitions, then cycles over two big queues. The columns from `client` on are ' +
    'shares of the time: 1 is one processor, or the disk, without a pause.\n\n' +
    table(['', 'waiting before', 'a second', ...busy, 'limited by'], lines)
  );
}

/** Tell and ask of the runtime, of bare messages, and of libraries. */
export function actorSides(of: unknown): string | undefined {
  const sides = Object.entries(objectAt(of, 'sides'));
  if (sides.length === 0) return undefined;
  const rows = sides.map(([name, side]): Row => [
    name,
    ...['tell', 'ask'].flatMap((kind) => [
      spread(summaryAt(side, `${kind}.perSecond`)),
      number(numberAt(side, `${kind}.ratioTo`)),
      number(numberAt(side, `${kind}.processorUs`)),
    ]),
    String(valueAt(side, 'does')),
  ]);
  const skipped = Object.entries(objectAt(of, 'skipped'));
  const head = ['', 'tells a second', 'ours / it', 'us', 'asks a second', 'ours / it', 'us', ''];
  return [
    table(head, rows),
    ...skipped.flatMap(([name, why]) => ['', `Not measured: ${name}, ${String(why)}.`]),
  ].join('\n');
}
