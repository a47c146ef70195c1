/**
 * Damage of a journal is found, whatever it is that was damaged: a partition opens with all that
 * was acknowledged, or it is refused.
 */
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import t, { type Test } from 'tap';
import { seededRandom, systemClock } from '../../lib/clock.js';
import { Table } from '../../lib/store/contract.js';
import { openPartitionStore } from '../../lib/store/format.js';
import type { OpenRefusal } from '../../lib/store/open-refusal.js';
import type { PartitionIdentity } from '../../lib/store/identity.js';
import { areaBytes, areas, journalBytes } from '../../lib/store/journal-reading.js';
import { directoryOf } from '../fixture/directory.js';
import { Owner, row } from './conformance.js';

const identity = { storeId: 'test', partition: 0, partitions: 1 };
const slotBytes = 4_096;
const headerStart = areas * areaBytes;
/** Nothing is checkpointed because of time. */
const clock = { ...systemClock, setTimer: () => ({ cancel: () => undefined }) };
const settings = { clock, reserveBytes: 0 };
const seedOfRun = process.env['IXION_SEED'];
const seed = seedOfRun === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(seedOfRun);

t.setTimeout(120_000);

async function made(directory: string, as: PartitionIdentity = identity): Promise<Owner> {
  const result = await openPartitionStore(directory, { ...settings, create: as });
  if ('problem' in result) throw new Error(result.detail);
  const owner = new Owner(result.store);
  await owner.append([row(Table.meta, 'first', 'x')]);
  await result.store.settle();
  return owner;
}

/** What a kill would leave, in a directory of its own. */
function killed(top: string, directory: string): string {
  const copy = mkdtempSync(join(top, 'killed-'));
  for (const name of ['data.mdb', 'journal']) copyFileSync(join(directory, name), join(copy, name));
  return copy;
}

/** Number of states in the store, or why it is refused. */
async function statesOf(directory: string): Promise<number | OpenRefusal> {
  const result = await openPartitionStore(directory, { ...settings, identity });
  if ('problem' in result) return result;
  const count = result.store.range(Table.state, {}).length;
  await result.store.close();
  return count;
}

function spoil(directory: string, damage: (journal: Buffer) => void): void {
  const file = join(directory, 'journal');
  const journal = readFileSync(file);
  damage(journal);
  writeFileSync(file, journal);
}

const turn = (position: number, bit: number) => (journal: Buffer) => {
  journal[position]! ^= 1 << bit;
};

/** A store with so many sets in its journal, of one slot each, as a kill would leave it. */
async function withSets(t: Test, count: number): Promise<{ top: string; files: string }> {
  const top = directoryOf(t, { store: {} });
  const owner = await made(join(top, 'store'));
  for (let set = 0; set < count; set += 1) {
    await owner.append([row(Table.state, `${set}`.padStart(4, '0'), 'x'.repeat(500))]);
  }
  const files = killed(top, join(top, 'store'));
  await owner.store.close();
  return { top, files };
}

t.test('one bit turned in any record: refused, naming file, byte and write set', async (t) => {
  const { top, files } = await withSets(t, 12);
  for (const set of [0, 4, 11]) {
    for (const at of [0, 4, 9, 17, 30, 41, 60, 300]) {
      const copy = killed(top, files);
      spoil(copy, turn(set * slotBytes + at, at % 8));
      const found = await statesOf(copy);
      t.match(
        found,
        { problem: 'damaged', detail: new RegExp(`journal is damaged: .*${set * slotBytes}`) },
        `byte ${at} of record ${set}: ${JSON.stringify(found)}`,
      );
      rmSync(copy, { recursive: true });
    }
  }
});

t.test('any bit of the file turned: all that was acknowledged, or refused', async (t) => {
  t.comment(`IXION_SEED=${seed}`);
  const random = seededRandom(seed);
  const sets = 40;
  const { top, files } = await withSets(t, sets);
  const spots = [
    ...Array.from({ length: 40 }, () => Math.floor(random.fraction() * sets * slotBytes)),
    ...Array.from({ length: 10 }, () => Math.floor(random.fraction() * journalBytes)),
    ...Array.from({ length: 20 }, (_, index) => headerStart + 3 * index),
  ];
  let refused = 0;
  for (const position of spots) {
    const copy = killed(top, files);
    spoil(copy, turn(position, Math.floor(random.fraction() * 8)));
    const found = await statesOf(copy);
    if (typeof found !== 'number') refused += 1;
    const isFine = found === sets || (typeof found !== 'number' && found.problem === 'damaged');
    if (!isFine) t.fail(`byte ${position}: ${JSON.stringify(found)} (IXION_SEED=${seed})`);
    rmSync(copy, { recursive: true });
  }
  t.ok(refused > 10, `${refused} of ${spots.length} refused`);
});

t.test('a record that is gone as a whole, with others behind it', async (t) => {
  const { top, files } = await withSets(t, 12);
  for (const [from, to] of [
    [0, 1],
    [3, 4],
    [0, 11],
    [5, 9],
    [10, 11],
  ] as const) {
    const copy = killed(top, files);
    spoil(copy, (journal) => journal.fill(0, from * slotBytes, to * slotBytes));
    t.match(
      await statesOf(copy),
      {
        problem: 'damaged',
        detail: new RegExp(
          `cannot be read.* at byte ${from * slotBytes}|expected at byte ${from * slotBytes}`,
        ),
      },
      `records ${from} to ${to - 1}`,
    );
  }
  const copy = killed(top, files);
  spoil(copy, (journal) => journal.fill(0, 11 * slotBytes + 700, 12 * slotBytes));
  t.equal(await statesOf(copy), 12, 'what fills the last slot does not matter');
  spoil(copy, (journal) => journal.fill(0, 11 * slotBytes, 12 * slotBytes));
  t.equal(await statesOf(copy), 12, 'LMDB has it by now');
});

