/**
 * Readers of events share what is read and made for them, and give their partition back in time.
 */
import t from 'tap';
import { EventChunk, type ChunkLimits } from '../../lib/host/event-chunk.js';
import { eventFilter, type EventFilter } from '../../lib/host/event-filter.js';
import { EventFrames } from '../../lib/host/event-frames.js';
import { Lap } from '../../lib/host/event-lap.js';
import { EventReader } from '../../lib/host/event-reader.js';
import { encodeEvents } from '../../lib/interaction/event-row-writer.js';
import { ActorType, EventNumber, type InteractionEvent } from '../../lib/interaction/event.js';
import { packPairs } from '../../lib/pack/pairs.js';
import { noTimeline } from '../../lib/timeline.js';
import { decodeAnswer } from '../../lib/protocol/body.js';
import { addressFrames, anyReader, readerAt } from '../../lib/mail/events.js';
import { frameLength, readHeader } from '../../lib/protocol/frame.js';

const perRow = 100;
const last = 10_000;
const visit: ChunkLimits = { bytes: 16_384, events: 256 };

const eventOf = (sequence: number, tenantId: number): InteractionEvent => ({
  event: sequence % 4 === 0 ? EventNumber.Resumed : EventNumber.Held,
  interactionId: `I${sequence}`,
  version: 1,
  state: 0,
  queue: 'queue',
  tenantId,
  cause: {
    actorType: ActorType.agent,
    actorId: 'A1',
    reasonSystemName: sequence % 2 === 0 ? undefined : 'Sent',
    extension: sequence % 3 === 0 ? Uint8Array.of(0x81, 0xa1, 0x61, 0x01) : undefined,
  },
  party: undefined,
  details: sequence % 5 === 0 ? packPairs({ Deleted: ['x', 'y'], HoldUntil: 1e12 }) : undefined,
  identity: undefined,
  carried: undefined,
});

const rowOf = (firstSequence: number, tenantOf: (sequence: number) => number): Uint8Array =>
  encodeEvents(
    Array.from({ length: perRow }, (_, index) =>
      eventOf(firstSequence + index, tenantOf(firstSequence + index)),
    ),
    { timeline: noTimeline, firstSequence, timeMs: 1_700_000_000_000 },
  ).slice();

/** Frames over rows of a hundred events each; the rows before `oldest` are gone. */
function framesOver(tenantOf: (sequence: number) => number, oldest = 1): EventFrames {
  return new EventFrames(3, (sequence, count) => {
    const from = Math.max(oldest, sequence - ((sequence - 1) % perRow));
    const rows: Uint8Array[] = [];
    for (let first = from; first <= last && rows.length < count; first += perRow) {
      rows.push(rowOf(first, tenantOf));
    }
    return rows;
  });
}

const all = eventFilter(undefined, undefined);
const ofTenants = (...tenants: number[]): EventFilter => eventFilter(tenants, undefined);

const readerOf = (number: number, filter = all): EventReader =>
  new EventReader({ number, filter, nextSequence: 1 });

