/** What only the journal can do: be ahead of LMDB, be cut short, be left of another time. */
import { randomUUID } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { systemClock } from '../../lib/clock.js';
import { openPartitionStore, type OpenOptions } from '../../lib/store/format.js';
import { recordBytesMax } from '../../lib/store/journal-file.js';
import { areaBytes, areas } from '../../lib/store/journal-reading.js';
import type { LayeredStore } from '../../lib/store/layered.js';
import { walk } from '../../lib/store/verify.js';
import { directoryOf } from '../fixture/directory.js';
import { Owner, plain, row } from './conformance.js';
import { Table } from '../../lib/store/contract.js';

const identity = { storeId: 'test', partition: 0, partitions: 1 };
const slotBytes = 4_096;
/** Nothing is checkpointed because of time. */
const frozen = { ...systemClock, setTimer: () => ({ cancel: () => undefined }) };

async function opened(
  directory: string,
  options: Partial<OpenOptions> = {},
): Promise<LayeredStore> {
  const result = await openPartitionStore(directory, {
    clock: frozen,
    reserveBytes: 0,
    ...options,
  });
  if ('problem' in result) throw new Error(result.detail);
  return result.store;
}

/** A store whose journal is there, and its owner. */
async function withJournal(directory: string, options: Partial<OpenOptions> = {}): Promise<Owner> {
  const store = await opened(directory, { create: identity, ...options });
  const owner = new Owner(store);
  await owner.append([row(Table.meta, 'first', 'x')]);
  await store.settle();
  return owner;
}

/** What a kill would leave: the files as they are, in another directory. */
function killed(test: Test, directory: string): string {
  const copy = join(test.testdirName, randomUUID());
  mkdirSync(copy);
  for (const name of ['data.mdb', 'journal']) {
    copyFileSync(join(directory, name), join(copy, name));
  }
  return copy;
}

const key = (number: number): string => `${number}`.padStart(6, '0');

/** The entries of table `state` of a store that is opened once more. */
async function statesOf(directory: string): Promise<string[]> {
  const store = await opened(directory);
  const states = store.range(Table.state, {}).map(([name, value]) => `${name}=${String(value)}`);
  expectSound(store);
  await store.close();
  return states;
}

function expectSound(store: LayeredStore): void {
  const { problems } = walk(store);
  if (problems.length > 0) throw new Error(problems.join('; '));
}

t.test('what was durable is there after a kill, though LMDB has not had it', async (test) => {
  const directory = directoryOf(test);
  const owner = await withJournal(directory);
  for (let set = 0; set < 20; set += 1) {
    const changes = [row(Table.state, key(set % 7), `${set}`), row(Table.order, key(set), 'o')];
    if (set > 3) changes.push(row(Table.order, key(set - 3), undefined));
    test.equal(await owner.append(changes), 'durable');
    if (set % 5 > 0) continue;
    const copy = killed(test, directory);
    const again = await opened(copy);
    test.same(again.applied(), owner.store.applied());
    test.same(again.count(Table.order), again.range(Table.order, {}).length);
    for (const table of [Table.state, Table.order, Table.meta]) {
      test.same(plain(again.range(table, {})), plain(owner.store.range(table, {})));
    }
    test.equal(await new Owner(again).append([row(Table.state, 'next', 'x')]), 'durable');
    await again.close();
  }
  await owner.store.close();
});

t.test('a kill at any moment, under sets of all sizes, leaves a gapless past', async (test) => {
  const directory = directoryOf(test);
  const owner = await withJournal(directory);
  let acknowledged = 1;
  for (let set = 2; set < 240; set += 1) {
    const large = 'x'.repeat(set % 17 === 0 ? recordBytesMax : (set * 977) % 20_000);
    const outcome = owner.append([
      row(Table.state, key(set), 'v'),
      row(Table.interaction, key(set), large),
    ]);
    if (set % 3 > 0) test.equal(await outcome, 'durable');
    if (set % 3 > 0) acknowledged = set;
    if (set % 13 > 0) continue;
    const again = await opened(killed(test, directory));
    const { sequence } = again.applied();
    test.ok(sequence >= acknowledged, `${sequence} of ${acknowledged}`);
    test.equal(again.range(Table.state, {}).length, sequence - 1);
    expectSound(again);
    await again.close();
  }
  await owner.store.close();
  test.equal((await statesOf(directory)).length, 238);
});

t.test(
  'records cut short while they were written end the past; nothing behind them counts',
  async (test) => {
    const directory = directoryOf(test);
    const owner = await withJournal(directory);
    await owner.append([row(Table.state, 'a', 'v')]);
    const together = ['b', 'c', 'd'].map((name) => owner.append([row(Table.state, name, 'v')]));
    test.same(await Promise.all(together), ['durable', 'durable', 'durable']);
    const copy = killed(test, directory);
    const journal = readFileSync(join(copy, 'journal'));
    journal.fill(0, slotBytes + 60, 2 * slotBytes);
    writeFileSync(join(copy, 'journal'), journal);
    test.same(await statesOf(copy), ['a=v']);
    test.same(await statesOf(copy), ['a=v'], 'the same when it is opened again');
    await owner.store.close();
  },
);

