/** What only LMDB can do: run out of room, fail to write, hang. */
import { watchCommit } from '../../lib/store/watchdog.js';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { systemClock, type Clock } from '../../lib/clock.js';
import { openPartitionStore, type OpenOptions } from '../../lib/store/format.js';
import type { LayeredStore } from '../../lib/store/layered.js';
import { walk } from '../../lib/store/verify.js';
import { directoryOf } from '../fixture/directory.js';
import { Owner, plain, row } from './conformance.js';
import { Table } from '../../lib/store/contract.js';

const identity = { storeId: 'test', partition: 0, partitions: 1 };

async function opened(
  directory: string,
  options: Partial<OpenOptions> = {},
): Promise<LayeredStore> {
  const settings = { clock: systemClock, reserveBytes: 0, ...options };
  const result = await openPartitionStore(directory, settings);
  if ('problem' in result) throw new Error(result.detail);
  return result.store;
}

t.test(
  'a disk without room refuses before anything is written; those in flight behind it fall too',
  async (test) => {
    // Each set asks for its room; with nothing in flight also whether there is
    // plenty, for the journal.
    const free = [40_000, 40_000, 40_000, 0, 40_000, 40_000];
    const directory = directoryOf(test);
    const store = await opened(directory, { create: identity, freeBytes: () => free.shift() ?? 0 });
    const owner = new Owner(store);
    const outcomes = ['a', 'b', 'c', 'd'].map((key) => owner.append([row(Table.state, key, key)]));
    test.same(await Promise.all(outcomes), ['durable', 'durable', 'full', 'full']);
    test.same(
      free,
      [40_000, 40_000],
      'the fourth is refused without asking: its predecessor is not there',
    );
    const onDisk = plain([
      ['a', Buffer.from('a')],
      ['b', Buffer.from('b')],
    ]);
    test.same(plain(store.range(Table.state, {})), onDisk);
    await store.settle();
    test.same(store.applied(), { epoch: 1, sequence: 2 });
    test.equal(
      await new Owner(store).append([row(Table.state, 'e', 'e')]),
      'durable',
      'room again',
    );
    await store.close();
  },
);

t.test("a key that is not of bytes is nobody else's", async (test) => {
  const store = await opened(directoryOf(test), { create: identity });
  await new Owner(store).append(['AB', 'C'].map((key) => row(Table.interaction, key, 'x')));
  await store.settle();
  test.equal(String(store.get(Table.interaction, 'AB')), 'x');
  // Cut to bytes it would be the same.
  test.equal(store.get(Table.interaction, 'A\u0142'), undefined);
  await store.close();
});

t.test('the default reserve lets a disk with room be used', async (test) => {
  const directory = directoryOf(test);
  const created = await openPartitionStore(directory, { clock: systemClock, create: identity });
  if ('problem' in created) throw new Error(created.detail);
  test.equal(await new Owner(created.store).append([row(Table.state, 'a', 'a')]), 'durable');
  await created.store.close();
  const noRoom = await opened(directory, { reserveBytes: Number.MAX_SAFE_INTEGER });
  test.equal(await new Owner(noRoom).append([row(Table.state, 'b', 'b')]), 'full');
  await noRoom.close();
});

t.test(
  'a write that fails fences the store; what was durable is there afterwards',
  async (test) => {
    const directory = directoryOf(test);
    await (await opened(directory, { create: identity })).close();
    const child = fileURLToPath(new URL('limited-child.js', import.meta.url));
    const script = `ulimit -f 1000; exec "$0" "$1" "$2"`;
    const run = spawnSync('sh', ['-c', script, process.execPath, child, directory], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] },
    });
    test.equal(run.status, 0, run.stderr);
    const said = JSON.parse(run.stdout) as { durable: number; last: string[]; afterwards: string };
    test.match(said, { last: [/durable|unknown/, 'unknown'], afterwards: 'unknown' });
    test.ok(said.durable > 4, `${said.durable} sets were durable`);
    const store = await opened(directory);
    test.same(walk(store).problems, []);
    test.ok(store.count(Table.state) >= said.durable);
    test.equal(
      store.applied().sequence,
      store.count(Table.state),
      'sets are there in order, without a gap',
    );
    await store.close();
  },
);

