/** Who asks for much takes turns with the others, and asks for nothing more once it has gone. */
import t from 'tap';
import { limits } from '../../lib/limits.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { FrameWriter } from '../../lib/protocol/frame-writer.js';
import { messageByName } from '../../lib/protocol/registry.js';
import { eventually, startHarness } from './harness.js';
import type { ForwardedFrame, Harness, RawClient } from './harness.js';

const readNumber = messageByName('RequestGetInteractionProperties').number;
const pullNumber = messageByName('RequestPull').number;
const byQueue = { kind: RouteKind.queue, key: 'first' };
/** An identifier whose home is the first of two partitions. */
const id = '0000000000000000';
const byId = { kind: RouteKind.id, key: id };

/** The first partition, of which the test says what it has done with. */
function slowPartition({ partitions }: Harness) {
  const [first] = partitions;
  const frames: ForwardedFrame[] = [];
  first!.settled = 0;
  first!.onFrame = (frame) => frames.push(frame);
  const writer = new FrameWriter();
  const of = (message: number) => frames.filter(({ header }) => header.message === message);
  /** Answers a read with so many bytes, and gives its credit back. */
  const answer = (frame: ForwardedFrame, bytes: number): void => {
    first!.settled = first!.sent;
    first!.properties(frame, bytes);
  };
  return { first: first!, frames, of, answer, writer };
}

const reads = (client: RawClient, count: number): Buffer =>
  Buffer.concat(
    Array.from({ length: count }, (_, index) => client.frame(readNumber, 10 + index, {}, byId)),
  );

const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

t.test(
  'of thousands of reads one is under way, and none once their client has gone',
  async (test) => {
    const harness = await startHarness(test);
    const { front, connect } = harness;
    const { first, of, answer } = slowPartition(harness);
    const greedy = await connect();
    await greedy.register(1);
    greedy.socket.write(reads(greedy, 3_000));
    await eventually(() => front.counts().held.parked > 0);
    test.equal(of(readNumber).length, 1, 'what it brings is not known yet');
    for (let count = 0; count < 20; count++) {
      const before = of(readNumber).length;
      answer(of(readNumber).at(-1)!, 500_000);
      await eventually(() => of(readNumber).length > before);
      test.ok(of(readNumber).length <= before + 2, 'a share of its answers');
    }
    const other = await connect();
    await other.register(1);
    first.onFrame = (frame) => first.ack(frame);
    for (let reference = 2; reference < 50; reference++) {
      test.equal((await other.ask(101, reference, {}, byQueue)).message, 125);
    }
    const began = of(readNumber).length;
    greedy.socket.resetAndDestroy();
    await eventually(() => front.counts().connections === 1);
    first.settled = first.sent;
    first.mark();
    await soon();
    test.ok(of(readNumber).length <= began + 1, 'what waited is gone with it');
    test.match(front.counts(), { inFlight: 0, held: { parked: 0, unread: 0 } });
  },
);

t.test(
  'reads with small answers go many at a time, and all are answered in order',
  async (test) => {
    const harness = await startHarness(test);
    const { connect } = harness;
    const { of, answer } = slowPartition(harness);
    const client = await connect();
    await client.register(1);
    client.socket.write(reads(client, 1_000));
    await eventually(() => of(readNumber).length === 1);
    answer(of(readNumber)[0]!, 300);
    await eventually(() => of(readNumber).length > 400);
    const most = limits.answerShareBytes / 1_024 + 2;
    test.ok(of(readNumber).length <= most, `${of(readNumber).length} at a time`);
    let answered = 1;
    while (answered < 1_000) {
      for (const frame of of(readNumber).slice(answered)) {
        answer(frame, 300);
        answered++;
      }
      await soon();
    }
    await client.until(() => client.received.length === 1_001);
    test.same(
      client.received.slice(1).map(({ reference }) => reference),
      Array.from({ length: 1_000 }, (_, index) => 10 + index),
    );
  },
);

