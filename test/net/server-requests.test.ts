import t from 'tap';
import { errorTable } from '../../lib/errors.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { applyKpiOptions } from '../../lib/server/kpi.js';
import type { QueueTotals } from '../../lib/server/messages.js';
import { errorOf, eventually, queue, startHarness } from './harness.js';
import type { ForwardedFrame } from './harness.js';

const code = (name: keyof typeof errorTable): number => errorTable[name].code;
const byQueue = (key: string) => ({ kind: RouteKind.queue, key });

t.test('counters are off until switched on, and then exact', async (test) => {
  const { connect, counters } = await startHarness(test);
  const client = await connect();
  await client.register(1);
  await client.ask(9_999, 2);
  const before = await client.ask(175, 3);
  test.same(Object.keys(before.body), ['ServerTime']);
  const on = { 'collect-request-counters': 'true', 'collect-error-counters': 'true' };
  test.equal((await client.ask(1_004, 4, { Options: on })).message, 125);
  const other = await connect();
  await other.register(1);
  let reference = 10;
  const frames: Uint8Array[] = [];
  for (let index = 0; index < 300; index++) {
    frames.push(client.frame(101, reference++, {}, byQueue('first')));
    if (index % 3 === 0) frames.push(client.frame(101, reference++, {}, byQueue('nowhere')));
    if (index % 5 === 0) frames.push(client.frame(9_999, reference++));
    if (index % 10 === 0) frames.push(client.frame(188, reference++, {}, { proxyClient: 9 }));
  }
  client.socket.write(Buffer.concat(frames));
  await client.until(() => client.received.length === 4 + frames.length);
  const { body } = await other.ask(175, 2);
  test.same(body['Requests'], {
    RequestRegisterClient: 1,
    RequestSubmit: 400,
    RequestGetInteractionProperties: 30,
    RequestPing: 1,
  });
  test.same(body['Errors'], { UnknownQueue: 100, UnknownMessage: 60, NotRegistered: 30 });
  test.notOk('EspErrors' in body);
  applyKpiOptions(counters, { 'collect-error-counters': false });
  await client.ask(9_999, 5_000);
  test.notOk('Errors' in (await client.ask(175, 5_001)).body);
  applyKpiOptions(counters, { 'collect-error-counters': true });
  const { body: after } = await client.ask(175, 5_002);
  test.match(after['Errors'], { UnknownMessage: 60 }, 'not counted while off');
});

t.test('an option that is not known changes nothing', async (test) => {
  const { connect } = await startHarness(test);
  const client = await connect();
  await client.register(1);
  const on = { 'collect-request-counters': 'true' };
  const refused = async (reference: number, options: object): Promise<number> =>
    errorOf(await client.ask(1_004, reference, { Options: options }));
  test.equal(await refused(2, { ...on, 'collect-everything': 'true' }), code('OptionInvalid'));
  test.equal(await refused(3, { ...on, 'collect-error-counters': 'maybe' }), code('OptionInvalid'));
  test.equal(await refused(4, { toString: 'true' }), code('OptionInvalid'));
  test.same(Object.keys((await client.ask(175, 5)).body), ['ServerTime']);
  test.equal(errorOf(await client.ask(1_004, 6, {})), code('MissingAttribute'));
});

t.test('totals are asked of the partitions of the queues', async (test) => {
  const { connect, partitions, front } = await startHarness(test);
  for (const partition of partitions) {
    partition.onAsk = (message) => {
      if (message.type !== 'queue-statistics') throw new Error('not asked');
      return (message.queues ?? []).map((name): QueueTotals => {
        const numbers = { submitted: 9, entered: 1, left: 2, waiting: 3, processing: 4 };
        return { queue: name, partition: partition.number, ...numbers, stopped: { Normal: 5 } };
      });
    };
  }
  const client = await connect();
  await client.register(1);
  const all = await client.ask(1_003, 2);
  test.equal(all.message, 1_103);
  const rows = all.body['Queues'] as Record<string, unknown>[];
  const names = rows.map((row) => row['Queue']);
  test.same(names.toSorted(), ['first', 'second']);
  const one = await client.ask(1_003, 3, { Queues: ['second', 'second'] });
  test.same(one.body['Queues'], [
    {
      Queue: 'second',
      Partition: 1,
      Submitted: 9,
      Entered: 1,
      Left: 2,
      Waiting: 3,
      Processing: 4,
      Stopped: { Normal: 5 },
    },
  ]);
  test.equal(partitions[0]!.told('queue-statistics').length, 1, 'only those that are needed');
  const unknown = await client.ask(1_003, 4, { Queues: ['first', 'nowhere'] });
  test.equal(errorOf(unknown), code('UnknownQueue'));
  const longName = 'n'.repeat(180);
  front.setQueues(Array.from({ length: 5_000 }, (_, index) => queue(`${index}${longName}`, 0)));
  const large = await client.ask(1_003, 5);
  test.equal(errorOf(large), code('AttributeTooLong'), 'more than a frame can hold');
  test.equal(front.counts().inFlight, 0);
});

t.test('a stop answers what is in flight, refuses the rest, and then ends', async (test) => {
  const { connect, partitions, front } = await startHarness(test);
  const held: ForwardedFrame[] = [];
  partitions[0]!.onFrame = (frame) => held.push(frame);
  const client = await connect();
  await client.register(1);
  client.send(101, 2, {}, byQueue('first'));
  await eventually(() => held.length === 1);
  front.stopAccepting();
  test.equal(partitions[0]!.order.at(-1), 'draining');
  const refused = await client.ask(101, 3, {}, byQueue('first'));
  test.equal(errorOf(refused), code('ShuttingDown'));
  test.equal((await client.ask(175, 4)).message, 175, 'a ping is still answered');
  await test.rejects(connect(), { code: 'ECONNREFUSED' });
  let drained = false;
  const drain = front.drain().then(() => (drained = true));
  await client.ask(175, 5);
  test.notOk(drained, 'one request is in flight');
  partitions[0]!.ack(held[0]!, { InteractionId: 'last' });
  await drain;
  await front.close();
  await client.end();
  test.equal(client.received.find(({ reference }) => reference === 2)?.message, 125);
  test.match(front.counts(), { connections: 0, sessions: 0, inFlight: 0 });
});

t.test(
  'a drain with nothing in flight is over at once, and a close ends idle clients',
  async (test) => {
    const { connect, front, partitions } = await startHarness(test);
    const client = await connect();
    await client.register(1);
    front.stopAccepting();
    await front.drain();
    await front.close();
    await client.end();
    test.equal(partitions[0]!.told('session-closed').length, 1);
  },
);
