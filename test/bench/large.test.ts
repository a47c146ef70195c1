/** Benches of much that is stored or configured run, in miniature. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { importRecords } from '../../bench/start/import.js';
import { Daemon, writeConfiguration } from '../../bench/support/daemon.js';
import { queueNames, recordMaker } from '../../bench/support/record.js';
import { connect } from '../../lib/client/index.js';
import { directoryOf } from '../fixture/directory.js';
import { bench, checkFigures } from './miniature.js';

const layout = { queues: 2, processes: 1, partitions: 2 };

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

t.test('an import hands in what a client would submit', async (t) => {
  const directory = directoryOf(t);
  const configuration = writeConfiguration(directory, layout);
  const daemon = new Daemon({ directory, configuration, create: true });
  const server = await daemon.ready;
  t.teardown(() => daemon.stop());
  await importRecords(server, 7, { ...layout, dataBytes: 300, directory });
  await using client = await connect({
    server,
    clientName: 'test',
    clientType: 'AgentApplication',
  });
  const totals = await client.queueStatistics();
  t.strictSame(totals.map(({ waiting }) => waiting).toSorted(), [3, 4]);
  const [first] = await client.pull({ queue: queueNames(2)[1]! });
  t.match(first?.UserData, recordMaker(300)(1, queueNames(2)[1]!).userData);
});

t.test('start with many configuration objects', async (t) => {
  const report = await bench(t, 'start', '--objects', 'some');
  const figures = ['many.readyMs.median', 'few.readyMs.median', 'applySeconds', 'firstChangeMs'];
  checkFigures(t, report, 'ratioToSmall', 'optionChangeMs', ...figures);
  t.match(report, { objects: { queues: 100, views: 300, agents: 200 } });
});
