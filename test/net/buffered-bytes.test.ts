/** What the server buffers for its clients: accounts of each connection, and one bound of all. */
import t from 'tap';
import { errorTable } from '../../lib/errors.js';
import { limits } from '../../lib/limits.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { errorOf, eventually, extensionOf, startHarness } from './harness.js';
import type { ForwardedFrame, Harness, RawClient } from './harness.js';

const code = (name: keyof typeof errorTable): number => errorTable[name].code;
const byQueue = { kind: RouteKind.queue, key: 'first' };
const agent = { ClientType: 'AgentApplication' };

/**
 * Registers, and leaves about so many bytes of answers unread; the other end may still take some.
 */
async function leaveUnread(
  { connect, partitions, front }: Harness,
  bytes: number,
): Promise<RawClient> {
  const client = await connect();
  await client.register(1);
  client.socket.pause();
  const before = front.counts().held.unread;
  const { ended } = front.counts().held;
  partitions[0]!.onFrame = (frame) => partitions[0]!.ack(frame, { filling: 'x'.repeat(50_000) });
  // What the kernel takes is not ours any more.
  for (let reference = 2; front.counts().held.unread - before < bytes; reference++) {
    if (front.counts().held.ended['held the most'] > ended['held the most']) break;
    client.send(101, reference, {}, byQueue);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return client;
}

t.test('above the sum the connection that holds most is told why and ended', async (test) => {
  const bufferedBytes = 4_000_000;
  const harness = await startHarness(test, { bufferedBytes });
  const small = await leaveUnread(harness, 500_000);
  const most = await leaveUnread(harness, 2_200_000);
  const last = await leaveUnread(harness, 1_600_000);
  const { front } = harness;
  await eventually(() => front.counts().held.ended['held the most'] === 1);
  test.ok(front.counts().held.sum <= bufferedBytes);
  most.socket.resume();
  await most.end();
  const farewell = most.received.at(-1)!;
  test.match(farewell, { message: 126, reference: 0 });
  test.equal(errorOf(farewell), code('TooMuchHeld'));
  test.match(farewell.body['ErrorDescription'], /this connection has \d+/);
  test.ok(most.received.length > 2, 'whole frames before it');
  await eventually(() => front.counts().connections === 2);
  for (const client of [small, last]) {
    client.socket.resume();
    test.equal((await client.ask(175, 90_000)).message, 175, 'the others stay');
  }
  await eventually(() => front.counts().held.unread === 0);
  test.equal(front.counts().sessions, 2);
});

t.test('one that leaves too much unread is told so', async (test) => {
  const harness = await startHarness(test, { unreadBytesPerConnection: 300_000 });
  const { front } = harness;
  const client = await harness.connect();
  await client.register(1);
  client.socket.pause();
  const held: ForwardedFrame[] = [];
  harness.partitions[0]!.onFrame = (frame) => held.push(frame);
  for (let reference = 2; reference < 302; reference++) client.send(101, reference, {}, byQueue);
  await eventually(() => held.length === 300);
  for (const frame of held) {
    harness.partitions[0]!.ack(frame, { filling: 'x'.repeat(100_000) });
    await new Promise((resolve) => setImmediate(resolve));
    if (front.counts().held.ended['unread limit'] > 0) break;
  }
  client.socket.resume();
  await client.end();
  test.equal(errorOf(client.received.at(-1)!), code('TooMuchHeld'));
  test.equal(front.counts().held.sum, 0);
});

t.test('pulls that wait count with their bytes until they are answered', async (test) => {
  const harness = await startHarness(test);
  const { front, partitions, connect } = harness;
  const held: ForwardedFrame[] = [];
  partitions[0]!.onFrame = (frame) => held.push(frame);
  const client = await connect();
  await client.register(1, agent);
  const own = front.counts().held.clients;
  test.ok(own >= (partitions.length + 1) * limits.clientOverheadBytes);
  const extension = new Uint8Array(60_000);
  for (let reference = 2; reference < 12; reference++) {
    client.send(108, reference, { Extension: extension }, byQueue);
  }
  client.send(108, 50, {}, byQueue);
  await eventually(() => held.length === 11);
  const requests = () => front.counts().held.requests;
  test.ok(requests() > 600_000 + 11 * limits.requestOverheadBytes, `${requests()} bytes`);
  for (const frame of held.slice(0, 5)) partitions[0]!.ack(frame);
  await client.answer(6);
  test.ok(requests() > 300_000 && requests() < 330_000);
  client.socket.destroy();
  await eventually(() => front.counts().connections === 0);
  test.equal(front.counts().held.sum, 0, 'the rest went with the connection');
});

t.test('a puller with large pulls is ended, and what it asked for is given up', async (test) => {
  const bufferedBytes = 1_000_000;
  const harness = await startHarness(test, { bufferedBytes });
  const { front, partitions, connect } = harness;
  const [first] = partitions;
  first!.onFrame = () => undefined;
  const other = await connect();
  await other.register(1, agent);
  other.send(108, 2, {}, byQueue);
  const greedy = await connect();
  await greedy.register(1, agent);
  for (let reference = 2; front.counts().held.ended['held the most'] === 0; reference++) {
    greedy.send(108, reference, { Extension: new Uint8Array(60_000) }, byQueue);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await greedy.end();
  test.equal(errorOf(greedy.received.at(-1)!), code('TooMuchHeld'));
  await eventually(() => first!.told('session-closed').length === 1);
  test.equal(front.counts().sessions, 1);
  test.ok(front.counts().held.sum < 100_000);
});

t.test('who asks for room that there is not is refused', async (test) => {
  const bufferedBytes = 20_000;
  const harness = await startHarness(test, { bufferedBytes });
  const { front, partitions, connect } = harness;
  for (const partition of partitions) partition.onAsk = () => 0;
  const client = await connect();
  let registered = 0;
  for (; ; registered++) {
    const answer = await client.register(registered, {}, registered);
    if (errorOf(answer) === 0) continue;
    test.equal(errorOf(answer), code('TooMuchHeld'));
    break;
  }
  test.ok(registered > 2 && front.counts().sessions === registered);
  test.equal(errorOf(await client.ask(170, 900)), code('TooMuchHeld'));
  test.equal((await client.ask(174, 901)).message, 125);
  const id = extensionOf(await client.ask(170, 902, {}, { proxyClient: 2 }))['SubscriptionId'];
  const before = front.counts().held.clients;
  await client.ask(172, 903, { SubscriptionId: id }, { proxyClient: 2 });
  test.ok(front.counts().held.clients < before);
  test.equal(front.counts().held.ended['held the most'], 0);
});

t.test('the tenants of a subscription count with it, and go with it', async (test) => {
  const { front, partitions, connect } = await startHarness(test, { bufferedBytes: 4_000_000 });
  for (const partition of partitions) partition.onAsk = () => 0;
  const client = await connect();
  await client.register(1);
  const before = front.counts().held.clients;
  const tenants = 3_000;
  const TenantList = Object.fromEntries(Array.from({ length: tenants }, (_, at) => [at, {}]));
  const ids: unknown[] = [];
  let reference = 2;
  for (; ids.length < 64; reference++) {
    const answer = await client.ask(170, reference, { TenantList });
    if (errorOf(answer) === code('TooMuchHeld')) break;
    ids.push(extensionOf(answer)['SubscriptionId']);
  }
  test.ok(ids.length > 0 && ids.length < 20, `${ids.length} subscriptions`);
  const each = (front.counts().held.clients - before) / ids.length;
  test.ok(each >= (partitions.length + 1) * tenants * 40, `${each} bytes each`);
  for (const SubscriptionId of ids) await client.ask(172, ++reference, { SubscriptionId });
  test.equal(front.counts().held.clients, before);
});
