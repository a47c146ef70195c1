/** The disk refuses to make a commit last: nothing is acknowledged, and the process ends with 74. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import t from 'tap';
import { connect } from '../../lib/client/index.js';
import { ixionToEnd, startDaemon } from '../daemon/daemon.js';

const submission = { queue: 'demo.menu', mediaType: 'voice', interactionType: 'Inbound' };

/** Lets every fdatasync of a running process fail; resolves when it is in force. */
async function failSync(t: { teardown(step: () => unknown): void }, pid: number): Promise<void> {
  const inject = ['-e', 'trace=fdatasync', '-e', 'inject=fdatasync:error=EIO'];
  const tracer = spawn('strace', ['-f', '-p', String(pid), ...inject], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  t.teardown(() => tracer.kill());
  let said = '';
  tracer.stderr.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
  while (!said.includes('attached')) await once(tracer.stderr, 'data');
}

t.test('a commit that the disk refuses ends the server; the restart is clean', async (t) => {
  const data = join(t.testdir(), 'data');
  const daemon = await startDaemon(['--data', data, '--demo']);
  t.teardown(() => daemon.kill());
  const options = { clientName: 'test', clientType: 'MediaServer', reconnect: false } as const;
  const client = await connect({ ...options, server: daemon.listen });
  const { interactionId } = await client.submit({ ...submission, interactionId: 'kept' });

  await failSync(t, daemon.child.pid ?? 0);
  const failed = await client.submit({ ...submission, interactionId: 'doubtful' }).then(
    () => 'acknowledged',
    () => 'not acknowledged',
  );
  t.equal(failed, 'not acknowledged');
  t.match(await daemon.ended, { code: 74, signal: null, stderr: /outcome of a commit unknown/ });
  await client.close();

  t.match(await ixionToEnd(['store', 'verify', '--data', data]), { code: 0 });
  const again = await startDaemon(['--data', data]);
  t.teardown(() => again.kill());
  const reader = await connect({ ...options, server: again.listen });
  t.match(await reader.getProperties(interactionId), { Queue: 'demo.menu' });
  await reader.close();
});
