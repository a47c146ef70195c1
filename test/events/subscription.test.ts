/** Readers of events share what is read and made for them, and give their partition back in time. */
import t from 'tap';
import { address, EventFrames } from '../../lib/host/event-frames.js';
import { FrameBatch, Subscription, type VisitLimits } from '../../lib/host/event-reader.js';
import { PackedEventRow } from '../../lib/interaction/event-row.js';
import {
  ActorType,
  EventNumber,
  decodeEvents,
  encodeEvents,
  type InteractionEvent,
} from '../../lib/interaction/event.js';
import { decodeAnswer } from '../../lib/protocol/body.js';
import { frameLength, readHeader } from '../../lib/protocol/frame.js';

const perRow = 100;
const last = 10_000;
const visit: VisitLimits = { bytes: 16_384, events: 256 };

const eventOf = (sequence: number, tenantId: number): InteractionEvent => ({
  event: EventNumber.Held,
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
  details: sequence % 5 === 0 ? { Deleted: ['x', 'y'], HoldUntil: 1e12 } : undefined,
});

const rowOf = (firstSequence: number, tenantOf: (sequence: number) => number): Uint8Array =>
  encodeEvents({
    firstSequence,
    timeMs: 1_700_000_000_000,
    events: Array.from({ length: perRow }, (_, index) =>
      eventOf(firstSequence + index, tenantOf(firstSequence + index)),
    ),
  }).slice();

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

const readerOf = (subscription: number, ...tenants: number[]): Subscription =>
  new Subscription({
    subscription,
    proxyClient: subscription + 1_000_000,
    tenants: tenants.length === 0 ? undefined : new Set(tenants),
    nextSequence: 1,
  });

