/**
 * LMDB works by the newer of its two meta pages: what is not so there is damage, and what the other
 * one says of its roots is nobody's.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { systemClock } from '../../lib/clock.js';
import { Table } from '../../lib/store/contract.js';
import { openPartitionStore } from '../../lib/store/format.js';
import { LmdbMedium, pageBytesDefault } from '../../lib/store/lmdb.js';
import { readPartition } from '../../lib/store/reading.js';
import { walk } from '../../lib/store/verify.js';
import { directoryOf } from '../fixture/directory.js';
import { Owner, row } from './conformance.js';

const settings = { clock: systemClock, reserveBytes: 0 };
const identity = { storeId: 'store', partition: 0, partitions: 1 };
/** Where things are in a meta page (liblmdb). */
const at = { freeRoot: 88, root: 136, lastPage: 144, transaction: 152 };

/** The meta pages of a file, as views of its bytes. */
function metasOf(bytes: Buffer): { newest: Buffer; other: Buffer } {
  const [even, odd] = [bytes, bytes.subarray(pageBytesDefault)] as [Buffer, Buffer];
  const numbers = [even, odd].map((page) => page.readBigUInt64LE(at.transaction));
  return numbers[0]! >= numbers[1]! ? { newest: even, other: odd } : { newest: odd, other: even };
}

/** A closed store of so many transactions, its bytes changed. */
async function changed(
  test: Test,
  transactions: number,
  change: (metas: { newest: Buffer; other: Buffer }, bytes: Buffer) => void,
): Promise<string> {
  const directory = directoryOf(test);
  const made = await openPartitionStore(directory, { ...settings, create: identity });
  if ('problem' in made) throw new Error(made.detail);
  await made.store.close();
  for (let number = 0; number < transactions; number++) {
    const medium = new LmdbMedium(directory, settings);
    medium.openTables(() => medium.put(Table.state, `row ${number}`, Buffer.from('x')));
    await medium.close();
  }
  const file = join(directory, 'data.mdb');
  const bytes = readFileSync(file);
  change(metasOf(bytes), bytes);
  writeFileSync(file, bytes);
  return directory;
}

for (const transactions of [1, 2]) {
  t.test(
    `an older meta page with roots of a failed commit is passed over, ${transactions}`,
    async (test) => {
      const directory = await changed(test, transactions, ({ newest, other }) => {
        // As LMDB leaves it: roots of the transaction that failed, all else of the one before.
        other.writeBigUInt64LE(newest.readBigUInt64LE(at.lastPage) + 3n, at.root);
        other.writeBigUInt64LE(newest.readBigUInt64LE(at.lastPage) + 4n, at.freeRoot);
      });
      const reading = await readPartition(directory, {});
      if ('problem' in reading) throw new Error(reading.detail);
      test.equal(reading.reader.count(Table.state), transactions);
      await reading.close();
      const opened = await openPartitionStore(directory, settings);
      if ('problem' in opened) throw new Error(opened.detail);
      const { store } = opened;
      test.equal(await new Owner(store).append([row(Table.state, 'more', 'x')]), 'durable');
      await store.settle();
      test.equal(store.count(Table.state), transactions + 1);
      test.same(walk(store).problems, []);
      await store.close();
    },
  );
}

t.test('the first commit of a file failed: LMDB makes it from the beginning', async (test) => {
  const directory = directoryOf(test);
  await new LmdbMedium(directory, settings).close();
  const file = join(directory, 'data.mdb');
  const bytes = readFileSync(file);
  const { other } = metasOf(bytes);
  test.same(
    [bytes, other].map((page) => page.readBigUInt64LE(at.transaction)),
    [0n, 0n],
  );
  other.writeBigUInt64LE(2n, at.root);
  writeFileSync(file, bytes);
  test.match(await openPartitionStore(directory, settings), { problem: 'missing' });
  const made = await openPartitionStore(directory, { ...settings, create: identity });
  if ('problem' in made) throw new Error(made.detail);
  test.same(walk(made.store).problems, []);
  await made.store.close();
});

t.test('what the newer meta page says must be so', async (test) => {
  const says = /first pages contradict themselves/;
  const beyond = (page: Buffer): bigint => page.readBigUInt64LE(at.lastPage) + 1n;
  const isNone = /page \d+, where its tables begin, is none/;
  const spoil: Record<string, { change: Parameters<typeof changed>[2]; says: RegExp }> = {
    'a root behind the last page': {
      change: ({ newest }) => newest.writeBigUInt64LE(beyond(newest), at.root),
      says,
    },
    'free pages behind the last page': {
      change: ({ newest }) => newest.writeBigUInt64LE(beyond(newest), at.freeRoot),
      says,
    },
    'a root that is a meta page': {
      change: ({ newest }) => newest.writeBigUInt64LE(1n, at.root),
      says,
    },
    'a transaction that the other page has': {
      change: ({ newest }) =>
        newest.writeBigUInt64LE(newest.readBigUInt64LE(at.transaction) + 1n, at.transaction),
      says,
    },
    'a page of the root that is another': {
      change: ({ newest }, bytes) =>
        bytes.writeUInt8(0xff, Number(newest.readBigUInt64LE(at.root)) * pageBytesDefault),
      says: isNone,
    },
    'a page of the free pages that is another': {
      change: ({ newest }, bytes) =>
        bytes.writeUInt8(0xff, Number(newest.readBigUInt64LE(at.freeRoot)) * pageBytesDefault),
      says: isNone,
    },
    'a newest page that is not a meta page': {
      change: ({ newest }) => newest.writeUInt16LE(2, 18),
      says: /is not an LMDB file/,
    },
  };
  for (const [name, { change, says: words }] of Object.entries(spoil)) {
    const directory = await changed(test, 3, change);
    const refusal = { problem: 'damaged', detail: words, remedy: /backup/ };
    test.match(await openPartitionStore(directory, settings), refusal, name);
    test.match(await readPartition(directory, {}), refusal, `${name}, for reading`);
  }
});
