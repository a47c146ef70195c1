import t from 'tap';
import { errorTable } from '../../lib/errors.js';
import { limits } from '../../lib/limits.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { logFiltersOf } from '../../lib/security/log-filter.js';
import { applyKpiOptions } from '../../lib/counters/kpi.js';
import type { QueueTotals } from '../../lib/mail/partition.js';
import { errorOf, eventually, queue, startHarness } from './harness.js';
import type { ForwardedFrame, RawClient, Received } from './harness.js';

const code = (name: keyof typeof errorTable): number => errorTable[name].code;
const byQueue = (key: string) => ({ kind: RouteKind.queue, key });

const totalsOf =
  (partition: number, stopped: Record<string, number> = { Normal: 5 }) =>
  (name: string): QueueTotals => {
    const numbers = { submitted: 9, entered: 1, left: 2, waiting: 3, processing: 4 };
    return { queue: name, partition, ...numbers, stopped, abandoned: 6 };
  };

const namesOf = ({ body }: Received): string[] =>
  (body['Queues'] as Record<string, unknown>[]).map((row) => String(row['Queue']));

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
      return message.queues.map(totalsOf(partition.number));
    };
  }
  const client = await connect();
  await client.register(1);
  const all = await client.ask(1_003, 2);
  test.equal(all.message, 1_103);
  test.same(namesOf(all), ['first', 'second']);
  test.notOk('Next' in all.body);
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
      Abandoned: 6,
    },
  ]);
  test.equal(partitions[0]!.told('queue-statistics').length, 1, 'only those that are needed');
  const unknown = await client.ask(1_003, 4, { Queues: ['first', 'nowhere'] });
  test.equal(errorOf(unknown), code('UnknownQueue'));
  test.same((await client.ask(1_003, 5, { Queues: [] })).body, { Queues: [] });
  test.equal(front.counts().inFlight, 0);
});

/** Reads all pages; the number of rows of each. */
async function pagesOf(client: RawClient, body: object, first: number) {
  const names: string[] = [];
  const rows: number[] = [];
  let after: unknown;
  do {
    const answer = await client.ask(1_003, first + rows.length, {
      ...body,
      ...(after === undefined ? {} : { After: after }),
    });
    if (answer.message !== 1_103) throw new Error(JSON.stringify(answer.body));
    names.push(...namesOf(answer));
    rows.push(namesOf(answer).length);
    after = answer.body['Next'];
  } while (after !== undefined);
  return { names, rows };
}

t.test('totals of any number of queues, however long, come in pages', async (test) => {
  const { connect, partitions, front } = await startHarness(test);
  const reasons = Object.fromEntries(
    Array.from({ length: 64 }, (_, index) => [`${index} ${'r'.repeat(252)}`, 1]),
  );
  let stopped: Record<string, number> = {};
  for (const partition of partitions) {
    partition.onAsk = (message) => {
      if (message.type !== 'queue-statistics') throw new Error('not asked');
      const told = partition.number === 1 ? message.queues.slice(0, 3) : message.queues;
      return told.map(totalsOf(partition.number, stopped));
    };
  }
  const client = await connect();
  await client.register(1);
  const longName = 'n'.repeat(240);
  const queues = Array.from({ length: 1_000 }, (_, index) => queue(`${index}${longName}`, 0));
  front.setQueues(queues);
  const all = queues.map(({ name }) => name).toSorted();
  const some = all.toReversed().slice(0, limits.queuesPerStatistics);
  const { names, rows } = await pagesOf(client, {}, 1_000);
  test.same(names, all, 'each once, in order');
  test.ok(Math.max(...rows) <= limits.queuesPerStatistics);
  stopped = reasons;
  test.same((await pagesOf(client, {}, 2_000)).names, all, 'rows of 17 KB');
  test.same((await pagesOf(client, { Queues: some }, 4_000)).names, some, 'as they were named');
  const isHere = (index: number) => queue(`${index}`, index % 2);
  const cut = Array.from({ length: 40 }, (_, index) => isHere(index + 10));
  front.setQueues(cut);
  const { names: found } = await pagesOf(client, {}, 6_000);
  test.same(
    found,
    cut.map(({ name }) => name),
    'a partition that tells of few at a time',
  );
  const wrong = await client.ask(1_003, 7, { Queues: ['10'], After: '11' });
  test.equal(errorOf(wrong), code('WrongAttributeType'));
  const many = Array.from({ length: limits.queuesPerStatistics + 1 }, () => '10');
  test.equal(errorOf(await client.ask(1_003, 8, { Queues: many })), code('AttributeTooLong'));
});

