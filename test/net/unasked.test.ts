/** What a server says to a client unasked, and the numbers of clients that it goes by. */
import fc from 'fast-check';
import t from 'tap';
import { errorTable } from '../../lib/errors.js';
import { limits } from '../../lib/limits.js';
import { eventTag, isEventTag } from '../../lib/mail/events.js';
import {
  clientTag,
  isClientTag,
  isLaterSession,
  sessionMax,
  sessionOfTag,
} from '../../lib/mail/sessions.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { SessionTable } from '../../lib/net/session.js';
import { errorOf, eventually, registration, startHarness, type ForwardedFrame } from './harness.js';

const draining = 1118;
const byQueue = (key: string) => ({ kind: RouteKind.queue, key });

t.test('a partition may say something to a client, which answers nothing', async (test) => {
  const { connect, partitions, front } = await startHarness(test);
  const held: ForwardedFrame[] = [];
  partitions[0]!.onFrame = (frame) => held.push(frame);
  const client = await connect();
  await client.register(1);
  await client.register(2, {}, 7);
  client.send(101, 3, {}, byQueue('first'));
  await eventually(() => held.length === 1);
  partitions[0]!.tellClient(1, 1, 4_001);
  partitions[0]!.tellClient(2, 7, 4_002);
  partitions[0]!.tellClient(99, 1, 4_003);
  await client.until(() => client.received.filter(({ message }) => message === 187).length === 2);
  const told = client.received.filter(({ message }) => message === 187);
  test.same(
    told.map((frame) => [frame.reference, frame.proxyClient, errorOf(frame)]),
    [
      [0, 1, 4_001],
      [0, 7, 4_002],
    ],
    'in their order, and nothing for a client that is not there',
  );
  test.equal(front.counts().inFlight, 1, 'the request still waits for its answer');
  partitions[0]!.ack(held[0]!);
  test.equal((await client.answer(3)).message, 125);
  test.equal(front.counts().inFlight, 0);
});

t.test('a server that stops says so to every client before it refuses anything', async (test) => {
  const { connect, front } = await startHarness(test);
  const client = await connect();
  await client.register(1);
  await client.register(2, {}, 2);
  client.received.length = 0;
  front.stopAccepting();
  const refused = await client.ask(101, 3, {}, byQueue('first'));
  test.equal(errorOf(refused), errorTable.ShuttingDown.code);
  const [first, second, third] = client.received;
  test.match(
    [first, second],
    [
      { message: draining, reference: 0, proxyClient: 1 },
      { message: draining, reference: 0, proxyClient: 2 },
    ],
  );
  test.equal(third?.reference, 3);
  for (const { body } of [first!, second!]) {
    test.equal(body['ReconnectAfterMs'], 0, 'a few need not wait');
  }
  front.stopAccepting();
  await client.ask(175, 4);
  test.equal(client.received.filter(({ message }) => message === draining).length, 2, 'once');
});

t.test('many clients are asked to come back one after the other', async (test) => {
  const { connect, front } = await startHarness(test);
  const client = await connect();
  const count = 400;
  for (let number = 1; number <= count; number++) {
    client.send(100, number, registration, { proxyClient: number });
  }
  await client.until(() => client.received.length === count);
  front.stopAccepting();
  await client.until(() => client.received.length === 2 * count);
  const times = client.received
    .filter(({ message }) => message === draining)
    .map(({ body }) => body['ReconnectAfterMs'] as number);
  const lastMs = (count / limits.reconnectsPerSecond) * 1_000;
  test.ok(times.every((ms) => ms >= 0 && ms < lastMs));
  for (const half of [true, false]) {
    const share = times.filter((ms) => ms < lastMs / 2 === half).length / count;
    test.ok(share > 0.3, `${share} of them in one half of the time`);
  }
});

t.test(
  'numbers of clients begin again behind the last, and pass over those in use',
  async (test) => {
    const { connect, partitions } = await startHarness(test, {}, undefined, {
      lastSession: sessionMax - 1,
    });
    const client = await connect();
    const own = async (reference: number, proxyClient: number): Promise<number> => {
      await client.register(reference, {}, proxyClient);
      return partitions[0]!.told('session-opened').at(-1)!.info.number;
    };
    test.same([await own(1, 1), await own(2, 2), await own(3, 3)], [sessionMax, 1, 2]);
    const answer = await client.ask(101, 4, {}, { ...byQueue('first'), proxyClient: 1 });
    test.match(answer, { message: 125, proxyClient: 1 }, 'the greatest number is no other tag');
    partitions[0]!.tellClient(sessionMax, 1, 4_001);
    await client.until(() => client.received.some((frame) => errorOf(frame) === 4_001));
    const listed = async (reference: number, After: number): Promise<unknown> => {
      const { body } = await client.ask(1017, reference, { After });
      return (body['Clients'] as { ClientNumber: number }[]).map((row) => row.ClientNumber);
    };
    test.same(await listed(5, 0), [sessionMax, 1, 2], 'in the order of registration');
    test.same(await listed(6, sessionMax), [1, 2]);
    test.same(await listed(7, 1), [2]);
    test.same(await listed(8, sessionMax - 1), [sessionMax, 1, 2], 'behind one that has gone');

    const table = new SessionTable(3);
    const open = (): number =>
      table.open(
        { sessions: new Map(), account: { add: () => undefined } } as never,
        1,
        { clientName: 'x', clientType: 'x', tenantId: 1, sessionKey: `${table.size}` },
        { permissions: 0, application: undefined },
      ).number;
    test.same([open(), open()], [1, 2]);
    table.close(table.get(1)!);
    test.same([open(), open()], [3, 1]);
    table.close(table.get(3)!);
    test.equal(open(), 3, 'those that live are passed over');
  },
);

t.test('a number that was given later is known as such, also behind the last', async (test) => {
  const seed = Date.now() >>> 0;
  test.comment(`seed ${seed}`);
  const number = fc.integer({ min: 1, max: sessionMax });
  const ahead = fc.integer({ min: 1, max: 2 ** 29 - 2 });
  fc.assert(
    fc.property(number, ahead, (from, steps) => {
      const later = ((from - 1 + steps) % sessionMax) + 1;
      return isLaterSession(later, from) && !isLaterSession(from, later);
    }),
    { seed, numRuns: 2_000 },
  );
  test.notOk(isLaterSession(5, 5));
  test.ok(isLaterSession(1, 0), 'the first after none');
  fc.assert(
    fc.property(number, fc.integer({ min: 0, max: 63 }), (session, partition) => {
      const tag = clientTag(session);
      const isOne = isClientTag(tag) && !isEventTag(tag) && sessionOfTag(tag) === session;
      return isOne && !isClientTag(session) && !isClientTag(eventTag(partition, session >> 6));
    }),
    { seed, numRuns: 2_000 },
  );
});
