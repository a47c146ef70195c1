/** Making, opening, refusing and upgrading a partition; walking it. */
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { systemClock } from '../../lib/clock.js';
import { Table, type Store } from '../../lib/store/contract.js';
import {
  openPartitionStore,
  type FormatStep,
  type OpenedStore,
  type OpenOptions,
} from '../../lib/store/format.js';
import { LmdbMedium } from '../../lib/store/lmdb.js';
import { readPartition } from '../../lib/store/reading.js';
import { MemoryDisk, MemoryStore } from '../../lib/store/memory.js';
import { firstTimeline } from '../../lib/timeline.js';
import { walk } from '../../lib/store/verify.js';
import { directoryOf } from '../fixture/directory.js';
import { Owner, row } from './conformance.js';

const identity = { storeId: 'store', partition: 1, partitions: 4 };
const settings = { clock: systemClock, reserveBytes: 0 };
const history = { timeline: firstTimeline('store'), past: [] };

async function opened(directory: string, options: Partial<OpenOptions> = {}): Promise<OpenedStore> {
  const result = await openPartitionStore(directory, { ...settings, ...options });
  if ('problem' in result) throw new Error(result.detail);
  return result;
}

t.test('a new partition says what it is; an open one is not made again', async (test) => {
  const directory = directoryOf(test);
  const first = await opened(directory, { create: identity, pageBytes: 4_096 });
  test.same(first.format, { ...identity, ...history, format: 1, pageBytes: 4_096 });
  test.same(first.store.applied(), { epoch: 0, sequence: 0 });
  await first.store.close();
  const again = await openPartitionStore(directory, { ...settings, create: identity });
  test.match(again, { problem: 'exists', detail: String, remedy: String });
  const second = await opened(directory);
  test.same(second.format, first.format);
  test.equal(second.upgradedFrom, undefined);
  await second.store.close();
});

t.test('nothing is made unless asked for', async (test) => {
  const directory = directoryOf(test, { file: 'text' });
  test.match(await openPartitionStore(directory, settings), { problem: 'missing' });
  test.match(await openPartitionStore(join(directory, 'none'), settings), { problem: 'missing' });
  // The making was cut short: an environment without its format row.
  const bare = join(directory, 'bare');
  mkdirSync(bare);
  await new LmdbMedium(bare, settings).close();
  test.match(await openPartitionStore(bare, settings), { problem: 'missing' });
  await (await opened(bare, { create: identity })).store.close();
});

t.test('files that LMDB would die of are refused before it gets them', async (test) => {
  const spoil: Record<string, (directory: string) => void> = {
    'something else': (directory) => writeFileSync(join(directory, 'data.mdb'), 'x'.repeat(40_000)),
    'a few bytes': (directory) => writeFileSync(join(directory, 'data.mdb'), 'x'),
    zeros: (directory) => writeFileSync(join(directory, 'data.mdb'), Buffer.alloc(40_000)),
    'one page': (directory) => truncateSync(join(directory, 'data.mdb'), 8_192),
    'cut short': (directory) => truncateSync(join(directory, 'data.mdb'), 16_384),
  };
  for (const [name, damage] of Object.entries(spoil)) {
    const directory = directoryOf(test);
    await (await opened(directory, { create: identity })).store.close();
    damage(directory);
    const refusal = await openPartitionStore(directory, settings);
    test.match(refusal, { problem: 'damaged', detail: /data\.mdb/, remedy: /backup/ }, name);
  }
  const directory = directoryOf(test, { 'data.mdb': {}, file: 'text' });
  test.match(await openPartitionStore(directory, settings), { problem: 'unusable' });
  const create = { ...settings, create: identity };
  test.match(await openPartitionStore(join(directory, 'none'), create), { problem: 'unusable' });
  test.match(await openPartitionStore(join(directory, 'file'), create), { problem: 'unusable' });
});

t.test('an unreadable format row is refused', async (test) => {
  for (const text of ['{', '[]', 'null', '{"format":1}']) {
    const directory = directoryOf(test);
    const medium = new LmdbMedium(directory, settings);
    medium.openTables(() => medium.putOwn('#format', Buffer.from(text)));
    await medium.close();
    test.match(await openPartitionStore(directory, settings), { problem: 'damaged' });
  }
});

/** Format 0 had its interactions in "object" and no row "made". */
const moveInteractions: FormatStep = {
  from: 0,
  run(writer) {
    for (const [key, value] of writer.range(Table.object, {})) {
      writer.put(Table.interaction, key, value);
      writer.delete(Table.object, key);
    }
  },
};
const addRow: FormatStep = {
  from: 1,
  run(writer) {
    writer.put(
      Table.meta,
      'interactions',
      Buffer.from(`${writer.range(Table.interaction, {}).length}`),
    );
  },
};

/** Reads of what the upgraded store holds. */
const contentsOf = (store: Store): unknown => ({
  object: store.count(Table.object),
  interactions: store.range(Table.interaction, {}).map(([key, value]) => [key, String(value)]),
  made: String(store.get(Table.meta, 'interactions')),
});

