/** Benches of much that is stored or configured run, in miniature. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { bench, checkFigures } from './miniature.js';

t.test('archive', async (t) => {
  const keep = mkdtempSync(join(tmpdir(), 'ixion-bench-test-'));
  t.teardown(() => rmSync(keep, { recursive: true }));
  const options = ['--interactions', '50', '--rate', '200', '--keep', keep];
  const loaded = await bench(t, 'archive', ...options);
  checkFigures(t, loaded, 'pullP99Ratio', 'cycleP99Ratio', 'full.pull.p99Ms.median', 'loadSeconds');
  const found = await bench(t, 'archive', ...options);
  checkFigures(t, found, 'pullP99Ratio');
  t.equal(found['loadSeconds'], undefined, 'the store was kept');
});

t.test('start with many configuration objects', async (t) => {
  const report = await bench(t, 'start', '--objects', 'some');
  const figures = ['many.readyMs.median', 'few.readyMs.median', 'applySeconds', 'firstChangeMs'];
  checkFigures(t, report, 'ratioToSmall', 'optionChangeMs', ...figures);
  t.match(report, { objects: { queues: 100, views: 300, agents: 200 } });
});