t.test('the newest record cut short is what a crash leaves: silent', async (t) => {
  const { top, files } = await withSets(t, 12);
  for (const kept of [0, 3, 57, 300]) {
    const copy = killed(top, files);
    spoil(copy, (journal) => journal.fill(0, 11 * slotBytes + kept, 12 * slotBytes));
    t.equal(await statesOf(copy), 11, `${kept} bytes of it`);
    t.equal(await statesOf(copy), 11, 'the same again');
  }
});

t.test('a journal that is missing, empty, cut or of another store', async (t) => {
  const { top, files } = await withSets(t, 5);
  const other = join(top, 'other');
  const strangers: [PartitionIdentity, RegExp][] = [
    [
      { ...identity, storeId: 'elsewhere' },
      /partition 0 of 1 of store elsewhere, and .*store test/,
    ],
    [{ ...identity, partition: 1, partitions: 2 }, /partition 1 of 2 of store test, and/],
    [identity, /is journal [0-9a-f]{16}, and data\.mdb beside it wants [0-9a-f]{16}/],
  ];
  for (const [as, words] of strangers) {
    rmSync(other, { recursive: true, force: true });
    mkdirSync(other);
    await (await made(other, as)).store.close();
    const copy = killed(top, files);
    copyFileSync(join(other, 'journal'), join(copy, 'journal'));
    t.match(await statesOf(copy), { problem: 'damaged', detail: words }, JSON.stringify(as));
  }
  const cuts: [(path: string) => void, RegExp][] = [
    [(path) => rmSync(path), /journal is missing/],
    [(path) => truncateSync(path, 0), /journal is empty/],
    [(path) => truncateSync(path, 10_000), /was cut short: 10000 of \d+ bytes/],
    [(path) => truncateSync(path, journalBytes - slotBytes), /was cut short/],
  ];
  for (const [cut, words] of cuts) {
    const copy = killed(top, files);
    cut(join(copy, 'journal'));
    t.match(await statesOf(copy), { problem: 'damaged', detail: words, remedy: /backup/ });
  }
});

/** Changes the header as a program would that writes others: its checksum is right. */
const rewriteHeader = (change: (header: Buffer) => void) => (journal: Buffer) => {
  const header = journal.subarray(headerStart);
  change(header);
  header.writeUInt32LE(crc32(header.subarray(8, header.readUInt16LE(8))), 4);
};

/** The same of the record that begins there. */
const rewriteRecord = (start: number, change: (record: Buffer) => void) => (journal: Buffer) => {
  const record = journal.subarray(start);
  change(record);
  record.writeUInt32LE(crc32(record.subarray(8, record.readUInt32LE(8))), 4);
};

t.test('what another program has written is refused, and not changed', async (t) => {
  const { top, files } = await withSets(t, 5);
  const third = 2 * slotBytes;
  const strangers: [string, (journal: Buffer) => void, RegExp][] = [
    [
      'a header of another format',
      rewriteHeader((header) => header.writeUInt16LE(2, 10)),
      /journal has format 2; this program knows 1\./,
    ],
    [
      'a record of another timeline',
      rewriteRecord(third, (record) => record.fill(0xab, 56, 64)),
      /write set 4 at byte 8192 is of timeline (ab){8}, and the store is in [0-9a-f]{16}/,
    ],
    [
      'a record with a position in a log',
      rewriteRecord(third, (record) => record.writeDoubleLE(7, 64)),
      /write set 4 at byte 8192 has a position in a log/,
    ],
    [
      'a record with a hash of a log, of which the last byte alone is not zero',
      rewriteRecord(third, (record) => record.writeUInt8(1, 103)),
      /write set 4 at byte 8192 has a position in a log/,
    ],
  ];
  for (const [name, change, words] of strangers) {
    const copy = killed(top, files);
    spoil(copy, change);
    const before = readFileSync(join(copy, 'journal'));
    for (const attempt of ['refused', 'and again']) {
      const found = await statesOf(copy);
      t.match(
        found,
        { problem: 'damaged', detail: words, remedy: /backup/ },
        `${name}: ${attempt}`,
      );
    }
    t.ok(before.equals(readFileSync(join(copy, 'journal'))), `${name}: it is as it was`);
  }
  const copy = killed(top, files);
  spoil(
    copy,
    rewriteRecord(third, () => undefined),
  );
  t.equal(await statesOf(copy), 5, 'what is written anew as it was is taken');
});

t.test('files of the same partition from different times', async (t) => {
  const { top, files: first } = await withSets(t, 5);
  const reopened = await openPartitionStore(first, settings);
  if ('problem' in reopened) throw new Error(reopened.detail);
  const early = killed(top, first);
  const owner = new Owner(reopened.store);
  for (const name of ['x', 'y', 'z']) await owner.append([row(Table.state, name, 'v')]);
  t.ok(await reopened.store.checkpoint());
  const late = killed(top, first);
  await reopened.store.close();

  const oldJournal = killed(top, late);
  copyFileSync(join(early, 'journal'), join(oldJournal, 'journal'));
  t.match(await statesOf(oldJournal), {
    problem: 'damaged',
    detail: /journal is older than data\.mdb beside it/,
  });
  const oldData = killed(top, first);
  copyFileSync(join(early, 'data.mdb'), join(oldData, 'data.mdb'));
  t.match(await statesOf(oldData), {
    problem: 'damaged',
    detail: /journal is newer than data\.mdb beside it/,
  });
  t.equal(await statesOf(late), 8);
});
