/**
 * Rows of a partition are read as they were written, or refused in words that say what is wrong.
 */
import { Packr } from 'msgpackr';
import t from 'tap';
import { KeyedKind } from '../../lib/interaction/keyed-result.js';
import { encodeEvents } from '../../lib/interaction/event-row-writer.js';
import { eventOfServer, EventNumber } from '../../lib/interaction/event.js';
import { ConsistencyCheck } from '../../lib/partition/consistency-check.js';
import {
  decodeGone,
  decodeTaken,
  decodeTransit,
  encodeGone,
  encodeTaken,
  encodeTransit,
} from '../../lib/partition/rows/hand-offs.js';
import { decodeErasure, encodeErasure } from '../../lib/partition/rows/erased.js';
import {
  decodePosition,
  encodePosition,
  positionKey,
  readerOfPositionKey,
} from '../../lib/partition/rows/positions.js';
import { IndexKind, IndexState } from '../../lib/partition/rows/index-row.js';
import { moveKey } from '../../lib/partition/rows/keys.js';
import { Registry, registryKey } from '../../lib/partition/rows/registry.js';
import { packQueues } from '../../lib/partition/rows/queue-list.js';
import { checkRetryRow, encodeRetryRow } from '../../lib/partition/rows/retry-row.js';
import type { QueueEntry } from '../../lib/queue/entry.js';
import { Table, type Change } from '../../lib/store/contract.js';
import { u32Key, u64Key } from '../../lib/store/keys.js';
import { MemoryDisk, MemoryStore } from '../../lib/store/memory.js';
import { walk } from '../../lib/store/verify.js';
import type { History } from '../../lib/timeline.js';
import { Owner } from '../store/conformance.js';

const now = 'aaaaaaaaaaaaaaaa';
const before = 'bbbbbbbbbbbbbbbb';
const history: History = {
  timeline: { id: now, count: 2 },
  past: [{ id: before, lastSequence: 4 }],
};

const position = { timeline: now, sequence: 2 ** 40, timeMs: 1_800_000_000_000 };
const erasure = { timeMs: 1_800_000_000_000, lastSequence: 2 ** 40 };
const gone = {
  type: 'gone',
  id: 'i.1',
  move: 3,
  from: 2,
  submittedBy: 'mail',
  results: [
    {
      clientName: 'mail',
      requestKey: '\u00ff\u0000abcdefghijklmn',
      kind: KeyedKind.stop,
      digest: -5,
    },
  ],
} as const;

const results = [
  { clientName: 'mail', key: Buffer.alloc(16, 1), kind: KeyedKind.submit, digest: -7, ids: ['a'] },
  {
    clientName: 'mail',
    key: Buffer.alloc(16, 2),
    kind: KeyedKind.pull,
    digest: 9,
    ids: ['b', 'c'],
  },
  { clientName: 'ann', key: Buffer.alloc(16, 3), kind: KeyedKind.stop, digest: 0, ids: [] },
];
const retryHead = { servedMs: 5_000, count: 3, floorMs: 0, seed: -77 };
const retryRow = (bytesBefore = 0, head = retryHead): Buffer =>
  Buffer.from(encodeRetryRow(head, bytesBefore, results, [1, -2, 3]));

/** Rows by what they are, and what reads them. */
const readers: Record<string, [row: Buffer, read: (row: Buffer) => unknown]> = {
  position: [encodePosition(position), decodePosition],
  erasure: [encodeErasure(erasure), decodeErasure],
  'result row': [retryRow(), checkRetryRow],
};

t.test('rows are read as they were written', async (t) => {
  t.strictSame(decodePosition(encodePosition(position)), position);
  t.equal(readerOfPositionKey(positionKey('sink \u00e9')), 'sink \u00e9');
  t.strictSame(decodeErasure(encodeErasure(erasure)), erasure);
  t.strictSame(decodeGone(encodeGone(gone)), gone);
  t.equal(decodeTaken(encodeTaken(63)), 63);
  t.match(checkRetryRow(retryRow(100)), { ...retryHead, bytes: 100 + retryRow().length });
});

t.test('an offer keeps its bytes and leaves out what it has not', async (t) => {
  const offer = {
    type: 'offer',
    id: 'i.1',
    move: 1,
    source: 0,
    row: Uint8Array.of(1, 2, 3),
    events: Uint8Array.of(),
    birth: true,
    submittedBy: 'mail',
    servedMs: 1_234,
  } as const;
  const row = encodeTransit({ target: 3, offer: { ...offer, relocation: undefined } });
  t.strictSame(decodeTransit(row), { target: 3, offer });
});

t.test('an unknown version, a cut and an excess are refused', async (t) => {
  for (const [name, [row, read]] of Object.entries(readers)) {
    read(row);
    const newer = Buffer.from(row);
    newer[0] = 2;
    t.throws(() => read(newer), /of unknown version/, name);
    for (let length = 0; length < row.length; length++) {
      t.throws(() => read(row.subarray(0, length)), { name: 'AssertionError' }, name);
    }
    t.throws(() => read(Buffer.concat([row, Buffer.of(0)])), { name: 'AssertionError' }, name);
  }
  const newer = Buffer.from(encodeTaken(1));
  newer[1] = 2;
  t.throws(() => decodeTaken(newer), /of unknown version 2/);
});

/** What verify says of a store of these rows. */
async function faultsOf(changes: Change[]): Promise<readonly string[]> {
  const store = new MemoryStore(new MemoryDisk());
  await new Owner(store).append(changes);
  return walk(store, new ConsistencyCheck(store, 0, 1, history).visit).problems;
}

