import * as fc from 'fast-check';
import t from 'tap';
import { errorTable } from '../../lib/errors.js';
import { homeOf } from '../../lib/interaction/identifier.js';
import { limits } from '../../lib/limits.js';
import { FrameOffset } from '../../lib/protocol/frame-layout.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { messageByName } from '../../lib/protocol/registry.js';
import { errorOf, eventually, extensionOf, queue, registration, startHarness } from './harness.js';
import type { RawClient } from './harness.js';

const code = (name: keyof typeof errorTable): number => errorTable[name].code;
const pullNumber = messageByName('RequestPull').number;
const byId = (key: string) => ({ kind: RouteKind.id, key });
const byQueue = (key: string) => ({ kind: RouteKind.queue, key });

t.test('frames go to the home of an identifier or to the partition of a queue', async (test) => {
  const { connect, partitions, front } = await startHarness(test);
  const client = await connect();
  await client.register(1);
  for (let index = 0; index < 20; index++) {
    const id =
      index % 2 === 0 ? `chosen-${index}` : `0${index % 4 === 1 ? 0 : 1}ABCDEFGHIJ${index + 1000}`;
    await client.ask(102, 10 + index, { InteractionId: id }, byId(id));
    const home = partitions[homeOf(id, 2)]!;
    test.equal(home.frames.at(-1)!.header.reference, 10 + index, id);
  }
  const body = { Queue: 'second', MediaType: 'chat', InteractionType: 'Inbound' };
  const sent = client.frame(101, 50, body, byQueue('second'));
  client.socket.write(sent);
  await client.answer(50);
  test.same([...partitions[1]!.frames.at(-1)!.bytes], [...sent], 'byte for byte');

  const unknown = await client.ask(101, 51, {}, byQueue('zweite Schlange ü'));
  test.equal(errorOf(unknown), code('UnknownQueue'));
  test.match(unknown.body['ErrorDescription'], /zweite Schlange ü/);
  await client.register(2, { ClientType: 'AgentApplication' }, 2);
  const view = { ...byQueue('zweite Schlange ü'), proxyClient: 2 };
  const noView = await client.ask(pullNumber, 54, {}, view);
  test.equal(noView.message, 125, 'a pull may name a view, which any partition knows');
  front.setQueues([queue('zweite Schlange ü', 0)]);
  test.equal((await client.ask(101, 52, {}, byQueue('zweite Schlange ü'))).message, 125);
  test.equal(partitions[0]!.frames.at(-1)!.header.reference, 52);
  test.equal(errorOf(await client.ask(101, 53, {}, byQueue('second'))), code('UnknownQueue'));
});

t.test('a body that is only passed on is not looked at', async (test) => {
  const { connect, partitions } = await startHarness(test);
  const client = await connect();
  await client.register(1);
  const frame = client.frame(102, 2, new Uint8Array([0xc1, 0xff, 0x00]), byId('x'));
  client.socket.write(frame);
  test.equal((await client.answer(2)).message, 125);
  test.equal(partitions.flatMap(({ frames }) => frames).length, 1);
});

t.test('a route of the wrong kind, and numbers that are no request', async (test) => {
  const { connect, partitions } = await startHarness(test);
  const client = await connect();
  await client.register(1);
  const refused = async (...frame: Parameters<RawClient['ask']>): Promise<number> =>
    errorOf(await client.ask(...frame));
  test.equal(await refused(102, 2, {}), code('RouteMismatch'));
  test.equal(await refused(102, 3, {}, byQueue('first')), code('RouteMismatch'));
  test.equal(await refused(175, 4, {}, byId('x')), code('RouteMismatch'));
  test.equal(await refused(101, 5, {}, { kind: RouteKind.view, key: 'x' }), code('RouteMismatch'));
  test.equal(await refused(101, 6, {}, { kind: 33 as never, key: 'x' }), code('RouteMismatch'));
  for (const [index, number] of [0, 99, 125, 187, 999, 65_535].entries()) {
    test.equal(await refused(number, 10 + index, {}), code('UnknownMessage'), String(number));
  }
  test.equal((await client.ask(175, 50)).message, 175, 'and the connection goes on');
  test.equal(partitions.flatMap(({ frames }) => frames).length, 0);
});

const fiveFrames = (client: RawClient): Buffer =>
  Buffer.concat([
    client.frame(100, 1, registration),
    client.frame(101, 2, { UserData: { key: 'v'.repeat(40) } }, byQueue('first')),
    client.frame(1_234, 3),
    client.frame(102, 4, {}, byId('x')),
    client.frame(175, 5),
  ]);

