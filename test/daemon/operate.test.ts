/** A running daemon: status, health, reload, shutdown, and ends that it does not survive. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { connect } from '../../lib/client/index.js';
import { errorTable } from '../../lib/errors.js';
import { directoryOf } from '../fixture/directory.js';
import { ixionToEnd, startDaemon } from './daemon.js';

const client = (server: string) =>
  connect({ server, clientName: 'test', clientType: 'MediaServer', reconnect: false });

t.test('status, health and version', async (t) => {
  const daemon = await startDaemon(['--data', join(directoryOf(t), 'data'), '--demo']);
  t.teardown(() => daemon.kill());
  const get = async (path: string) => (await fetch(`http://${daemon.admin}${path}`)).json();
  t.match(await get('/livez'), { live: true, pid: daemon.child.pid });
  t.strictSame(await get('/readyz'), { ready: true });
  t.match(await get('/version'), { version: /^\d+\.\d+\.\d+$/ });
  const reader = await client(daemon.listen);
  const { code, stdout } = await ixionToEnd(['status', '--json', '--admin', daemon.admin]);
  t.equal(code, 0);
  t.match(JSON.parse(stdout), {
    state: 'ready',
    listen: daemon.listen,
    queues: 7,
    partitions: [{ partition: 0 }, { partition: 1 }, { partition: 2 }, { partition: 3 }],
    clients: { connections: 1, sessions: 1 },
    phases: [{ name: 'data' }, {}, {}, {}, { name: 'listen' }],
  });
  await reader.close();
  const text = await ixionToEnd(['status'], { IXION_ADMIN: daemon.admin });
  t.match(text, { code: 0, stdout: /state +ready, process \d+[^]*partition 3 +0 interactions/ });
});

t.test('shutdown ends the daemon; without one, status says so', async (t) => {
  const daemon = await startDaemon(['--data', join(directoryOf(t), 'data'), '--init']);
  t.teardown(() => daemon.kill());
  const shutdown = ['shutdown', '--drain', '2s', '--admin', daemon.admin];
  t.match(await ixionToEnd(shutdown), { code: 0, stdout: 'ixion stopped\n' });
  t.match(await daemon.ended, { code: 0 });
  const gone = await ixionToEnd(['status', '--admin', daemon.admin]);
  t.match(gone, { code: 69, stderr: /nothing listens on .*the port of --admin is 7489/s });
});

t.test('the probe of the container says what the admin listener says', async (t) => {
  const daemon = await startDaemon(['--data', join(directoryOf(t), 'data'), '--init']);
  t.teardown(() => daemon.kill());
  const probe = (...words: string[]): number | null =>
    spawnSync(process.execPath, ['docs/operating/probe.cjs', ...words]).status;
  t.equal(probe('livez', daemon.admin), 0);
  t.equal(probe('readyz', daemon.admin), 0);
  t.equal(probe('nothing', daemon.admin), 1);
  await ixionToEnd(['shutdown', '--admin', daemon.admin]);
  t.equal(probe('livez', daemon.admin), 1);
});

t.test('a web page cannot use the admin listener', async (t) => {
  const daemon = await startDaemon(['--data', join(directoryOf(t), 'data'), '--init']);
  t.teardown(() => daemon.kill());
  const post = async (path: string, headers: Record<string, string>, body: string) => {
    const request = { method: 'POST', headers, body };
    return (await fetch(`http://${daemon.admin}${path}`, request)).status;
  };
  const json = { 'content-type': 'application/json' };
  t.equal(await post('/shutdown', { ...json, origin: 'http://evil.example' }, '{}'), 403);
  t.equal(await post('/shutdown', { 'content-type': 'text/plain' }, '{}'), 415);
  t.equal(await post('/shutdown', {}, '{}'), 415);
  t.equal(await post('/shutdown', json, '{"drainMs":-1}'), 400);
  t.equal(await post('/shutdown', json, '{"drain":1}'), 400);
  t.equal(await post('/shutdown', json, '{'), 400);
  t.equal((await fetch(`http://${daemon.admin}/livez`)).status, 200, 'it still runs');
});

t.test('HUP adds queues and switches settings, and says what waits', async (t) => {
  const directory = directoryOf(t);
  const file = join(directory, 'ixion.yaml');
  const write = (lines: readonly string[]): void => writeFileSync(file, lines.join('\n'));
  const queues = (names: string): string => `businessProcesses: [{ name: p, queues: [${names}] }]`;
  write([queues('a')]);
  const daemon = await startDaemon(['--init', '--data', join(directory, 'data'), '--config', file]);
  t.teardown(() => daemon.kill());
  const submitter = await client(daemon.listen);
  const submission = { queue: 'b', mediaType: 'email', interactionType: 'Inbound' };
  await t.rejects(submitter.submit(submission), { code: errorTable.UnknownQueue.code });
  t.notHas(await submitter.ping(), { requests: {} });

  write([queues('a, b'), 'settings: { collect-request-counters: true }', 'threads: 3']);
  daemon.child.kill('SIGHUP');
  await daemon.says(/configuration reloaded/);
  const [line] = daemon
    .stderr()
    .split('\n')
    .filter((text) => text.includes('reloaded'));
  t.match(JSON.parse(line ?? ''), {
    applied: ['settings.collect-request-counters', 'queue b added'],
    needsRestart: ['threads'],
    refused: [],
  });
  await submitter.submit(submission);
  t.match(await submitter.ping(), { requests: { RequestSubmit: 1 } });

  write(['listen: nowhere']);
  daemon.child.kill('SIGHUP');
  await daemon.says(/the configuration is not taken: .*listen: must be HOST:PORT/);
  await submitter.submit(submission);
  await submitter.close();
});

t.test('more crashes than the intensity end the process with its code', async (t) => {
  const daemon = await startDaemon(['--data', join(directoryOf(t), 'data'), '--demo'], {
    IXION_FAULT_INJECTION: '1',
    IXION_SUPERVISION_INTENSITY: '0',
  });
  t.teardown(() => daemon.kill());
  const submitter = await client(daemon.listen);
  await t.rejects(
    submitter.submit({
      queue: 'demo.menu',
      mediaType: 'voice',
      interactionType: 'Inbound',
      userData: { 'ixion.crash': 'receive' },
    }),
  );
  t.match(await daemon.ended, { code: 70, stderr: /cannot be kept running/ });
  await submitter.close();
});
