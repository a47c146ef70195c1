/**
 * Commands on a store whose file system is mounted for reading only, as a snapshot is: it is
 * verified, and what would have to write says why it cannot. Needs root, to mount.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import t from 'tap';
import { initStore } from '../../lib/data/init.js';
import { ixionToEnd } from '../daemon/daemon.js';
import { smallDisk } from './small-disk.js';

t.test('a store on a read-only mount', async (t) => {
  const disk = smallDisk(t);
  const data = join(disk, 'data');
  await initStore({ data, partitions: 2 });
  execFileSync('mount', ['-o', 'remount,ro', disk]);
  const verified = await ixionToEnd(['store', 'verify', '--data', data]);
  t.match(verified, { code: 0, stderr: '', stdout: /the store is sound/ });
  const ports = ['--listen', '127.0.0.1:0', '--admin', '127.0.0.1:0'];
  for (const argv of [
    ['store', 'stats', '--data', data],
    ['store', 'compact', '--data', data],
    ['store', 'init', '--data', join(disk, 'new')],
    ['start', '--data', data, ...ports],
    ['start', '--init', '--data', join(disk, 'new'), ...ports],
    ['simulate', 'generate', join(disk, 'day.csv')],
  ]) {
    const ended = await ixionToEnd(argv);
    t.match(ended, { code: 77, stderr: /EROFS/ }, argv.join(' '));
  }
});
