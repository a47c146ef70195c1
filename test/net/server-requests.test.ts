import t from 'tap';
import { errorTable } from '../../lib/errors.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { applyKpiOptions } from '../../lib/server/kpi.js';
import type { QueueTotals } from '../../lib/server/messages.js';
import { eventually, queue, startHarness } from './harness.js';
import type { ForwardedFrame } from './harness.js';

const code = (name: keyof typeof errorTable): number => errorTable[name].code;
const byQueue = (key: string) => ({ kind: RouteKind.queue, key });

t.test('counters are off until switched on, and then exact', async (t) => {
  const { connect, counters } = await startHarness(t);
  const client = await connect();
  await client.register(1);
  await client.ask(9_999, 2);
  const before = await client.ask(175, 3);
  t.same(Object.keys(before.body), ['ServerTime']);
  const on = { 'collect-request-counters': 'true', 'collect-error-counters': 'true' };
  t.equal((await client.ask(1_004, 4, { Options: on })).message, 125);
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
  t.same(body['Requests'], {
    RequestRegisterClient: 1,
    RequestSubmit: 400,
    RequestGetInteractionProperties: 30,
    RequestPing: 1,
  });
  t.same(body['Errors'], { UnknownQueue: 100, UnknownMessage: 60, NotRegistered: 30 });
  t.notOk('EspErrors' in body);
  applyKpiOptions(counters, { 'collect-error-counters': false });
  await client.ask(9_999, 5_000);
  t.notOk('Errors' in (await client.ask(175, 5_001)).body);
  applyKpiOptions(counters, { 'collect-error-counters': true });
  t.equal(
    (await client.ask(175, 5_002)).body['Errors'].UnknownMessage,
    60,
    'not counted while off',
  );
});

t.test('an option that is not known changes nothing', async (t) => {
  const { connect } = await startHarness(t);
  const client = await connect();
  await client.register(1);
  const on = { 'collect-request-counters': 'true' };
  const refused = async (reference: number, options: object): Promise<number> =>
    (await client.ask(1_004, reference, { Options: options })).body['ErrorCode'];
  t.equal(await refused(2, { ...on, 'collect-everything': 'true' }), code('OptionInvalid'));
  t.equal(await refused(3, { ...on, 'collect-error-counters': 'maybe' }), code('OptionInvalid'));
  t.equal(await refused(4, { toString: 'true' }), code('OptionInvalid'));
  t.same(Object.keys((await client.ask(175, 5)).body), ['ServerTime']);
  t.equal((await client.ask(1_004, 6, {})).body['ErrorCode'], code('MissingAttribute'));
});

t.test('totals are asked of the partitions of the queues', async (t) => {
  const { connect, partitions, front } = await startHarness(t);
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
  t.equal(all.message, 1_103);
  t.same(all.body['Queues'].map((row: Record<string, unknown>) => row['Queue']).sort(), [
    'first',
    'second',
  ]);
  const one = await client.ask(1_003, 3, { Queues: ['second', 'second'] });
  t.same(one.body['Queues'], [
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
  t.equal(partitions[0]!.told('queue-statistics').length, 1, 'only those that are needed');
  const unknown = await client.ask(1_003, 4, { Queues: ['first', 'nowhere'] });
  t.equal(unknown.body['ErrorCode'], code('UnknownQueue'));
  const name = (index: number): string => `queue-${index}-${'n'.repeat(180)}`;
  front.setQueues(Array.from({ length: 5_000 }, (_, index) => queue(name(index), 0)));
  const large = await client.ask(1_003, 5);
  t.equal(large.body['ErrorCode'], code('AttributeTooLong'), 'more than a frame can hold');
  t.equal(front.counts().inFlight, 0);
});

t.test('a stop answers what is in flight, refuses the rest, and then ends', async (t) => {
  const { connect, partitions, front } = await startHarness(t);
  const held: ForwardedFrame[] = [];
  partitions[0]!.onFrame = (frame) => held.push(frame);
  const client = await connect();
  await client.register(1);
  client.send(101, 2, {}, byQueue('first'));
  await eventually(() => held.length === 1);
  front.stopAccepting();
  t.equal(partitions[0]!.order.at(-1), 'draining');
  const refused = await client.ask(101, 3, {}, byQueue('first'));
  t.equal(refused.body['ErrorCode'], code('ShuttingDown'));
  t.equal((await client.ask(175, 4)).message, 175, 'a ping is still answered');
  await t.rejects(connect(), { code: 'ECONNREFUSED' });
  let drained = false;
  const drain = front.drain().then(() => (drained = true));
  await client.ask(175, 5);
  t.notOk(drained, 'one request is in flight');
  partitions[0]!.ack(held[0]!, { InteractionId: 'last' });
  await drain;
  await front.close();
  await client.end();
  t.equal(client.received.find(({ reference }) => reference === 2)?.message, 125);
  t.match(front.counts(), { connections: 0, sessions: 0, inFlight: 0 });
});

t.test(
  'a drain with nothing in flight is over at once, and a close ends idle clients',
  async (t) => {
    const { connect, front, partitions } = await startHarness(t);
    const client = await connect();
    await client.register(1);
    front.stopAccepting();
    await front.drain();
    await front.close();
    await client.end();
    t.equal(partitions[0]!.told('session-closed').length, 1);
  },
);
