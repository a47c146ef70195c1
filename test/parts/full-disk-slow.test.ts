/**
 * A disk that takes seconds for each commit: everything is done all the same, and the log names it.
 */
import { join } from 'node:path';
import t from 'tap';
import { connect } from '../../lib/client/index.js';
import { ixionToEnd, startDaemon } from '../daemon/daemon.js';
import { directoryOf } from '../fixture/directory.js';
import { injectIntoSync } from './fault-injection.js';

const submission = { queue: 'demo.menu', mediaType: 'voice', interactionType: 'Inbound' };
const delayMs = 2_500;

t.test('a slow disk', async (t) => {
  const data = join(directoryOf(t), 'data');
  const daemon = await startDaemon(['--data', data, '--demo']);
  t.teardown(() => daemon.kill());
  const client = await connect({
    server: daemon.listen,
    clientName: 'test',
    clientType: 'MediaServer',
    reconnect: false,
  });
  await injectIntoSync(t, daemon.child.pid ?? 0, `delay_enter=${delayMs * 1_000}`);
  const ids = ['a', 'b', 'c', 'd'];
  // Some of them go to other partitions: their hand-off is sent again while it is under way.
  await Promise.all(ids.map((id) => client.submit({ ...submission, interactionId: id })));
  await daemon.says(/the disk is slow: a commit has been waiting for \d+ ms/);
  await daemon.says(/the disk is slow: a commit took [2-9]\d{3} ms/);
  const [totals] = await client.queueStatistics(['demo.menu']);
  t.equal(totals?.submitted, ids.length, 'each is there once');
  // What a partition tells of itself waits for its commits: while hand-offs end, maybe too long.
  let status = await ixionToEnd(['status', '--admin', daemon.admin]);
  for (let tries = 1; tries < 5 && status.stdout.includes('does not answer'); tries++) {
    status = await ixionToEnd(['status', '--admin', daemon.admin]);
  }
  t.match(status.stdout, /disk +normal, [1-9]\d* slow commits/);
  t.notMatch(status.stdout, /does not answer/);
  await client.close();
});
