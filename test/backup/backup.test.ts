/** Backups of a running server, what is made of them, and what is refused. */
import { appendFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { connect } from '../../lib/client/index.js';
import type { ActorRef } from '../../lib/actor/index.js';
import { systemClock } from '../../lib/clock.js';
import { Backups } from '../../lib/data/backup.js';
import { BackupBarrier } from '../../lib/mail/backup-barrier.js';
import { silentLog } from '../../lib/log.js';
import type { PartitionMessage } from '../../lib/mail/partition.js';
import { restoreStore } from '../../lib/data/restore.js';
import { firstTimeline } from '../../lib/timeline.js';
import { ixionToEnd, startDaemon } from '../daemon/daemon.js';
import { directoryOf } from '../fixture/directory.js';
import { runRounds } from './rounds.js';

const submission = { queue: 'demo.menu', mediaType: 'email', interactionType: 'Inbound' };

t.test('backups under load hold all that was acknowledged, and nothing twice', async (t) => {
  const { complaints, acknowledged } = await runRounds(directoryOf(t), 2, 64);
  t.strictSame(complaints, []);
  t.ok(acknowledged > 100, `${acknowledged} operations acknowledged`);
});

t.test('backup, restore, stats and compact by command', async (t) => {
  const directory = directoryOf(t);
  const [data, backup, restored] = ['data', 'backup', 'restored'].map((name) =>
    join(directory, name),
  ) as [string, string, string];
  const daemon = await startDaemon(['--data', data, '--demo']);
  t.teardown(() => daemon.kill());
  const client = await connect({
    server: daemon.listen,
    clientName: 'test',
    clientType: 'MediaServer',
  });
  await client.submit({ ...submission, interactionId: 'kept' });
  const taken = await ixionToEnd(['store', 'backup', backup, '--admin', daemon.admin, '--json']);
  t.equal(taken.code, 0, taken.stderr);
  t.match(JSON.parse(taken.stdout), { state: 'done', directory: backup });
  await client.submit({ ...submission, interactionId: 'later' });
  await client.close();

  const again = await ixionToEnd(['store', 'backup', backup, '--admin', daemon.admin]);
  t.match(again, { code: 64, stderr: /it is not empty/ });
  const running = await ixionToEnd(['store', 'stats', '--admin', daemon.admin, '--json']);
  const { partitions } = JSON.parse(running.stdout) as {
    partitions: { tables: { table: string; rows: number }[] }[];
  };
  const rows = partitions.flatMap(({ tables }) =>
    tables.filter(({ table }) => table === 'interaction').map((one) => one.rows),
  );
  t.equal(
    rows.reduce((sum, count) => sum + count, 0),
    2,
  );

  const made = await ixionToEnd(['store', 'restore', backup, '--data', restored]);
  t.match(made, { code: 0, stdout: /as it was at \d{4}-/ });
  t.match(await ixionToEnd(['store', 'verify', '--data', restored]), { code: 0 });
  t.match(await ixionToEnd(['store', 'compact', '--data', data]), {
    code: 75,
    stderr: /is in use/,
  });
  t.match(await ixionToEnd(['store', 'compact', '--data', restored]), { code: 0 });
  t.match(await ixionToEnd(['store', 'verify', '--data', restored]), { code: 0 });
  t.match(await ixionToEnd(['store', 'stats', '--data', restored]), {
    code: 0,
    stdout: /partition 3: file .*\n[^]*outbox/,
  });
  const second = await startDaemon(['--data', restored]);
  t.teardown(() => second.kill());
  const reader = await connect({
    server: second.listen,
    clientName: 'test',
    clientType: 'MediaServer',
  });
  t.match(await reader.getProperties('kept'), { Queue: 'demo.menu' });
  await t.rejects(reader.getProperties('later'), { message: /no interaction is called later/ });
  await reader.close();
});

t.test('what is refused', async (t) => {
  const directory = directoryOf(t);
  const [data, backup] = [join(directory, 'data'), join(directory, 'backup')];
  const daemon = await startDaemon(['--data', data, '--demo']);
  t.teardown(() => daemon.kill());
  const post = async (body: object): Promise<number> => {
    const headers = { 'content-type': 'application/json' };
    const request = { method: 'POST', headers, body: JSON.stringify(body) };
    return (await fetch(`http://${daemon.admin}/backup`, request)).status;
  };
  t.equal(await post({ directory: 'relative' }), 400);
  t.equal(await post({ directory: 1 }), 400);
  t.equal(await post({}), 400);
  writeFileSync(join(directory, 'file'), '');
  t.equal(await post({ directory: join(directory, 'file') }), 409);
  await ixionToEnd(['store', 'backup', backup, '--admin', daemon.admin]);

  t.match(await ixionToEnd(['store', 'restore', backup, '--data', data]), {
    code: 78,
    stderr: /holds a store; restore to a new directory/,
  });
  t.match(await ixionToEnd(['store', 'restore', backup]), { code: 64 });
  await t.rejects(restoreStore(directory, join(directory, 'x')), {
    message: /holds no complete backup/,
  });
  const target = join(directory, 'restored');
  appendFileSync(join(backup, 'p01', 'data.mdb'), 'x');
  await t.rejects(restoreStore(backup, target), { message: /it is damaged/ });
  t.notOk(existsSync(join(target, 'ixion.json')), 'half a restore is no store');
  rmSync(join(backup, 'p01', 'data.mdb'));
  await t.rejects(restoreStore(backup, target), { message: /cannot be restored/ });
});

t.test(
  'a directory that cannot be made is told at once, and the next backup is taken',
  async (t) => {
    const directory = directoryOf(t);
    const daemon = await startDaemon(['--data', join(directory, 'data'), '--demo']);
    t.teardown(() => daemon.kill());
    const backup = (target: string) =>
      ixionToEnd(['store', 'backup', target, '--admin', daemon.admin]);
    for (const target of ['/proc/nope', '/proc/self/task/nope/deeper', '/sys/nope']) {
      t.match(await backup(target), { code: 64, stderr: /cannot back up to \/(proc|sys)/ }, target);
    }
    t.match(await backup(join(directory, 'backup')), { code: 0 });
    const restored = await ixionToEnd([
      'store',
      'restore',
      join(directory, 'backup'),
      '--data',
      '/proc/nope',
    ]);
    t.match(restored, { code: 78, stderr: /\/proc\/nope/ });
  },
);

/** Partitions that stand still and then cannot copy. */
function brokenPartition(asked: string[], held: boolean): ActorRef<PartitionMessage> {
  return {
    name: 'broken',
    sent: 0,
    settled: 0,
    tell: () => true,
    tellBytes: () => true,
    async ask<Answer>(message: PartitionMessage): Promise<Answer> {
      asked.push(message.type);
      if (message.type === 'backup-copy') throw new Error('the disk is gone');
      return (message.type === 'backup-stand-still' && held ? { bytes: 1 } : undefined) as Answer;
    },
  };
}

t.test('a backup that fails says why, leaves nothing and closes its snapshots', async (t) => {
  const directory = join(directoryOf(t), 'backup');
  for (const [held, failure] of [
    [true, /the disk is gone/],
    [false, /did not stand still/],
  ] as const) {
    const asked: string[] = [];
    const backups = new Backups({
      partitions: [brokenPartition(asked, held)],
      barrier: new BackupBarrier(),
      manifest: { format: 1, partitions: 1, storeId: 'x', timeline: firstTimeline('x') },
      version: '0',
      clock: systemClock,
      log: silentLog,
      staggerMs: 0,
    });
    await backups.start(directory);
    await t.rejects(backups.start(directory), { message: /is under way/ });
    let status = await backups.status();
    while (status?.state === 'running') {
      await sleep(1);
      status = await backups.status();
    }
    t.match(status, { state: 'failed', failure });
    t.notOk(existsSync(directory), 'what it made is gone');
    t.equal(asked.at(-1), 'backup-end');
  }
});

t.test('a backup that fails at its manifest cleans up, and the same command works', async (t) => {
  const top = directoryOf(t, { backup: {} });
  const directory = join(top, 'backup');
  let spoils = true;
  const partition: ActorRef<PartitionMessage> = {
    ...brokenPartition([], true),
    async ask<Answer>(message: PartitionMessage): Promise<Answer> {
      if (message.type !== 'backup-copy') return { bytes: 1 } as Answer;
      writeFileSync(message.target, 'x');
      if (spoils)
        mkdirSync(join(directory, 'ixion-backup.json', 'in the way'), { recursive: true });
      return { bytes: 1, crc32: 0 } as Answer;
    },
  };
  const backups = new Backups({
    partitions: [partition],
    barrier: new BackupBarrier(),
    manifest: { format: 1, partitions: 1, storeId: 'x', timeline: firstTimeline('x') },
    version: '0',
    clock: systemClock,
    log: silentLog,
    staggerMs: 0,
  });
  const takeOne = async () => {
    let status = await backups.start(directory);
    while (status.state === 'running') {
      await sleep(1);
      status = (await backups.status())!;
    }
    return status;
  };
  t.match(await takeOne(), { state: 'failed', failure: /ixion-backup\.json/ });
  t.strictSame(readdirSync(directory), [], 'the directory that was there is empty again');
  spoils = false;
  t.match(await takeOne(), { state: 'done' });
  t.strictSame(readdirSync(directory), ['ixion-backup.json', 'p00']);
});
