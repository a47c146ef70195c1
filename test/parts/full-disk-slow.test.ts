/** A disk that takes seconds for each commit: everything is done all the same, and the log names it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { connect } from '../../lib/client/index.js';
import { ixionToEnd, startDaemon } from '../daemon/daemon.js';

const submission = { queue: 'demo.menu', mediaType: 'voice', interactionType: 'Inbound' };
const delayMs = 2_500;

/** Delays every fdatasync of a running process; resolves when it is in force. */
async function slowDown(t: Test, pid: number): Promise<void> {
  const inject = ['-e', 'trace=fdatasync', '-e', `inject=fdatasync:delay_enter=${delayMs * 1_000}`];
  const tracer = spawn('strace', ['-f', '-p', String(pid), ...inject], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  t.teardown(() => tracer.kill());
  let said = '';
  tracer.stderr.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
  while (!said.includes('attached')) await once(tracer.stderr, 'data');
}

t.test('a slow disk', async (t) => {
  const data = join(t.testdir(), 'data');
  const daemon = await startDaemon(['--data', data, '--demo']);
  t.teardown(() => daemon.kill());
  const client = await connect({
    server: daemon.listen,
    clientName: 'test',
    clientType: 'MediaServer',
    reconnect: false,
  });
  await slowDown(t, daemon.child.pid ?? 0);
  const ids = ['a', 'b', 'c', 'd'];
  // Some of them go to other partitions: their hand-off is sent again while it is under way.
  await Promise.all(ids.map((id) => client.submit({ ...submission, interactionId: id })));
  await daemon.says(/the disk is slow: a commit waits since \d+ ms/);
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