t.test('questions to the partitions take turns, one of each client', async (test) => {
  const { connect, partitions, front } = await startHarness(test);
  const open: { readonly queue: string; answer(): void }[] = [];
  let most = 0;
  for (const partition of partitions) {
    partition.onAsk = (message) => {
      if (message.type !== 'queue-statistics') return 0;
      const [queue] = message.queues;
      const rows = message.queues.map(totalsOf(partition.number));
      return new Promise((resolve) => {
        open.push({ queue: queue!, answer: () => resolve(rows) });
        most = Math.max(most, open.length);
      });
    };
  }
  const greedy = await connect();
  const clients = Array.from({ length: 8 }, (_, index) => index + 1);
  for (const id of clients) await greedy.register(id, {}, id);
  const frames = clients.flatMap((proxyClient) =>
    Array.from({ length: 200 }, (_, index) =>
      greedy.frame(1_003, proxyClient * 1_000 + index, { Queues: ['first'] }, { proxyClient }),
    ),
  );
  const [before] = [greedy.received.length];
  greedy.socket.write(Buffer.concat(frames));
  const refused = () => greedy.received.slice(before).filter((frame) => errorOf(frame) > 0);
  const waiting = limits.asksAtOnce + clients.length * limits.asksWaitingPerClient;
  await greedy.until(() => refused().length >= frames.length - waiting);
  test.match(refused().at(-1)!.body, { ErrorCode: code('Busy'), RetryAfterMs: 50 });
  test.equal(open.length, limits.asksAtOnce);
  const other = await connect();
  await other.register(1);
  other.send(1_003, 2, { Queues: ['second'] });
  await eventually(() => front.counts().inFlight === waiting + 1);
  let served = 0;
  while (!other.received.some(({ reference }) => reference === 2)) {
    await eventually(() => open.length > 0);
    const { queue, answer } = open.shift()!;
    answer();
    if (queue === 'second') await other.answer(2);
    served++;
    test.ok(served <= 2 * limits.asksAtOnce + 1, 'the other is not behind all of them');
  }
  const isAnswered = () => greedy.received.length - before === frames.length;
  while (!isAnswered()) {
    open.shift()?.answer();
    await new Promise((resolve) => setImmediate(resolve));
  }
  test.ok(most <= limits.asksAtOnce, `${most} at once`);
  test.equal(refused().length, frames.length - waiting);
});

t.test('a client that has gone is asked nothing for', async (test) => {
  const { connect, partitions, front } = await startHarness(test);
  let asked = 0;
  let answer: () => void = () => undefined;
  partitions[0]!.onAsk = (message) => {
    if (message.type !== 'queue-statistics') return 0;
    asked++;
    return new Promise((resolve) => (answer = () => resolve(message.queues.map(totalsOf(0)))));
  };
  const client = await connect();
  await client.register(1);
  for (let reference = 2; reference < 10; reference++) {
    client.send(1_003, reference, { Queues: ['first'] });
  }
  await eventually(() => asked === 1);
  client.socket.destroy();
  await eventually(() => front.counts().connections === 0);
  answer();
  const other = await connect();
  await other.register(1);
  other.send(1_003, 2, { Queues: ['first'] });
  await eventually(() => asked === 2);
  answer();
  test.equal((await other.answer(2)).message, 1_103);
  test.equal(asked, 2);
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

t.test('an exception in the front is the affair of one request', async (test) => {
  const told: string[] = [];
  const quiet = (): void => undefined;
  const logger = {
    debug: quiet,
    info: quiet,
    warn: quiet,
    error: (fields: object, message: string) => told.push(`${message} ${JSON.stringify(fields)}`),
  };
  const audit = {
    note: () => {
      throw new Error('no room for the note');
    },
  };
  const { connect, partitions, front } = await startHarness(test, {}, undefined, { logger, audit });
  partitions[0]!.onAsk = () => {
    throw new TypeError('nothing of nothing');
  };
  const [client, other] = [await connect(), await connect()];
  await client.register(1);
  await other.register(1);
  // At once, and late.
  const changed = await client.ask(1_004, 2, { Options: { 'collect-error-counters': 'false' } });
  test.equal(errorOf(changed), code('Internal'));
  const listed = await client.ask(1_010, 3, { Partition: 0 });
  test.equal(errorOf(listed), code('Internal'));
  test.match(listed.body['ErrorDescription'], /not executed/);
  test.match(told, [
    /RequestChangeOptions.*no room for the note/,
    /RequestListInteractions.*nothing/,
  ]);
  for (let reference = 4; reference < 40; reference++) {
    await client.ask(1_004, reference, { Options: { 'collect-error-counters': 'false' } });
  }
  test.ok(told.length <= 10, 'the log is not flooded');
  // A session that was half opened is none.
  const tell = partitions[1]!.tell.bind(partitions[1]);
  partitions[1]!.tell = (message) => {
    partitions[1]!.tell = tell;
    throw new Error(`no way there for ${message.type}`);
  };
  test.equal(errorOf(await other.register(5, {}, 7)), code('Internal'));
  test.equal(front.counts().sessions, 2);
  test.equal(errorOf(await other.register(6, {}, 7)), 0);
  for (const each of [client, other]) test.equal((await each.ask(175, 50)).message, 175);
  test.match(front.counts(), { connections: 2, sessions: 3, inFlight: 0 });
});

t.test('what fails before a request is known ends its connection only', async (test) => {
  const quiet = (): void => undefined;
  const debug = (_: object, message: string): void => {
    if (message === 'request') throw new Error('no room for the line');
  };
  const logger = { debug, info: quiet, warn: quiet, error: quiet };
  const { connect, front } = await startHarness(test, {}, undefined, { logger });
  const other = await connect();
  await other.register(1);
  await front.logRequests(logFiltersOf(undefined, undefined));
  const client = await connect();
  client.send(175, 2);
  await client.end();
  test.equal(errorOf(client.received[0]!), code('Internal'));
  await front.logRequests(undefined);
  test.equal((await other.ask(175, 3)).message, 175);
});
