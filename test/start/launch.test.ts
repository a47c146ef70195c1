/**
 * What is launched: the bundles, with and without what is kept of them, and threads
 * ahead of a server.
 */
import { cpSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { launcher } from '../../lib/cli/node-flags.js';
import { startServer } from '../../lib/server/start.js';
import { codeCacheFile } from '../../lib/start/bundle.js';
import { EarlyThreads } from '../../lib/start/early-threads.js';
import { ixion, startDaemon, startDaemonOf } from '../daemon/daemon.js';
import { directoryOf } from '../fixture/directory.js';

const root = join(dirname(launcher), '..', '..');
const partitionThread = new URL('../../workers/partition-thread.js', import.meta.url);

/** A copy of what is launched, with nothing kept; packages are found from there. */
function copyOfLauncher(directory: string): { copy: string; kept: readonly string[] } {
  const folder = join(directory, 'dist', 'start');
  cpSync(dirname(launcher), folder, {
    recursive: true,
    // Nor what another process is just about to keep.
    filter: (file) => !basename(file).includes('.cache'),
  });
  cpSync(join(root, 'package.json'), join(directory, 'package.json'));
  const kept = ['server.cjs', 'partition.js'].map((name) => codeCacheFile(join(folder, name)));
  return { copy: join(folder, 'ixion.cjs'), kept };
}

t.test('the command of the package is the launcher', async (t) => {
  const { bin, files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    bin: Record<string, string>;
    files: string[];
  };
  t.strictSame(Object.keys(bin), ['ixion']);
  t.equal(join(root, bin['ixion']!), launcher);
  t.ok(files.includes('dist/start'));
  t.match(readFileSync(launcher, 'utf8'), /^#!\/usr\/bin\/env -S node --single-threaded-gc\n/);
  const { stdout } = await ixion(['--help']).ended;
  t.match(stdout, /^Usage: ixion COMMAND/);
});

t.test(
  'the first start keeps what it compiled, and a start survives what is kept wrongly',
  async (t) => {
    const directory = directoryOf(t);
    const { copy, kept } = copyOfLauncher(directory);
    const flags = ['--data', join(directory, 'data')];
    const first = await startDaemonOf(copy, [...flags, '--demo']);
    t.teardown(() => first.kill());
    while (!kept.every((file) => existsSync(file))) await sleep(20);
    first.child.kill('SIGTERM');
    t.match(await first.ended, { code: 0, stderr: /^(\{.*\}\n)*$/ });
    const names = readdirSync(dirname(copy)).filter((name) => name.includes('.cache'));
    t.equal(names.length, kept.length, 'nothing unfinished is left');

    const second = await startDaemonOf(copy, flags);
    second.child.kill('SIGTERM');
    t.match(await second.ended, { code: 0 });

    for (const file of kept) {
      const bytes = readFileSync(file);
      bytes.fill(0x55, 16);
      writeFileSync(file, bytes);
    }
    const third = await startDaemonOf(copy, flags);
    t.teardown(() => third.kill());
    third.child.kill('SIGTERM');
    // More than the log would say that the start did not bear it.
    t.match(await third.ended, { code: 0, stderr: /^(\{"level":30,.*\}\n)*$/ });
  },
);

t.test('before it is ready, the main thread loads no package at all', async (t) => {
  const directory = directoryOf(t, {
    'watch.cjs': `const Module = require('node:module');
const { isMainThread } = require('node:worker_threads');
const load = Module._load;
const loaded = [];
Module._load = (name, ...rest) => (loaded.push(name), load(name, ...rest));
const fs = require('node:fs');
for (const name of ['write', 'writeSync']) {
  const write = fs[name];
  fs[name] = (descriptor, bytes, ...rest) => {
    if (isMainThread && String(bytes).includes('ixion ready')) process.stderr.write('loaded ' + JSON.stringify(loaded) + '\\n');
    return write(descriptor, bytes, ...rest);
  };
}`,
  });
  const watch = ['--require', join(directory, 'watch.cjs')];
  const daemon = await startDaemon(['--data', join(directory, 'data'), '--demo'], {
    NODE_OPTIONS: watch.join(' '),
  });
  t.teardown(() => daemon.kill());
  const [, list = ''] = await daemon.says(/loaded (\[.*\])/);
  const loaded = JSON.parse(list) as string[];
  t.ok(loaded.includes(launcher));
  // Before the launcher stands what a test runner puts into every process.
  const after = loaded.slice(loaded.indexOf(launcher) + 1);
  const packages = after.filter((name) => !isBuiltin(name));
  // It only speeds up the reading of strings, and is a file of its own in any case.
  t.strictSame(
    packages.filter((name) => !name.includes('msgpackr-extract')),
    [],
  );
});

t.test('threads that are left over end, others serve', async (t) => {
  const earlyThreads = new EarlyThreads(partitionThread, 3);
  const data = join(directoryOf(t), 'data');
  const options = { create: 'init', withAdmin: false, listen: '127.0.0.1:0' } as const;
  const server = await startServer({ ...options, data, threads: 1, earlyThreads });
  t.equal(server.threads, 1);
  await earlyThreads.dismiss();
  t.equal(earlyThreads.take(), undefined);
  t.strictSame((await server.stop()).late, []);
});

t.test('threads of a server that is refused end', async (t) => {
  const earlyThreads = new EarlyThreads(partitionThread, 2);
  const spawned = earlyThreads.take()!;
  const rest = earlyThreads.dismiss();
  spawned.worker.postMessage('dismissed');
  t.match(await spawned.ended, { exitCode: 0, fault: undefined });
  await rest;
});

t.test('whoever dismisses threads once more waits for them, too', async (t) => {
  const earlyThreads = new EarlyThreads(partitionThread, 2);
  let hasEnded = false;
  void earlyThreads.dismiss().then(() => (hasEnded = true));
  await earlyThreads.dismiss();
  t.ok(hasEnded, 'the first wait is over before the second');
  t.equal(earlyThreads.take(), undefined);
});
