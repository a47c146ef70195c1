/** Benches of starts and stops run, in miniature, and report the figures that others read. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { bench, checkFigures, runMiniatures } from './miniature.js';

t.test('benches of starts and stops', async (t) => {
  const keep = mkdtempSync(join(tmpdir(), 'ixion-bench-test-'));
  t.teardown(() => rmSync(keep, { recursive: true }));
  const wanted = ['start', 'stop', 'crash-start'] as const;
  const reports = await runMiniatures(t, wanted, '--keep', keep);
  const kept = ['stored-1', 'stored-20', 'stored-5'];
  t.strictSame(readdirSync(keep).toSorted(), kept, 'a store that is kept serves several benches');
  const other = bench(t, 'memory', '--keep', keep, '--queues', '3');
  await t.rejects(other, /was made with .*"queues":8/, 'a store of another layout is not taken');

  const { start, stop } = reports;
  const starts = ['full.deliveryMs.median', 'empty.deliveryMs.median', 'full.stopMs.median'];
  const ratios = ['ratioToEmpty', 'ratioToBare', 'stopRatioToEmpty'];
  checkFigures(t, start, 'ratiosToEmpty.20', 'ratiosToEmpty.5', 'ratiosToEmptySpread.20.median');
  checkFigures(t, start, ...ratios, ...starts, 'bareMs.median', 'bareNodeMs');
  t.match(start, { backlogs: [{ interactions: 20 }, { interactions: 5 }, { interactions: 1 }] });

  const stops = ['full.wroteMs.median', 'empty.restartedMs.median', 'underLoad.stopMs.median'];
  checkFigures(t, stop, 'stopRatioToEmpty', 'stopRatioToEmptyWrote', ...stops);
  checkFigures(t, stop, 'underLoad.acknowledged');
  t.match(stop, { underLoad: { lost: 0, doubled: 0 } });

  const crash = reports['crash-start'];
  checkFigures(t, crash, 'ratioToClean', 'killed.deliveryMs.median', 'killed.acknowledged');
  t.match(crash, { killed: { lost: 0, doubled: 0 }, stopped: { lost: 0, doubled: 0 } });
});
