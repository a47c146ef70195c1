/**
 * Benches of clients that ask for much: in miniature, for what they find lost, and
 * how times are read.
 */
import t from 'tap';
import { latencyBetween } from '../../bench/bounds/ranges.js';
import { bench } from './miniature.js';

t.test('what was counted between two readings', async (t) => {
  const before = [
    [100, 5],
    [900, 1],
  ] as const;
  const after = [
    [900, 1],
    [100, 103],
    [4_000, 1],
    [5_000, 1],
  ] as const;
  t.strictSame(latencyBetween(before, after), { count: 100, p50Ms: 0.1, p99Ms: 4 });
  t.strictSame(latencyBetween(after, after), { count: 0, p50Ms: 0, p99Ms: 0 });
});

t.test('snapshots, in miniature', async (t) => {
  const report = await bench(t, 'snapshots', '--rate', '200');
  t.match(report, { lost: 0, failed: 0, others: { refused: 0, cut: 0, answers: Number } });
});

t.test('resets, in miniature', async (t) => {
  const report = await bench(t, 'resets', '--rate', '200');
  t.match(report, { lost: 0, failed: 0, held: { unread: Number, limit: 268_435_456 } });
});