t.test('what is left of an earlier opening is not taken for what follows', async (test) => {
  const directory = directoryOf(test);
  const owner = await withJournal(directory);
  await owner.append([row(Table.state, 'a', 'old')]);
  await Promise.all(['b', 'c'].map((name) => owner.append([row(Table.state, name, 'old')])));
  const copy = killed(test, directory);
  const old = readFileSync(join(copy, 'journal'));
  const torn = Buffer.from(old);
  torn.fill(0, slotBytes + 60, 2 * slotBytes);
  writeFileSync(join(copy, 'journal'), torn);
  // Only "a" is known now, and the sequence of "b" is given anew.
  const second = await opened(copy);
  test.equal(await new Owner(second).append([row(Table.state, 'B', 'new')]), 'durable');
  const again = killed(test, copy);
  const mixed = readFileSync(join(again, 'journal'));
  old.copy(mixed, slotBytes, 2 * slotBytes, areaBytes);
  writeFileSync(join(again, 'journal'), mixed);
  test.same(await statesOf(again), ['B=new', 'a=old']);
  await second.close();
  await owner.store.close();
});

t.test('a new store does not read the journal of another that lies there', async (test) => {
  const directory = directoryOf(test);
  const owner = await withJournal(directory);
  await owner.append([row(Table.state, 'a', 'v')]);
  const copy = killed(test, directory);
  await owner.store.close();
  const other = join(test.testdirName, randomUUID());
  mkdirSync(other);
  copyFileSync(join(copy, 'journal'), join(other, 'journal'));
  const store = await opened(other, { create: { ...identity, storeId: 'other' } });
  await new Owner(store).append([row(Table.meta, 'first', 'x')]);
  await store.settle();
  await store.close();
  test.same(await statesOf(other), [], 'it has one of its own by now');
});

t.test('an orderly end leaves all in LMDB', async (test) => {
  const directory = directoryOf(test);
  const owner = await withJournal(directory);
  await owner.append([row(Table.state, 'a', 'v')]);
  await owner.store.close();
  const journal = readFileSync(join(directory, 'journal'));
  journal.fill(0, 0, areas * areaBytes);
  writeFileSync(join(directory, 'journal'), journal);
  test.same(await statesOf(directory), ['a=v']);
});

t.test('a store that is only read gets no journal', async (test) => {
  const directory = directoryOf(test);
  await (await opened(directory, { create: identity })).close();
  test.same(await statesOf(directory), []);
  test.equal(existsSync(join(directory, 'journal')), false);
});

t.test('a checkpoint brings it to LMDB; time does as well', async (test) => {
  const directory = directoryOf(test);
  const due: (() => void)[] = [];
  const clock = {
    ...systemClock,
    setTimer: (delayMs: number, callback: () => void) => {
      if (delayMs < 1_000) due.push(callback);
      return { cancel: () => undefined };
    },
  };
  const owner = await withJournal(directory, { clock });
  await owner.append([row(Table.state, 'a', 'v')]);
  test.equal(owner.store.count(Table.state), 0, 'only the journal has it');
  test.equal(await (owner.store as LayeredStore).checkpoint(), true);
  test.equal(owner.store.count(Table.state), 1);
  await owner.append([row(Table.state, 'b', 'v')]);
  due.at(-1)!();
  while (owner.store.count(Table.state) < 2) await delay(1);
  await owner.store.close();
});

t.test('a journal that does not end a write has an unknown outcome: fence', async (test) => {
  const timers: { delayMs: number; callback: () => void }[] = [];
  let now = 0;
  const clock = {
    ...systemClock,
    monotonicMs: () => now,
    setTimer: (delayMs: number, callback: () => void) => {
      const timer = { delayMs, callback };
      timers.push(timer);
      return { cancel: () => void timers.splice(timers.indexOf(timer), 1) };
    },
  };
  const directory = directoryOf(test);
  const owner = await withJournal(directory, { clock });
  const hanging = owner.append([row(Table.state, 'a', 'v')]);
  for (let look = 0; look < 3; look += 1) {
    const index = timers.findIndex(({ delayMs }) => delayMs >= 1_000);
    const [watchdog] = timers.splice(index, 1);
    now += watchdog!.delayMs;
    watchdog!.callback();
  }
  test.equal(await hanging, 'unknown');
  test.equal(await owner.append([row(Table.state, 'b', 'v')]), 'unknown');
  await owner.store.close();
  // The system goes on with the write, whatever was said of it.
  let states: string[] = [];
  for (let look = 0; look < 500 && states.length === 0; look += 1) {
    states = await statesOf(killed(test, directory));
    await delay(10);
  }
  test.same(states, ['a=v'], 'it was on disk after all');
});

t.test(
  'a disk that others fill meanwhile: what is durable waits until there is room',
  async (test) => {
    const directory = directoryOf(test);
    let freeBytes = 2 ** 40;
    const options = { freeBytes: () => freeBytes, clock: frozen, reserveBytes: 2 ** 20 };
    const owner = await withJournal(directory, options);
    const store = owner.store as LayeredStore;
    test.equal(await owner.append([row(Table.state, 'before', 'v')]), 'durable');
    freeBytes = 0;
    test.equal(await store.checkpoint(), false, 'not yet');
    const large = 'x'.repeat(recordBytesMax);
    test.equal(await owner.append([row(Table.state, 'large', large)]), 'full');
    await store.settle();
    test.notOk(store.isFenced);
    test.same(await statesOf(killed(test, directory)), ['before=v']);
    freeBytes = 2 ** 40;
    test.equal(await store.checkpoint(), true);
    test.equal(await owner.append([row(Table.state, 'after', 'v')]), 'durable');
    await owner.store.close();
    test.same(await statesOf(directory), ['after=v', 'before=v']);
  },
);
