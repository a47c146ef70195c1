/**
 * Starts and commands on a disk without room: they end with 75, since there may be room again, say
 * which disk is full, and leave nothing half made. Needs root, to mount a file system of its own.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { connect } from '../../lib/client/index.js';
import { ixionToEnd, startDaemon } from '../daemon/daemon.js';
import { directoryOf } from '../fixture/directory.js';
import { freeOf, smallDisk } from './small-disk.js';

const ports = ['--listen', '127.0.0.1:0', '--admin', '127.0.0.1:0'];
const kibibyte = 2 ** 10;

t.setTimeout(120_000);

/** Takes all of a disk but so many bytes. */
function fill(disk: string, leftBytes: number): string {
  const ballast = join(disk, 'ballast');
  rmSync(ballast, { force: true });
  const roughly = freeOf(disk) - leftBytes - 512 * kibibyte;
  if (roughly > 0) execFileSync('fallocate', ['-l', String(roughly), ballast]);
  const piece = Buffer.alloc(kibibyte);
  try {
    while (freeOf(disk) > leftBytes) writeFileSync(ballast, piece, { flag: 'a', flush: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
  return ballast;
}

t.test('a new store on a disk without room for it', async (t) => {
  const disk = smallDisk(t);
  const data = join(disk, 'deep', 'data');
  for (const creation of ['--init', '--demo']) {
    const ended = await ixionToEnd(['start', '--data', data, creation, ...ports]);
    t.match(ended, {
      code: 75,
      stderr:
        /the disk of .*data is full: a new store needs 2\d\d MiB free, and \d+ MiB are\. Free/,
    });
    t.strictSame(readdirSync(disk), ['lost+found'], 'nothing is left');
  }
  const less = { IXION_DISK_RESERVE_MEGABYTES: '5' };
  const daemon = await startDaemon(['--data', data, '--demo'], less);
  daemon.child.kill('SIGTERM');
  t.match(await daemon.ended, { code: 0 }, 'the same command works with room');
});

t.test('an existing store on a full disk', async (t) => {
  const disk = smallDisk(t);
  const data = join(disk, 'data');
  const environment = { IXION_DISK_RESERVE_MEGABYTES: '5', IXION_PARTITIONS: '2' };
  const daemon = await startDaemon(['--data', data, '--demo'], environment);
  daemon.child.kill('SIGTERM');
  await daemon.ended;
  for (const left of [0, 4 * kibibyte, 300 * kibibyte]) {
    fill(disk, left);
    const ended = await ixionToEnd(['start', '--data', data, ...ports], environment);
    t.match(
      ended,
      { code: 75, stderr: /[Tt]he disk of .*\/data.* is full\. Free space there/ },
      `${left}`,
    );
    t.notMatch(ended.stderr, /being rebuilt|at .*\.js/);
  }
  const ballast = fill(disk, 3 * 2 ** 20);
  // Below the reserve it starts, as long as nothing has to be written; else it says why not.
  const asItIs = await startDaemon(['--data', data], environment);
  asItIs.child.kill('SIGTERM');
  t.match(await asItIs.ended, { code: 0 });
  const file = join(directoryOf(t), 'ixion.yaml');
  writeFileSync(file, 'businessProcesses:\n  - name: more\n    queues: [more.in]\n');
  const more = ['start', '--config', file, '--data', data, ...ports];
  const refused = await ixionToEnd(more, environment);
  t.match(refused, { code: 75, stderr: /the disk of .*data is full\. Free space there/ });
  rmSync(ballast);
  const again = await startDaemon(['--config', file, '--data', data], environment);
  t.match(again.stdout(), /8 queues/);
  again.child.kill('SIGTERM');
  t.match(await again.ended, { code: 0 });
});

t.test('commands on a full disk', async (t) => {
  const top = directoryOf(t);
  const disk = smallDisk(t);
  const [data, backup] = [join(top, 'data'), join(top, 'backup')];
  const daemon = await startDaemon(['--data', data, '--demo']);
  t.teardown(() => daemon.kill());
  t.match(await ixionToEnd(['store', 'backup', backup, '--admin', daemon.admin]), { code: 0 });
  fill(disk, 200 * kibibyte);
  const before = readdirSync(disk).toSorted();
  const restored = await ixionToEnd(['store', 'restore', backup, '--data', join(disk, 'new')]);
  t.match(restored, { code: 75, stderr: /the disk of .*new is full/ });
  const taken = await ixionToEnd(['store', 'backup', join(disk, 'copy'), '--admin', daemon.admin]);
  t.match(taken, {
    code: 75,
    stderr: /no backup was taken: \d+ bytes are to be copied, and \d+ are free/,
  });
  t.strictSame(readdirSync(disk).toSorted(), before, 'nothing is left of either');
  t.match(await ixionToEnd(['store', 'backup', join(top, 'second'), '--admin', daemon.admin]), {
    code: 0,
  });
});

t.test('a store on a file system that cannot be written is verified all the same', async (t) => {
  const disk = smallDisk(t);
  const data = join(disk, 'data');
  const less = {
    IXION_PARTITIONS: '2',
    IXION_DISK_SUBMIT_RESERVE_MEGABYTES: '20',
    IXION_DISK_MOVE_RESERVE_MEGABYTES: '10',
    IXION_DISK_RESERVE_MEGABYTES: '5',
  };
  const daemon = await startDaemon(['--data', data, '--demo'], less);
  const client = await connect({
    server: daemon.listen,
    clientName: 'test',
    clientType: 'MediaServer',
    reconnect: false,
  });
  const contact = { queue: 'demo.menu', mediaType: 'email', interactionType: 'Inbound' };
  for (let index = 0; index < 10; index += 1) await client.submit(contact);
  await daemon.kill();
  execFileSync('mount', ['-o', 'remount,ro', disk]);
  const verified = await ixionToEnd(['store', 'verify', '--data', data]);
  t.match(verified, { code: 0, stdout: /: 10 interactions, .*sound\n[^]*the store is sound/ });
  const started = await ixionToEnd(['start', '--data', data, ...ports], less);
  t.match(started, { code: 77, stderr: /read-only|EROFS/ });
  execFileSync('mount', ['-o', 'remount,rw', disk]);
});
