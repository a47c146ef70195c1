/** The clock of a partition, and how long its events are kept. */
import t from 'tap';
import { EventFrames } from '../../lib/host/event-frames.js';
import { EventChunk } from '../../lib/host/event-chunk.js';
import { eventFilter } from '../../lib/host/event-filter.js';
import type { Clock } from '../../lib/clock.js';
import { IdentifierSource } from '../../lib/interaction/identifier.js';
import { readPackedEventRows } from '../../lib/partition/ledger/outbox.js';
import { PartitionTime } from '../../lib/partition/ledger/partition-time.js';
import { Turn } from '../../lib/partition/turn.js';
import { messageByName } from '../../lib/protocol/registry.js';
import { frameLength, readHeader } from '../../lib/protocol/frame.js';
import { MemoryDisk, MemoryStore } from '../../lib/store/memory.js';
import { Rig, op, queueIn, sessionOf } from './support.js';
import { Table } from '../../lib/store/contract.js';

const media = sessionOf('mail', 'MediaServer');

/** A clock whose two hands a test moves; each start of a process begins its monotonic time anew. */
function handClock(): Clock & { wallMs: number; sinceStartMs: number } {
  return {
    wallMs: 1_000_000,
    sinceStartMs: 500,
    nowMs() {
      return this.wallMs;
    },
    monotonicMs() {
      return this.sinceStartMs;
    },
    setTimer: () => ({ cancel: () => {} }),
  };
}

t.test('partition time never goes back, over restarts and jumps of the wall clock', async (t) => {
  const disk = new MemoryDisk();
  const clock = handClock();
  let sequence = 0;
  let latestMs = 0;
  let latestId = '';
  for (const jumpMs of [0, -500_000, 0, 3, -1, 700_000, -699_000]) {
    clock.wallMs += jumpMs;
    clock.sinceStartMs = 0;
    const store = new MemoryStore(disk);
    const time = new PartitionTime(clock, store);
    const identifiers = new IdentifierSource(0);
    for (const stepMs of [0, 400, 0, 900, 2_500, 1]) {
      clock.sinceStartMs += stepMs;
      clock.wallMs += stepMs;
      const turn = new Turn(store, time.nowMs());
      t.ok(turn.nowMs >= latestMs, `${turn.nowMs} after ${latestMs}`);
      const id = identifiers.next(turn.nowMs);
      t.ok(id > latestId, `${id} after ${latestId}`);
      [latestMs, latestId] = [turn.nowMs, id];
      time.lease(turn);
      if (turn.size > 0) await store.append(turn.seal(0, 1, ++sequence));
    }
  }
});

t.test('rebuilding a partition a thousand times does not put its time ahead', async (t) => {
  const clock = handClock();
  const store = new MemoryStore();
  const time = new PartitionTime(clock, store);
  let latestId = '';
  for (let rebuilt = 1; rebuilt <= 1_000; rebuilt++) {
    time.resume(store);
    const turn = new Turn(store, time.nowMs());
    const id = new IdentifierSource(0).next(turn.nowMs);
    t.ok(id > latestId, 'no identifier is made twice');
    latestId = id;
    time.lease(turn);
    if (turn.size > 0) await store.append(turn.seal(0, 1, rebuilt));
  }
  t.equal(time.nowMs(), 1_000_000 + 1_000, 'a millisecond each');
});

const submit = op.submit(queueIn(0));
const oldest = (rig: Rig): number => rig.world.partition(0).core.outbox.oldestSequence();

t.test('events are kept for a time', async (t) => {
  const rig = await Rig.start({ sessions: [media], settings: { eventRetentionMs: 100_000 } });
  for (let count = 0; count < 40; count++) await rig.ask(media, submit);
  t.equal(oldest(rig), 1, 'all are kept');
  await rig.pass(100_001);
  for (let count = 0; count < 33; count++) await rig.ask(media, submit);
  const first = oldest(rig);
  t.ok(first > 1 && first <= 41, `kept from ${first} on`);
  for (let count = 0; count < 70; count++) await rig.ask(media, submit);
  t.equal(oldest(rig), 41, 'those of before are gone, all others kept');
  await rig.world.kill();
  await rig.ask(media, submit);
  t.equal(rig.world.partition(0).core.outbox.lastSequence, 40 + 33 + 70 + 1, 'the count goes on');
  t.strictSame(rig.world.faults(), []);
});

t.test('events are kept up to a size', async (t) => {
  const eventRetentionBytes = 20_000;
  const rig = await Rig.start({ sessions: [media], settings: { eventRetentionBytes } });
  const keptBytes = (): number => {
    const rows = rig.world.partition(0).core.store.range(Table.outbox, {});
    return rows.reduce((sum, [, { length }]) => sum + length, 0);
  };
  for (let count = 0; count < 600; count++) await rig.ask(media, submit);
  const rowBytes = keptBytes() / (601 - oldest(rig));
  t.ok(keptBytes() < eventRetentionBytes + 33 * rowBytes, 'trimmed each so many rows');
  t.ok(keptBytes() > eventRetentionBytes - rowBytes, 'and not more than that');
});

/** Names and, of gaps, nothing more, of what a subscriber gets. */
function readFrom(rig: Rig, nextSequence: number): { events: number; gaps: number } {
  const { store, outbox } = rig.world.partition(0).core;
  const frames = new EventFrames(0, (sequence, count) =>
    readPackedEventRows(store, sequence, count),
  );
  const chunk = new EventChunk({ bytes: 1e9, events: 1e9 });
  const all = eventFilter(undefined, undefined);
  chunk.pack(frames, nextSequence, outbox.lastSequence, all, 1e9);
  const got = { events: 0, gaps: 0 };
  const gap = messageByName('EventGap').number;
  for (let at = 0; at < chunk.length; at += frameLength(chunk.buffer, at)) {
    if (readHeader(chunk.buffer, at).message === gap) got.gaps++;
    else got.events++;
  }
  return got;
}

t.test('a reader past the retention gets a gap, then what there is', async (t) => {
  const rig = await Rig.start({ sessions: [media], settings: { eventRetentionMs: 1_000 } });
  for (let count = 0; count < 10; count++) await rig.ask(media, submit);
  t.strictSame(readFrom(rig, 1), { events: 10, gaps: 0 });
  await rig.pass(5_000);
  for (let count = 0; count < 40; count++) await rig.ask(media, submit);
  const { lastSequence } = rig.world.partition(0).core.outbox;
  const kept = lastSequence - oldest(rig) + 1;
  t.ok(kept < lastSequence, 'some are gone');
  t.strictSame(readFrom(rig, 1), { events: kept, gaps: 1 });
  t.strictSame(readFrom(rig, oldest(rig)), { events: kept, gaps: 0 });
  t.strictSame(readFrom(rig, lastSequence + 1), { events: 0, gaps: 0 });
});
