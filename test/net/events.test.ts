import { EventEmitter, once } from 'node:events';
import t from 'tap';
import { errorTable, IxionError } from '../../lib/errors.js';
import { limits } from '../../lib/limits.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { errorOf, eventually, extensionOf, startHarness } from './harness.js';
import type { Harness, RawClient } from './harness.js';

const code = (name: keyof typeof errorTable): number => errorTable[name].code;
const sequenceAnswers = ({ partitions }: Harness): void => {
  for (const partition of partitions) partition.onAsk = () => 100 + partition.number;
};
const subscribe = async (client: RawClient, reference: number): Promise<number> =>
  Number(extensionOf(await client.ask(170, reference))['SubscriptionId']);
/** Bytes of credit that a partition was given for a subscription. */
const creditOf = ({ partitions }: Harness, index: number, id: number): number =>
  partitions[index]!.told('event-credit')
    .flatMap(({ credits }) => credits.filter((_, at) => at % 2 === 1 && credits[at - 1] === id))
    .reduce((sum, bytes) => sum + bytes, 0);
const events = (client: RawClient): number[] =>
  client.received
    .filter(({ message }) => message === 160)
    .map(({ body }) => Number(body['Sequence']));

t.test('the answer comes before the first event, and tells where to resume', async (test) => {
  const harness = await startHarness(test);
  const { connect, partitions } = harness;
  const client = await connect();
  await client.register(1, { TenantId: 7 });
  const gate = new EventEmitter();
  for (const partition of partitions) {
    partition.onAsk = async () => {
      await once(gate, 'open');
      return 100 + partition.number;
    };
  }
  client.send(170, 2);
  await eventually(() => partitions[1]!.told('subscribe').length === 1);
  const [asked] = partitions[0]!.told('subscribe');
  test.match(asked, { target: 'front', start: { from: 'next' }, wanted: [{ tenant: 7 }] });
  test.equal((await client.ask(175, 3)).message, 175);
  const credits = () => partitions.flatMap((partition) => partition.told('event-credit'));
  test.equal(credits().length, 0, 'no events may come yet');
  gate.emit('open');
  const answer = await client.answer(2);
  test.same(extensionOf(answer), {
    SubscriptionId: asked!.reader,
    ResumeToken: [100, 101],
    Timeline: '7465737400000000',
  });
  await eventually(() => credits().length === partitions.length);
  const share = limits.subscriptionCreditBytes / partitions.length;
  for (const { credits: given } of credits()) test.same(given, [asked!.reader, share]);
  partitions[0]!.event(asked!.reader, 101);
  partitions[1]!.event(asked!.reader, 102);
  partitions[0]!.event(asked!.reader, 103);
  await client.until(() => events(client).length === 3);
  test.same(events(client), [101, 102, 103]);
  test.same(
    client.received.map(({ message }) => message),
    [125, 175, 125, 160, 160, 160],
  );
});

t.test('each partition gets the credit of its own events back', async (test) => {
  const harness = await startHarness(test);
  sequenceAnswers(harness);
  const { connect, partitions } = harness;
  const client = await connect();
  await client.register(1);
  const id = await subscribe(client, 2);
  const sent = [0, 0];
  for (let sequence = 1; sequence <= 50; sequence++) {
    const index = sequence % 2;
    sent[index]! += partitions[index]!.event(id, sequence, (sequence + index) * 500);
  }
  await client.until(() => events(client).length === 50);
  test.same(
    events(client),
    Array.from({ length: 50 }, (_, index) => index + 1),
    'in order',
  );
  const share = limits.subscriptionCreditBytes / partitions.length;
  const missing = (index: number): number => sent[index]! + share - creditOf(harness, index, id);
  for (const index of [0, 1]) {
    await eventually(() => missing(index) < share / 4);
    test.ok(missing(index) >= 0, `${missing(index)} bytes are kept for later`);
    const messages = partitions[index]!.told('event-credit').length;
    test.ok(messages <= 1 + sent[index]! / (share / 4), `${messages} messages, not one an event`);
  }
});