/** A clock whose timers run when the test says so. */
class ManualClock implements Clock {
  readonly timers: { delayMs: number; callback: () => void }[] = [];
  nowMs = (): number => 0;
  now = 0;
  monotonicMs = (): number => this.now;
  setTimer(delayMs: number, callback: () => void): { cancel(): void } {
    const timer = { delayMs, callback };
    this.timers.push(timer);
    return { cancel: () => void this.timers.splice(this.timers.indexOf(timer), 1) };
  }
}

/** Lets time pass until the only timer is due, runs it, and says how long that took. */
function runTimer(clock: ManualClock): number {
  const [timer] = clock.timers.splice(0);
  clock.now += timer!.delayMs;
  timer!.callback();
  return timer!.delayMs;
}

t.test('a commit that hangs has an unknown outcome, after a second chance', async (test) => {
  const clock = new ManualClock();
  const slow: string[] = [];
  const directory = directoryOf(test);
  const store = await opened(directory, {
    create: identity,
    clock,
    slow: (waitedMs, ended) => void slow.push(`${waitedMs} ${ended}`),
  });
  const owner = new Owner(store);
  test.equal(await owner.append([row(Table.state, 'a', 'a')]), 'durable');
  test.same(clock.timers, [], 'the watchdog of a commit that ended is off');
  // A store that is fenced does not wait for it, and the directory is removed at the end.
  while (!existsSync(join(directory, 'journal'))) await nextTurn();
  // Too large for the journal.
  const hanging = owner.append([row(Table.state, 'b', 'b'.repeat(70_000))]);
  test.equal(runTimer(clock), 1_000, 'a slow commit is told');
  test.same(slow, ['1000 false']);
  test.equal(runTimer(clock), 29_000);
  test.equal(runTimer(clock), 1_000);
  test.equal(await hanging, 'unknown');
  test.equal(await owner.append([row(Table.state, 'c', 'c')]), 'unknown');
  await store.close();
});

t.test('a commit behind others on a slow disk is not given up', async (test) => {
  const clock = new ManualClock();
  const slow: string[] = [];
  const options = {
    clock,
    timeoutMs: 30_000,
    slow: (waitedMs: number, ended: boolean) => void slow.push(`${waitedMs} ${ended}`),
  };
  const waiting = watchCommit(options, () => test.fail('it is given up'));
  runTimer(clock);
  const [timer] = clock.timers.splice(0);
  clock.now += 20_000;
  watchCommit(options, () => test.fail('the other is given up')).cancel();
  clock.now += 9_000;
  timer!.callback();
  test.equal(clock.timers.at(-1)?.delayMs, 21_000, 'another ended 9 s ago');
  waiting.cancel();
  test.same(slow, ['1000 false', '30000 true']);
});

t.test('a snapshot taken before a commit is not read after it', async (test) => {
  const store = await opened(directoryOf(test), { create: identity });
  const owner = new Owner(store);
  for (let set = 0; set < 50; set += 1) {
    const outcome = owner.append([row(Table.state, 'key', `${set}`)]);
    const reader = readUntil(store, outcome);
    test.equal(await outcome, 'durable');
    test.equal(String(store.get(Table.state, 'key')), `${set}`);
    await reader;
  }
  await store.close();
});

/** Reads in every turn, so that a snapshot is open whenever the commit ends. */
async function readUntil(store: LayeredStore, outcome: Promise<unknown>): Promise<void> {
  const progress = { over: false };
  void outcome.then(() => (progress.over = true));
  while (!progress.over) {
    store.get(Table.state, 'other');
    await new Promise((resolve) => setImmediate(resolve));
  }
}
