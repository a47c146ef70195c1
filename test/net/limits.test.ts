import t from 'tap';
import { errorTable } from '../../lib/errors.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { errorOf, eventually, extensionOf, startHarness } from './harness.js';
import type { ForwardedFrame } from './harness.js';

const code = (name: keyof typeof errorTable): number => errorTable[name].code;
const byQueue = (key: string) => ({ kind: RouteKind.queue, key });

t.test('requests in flight are limited per connection, each other one goes on', async (test) => {
  const { connect, partitions, front } = await startHarness(test, {
    requestsInFlightPerConnection: 3,
  });
  const held: ForwardedFrame[] = [];
  partitions[0]!.onFrame = (frame) => held.push(frame);
  const client = await connect();
  await client.register(1);
  for (let reference = 10; reference < 13; reference++) {
    client.send(101, reference, {}, byQueue('first'));
  }
  const refused = await client.ask(101, 13, {}, byQueue('second'));
  test.match(refused.body, { ErrorCode: code('Busy'), RetryAfterMs: 50 });
  test.equal(front.counts().inFlight, 3);
  const other = await connect();
  await other.register(1);
  test.equal((await other.ask(101, 2, {}, byQueue('second'))).message, 125);
  partitions[0]!.ack(held[0]!);
  await client.answer(10);
  test.equal((await client.ask(101, 14, {}, byQueue('second'))).message, 125);
  held.slice(1).forEach((frame) => partitions[0]!.ack(frame));
  await client.answer(12);
  test.equal(front.counts().inFlight, 0);
});

t.test('a partition without credit makes Busy, and nothing overtakes an opening', async (test) => {
  const { connect, partitions } = await startHarness(test);
  const [first, second] = partitions;
  const client = await connect();
  await client.register(1);
  first!.credit = false;
  const refused = await client.ask(101, 2, {}, byQueue('first'));
  test.match(refused.body, { ErrorCode: code('Busy'), RetryAfterMs: 50 });
  test.equal((await client.ask(101, 3, {}, byQueue('second'))).message, 125, 'the others go on');
  test.equal((await client.register(4, {}, 2)).message, 125);
  first!.credit = true;
  const early = await client.ask(101, 5, {}, { ...byQueue('first'), proxyClient: 2 });
  test.equal(errorOf(early), code('Busy'), 'its opening still waits');
  await eventually(() => first!.told('session-opened').length === 2);
  const late = await client.ask(101, 6, {}, { ...byQueue('first'), proxyClient: 2 });
  test.equal(late.message, 125);
  test.same(first!.order, ['session-opened', 'session-opened', 'frame']);
  test.equal(second!.frames.length, 1);
});

t.test('what waits for a partition is bounded, however often clients come and go', async (test) => {
  const most = 20;
  const { connect, partitions, front } = await startHarness(test, {
    messagesWaitingPerPartition: most,
  });
  const [first, second] = partitions;
  for (const partition of partitions) partition.onAsk = () => 0;
  const stays = await connect();
  await stays.register(1);
  const subscription = Number(extensionOf(await stays.ask(170, 2))['SubscriptionId']);
  const credits = () => first!.told('event-credit');
  await eventually(() => credits().length === 1);
  first!.credit = false;
  for (let round = 0; round < most; round++) {
    const comes = await connect();
    const answer = await comes.register(1);
    comes.socket.destroy();
    await eventually(() => front.counts().connections === 1);
    if (errorOf(answer) === code('Busy')) break;
  }
  const client = await connect();
  test.match((await client.register(999)).body, { ErrorCode: code('Busy'), RetryAfterMs: 50 });
  // Subscribing begins by telling all partitions, and ends by telling them that it failed.
  for (let round = 0; round < most; round++) {
    test.equal(errorOf(await stays.ask(170, 1_000 + round)), code('Busy'));
  }
  const events = () => stays.received.filter(({ message }) => message === 160).length;
  for (let sequence = 1; sequence <= 100; sequence++) {
    first!.event(subscription, sequence, 1_000);
    await eventually(() => events() === sequence);
  }
  const before = first!.messages.length;
  first!.credit = true;
  const closed = () => first!.told('session-closed').length;
  await eventually(
    () => credits().length > 1 && closed() === second!.told('session-closed').length,
  );
  const waited = first!.messages.length - before;
  test.ok(waited <= most + 1, `${waited} messages waited`);
  test.equal(credits().length, 2, 'credit waits as one sum');
  test.ok(credits()[1]!.credits[1]! > 90 * 1_000);
  test.equal((await client.register(2_000)).message, 125);
  test.equal(front.counts().sessions, 2);
  test.equal(first!.told('session-opened').length, second!.told('session-opened').length);
  test.equal(first!.told('session-closed').length, second!.told('session-closed').length);
});

t.test('answers to a client that is gone are dropped', async (test) => {
  const { connect, partitions, front } = await startHarness(test);
  const held: ForwardedFrame[] = [];
  partitions[0]!.onFrame = (frame) => held.push(frame);
  const client = await connect();
  await client.register(1);
  client.send(101, 2, {}, byQueue('first'));
  await eventually(() => held.length === 1);
  client.socket.destroy();
  await eventually(() => front.counts().inFlight === 0);
  const other = await connect();
  await other.register(4);
  partitions[0]!.ack(held[0]!);
  test.equal((await other.ask(101, 5, {}, byQueue('second'))).message, 125);
  test.notOk(other.received.some(({ reference }) => reference === 2));
});