interface Framed {
  readonly proxyClient: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Visits one reader. @returns how many events were looked at */
function send(reader: EventReader, chunk: EventChunk, frames: EventFrames, lastSequence = last) {
  chunk.pack(frames, reader.nextSequence, lastSequence, reader.filter, reader.credit);
  reader.sent(chunk.length, chunk.nextSequence);
  return chunk.looked;
}

/** What a chunk holds, decoded. */
function framesOf({ buffer, length }: EventChunk): Framed[] {
  const found: Framed[] = [];
  for (let at = 0; at < length; at += frameLength(buffer, at)) {
    const { proxyClient, bodyStart, bodyEnd } = readHeader(buffer, at);
    found.push({ proxyClient, body: decodeAnswer(buffer, bodyStart, bodyEnd) });
  }
  return found;
}

t.test('640 readers: each row is read once, each event made into a frame once', async (t) => {
  const frames = framesOver(() => 1);
  const readers = Array.from({ length: 640 }, (_, index) => readerOf(index + 1));
  const chunk = new EventChunk(visit);
  for (const reader of readers) reader.giveCredit(1e9);
  let mostLookedAt = 0;
  while (!readers.at(-1)!.isUpTo(last)) {
    for (const reader of readers) {
      const expected = reader.nextSequence;
      mostLookedAt = Math.max(mostLookedAt, send(reader, chunk, frames));
      if (reader.number % 64 !== 1) continue;
      const got = framesOf(chunk).map(({ body }) => body['Sequence']);
      const wanted = got.map((_, index) => expected + index);
      if (got.join() !== wanted.join()) t.fail(`${got.join()} from ${expected} on`);
    }
  }
  t.ok(mostLookedAt <= visit.events);
  t.ok(readers.every((reader) => reader.isUpTo(last)));
  t.equal(frames.framesMade, last, 'made once for all');
  t.equal(frames.rowsRead, last / perRow);
});

t.test('a frame says what the event is, and nothing of who reads it', async (t) => {
  const frames = framesOver(() => 1);
  const chunk = new EventChunk(visit);
  chunk.pack(frames, 101, 102, all, 1e9);
  const [first, second] = framesOf(chunk);
  t.match(first, {
    proxyClient: 0,
    body: { Sequence: 101, InteractionId: 'I101', SubscriptionId: anyReader, Partition: 3 },
  });
  t.equal(second!.body['Sequence'], 102);
  const end = chunk.addressTo([readerOf(7), readerOf(0xffff_fffe)]);
  const mail = chunk.buffer.subarray(0, end);
  t.equal(readerAt(2, mail, 0), 7);
  t.equal(readerAt(2, mail, 1), 0xffff_fffe);
});

t.test('a row of any size is read once for readers that go on together', async (t) => {
  const rowBytes = 90_000;
  const padding = new Uint8Array(rowBytes / perRow);
  const events = Array.from({ length: perRow }, (_, index) => {
    const event = eventOf(index, 1);
    return { ...event, details: packPairs({ Padding: padding }) };
  });
  const [rows, timeMs] = [20, 1_700_000_000_000];
  const frames = new EventFrames(3, (sequence, count) => {
    const first = sequence - ((sequence - 1) % perRow);
    const rowsLeft = rows - (first - 1) / perRow;
    return Array.from({ length: Math.min(count, rowsLeft) }, (_, index) =>
      encodeEvents(events, {
        timeline: noTimeline,
        firstSequence: first + index * perRow,
        timeMs,
      }).slice(),
    );
  });
  const readers = [readerOf(1), readerOf(2)];
  const chunk = new EventChunk(visit);
  for (const reader of readers) reader.giveCredit(1e9);
  let sent = 0;
  while (readers.some((reader) => !reader.isUpTo(rows * perRow))) {
    for (const reader of readers) {
      send(reader, chunk, frames, rows * perRow);
      sent += chunk.length;
    }
  }
  t.ok(sent > 2 * rows * rowBytes);
  t.equal(frames.rowsRead, rows);
  t.equal(frames.framesMade, rows * perRow);
});

t.test('a reader that wants none of the events passes whole rows by their heads', async (t) => {
  const chunk = new EventChunk(visit);
  for (const filter of [ofTenants(1), eventFilter(undefined, [EventNumber.PartyAdded])]) {
    const frames = framesOver(() => 2);
    const reader = readerOf(1, filter);
    let looked = 0;
    while (!reader.isUpTo(last)) {
      reader.giveCredit(1);
      looked += send(reader, chunk, frames);
      if (chunk.length > 0) t.fail('something was sent');
    }
    t.equal(looked, last / perRow, 'a row counts as one event');
    t.equal(frames.framesMade, 0, 'nothing was unpacked');
    t.equal(frames.rowsRead, last / perRow);
  }
});

t.test('of rows that have several tenants and kinds it gets what it wants', async (t) => {
  const frames = framesOver((sequence) => 1 + (sequence % 3));
  const filter = eventFilter([2, 9], [EventNumber.Resumed, EventNumber.PartyAdded]);
  const reader = readerOf(1, filter);
  const chunk = new EventChunk(visit);
  reader.giveCredit(1e9);
  const got: number[] = [];
  while (!reader.isUpTo(last)) {
    t.ok(send(reader, chunk, frames) <= visit.events);
    got.push(...framesOf(chunk).map(({ body }) => Number(body['Sequence'])));
  }
  t.strictSame(
    got,
    Array.from({ length: last }, (_, index) => index + 1).filter(
      (one) => one % 3 === 1 && one % 4 === 0,
    ),
  );
  t.equal(frames.framesMade, got.length);
});

t.test('what was looked at before, in a row that was forgotten, is not again', async (t) => {
  const frames = framesOver(() => 1);
  const chunk = new EventChunk({ bytes: 16_384, events: 10 });
  chunk.pack(frames, 81, last, all, 1e9);
  t.equal(chunk.nextSequence, 91);
  t.equal(chunk.looked, 10);
});

t.test('events stop at the credit', async (t) => {
  const frames = framesOver(() => 1);
  const reader = readerOf(1);
  const chunk = new EventChunk(visit);
  reader.giveCredit(1_000);
  send(reader, chunk, frames);
  t.ok(chunk.length >= 1_000 && chunk.length < 2_000, `${chunk.length} bytes`);
  t.ok(reader.credit <= 0);
  send(reader, chunk, frames);
  t.equal(chunk.length, 0, 'no more without credit');
});

t.test('what is past the retention is told as a gap', async (t) => {
  const frames = framesOver(() => 1, 301);
  const chunk = new EventChunk(visit);
  chunk.pack(frames, 1, last, all, 1e9);
  const [gap, first] = framesOf(chunk);
  t.match(gap!.body, { FromSequence: 1, ToSequence: 300, Partition: 3 });
  t.match(first!.body, { Sequence: 301, InteractionId: 'I301' });
});

t.test('filters are equal when they want the same', async (t) => {
  t.equal(eventFilter([2, 1, 2], undefined).key, ofTenants(1, 2).key);
  t.not(ofTenants(1).key, all.key);
  t.not(eventFilter(undefined, [1]).key, ofTenants(1).key);
  t.not(ofTenants(12).key, ofTenants(1, 2).key);
});

t.test('a frame with many attributes is addressed like one with few', async (t) => {
  const details = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`K${index}`, 1]));
  const event = { ...eventOf(1, 1), details: packPairs(details) };
  const head = { timeline: noTimeline, firstSequence: 1, timeMs: 1 };
  const bytes = encodeEvents([event], head).slice();
  const frames = new EventFrames(0, () => [bytes]);
  const frame = frames.frame(frames.rowFrom(1)!, 0).slice();
  for (const number of [1, 0x1ff_ffff]) {
    addressFrames(frame, 0xffff_fffe, number);
    const { proxyClient, bodyStart, bodyEnd } = readHeader(frame, 0);
    t.equal(proxyClient, 0xffff_fffe);
    t.match(decodeAnswer(frame, bodyStart, bodyEnd), { SubscriptionId: number, K19: 1 });
  }
});

