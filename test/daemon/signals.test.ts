/** Signals: which drain, which do nothing, and that none opens a debugger. */
import { join } from 'node:path';
import t from 'tap';
import { directoryOf } from '../fixture/directory.js';
import { ixion, startDaemon } from './daemon.js';

t.test('USR1 opens no debugger, early or late, and others end nothing', async (t) => {
  const data = join(directoryOf(t), 'data');
  const ports = ['--listen', '127.0.0.1:0', '--admin', '127.0.0.1:0'];
  const daemon = ixion(['start', ...ports, '--data', data, '--init']);
  t.teardown(() => daemon.child.kill('SIGKILL'));
  await daemon.says(/starting/);
  daemon.child.kill('SIGUSR1');
  const [, admin] = await daemon.says(/admin on (\S+)\n/);
  await daemon.says(/ixion ready/);
  for (const signal of ['SIGUSR1', 'SIGALRM', 'SIGVTALRM', 'SIGIO'] as const) {
    daemon.child.kill(signal);
    await daemon.says(new RegExp(`${signal} does nothing`));
  }
  t.equal((await fetch(`http://${admin}/livez`)).status, 200);
  daemon.child.kill('SIGTERM');
  const { code, stderr } = await daemon.ended;
  t.equal(code, 0);
  t.notMatch(stderr, /[Dd]ebugger/);
});

t.test('a debugger that was opened before anything of ours ran is closed', async (t) => {
  // What USR1 does in the first moments of Node, without the race.
  const early = `const { isMainThread } = require('node:worker_threads');
    if (isMainThread) require('node:inspector').open(0, '127.0.0.1');`;
  const directory = directoryOf(t, { 'early.cjs': early });
  const environment = { NODE_OPTIONS: `--require ${join(directory, 'early.cjs')}` };
  const daemon = await startDaemon(['--data', join(directory, 'data'), '--init'], environment);
  t.teardown(() => daemon.kill());
  const [, debuggerPort = ''] = await daemon.says(/Debugger listening on ws:..127\.0\.0\.1:(\d+)/);
  await daemon.says(/a debugger was open/);
  await t.rejects(fetch(`http://127.0.0.1:${debuggerPort}/json`));
  t.equal((await fetch(`http://${daemon.admin}/livez`)).status, 200);
});

for (const signal of ['SIGINT', 'SIGQUIT', 'SIGUSR2', 'SIGPWR'] as const) {
  t.test(`${signal} drains and stops`, async (t) => {
    const daemon = await startDaemon(['--data', join(directoryOf(t), 'data'), '--init']);
    t.teardown(() => daemon.kill());
    daemon.child.kill(signal);
    t.match(await daemon.ended, { code: 0, signal: null, stdout: /ixion stopped\n$/ });
  });
}
