/** The bench of the peers: its arithmetic, and a miniature run with whatever is installed here. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { encodeRecord, indexOfJson } from '../../bench/peers/clients/contract.js';
import { compare, figuresOfLoad } from '../../bench/peers/report.js';
import { hasSyncInterval } from '../../bench/peers/servers/nats.js';
import { countSyncLines } from '../../bench/peers/syncs.js';
import { makeRecord } from '../../bench/support/record.js';
import { directoryOf } from '../fixture/directory.js';

const run = promisify(execFile);
const main = join(import.meta.dirname, '../../bench/main.js');

const samples = new Map([
  ['ixion', [60, 30, 50]],
  ['slow', [20, 10, 10]],
  ['fast', [30, 20, 20]],
  ['forgetful', [90, 80, 70]],
]);
const of = (figure: number): number => figure;

t.test('ours is compared with the best that is durable, round by round', async (t) => {
  const durable = ['ixion', 'slow', 'fast'];
  const more = compare(samples, durable, { of, isMoreBetter: true, ratio: 'oursToTheirs' });
  t.match(more, { bestDurable: 'fast', ratioToBestDurable: 2 });
  t.strictSame(more.ratioSpread, { median: 2, least: 1.5, greatest: 2.5 });
  t.strictSame(Object.keys(more.ratioTo), ['slow', 'fast', 'forgetful']);
  const less = compare(samples, durable, { of, isMoreBetter: false, ratio: 'theirsToOurs' });
  t.match(less, { bestDurable: 'slow', ratioToBestDurable: 0.333 });
});

t.test('without a durable peer, or without us, there is no ratio', async (t) => {
  const measure = { of, isMoreBetter: true, ratio: 'oursToTheirs' } as const;
  t.equal(compare(samples, ['ixion'], measure).ratioToBestDurable, undefined);
  const others = new Map([...samples].filter(([name]) => name !== 'ixion'));
  t.strictSame(compare(others, ['slow'], measure).ratioTo, {});
});

t.test('processor time is told per run and per operation', async (t) => {
  const seconds = { serverSeconds: 0.2, clientSeconds: 0.1, othersSeconds: 0.05 };
  const sample = { ...seconds, operations: 1_000, perSecond: 1_000, p50Ms: 1, p99Ms: 2 };
  const figures = figuresOfLoad([sample]);
  t.strictSame(figures.processorSeconds, { server: 0.2, client: 0.1, others: 0.05 });
  t.strictSame(figures.processorUsPerOperation, { server: 200, client: 100 });
});

t.test('a sync counts once, when it is over, and only if it worked', async (t) => {
  const trace = [
    '17 fdatasync(12)                       = 0',
    '18 fdatasync(12 <unfinished ...>',
    '19 fsync(3)                            = -1 EIO (Input/output error)',
    '18 <... fdatasync resumed>)            = 0',
    '17 +++ exited with 0 +++',
  ];
  t.equal(countSyncLines(trace.join('\n')), 2);
});

t.test('peers get the whole record, and give its number back', async (t) => {
  const record = makeRecord(4_711, 'bench.queue-1');
  t.strictSame(JSON.parse(encodeRecord(record)), record);
  t.equal(indexOfJson(encodeRecord(record)), 4_711);
});

t.test('which NATS can sync each message', async (t) => {
  t.notOk(hasSyncInterval('2.9.10'));
  t.ok(hasSyncInterval('2.10.0'));
  t.ok(hasSyncInterval('3.0.1'));
});

t.test('in miniature', async (t) => {
  const flags = '--json --seconds 0.1 --warm-up 0.1 --rounds 1 --in-flight 16 --interactions 20';
  const scope = '--only beanstalkd-always --workloads cycle,start --directory';
  const words = [...flags.split(' '), ...scope.split(' ')];
  const { stdout } = await run(process.execPath, [main, 'peers', ...words, directoryOf(t)]);
  const report = JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as Record<string, object>;
  for (const workload of ['cycle', 'start']) {
    const { contestants, failed } = report[workload] as {
      contestants: Record<string, { isDurable: boolean; durability: string }>;
      failed: object;
    };
    t.strictSame(failed, {}, workload);
    t.match(contestants['ixion'], { isDurable: true, durability: /fdatasync/ });
    const isThere = 'beanstalkd-always' in contestants;
    t.not(isThere, 'beanstalkd-always' in report['skipped']!, 'measured, or skipped by name');
  }
});