t.test('a stream of frames may be cut anywhere', async (test) => {
  const { connect, partitions } = await startHarness(test);
  const { length } = fiveFrames(await connect());
  const expected = [125, 125, 126, 125, 175];
  for (let cut = 1; cut < length; cut++) {
    const client = await connect();
    const bytes = fiveFrames(client);
    client.socket.write(bytes.subarray(0, cut));
    await new Promise((resolve) => setImmediate(resolve));
    client.socket.write(bytes.subarray(cut));
    await client.until(() => client.received.length === 5);
    const messages = client.received
      .toSorted((one, other) => one.reference - other.reference)
      .map(({ message }) => message);
    if (messages.join() !== expected.join()) test.same(messages, expected, `cut at ${cut}`);
    client.socket.destroy();
  }
  const client = await connect();
  for (const byte of fiveFrames(client)) client.socket.write(Uint8Array.of(byte));
  await client.until(() => client.received.length === 5);
  test.equal(partitions.flatMap(({ frames }) => frames).length, length * 2);
});

t.test(
  'pipelined requests of many logical clients are all answered to the right one',
  async (test) => {
    const { connect, partitions } = await startHarness(test);
    for (const partition of partitions) {
      partition.onFrame = (frame) => partition.ack(frame, { session: frame.session });
    }
    const clients = [await connect(), await connect(), await connect()];
    for (const [index, client] of clients.entries()) {
      const frames: Uint8Array[] = [];
      for (let proxyClient = 1; proxyClient <= 4; proxyClient++) {
        frames.push(client.frame(100, proxyClient, registration, { proxyClient }));
      }
      for (let reference = 100; reference < 1_100; reference++) {
        const proxyClient = (reference % 4) + 1;
        const id = `id-${index}-${reference}`;
        frames.push(client.frame(188, reference, {}, { ...byId(id), proxyClient }));
      }
      client.socket.write(Buffer.concat(frames));
    }
    for (const client of clients) {
      await client.until(() => client.received.length === 1_004);
      const answered = client.received.filter(({ reference }) => reference >= 100);
      test.equal(new Set(answered.map(({ reference }) => reference)).size, 1_000);
      test.ok(answered.every(({ reference, proxyClient }) => proxyClient === (reference % 4) + 1));
      const sessions = new Set(answered.map((answer) => extensionOf(answer)['session']));
      test.equal(sessions.size, 4);
    }
  },
);

t.test('a length that lies ends the connection with FrameTooLarge', async (test) => {
  const { connect, front } = await startHarness(test);
  for (const length of [0, 17, limits.frameBytes + 1, 0xffff_ffff]) {
    const client = await connect();
    await client.register(1);
    const frame = Buffer.from(client.frame(175, 2));
    frame.writeUInt32BE(length, FrameOffset.length);
    client.socket.write(Buffer.concat([frame, Buffer.alloc(2_000, 1)]));
    await client.end();
    test.match(client.received.slice(1), [
      { message: 126, reference: 0, proxyClient: 0, body: { ErrorCode: code('FrameTooLarge') } },
    ]);
  }
  await eventually(() => front.counts().connections === 0);
  test.equal(front.counts().sessions, 0);
});

t.test('half a frame and then nothing leaves nothing behind', async (test) => {
  const { connect, front, partitions } = await startHarness(test);
  const client = await connect();
  await client.register(1);
  const frame = client.frame(101, 2, { UserData: { key: 'v'.repeat(9_000) } }, byQueue('first'));
  client.socket.end(frame.subarray(0, 5_000));
  await client.end();
  await eventually(() => front.counts().connections === 0);
  test.equal(partitions[0]!.frames.length, 0);
  test.match(front.counts(), { connections: 0, sessions: 0, inFlight: 0 });
});

t.test('a frame that is not complete in time ends the connection', async (test) => {
  const { connect } = await startHarness(test, { frameTimeoutMs: 60 });
  const [dripping, whole] = [await connect(), await connect()];
  await Promise.all([dripping.register(1), whole.register(1)]);
  const frame = dripping.frame(101, 2, { UserData: { key: 'v'.repeat(900) } }, byQueue('first'));
  let at = 0;
  const drip = setInterval(() => dripping.socket.write(frame.subarray(at, ++at)), 5);
  await dripping.end();
  clearInterval(drip);
  test.ok(at < frame.length, 'before it was whole');
  test.equal(dripping.received.length, 1, 'without a word: the frame is not known');
  test.equal((await whole.ask(175, 3)).message, 175);
});

t.test('garbage never stops the server', async (test) => {
  const { connect, front } = await startHarness(test);
  const witness = await connect();
  await witness.register(1);
  const valid = witness.frame(101, 2, { Queue: 'first' }, byQueue('first'));
  const mutated = fc
    .array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
    .map((changes) => {
      const bytes = valid.slice();
      for (const [at, value] of changes) bytes[at] = value;
      return bytes;
    });
  const stream = fc.array(fc.oneof(mutated, fc.uint8Array({ maxLength: 60 })), { maxLength: 20 });
  let reference = 10;
  await fc.assert(
    fc.asyncProperty(stream, async (parts) => {
      const client = await connect();
      client.socket.write(Buffer.concat([client.frame(100, 1, registration), ...parts]));
      client.socket.end();
      await client.end();
      return (await witness.ask(175, ++reference)).message === 175;
    }),
    { numRuns: 150 },
  );
  await eventually(() => front.counts().connections === 1);
  test.match(front.counts(), { sessions: 1, inFlight: 0 });
});