t.test('an older format is upgraded step by step, a newer one refused untouched', async (test) => {
  const directory = directoryOf(test);
  const old = await opened(directory, { create: identity, steps: { list: [], current: 0 } });
  await new Owner(old.store).append([row(Table.object, 'a', '1'), row(Table.object, 'b', '2')]);
  await old.store.close();

  const noPath = { list: [addRow], current: 2 };
  test.match(await openPartitionStore(directory, { ...settings, steps: noPath }), {
    problem: 'older',
  });

  const broken: FormatStep = {
    from: 1,
    run(writer) {
      writer.put(Table.meta, 'half', Buffer.from('done'));
      throw new Error('the power went');
    },
  };
  const cutShort = { list: [moveInteractions, broken], current: 2 };
  await test.rejects(openPartitionStore(directory, { ...settings, steps: cutShort }), /power/);

  const list = [moveInteractions, addRow];
  const upgraded = await opened(directory, { steps: { list, current: 2 } });
  test.equal(upgraded.upgradedFrom, 1, 'the whole step before the crash was kept');
  test.same(upgraded.format, {
    ...identity,
    ...history,
    format: 2,
    pageBytes: upgraded.format.pageBytes,
  });
  const wanted = {
    object: 0,
    interactions: [
      ['a', '1'],
      ['b', '2'],
    ],
    made: '2',
  };
  test.same(contentsOf(upgraded.store), wanted);
  test.equal(upgraded.store.get(Table.meta, 'half'), undefined, 'half a step was not');
  await upgraded.store.close();

  test.match(await openPartitionStore(directory, settings), {
    problem: 'newer',
    detail: /data format 2; this program knows 1/,
  });
  const still = await opened(directory, { steps: { list, current: 2 } });
  test.same(contentsOf(still.store), wanted);
  await still.store.close();
});

t.test('a walk counts, and hands every entry to the visitor', async (test) => {
  const { store } = await opened(directoryOf(test), { create: identity });
  const owner = new Owner(store);
  const keys = Array.from({ length: 1_000 }, (_, index) => `${index}`.padStart(4, '0'));
  await owner.append(keys.map((key) => row(Table.state, key, 'x')));
  await owner.append([row(Table.order, 'odd', 'wrong')]);
  const seen: string[] = [];
  const report = walk(store, (table, key, value) => {
    if (table === Table.state) seen.push(key);
    return String(value) === 'wrong' ? 'is wrong' : undefined;
  });
  test.same(seen, keys);
  test.same(report.problems, ['order: 6f6464: is wrong']);
  test.same(
    report.tables.find(({ table }) => table === 'state'),
    { table: 'state', entries: 1_000, bytes: 5_000 },
  );
  await store.close();
});

t.test('a walk finds disorder, lost entries and wrong counts', async (test) => {
  const store = new MemoryStore(new MemoryDisk());
  await new Owner(store).append(['a', 'b', 'c'].map((key) => row(Table.state, key, key)));
  const lying = {
    get: () => undefined,
    range: (...[table, options]: Parameters<Store['range']>) =>
      store.range(table, options).map((entry, index, all) => (index === 1 ? all[0]! : entry)),
    count: () => 4,
  };
  const { problems } = walk(lying);
  test.ok(problems.includes('state: 61 is behind 61'));
  test.ok(problems.includes('state: 61 is not found by its key'));
  test.ok(problems.includes('state: 3 entries were read, 4 counted'));
});

t.test('the row of the last write set is of the store, its timeline and no log', async (test) => {
  const spoil: Record<string, { change: (row: Buffer) => Uint8Array; says: RegExp }> = {
    'another timeline': {
      change: (row) => row.fill(0xab, 24, 32),
      says: /last write set is of timeline abababababababab, and it is in [0-9a-f]{16}\./,
    },
    'a position in a log': { change: (row) => row.fill(1, 32, 33), says: /a position in a log/ },
    'a hash of a log': { change: (row) => row.fill(1, 71, 72), says: /a position in a log/ },
    'another length': { change: (row) => row.subarray(0, 24), says: /write set has 24 bytes/ },
  };
  for (const [name, { change, says }] of Object.entries(spoil)) {
    const directory = directoryOf(test);
    const { store, medium } = await opened(directory, { create: identity });
    const row = Buffer.from(medium.getOwn('#applied')!);
    medium.transaction(() => medium.putOwn('#applied', change(row)));
    await store.close();
    const refusal = await openPartitionStore(directory, settings);
    test.match(refusal, { problem: 'damaged', detail: says, remedy: /backup/ }, name);
    test.match(await readPartition(directory, {}), { problem: 'damaged', detail: says }, name);
  }
});

t.test('a partition is not taken for another, nor its pages for others', async (test) => {
  const directory = directoryOf(test);
  await (await opened(directory, { create: identity, pageBytes: 4_096 })).store.close();
  for (const wanted of [
    { ...identity, storeId: 'other' },
    { ...identity, partition: 2 },
    { ...identity, partitions: 8 },
  ]) {
    const words = `partition ${wanted.partition} of ${wanted.partitions} of store ${wanted.storeId}`;
    test.match(await openPartitionStore(directory, { ...settings, identity: wanted }), {
      problem: 'foreign',
      detail: new RegExp(`holds partition 1 of 4 of store store, .*wants ${words}`),
    });
  }
  const medium = new LmdbMedium(directory, settings);
  const format = { format: 1, pageBytes: 8_192, ...identity, ...history };
  medium.openTables(() => medium.putOwn('#format', Buffer.from(JSON.stringify(format))));
  await medium.close();
  test.match(await openPartitionStore(directory, settings), {
    problem: 'damaged',
    detail: /pages of 4096 bytes, and its format row says 8192/,
  });
});
