/**
 * What fails while it makes something takes back what it made: the same command works afterwards.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { once } from 'node:events';
import t, { type Test } from 'tap';
import { directoryOf } from '../fixture/directory.js';
import { ixionToEnd, startDaemon } from './daemon.js';

t.setTimeout(120_000);

/** A port that is in use until the test ends, or until it is given back. */
async function takenPort(t: Test): Promise<{ address: string; free(): Promise<unknown> }> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  let closed: Promise<unknown> | undefined;
  const free = (): Promise<unknown> => (closed ??= new Promise((done) => server.close(done)));
  t.teardown(free);
  return { address: `127.0.0.1:${port}`, free };
}

for (const option of ['--listen', '--admin']) {
  for (const creation of ['--init', '--demo']) {
    t.test(`${creation} with the port of ${option} in use leaves nothing`, async (t) => {
      const top = directoryOf(t);
      const data = join(top, 'deep', 'data');
      const port = await takenPort(t);
      const ports = ['--listen', '127.0.0.1:0', '--admin', '127.0.0.1:0', option, port.address];
      const command = ['start', '--data', data, creation, ...ports];
      t.match(await ixionToEnd(command), { code: 75, stderr: /is in use\. Stop what listens/ });
      t.notOk(existsSync(join(top, 'deep')), 'nor the directories that it made');
      await port.free();
      const daemon = await startDaemon(['--data', data, creation]);
      daemon.child.kill('SIGTERM');
      t.match(await daemon.ended, { code: 0 });
    });
  }
}

t.test('a directory that was there stays, and so does a store', async (t) => {
  const data = directoryOf(t);
  const port = await takenPort(t);
  const taken = ['--listen', port.address, '--admin', '127.0.0.1:0'];
  t.match(await ixionToEnd(['start', '--data', data, '--init', ...taken]), { code: 75 });
  t.strictSame(readdirSync(data), []);
  const daemon = await startDaemon(['--data', data, '--init']);
  daemon.child.kill('SIGTERM');
  await daemon.ended;
  const before = readdirSync(data);
  for (const creation of [[], ['--demo']]) {
    t.match(await ixionToEnd(['start', '--data', data, ...creation, ...taken]), { code: 75 });
    t.strictSame(readdirSync(data), before);
  }
  const verified = await ixionToEnd(['store', 'verify', '--data', data]);
  t.match(verified, { code: 0, stdout: /is sound/ });
});

t.test('wrong configuration found late leaves nothing either', async (t) => {
  const top = directoryOf(t, {
    'ixion.yaml':
      'businessProcesses:\n  - name: a\n    queues: [x]\n  - name: b\n    queues: [{ name: y, partition: 63 }]\n',
  });
  const data = join(top, 'data');
  const ports = ['--listen', '127.0.0.1:0', '--admin', '127.0.0.1:0'];
  const command = [
    'start',
    '--config',
    join(top, 'ixion.yaml'),
    '--data',
    data,
    '--init',
    ...ports,
  ];
  t.match(await ixionToEnd(command), { code: 78 });
  t.notOk(existsSync(data));
});

t.test('a restore that fails leaves nothing; the same command works then', async (t) => {
  const top = directoryOf(t);
  const [data, backup, restored] = ['data', 'backup', 'new'].map((name) => join(top, name)) as [
    string,
    string,
    string,
  ];
  const daemon = await startDaemon(['--data', data, '--demo']);
  t.teardown(() => daemon.kill());
  await ixionToEnd(['store', 'backup', backup, '--admin', daemon.admin]);
  const restore = ['store', 'restore', backup, '--data', restored];
  renameSync(join(backup, 'p02', 'data.mdb'), join(backup, 'p02', 'elsewhere'));
  t.match(await ixionToEnd(restore), { code: 65, stderr: /p02/ });
  t.notOk(existsSync(restored));
  writeFileSync(join(backup, 'p02', 'data.mdb'), 'something else');
  mkdirSync(restored);
  t.match(await ixionToEnd(restore), { code: 65, stderr: /p02.*not what was backed up/ });
  t.strictSame(readdirSync(restored), []);
  renameSync(join(backup, 'p02', 'elsewhere'), join(backup, 'p02', 'data.mdb'));
  t.match(await ixionToEnd(restore), { code: 0 });
  t.match(await ixionToEnd(['store', 'verify', '--data', restored]), { code: 0 });
});