const put = (table: Table, key: string, value: Uint8Array): Change => ({ table, key, value });
const eventsAt = (firstSequence: number, timeline: string): Change => {
  const event = { event: EventNumber.ServerStopping, who: 'ann', details: {} } as const;
  const row = encodeEvents([eventOfServer(event)], { timeline, firstSequence, timeMs: 1 });
  return put(Table.outbox, u64Key(firstSequence), Uint8Array.from(row));
};

t.test('verify says what is wrong with a row', async (t) => {
  const sound = [
    eventsAt(4, before),
    eventsAt(5, now),
    put(Table.retry, u64Key(1), retryRow()),
    put(Table.retry, u64Key(2), retryRow(retryRow().length, { ...retryHead, count: 6 })),
    put(Table.gone, moveKey('i.1', 3), encodeGone(gone)),
    put(Table.taken, moveKey('i.2', 1), encodeTaken(1)),
    put(Table.position, positionKey('log'), encodePosition({ ...position, sequence: 5 })),
    put(Table.erased, 'i.9', encodeErasure(erasure)),
  ];
  t.strictSame(await faultsOf(sound), []);
  const cut = sound.map(({ table, key, value }) => put(table, key, value!.subarray(0, -1)));
  const said = (await faultsOf(cut)).join('\n');
  for (const part of [
    /outbox: \w+: cannot be decoded: (event 0 of )?a row of events/,
    /retry: \w+: cannot be decoded: a retry row ends inside/,
    /gone: \w+: cannot be decoded: the bytes end inside an item/,
    /taken: \w+: cannot be decoded: the bytes end inside an item/,
    /position: \w+: cannot be decoded: a position row has 24 bytes/,
    /erased: \w+: cannot be decoded: an erasure row has 16 bytes/,
  ]) {
    t.match(said, part);
  }
  t.strictSame(await faultsOf([eventsAt(4, now)]), [
    `outbox: ${'0'.repeat(15)}4: event 4 is of timeline ${now}, and not of ${before}`,
  ]);
  t.match((await faultsOf([eventsAt(4, before), eventsAt(6, now)])).join(), /events from 5 on/);
  t.match(
    (
      await faultsOf([
        put(Table.retry, u64Key(1), retryRow()),
        put(Table.retry, u64Key(2), retryRow()),
      ])
    ).join(),
    /retry: \w+2: it does not continue the row of results before it/,
  );
  t.match(
    (await faultsOf([put(Table.gone, moveKey('i.1', 4), encodeGone(gone))])).join(),
    /another/,
  );
  const ahead = put(Table.position, 'log', encodePosition(position));
  t.match(
    (await faultsOf([eventsAt(5, now), ahead])).join(),
    /come to event 1099511627776, .* is 5/,
  );
});

t.test('verify names a row that it needs from its start, and goes on', async (t) => {
  const ownOrder = (number: number): [string, Buffer] => [
    registryKey(Registry.indexes) + u32Key(7) + u32Key(number),
    Buffer.of(1, IndexState.live, IndexKind.ownOrder),
  ];
  const [key, row] = ownOrder(1);
  const highest = put(Table.registry, registryKey(Registry.indexes), Buffer.of(1, 0, 0, 0, 2));
  t.strictSame(await faultsOf([highest, put(Table.registry, key, row)]), []);
  const newer = Buffer.of(9, IndexState.live, IndexKind.ownOrder);
  t.match(
    (await faultsOf([highest, put(Table.registry, key, newer)])).join(),
    /registry: 020000000700000001: cannot be decoded: index row of unknown version/,
  );
  const two = [1, 2].map((number) => put(Table.registry, ...ownOrder(number)));
  t.match((await faultsOf([highest, ...two])).join(), /registry: \w+1: its queue has another own/);
  for (const [name, bytes] of Object.entries({ sequence: 8, time: 24 })) {
    const meta = (length: number): Change => put(Table.meta, name, Buffer.alloc(length));
    t.strictSame(await faultsOf([meta(bytes)]), []);
    const said = await faultsOf([meta(bytes - 1)]);
    t.match(said, [new RegExp(`meta: \\w+: it has ${bytes - 1} bytes and not ${bytes}`)]);
  }
});

t.test('verify decodes the list of queues', async (t) => {
  const queue = { number: 7, name: 'q', businessProcess: 'b', partition: 0 };
  const listed = (queues: readonly QueueEntry[]): Change =>
    put(Table.object, `queues\0${u32Key(1)}${u32Key(0)}`, packQueues(queues)[0]!);
  const highest = put(Table.registry, registryKey(Registry.queues), Buffer.of(1, 0, 0, 0, 7));
  const head = (value: unknown): Change =>
    put(Table.object, 'queues', Uint8Array.from(new Packr({ useRecords: false }).pack(value)));
  const list = { version: 1, closing: [] };
  t.strictSame(await faultsOf([highest, head(list), listed([queue])]), []);
  const later = { ...queue, number: 8 };
  t.strictSame(await faultsOf([highest, listed([later])]), [], 'what does not count may be newer');
  for (const [rows, says] of [
    [[head(list), listed([later])], /number 8 of a queue was never given/],
    [[head(list), listed([{ ...queue, number: 0 }])], /a queue has no number/],
    [[head(list), listed([{ ...queue, name: '' }])], /queue number 7 has no name/],
    [[head(list), listed([{ ...queue, partition: 1 }])], /lives in no partition of this store/],
    [[head({ version: 1 }), listed([queue])], /it is not the head of a list/],
    [[head(list), put(Table.object, 'queues\0x', Buffer.of(1))], /has such a key/],
    [[put(Table.object, `queues\0${u32Key(1)}${u32Key(0)}`, Buffer.of(0x93))], /cannot be decoded/],
  ] as const) {
    t.match((await faultsOf([highest, ...rows])).join(), says);
  }
});