t.test('a second answer to one request is dropped', async (test) => {
  const { connect, partitions, front } = await startHarness(test);
  partitions[0]!.onFrame = (frame) => {
    partitions[0]!.ack(frame);
    partitions[0]!.ack(frame);
  };
  const client = await connect();
  await client.register(1);
  await client.ask(101, 2, {}, byQueue('first'));
  await client.ask(175, 3);
  test.equal(client.received.filter(({ reference }) => reference === 2).length, 1);
  test.equal(front.counts().inFlight, 0);
});

t.test('a reader that leaves too much unread is closed, the others go on', async (test) => {
  const unreadBytesPerConnection = 1_000_000;
  const { connect, partitions, front } = await startHarness(test, { unreadBytesPerConnection });
  const held: ForwardedFrame[] = [];
  partitions[0]!.onFrame = (frame) => held.push(frame);
  const slow = await connect();
  const other = await connect();
  await Promise.all([slow.register(1), other.register(1)]);
  slow.socket.pause();
  const frames = Array.from({ length: 200 }, (_, index) =>
    slow.frame(101, 10 + index, {}, byQueue('first')),
  );
  slow.socket.write(Buffer.concat(frames));
  await eventually(() => held.length === 200);
  let greatest = 0;
  for (const frame of held) {
    partitions[0]!.ack(frame, { filling: 'x'.repeat(100_000) });
    await new Promise((resolve) => setImmediate(resolve));
    greatest = Math.max(greatest, front.counts().unreadBytes);
  }
  await eventually(() => front.counts().connections === 1);
  test.ok(greatest > unreadBytesPerConnection / 2, 'it did leave bytes unread');
  test.ok(greatest <= unreadBytesPerConnection + 200_000, `${greatest} bytes at most`);
  test.equal((await other.ask(101, 2, {}, byQueue('second'))).message, 125);
});

t.test('a client that does not read its errors is not read from', async (test) => {
  const unreadBytesPerConnection = 400_000;
  const { connect, front } = await startHarness(test, { unreadBytesPerConnection });
  const client = await connect();
  await client.register(1);
  client.socket.pause();
  const frames = Buffer.concat(
    Array.from({ length: 100 }, (_, index) => client.frame(4_444, index, new Uint8Array(1_000))),
  );
  let written = 0;
  // The kernel's buffers on both ways fill first; then our reading stops, and so
  // does their writing.
  while (written < 200_000_000 && client.socket.writableLength < 1_000_000) {
    client.socket.write(frames);
    written += frames.length;
    await new Promise((resolve) => setImmediate(resolve));
  }
  test.ok(written < 200_000_000, 'reading stopped');
  test.equal(front.counts().connections, 1, 'and the connection stays');
  test.ok(front.counts().unreadBytes <= unreadBytesPerConnection);
  client.socket.resume();
  await eventually(() => client.socket.writableLength === 0);
  const batches = written / frames.length;
  await client.until(() => client.received.length === batches * 100 + 1);
  test.equal((await client.ask(175, 5_000)).message, 175, 'once it reads, all goes on');
});

t.test(
  'a stop does not wait for a reader that takes nothing, but for one that is slow',
  async (test) => {
    const { connect, partitions, front } = await startHarness(test, { drainStallMs: 1_500 });
    partitions[0]!.onFrame = (frame) => partitions[0]!.ack(frame, { filling: 'x'.repeat(900_000) });
    const [still, slow] = [await connect(), await connect()];
    for (const client of [still, slow]) {
      await client.register(1);
      client.socket.pause();
      for (let reference = 2; reference < 32; reference++) {
        client.send(101, reference, {}, byQueue('first'));
      }
    }
    await eventually(() => front.counts().inFlight === 0 && front.counts().unreadBytes > 8_000_000);
    front.stopAccepting();
    const isDrained = front.drain();
    // It takes some, and rests, again and again, for longer than a still one may.
    let isSlow = true;
    slow.socket.on('data', () => {
      if (isSlow) slow.socket.pause();
    });
    const resting = setInterval(() => slow.socket.resume(), 5);
    await isDrained;
    clearInterval(resting);
    isSlow = false;
    slow.socket.resume();
    // It has every frame, and what tells of the stop: nothing was cut off while it rested.
    await slow.until(() => slow.received.length === 32);
    await eventually(() => front.counts().connections === 1);
    test.equal(front.counts().held.ended['reader stalled'], 1);
  },
);

t.test('a reader that takes nothing at all is closed after a time', async (test) => {
  const { connect, partitions, front } = await startHarness(test, { readerStallMs: 60 });
  partitions[0]!.onFrame = (frame) => partitions[0]!.ack(frame, { filling: 'x'.repeat(1_000_000) });
  const client = await connect();
  await client.register(1);
  client.socket.pause();
  for (let reference = 2; reference < 12; reference++) {
    client.send(101, reference, {}, byQueue('first'));
  }
  await eventually(() => front.counts().unreadBytes > 1_000_000);
  await eventually(() => front.counts().connections === 0);
  test.match(front.counts(), { sessions: 0, inFlight: 0, unreadBytes: 0, held: { sum: 0 } });
});