t.test('connections take turns', async (test) => {
  const harness = await startHarness(test);
  const { connect } = harness;
  const { of, answer } = slowPartition(harness);
  const clients: RawClient[] = [];
  for (let count = 0; count < 4; count++) {
    const client = await connect();
    await client.register(1);
    client.socket.write(reads(client, 100));
    clients.push(client);
    await soon();
  }
  for (let answered = 0; answered < 80; answered++) {
    await eventually(() => of(readNumber).length > answered);
    answer(of(readNumber)[answered]!, 600_000);
  }
  const bySession = clients.map(
    (_, index) => of(readNumber).filter(({ session }) => session === index + 1).length,
  );
  test.ok(Math.min(...bySession) >= 18, bySession.join(' '));
});

t.test('long frames take turns, and short ones pass them', async (test) => {
  const harness = await startHarness(test);
  const { front, connect } = harness;
  const { first, of } = slowPartition(harness);
  const greedy = await connect();
  await greedy.register(1);
  const body = new Uint8Array(500_000);
  for (let reference = 2; reference < 40; reference++) {
    greedy.send(101, reference, body, byQueue);
  }
  await eventually(() => front.counts().held.parked > 0);
  await soon();
  const most = Math.ceil(limits.longFrameShareBytes / body.length);
  test.equal(of(101).length, most);
  const other = await connect();
  await other.register(1);
  other.send(101, 2, {}, byQueue);
  await eventually(() => of(101).some(({ session }) => session === 2));
  while (of(101).length < 39) {
    first.settled = first.sent;
    first.ack(of(101)[0]!);
    await soon();
  }
  test.equal(front.counts().held.parked, 0);
});

t.test('a client that does not read its answers is asked nothing more for', async (test) => {
  const harness = await startHarness(test);
  const { front, connect } = harness;
  const { of, answer } = slowPartition(harness);
  const client = await connect();
  await client.register(1);
  client.socket.pause();
  client.socket.write(reads(client, 1_000));
  let answered = 0;
  for (let quiet = 0; quiet < 20; quiet++) {
    for (; answered < of(readNumber).length; quiet = 0)
      answer(of(readNumber)[answered++]!, 500_000);
    await soon();
  }
  test.ok(answered < 100, `${answered} answers`);
  const { unread, ended } = front.counts().held;
  test.ok(unread < 6 * limits.answerShareBytes, `${unread} bytes unread`);
  test.equal(ended['unread limit'] + ended['held the most'], 0);
  client.socket.resume();
  while (answered < 1_000) {
    for (const frame of of(readNumber).slice(answered)) {
      answer(frame, 500);
      answered++;
    }
    await soon();
  }
  await client.until(() => client.received.length === 1_001);
});

t.test('pulls that wait do not keep each other back', async (test) => {
  const harness = await startHarness(test);
  const { connect } = harness;
  const { first, of } = slowPartition(harness);
  const client = await connect();
  await client.register(1, { ClientType: 'AgentApplication' });
  const frames = Array.from({ length: 2_000 }, (_, index) =>
    client.frame(pullNumber, 10 + index, { ViewId: 'first', WaitTimeoutMs: 60_000 }, byQueue),
  );
  client.socket.write(Buffer.concat(frames));
  const settling = setInterval(() => {
    // As the runtime does it: the credit of up to 31 of them stays out.
    first.settled = Math.max(0, first.sent - 31);
    first.mark();
  }, 2);
  await eventually(() => of(pullNumber).length === 2_000);
  clearInterval(settling);
});

t.test('what waits is refused when the server stops', async (test) => {
  const harness = await startHarness(test);
  const { front, connect } = harness;
  const { of, answer } = slowPartition(harness);
  const client = await connect();
  await client.register(1);
  client.socket.write(reads(client, 50));
  await eventually(() => front.counts().held.parked > 0);
  front.stopAccepting();
  const answers = (): number => client.received.filter(({ reference }) => reference > 0).length;
  await client.until(() => answers() === 50);
  test.equal(of(readNumber).length, 1);
  answer(of(readNumber)[0]!, 100);
  await front.drain();
  await client.until(() => answers() === 51);
});
