/**
 * The disk refuses to make a commit last: nothing is acknowledged, and the process ends with 74.
 */
import { join } from 'node:path';
import t from 'tap';
import { connect } from '../../lib/client/index.js';
import { partitionDirectory } from '../../lib/data/directory.js';
import { ixionToEnd, startDaemon } from '../daemon/daemon.js';
import { directoryOf } from '../fixture/directory.js';
import { injectIntoSync } from './fault-injection.js';

const submission = { queue: 'demo.menu', mediaType: 'voice', interactionType: 'Inbound' };

t.test('a commit that the disk refuses ends the server; the restart is clean', async (t) => {
  const data = join(directoryOf(t), 'data');
  const daemon = await startDaemon(['--data', data, '--demo']);
  t.teardown(() => daemon.kill());
  const options = { clientName: 'test', clientType: 'MediaServer', reconnect: false } as const;
  const client = await connect({ ...options, server: daemon.listen });
  const { interactionId } = await client.submit({ ...submission, interactionId: 'kept' });

  // Only the journals: a page of LMDB's that cannot be written makes the library overrun its own
  // message (docs/GUARANTEES.md), and the process ends by that before it could say its code.
  const journals = [0, 1, 2, 3].map((partition) =>
    join(partitionDirectory(data, partition), 'journal'),
  );
  await injectIntoSync(t, daemon.child.pid ?? 0, 'error=EIO', 'pwrite64', journals);
  const failed = await client.submit({ ...submission, interactionId: 'doubtful' }).then(
    () => 'acknowledged',
    () => 'not acknowledged',
  );
  t.equal(failed, 'not acknowledged');
  const { code, signal, stderr } = await daemon.ended;
  t.match(stderr, /outcome of a commit/);
  // A process whose exit is slow ends itself.
  const isEnd = code === 74 || signal === 'SIGKILL';
  t.ok(isEnd, `it ended by ${code ?? signal}`);
  await client.close();

  t.match(await ixionToEnd(['store', 'verify', '--data', data]), { code: 0 });
  const again = await startDaemon(['--data', data]);
  t.teardown(() => again.kill());
  const reader = await connect({ ...options, server: again.listen });
  t.match(await reader.getProperties(interactionId), { Queue: 'demo.menu' });
  await reader.close();
});