interface Framed {
  readonly proxyClient: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What a batch holds, decoded. */
function framesOf({ buffer, length }: FrameBatch): Framed[] {
  const found: Framed[] = [];
  for (let at = 0; at < length; at += frameLength(buffer, at)) {
    const { proxyClient, bodyStart, bodyEnd } = readHeader(buffer, at);
    found.push({ proxyClient, body: decodeAnswer(buffer, bodyStart, bodyEnd) });
  }
  return found;
}

t.test('a row looked at says the same as a row unpacked', async (t) => {
  const bytes = rowOf(4_301, (sequence) => (sequence % 7 === 0 ? 70_000 : 1));
  const row = new PackedEventRow(bytes);
  const { firstSequence, timeMs, events } = decodeEvents(bytes);
  t.strictSame([row.firstSequence, row.timeMs, row.count], [firstSequence, timeMs, perRow]);
  const all = events.map((_, index) => index);
  t.strictSame(
    all.map((index) => row.event(index)),
    events,
  );
  t.strictSame(
    all.map((index) => row.tenantOf(index)),
    events.map(({ tenantId }) => tenantId),
  );
  t.equal(row.onlyTenant, undefined);
  t.equal(new PackedEventRow(rowOf(1, () => 9)).onlyTenant, 9);
});

t.test('640 readers: each row is read once, each event made into a frame once', async (t) => {
  const frames = framesOver(() => 1);
  const readers = Array.from({ length: 640 }, (_, index) => readerOf(index + 1));
  const got = new Map<number, number>();
  const batch = new FrameBatch();
  for (const reader of readers) reader.giveCredit(1e9);
  let waiting = readers;
  let mostLookedAt = 0;
  while (waiting.length > 0) {
    for (const reader of waiting) {
      mostLookedAt = Math.max(mostLookedAt, reader.visit(frames, last, visit, batch));
      for (const { proxyClient, body } of framesOf(batch)) {
        const expected = (got.get(reader.number) ?? 0) + 1;
        const isRight =
          body['Sequence'] === expected &&
          body['InteractionId'] === `I${expected}` &&
          body['SubscriptionId'] === reader.number &&
          proxyClient === reader.number + 1_000_000 &&
          body['Partition'] === 3;
        if (!isRight) t.fail(JSON.stringify(body));
        got.set(reader.number, expected);
      }
      batch.clear();
    }
    waiting = waiting.filter((reader) => !reader.isUpTo(last));
    if (got.get(1)! > 1_500) break; // what follows is the same again
  }
  t.ok(mostLookedAt <= visit.events);
  const seen = [...got.values()];
  t.ok(Math.min(...seen) > 1_400, 'all go on alike');
  const most = Math.max(...seen);
  t.equal(frames.framesMade, most, 'made once for all');
  t.ok(frames.rowsRead <= most / perRow + 16, `${frames.rowsRead} rows read`);
});

t.test('a row of any size is read once for readers that go on together', async (t) => {
  const rowBytes = 90_000;
  const padding = new Uint8Array(rowBytes / perRow);
  const events = Array.from({ length: perRow }, (_, index) => {
    const event = eventOf(index, 1);
    return { ...event, details: { Padding: padding } };
  });
  const [rows, timeMs] = [20, 1_700_000_000_000];
  const frames = new EventFrames(3, (sequence, count) => {
    const first = sequence - ((sequence - 1) % perRow);
    const rowsLeft = rows - (first - 1) / perRow;
    return Array.from({ length: Math.min(count, rowsLeft) }, (_, index) =>
      encodeEvents({ firstSequence: first + index * perRow, timeMs, events }).slice(),
    );
  });
  const readers = [readerOf(1), readerOf(2)];
  const batch = new FrameBatch();
  for (const reader of readers) reader.giveCredit(1e9);
  let sent = 0;
  while (readers.some((reader) => !reader.isUpTo(rows * perRow))) {
    for (const reader of readers) {
      reader.visit(frames, rows * perRow, visit, batch);
      sent += batch.length;
      batch.clear();
    }
  }
  t.ok(sent > 2 * rows * rowBytes);
  t.equal(frames.rowsRead, rows);
  t.equal(frames.framesMade, rows * perRow);
});

t.test('a reader that wants none of the events looks at rows, not at events', async (t) => {
  const frames = framesOver(() => 2);
  const reader = readerOf(1, 1);
  const batch = new FrameBatch();
  reader.giveCredit(1);
  let [visits, looked] = [0, 0];
  for (; !reader.isUpTo(last); visits++) looked += reader.visit(frames, last, visit, batch);
  t.equal(batch.length, 0);
  t.equal(looked, last / perRow);
  t.equal(frames.framesMade, 0, 'nothing was unpacked');
});

t.test('of rows that have several tenants it gets its own', async (t) => {
  const frames = framesOver((sequence) => 1 + (sequence % 3));
  const reader = readerOf(1, 2, 9);
  const batch = new FrameBatch();
  reader.giveCredit(1e9);
  const got: number[] = [];
  while (!reader.isUpTo(last)) {
    t.ok(reader.visit(frames, last, visit, batch) <= visit.events);
    got.push(...framesOf(batch).map(({ body }) => Number(body['Sequence'])));
    batch.clear();
  }
  t.strictSame(
    got,
    Array.from({ length: last }, (_, index) => index + 1).filter((one) => one % 3 === 1),
  );
  t.equal(frames.framesMade, got.length);
});

t.test('events stop at the credit, and nothing is sent before there is some', async (t) => {
  const frames = framesOver(() => 1);
  const reader = readerOf(1);
  const batch = new FrameBatch();
  t.equal(reader.visit(frames, last, visit, batch), 0);
  reader.giveCredit(1_000);
  reader.visit(frames, last, visit, batch);
  const sent = batch.length;
  t.ok(sent >= 1_000 && sent < 2_000, `${sent} bytes`);
  t.equal(reader.visit(frames, last, visit, batch), 0);
  t.equal(batch.length, sent, 'no more without credit');
  reader.giveCredit(sent);
  t.ok(reader.visit(frames, last, visit, batch) > 0);
});

t.test('what is past the retention is told as a gap', async (t) => {
  const frames = framesOver(() => 1, 301);
  const reader = readerOf(7);
  const batch = new FrameBatch();
  reader.giveCredit(1e9);
  reader.visit(frames, last, visit, batch);
  const [gap, first] = framesOf(batch);
  t.match(gap!.body, { FromSequence: 1, ToSequence: 300, SubscriptionId: 7, Partition: 3 });
  t.match(first!.body, { Sequence: 301, InteractionId: 'I301' });
});

t.test('a frame with many attributes is addressed like one with few', async (t) => {
  const details = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`K${index}`, 1]));
  const event = { ...eventOf(1, 1), details };
  const bytes = encodeEvents({ firstSequence: 1, timeMs: 1, events: [event] }).slice();
  const frames = new EventFrames(0, () => [bytes]);
  const frame = frames.frame(frames.rowFrom(1)!, 0).slice();
  for (const number of [1, 0x1ff_ffff]) {
    address(frame, 0, 0xffff_fffe, number);
    const { proxyClient, bodyStart, bodyEnd } = readHeader(frame, 0);
    t.equal(proxyClient, 0xffff_fffe);
    t.match(decodeAnswer(frame, bodyStart, bodyEnd), { SubscriptionId: number, K19: 1 });
  }
});