t.test('a reader that stops gives no credit back, and nobody else waits', async (test) => {
  const harness = await startHarness(test);
  sequenceAnswers(harness);
  const { connect, partitions, front } = harness;
  const [slow, fast] = [await connect(), await connect()];
  await Promise.all([slow.register(1), fast.register(1)]);
  const [slowId, fastId] = [await subscribe(slow, 2), await subscribe(fast, 2)];
  slow.socket.pause();
  const credit = (id: number): number => creditOf(harness, 0, id);
  let sent = 0;
  for (; front.counts().unreadBytes < 2_000_000; sent++) {
    partitions[0]!.event(slowId, sent, 100_000);
    partitions[0]!.event(fastId, sent, 1_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await fast.until(() => events(fast).length === sent);
  const missing = limits.subscriptionCreditBytes / 2 + sent * 100_000 - credit(slowId);
  test.ok(missing >= 1_900_000, `${missing} bytes of credit are kept back`);
  slow.socket.resume();
  await slow.until(() => events(slow).length === sent);
  await eventually(() => credit(slowId) > sent * 100_000);
});

t.test('who takes nothing is told, and its subscription ends', async (test) => {
  const harness = await startHarness(test, { subscriptionStallMs: 80 });
  sequenceAnswers(harness);
  const { connect, partitions, front } = harness;
  const [slow, fast] = [await connect(), await connect()];
  await Promise.all([slow.register(1), fast.register(1)]);
  const [slowId, fastId] = [await subscribe(slow, 2), await subscribe(fast, 2)];
  slow.socket.pause();
  let sent = 0;
  for (; front.counts().unreadBytes < 2_000_000; sent++) {
    partitions[0]!.event(slowId, sent, 100_000);
    partitions[0]!.event(fastId, sent, 1_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await fast.until(() => events(fast).length === sent);
  await eventually(() => front.counts().subscriptions === 1);
  for (const partition of partitions) {
    await eventually(() => partition.told('unsubscribe').length === 1);
    test.equal(partition.told('unsubscribe')[0]!.reader, slowId);
  }
  slow.socket.resume();
  const ended = 1124;
  await slow.until(() => slow.received.some(({ message }) => message === ended));
  test.match(slow.received.at(-1), {
    message: ended,
    body: {
      SubscriptionId: slowId,
      ErrorCode: code('SubscriberTooSlow'),
      Timeline: '7465737400000000',
    },
  });
  test.ok(await subscribe(slow, 3), 'the connection stays');
});

t.test('where a subscription starts', async (test) => {
  const harness = await startHarness(test);
  sequenceAnswers(harness);
  const { connect, partitions } = harness;
  const client = await connect();
  await client.register(1);
  const last = (index: number) => partitions[index]!.told('subscribe').at(-1);
  await client.ask(170, 2, { FromStart: true, TenantList: { 3: {}, 12: {} } });
  test.match(last(0), { start: { from: 'oldest' }, wanted: [{ tenant: 3 }, { tenant: 12 }] });
  await client.ask(170, 3, { ResumeToken: [5, 6] });
  test.match(last(0), { start: { from: 'after', sequence: 5 }, wanted: [{ tenant: 1 }] });
  test.match(last(1), { start: { from: 'after', sequence: 6 } });
  const refused = async (reference: number, body: object): Promise<number> =>
    errorOf(await client.ask(170, reference, { ...body }));
  test.equal(await refused(4, { ResumeToken: [5] }), code('InvalidResumeToken'));
  test.equal(await refused(5, { ResumeToken: [5, 6], FromStart: 1 }), code('InvalidResumeToken'));
  test.equal(await refused(6, { TenantList: { one: 1 } }), code('WrongAttributeType'));
});

t.test('subscriptions end by request, with their client, and never half', async (test) => {
  const harness = await startHarness(test, { subscriptionsPerConnection: 2 });
  sequenceAnswers(harness);
  const { connect, partitions, front } = harness;
  const client = await connect();
  await client.register(1);
  await client.register(2, {}, 2);
  const ids: number[] = [];
  for (const reference of [3, 4]) {
    ids.push(await subscribe(client, reference));
  }
  test.equal(errorOf(await client.ask(170, 5)), code('TooManySubscriptions'));
  const [first, second] = ids as [number, number];
  const foreign = await client.ask(172, 6, { SubscriptionId: first }, { proxyClient: 2 });
  test.equal(errorOf(foreign), code('UnknownSubscription'), 'of another client');
  test.equal((await client.ask(172, 7, { SubscriptionId: first })).message, 125);
  const again = await client.ask(172, 8, { SubscriptionId: first });
  test.equal(errorOf(again), code('UnknownSubscription'));
  partitions[0]!.event(first, 1);
  partitions[0]!.event(second, 2);
  await client.until(() => events(client).length > 0);
  test.same(events(client), [2], 'nothing after the end');
  test.equal((await client.ask(174, 9)).message, 125);
  const ended = partitions[1]!.told('unsubscribe').map(({ reader }) => reader);
  test.same(ended, [first, second]);

  partitions[1]!.onAsk = () => {
    throw new IxionError('Unavailable');
  };
  const half = await client.ask(170, 10, {}, { proxyClient: 2 });
  test.equal(errorOf(half), code('Unavailable'));
  test.equal(partitions[0]!.told('unsubscribe').length, 3);
  test.equal(front.counts().subscriptions, 0);
  test.equal(front.counts().inFlight, 0);
});

t.test('subscriptions are limited for the whole server', async (test) => {
  const harness = await startHarness(test, { subscriptions: 3 });
  sequenceAnswers(harness);
  const clients = await Promise.all([harness.connect(), harness.connect()]);
  for (const client of clients) await client.register(1);
  const [first, second] = clients as [RawClient, RawClient];
  await subscribe(first, 2);
  await subscribe(first, 3);
  const last = await subscribe(second, 2);
  test.equal(errorOf(await second.ask(170, 3)), code('TooManySubscriptions'));
  test.equal((await second.ask(172, 4, { SubscriptionId: last })).message, 125);
  test.equal((await first.ask(170, 5)).message, 125);
});

t.test(
  'what comes once for several subscriptions goes to each, under its own number',
  async (test) => {
    const harness = await startHarness(test);
    sequenceAnswers(harness);
    const { connect, partitions } = harness;
    const [first, second] = [await connect(), await connect()];
    await first.register(1, {}, 5);
    await second.register(1, {}, 9);
    const ids: number[] = [];
    for (const reference of [2, 3]) {
      const answer = await first.ask(170, reference, {}, { proxyClient: 5 });
      ids.push(Number(extensionOf(answer)['SubscriptionId']));
    }
    const answer = await second.ask(170, 2, {}, { proxyClient: 9 });
    ids.push(Number(extensionOf(answer)['SubscriptionId']));
    partitions[1]!.event([...ids, 77_777], 1, 2_000);
    partitions[1]!.event(ids.slice(1), 2);
    const got = (client: RawClient) =>
      client.received
        .filter(({ message }) => message === 160)
        .map(({ proxyClient, body }) => [proxyClient, body['SubscriptionId'], body['Sequence']]);
    await first.until(() => got(first).length === 3);
    await second.until(() => got(second).length === 2);
    test.same(got(first), [
      [5, ids[0], 1],
      [5, ids[1], 1],
      [5, ids[1], 2],
    ]);
    test.same(got(second), [
      [9, ids[2], 1],
      [9, ids[2], 2],
    ]);
  },
);

t.test('marks of partitions pass one in a round of the event loop, in order', async (test) => {
  const harness = await startHarness(test);
  const [first, second] = harness.partitions;
  const passed = (): string =>
    [first!, second!].map((partition) => partition.told('mark-passed').length).join();
  first!.mark();
  second!.mark();
  first!.mark();
  const seen = [passed()];
  while (seen.at(-1) !== '2,1') {
    await new Promise((resolve) => setImmediate(resolve));
    if (passed() !== seen.at(-1)) seen.push(passed());
  }
  test.same(seen, ['0,0', '1,0', '1,1', '2,1']);
  test.same(first!.told('mark-passed')[0], { type: 'mark-passed', target: 'front' });
});

t.test('answers are written before the events of many readers', async (test) => {
  const harness = await startHarness(test);
  sequenceAnswers(harness);
  const { connect, partitions } = harness;
  const readers = await Promise.all(Array.from({ length: 100 }, () => connect()));
  const ids: number[] = [];
  for (const reader of readers) {
    await reader.register(1);
    ids.push(await subscribe(reader, 2));
  }
  const client = await connect();
  await client.register(1);
  let flushed = -1;
  partitions[0]!.onFrame = (frame) => {
    partitions[0]!.event(ids, 1, 100);
    partitions[0]!.ack(frame);
    setImmediate(() => {
      flushed = harness.front.counts().unreadBytes;
    });
  };
  await client.ask(101, 3, {}, { kind: RouteKind.queue, key: 'first' });
  await eventually(() => readers.every((reader) => events(reader).length === 1));
  test.ok(flushed > 0, 'not all events left in the round of the answer');
});