const placed = (number: number, nextSequence: number, filter = all): EventReader => {
  const reader = new EventReader({ number, filter, nextSequence });
  reader.giveCredit(1);
  return reader;
};

/** Visits all of a lap until it is empty; each goes on at `goesOnAt`, or not at all. */
function visitAll(lap: Lap, goesOnAt: (reader: EventReader) => number | undefined): number[][] {
  const groups: number[][] = [];
  while (!lap.isEmpty) {
    const group = [...lap.group()];
    lap.take(group.length);
    if (group.length > 0) groups.push(group.map(({ number }) => number));
    for (const reader of group) {
      const next = goesOnAt(reader);
      if (next === undefined) continue;
      reader.sent(0, next);
      if (!lap.goesOn(reader)) lap.add(reader);
    }
  }
  return groups;
}

t.test('a lap visits those at one place together, the last ones first', async (t) => {
  const lap = new Lap();
  const other = ofTenants(1);
  const readers = [placed(1, 9), placed(2, 3), placed(3, 9), placed(4, 9, other), placed(5, 3)];
  for (const reader of readers) lap.add(reader);
  t.strictSame(
    visitAll(lap, () => undefined),
    [[2, 5], [1, 3], [4]],
  );
  t.ok(lap.isEmpty);
});

t.test('who comes to where the next ones stand goes on with them', async (t) => {
  const lap = new Lap();
  for (const reader of [placed(1, 20), placed(2, 10), placed(3, 20)]) lap.add(reader);
  const groups = visitAll(lap, ({ nextSequence }) =>
    nextSequence < 30 ? nextSequence + 10 : undefined,
  );
  t.strictSame(groups, [[2], [2, 1, 3], [2, 1, 3]]);
});

t.test('who is gone or has no credit is passed over, and comes again', async (t) => {
  const lap = new Lap();
  const readers = [1, 2, 3, 4].map((number) => placed(number, 5));
  for (const reader of readers) lap.add(reader);
  const [first, second] = readers;
  t.equal(lap.group().length, 4);
  first!.isGone = true;
  second!.sent(1, 5);
  t.strictSame(
    visitAll(lap, () => undefined),
    [[3, 4]],
  );
  second!.giveCredit(1);
  lap.add(second!);
  t.strictSame(
    visitAll(lap, () => undefined),
    [[2]],
  );
});

t.test('a visit takes a part of very many at one place', async (t) => {
  const lap = new Lap();
  for (let number = 1; number <= 4_000; number++) lap.add(placed(number, 1));
  const seen = visitAll(lap, () => undefined);
  t.ok(seen.every((group) => group.length <= 256));
  t.equal(new Set(seen.flat()).size, 4_000);
});
