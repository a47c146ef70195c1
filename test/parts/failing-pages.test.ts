/**
 * One write of LMDB's to its file fails, each in turn: the data pages of a commit, its meta page.
 * The file opens as it was acknowledged, be it by a process that ended in the middle of its words.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { systemClock } from '../../lib/clock.js';
import { Table } from '../../lib/store/contract.js';
import { openPartitionStore } from '../../lib/store/format.js';
import { walk } from '../../lib/store/verify.js';
import { directoryOf } from '../fixture/directory.js';

const identity = { storeId: 'store', partition: 0, partitions: 1 };
const child = fileURLToPath(new URL('committing-child.js', import.meta.url));
/** A failed write of a meta page: it begins behind what a file never changes of it. */
const ofMeta = /pwrite64\(.*, (40|8232)\) += -1 ENOSPC/;

t.test('the file opens whichever write of a commit failed', async (test) => {
  let metas = 0;
  for (let number = 1; number <= 10; number++) {
    const directory = directoryOf(test);
    const settings = { clock: systemClock, reserveBytes: 0 };
    const made = await openPartitionStore(directory, { ...settings, create: identity });
    if ('problem' in made) throw new Error(made.detail);
    await made.store.close();
    const log = join(directory, 'strace.log');
    const inject = `inject=pwrite64:error=ENOSPC:when=${number}`;
    const only = ['-P', join(directory, 'data.mdb'), '-e', 'trace=pwrite64', '-e', inject];
    const command = [process.execPath, child, directory, made.format.timeline.id];
    const run = spawnSync('strace', ['-f', '-q', '-o', log, ...only, ...command], {
      encoding: 'utf8',
      // strace counts for each thread: so one commits.
      env: { PATH: process.env['PATH'], UV_THREADPOOL_SIZE: '1' },
    });
    const calls = readFileSync(log, 'utf8');
    if (!calls.includes('ENOSPC')) test.equal(run.status, 0, run.stderr);
    if (ofMeta.test(calls)) metas += 1;
    const durable = run.stdout.split('durable\n').length - 1;
    const again = await openPartitionStore(directory, settings);
    if ('problem' in again) {
      test.fail(`write ${number} failed: ${again.detail}`);
      continue;
    }
    const { store } = again;
    test.equal(store.count(Table.state), durable, `write ${number} failed`);
    test.same(walk(store).problems, []);
    await store.close();
  }
  test.ok(metas > 1, 'of a meta page too');
});
