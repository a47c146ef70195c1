/**
 * What a request that trips the server costs the others: nothing. An exception before its first
 * change refuses that request alone; a crash is the affair of the partition; who crashes one again
 * and again is sent away, however the bytes are spelt. Over TCP, to a real server.
 */
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { errorTable, type ErrorName } from '../../lib/errors.js';
import { startServer, type Server } from '../../lib/index.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { verifyStore } from '../../lib/data/verify.js';
import { directoryOf } from '../fixture/directory.js';
import { RawClient, errorOf, eventually } from '../net/harness.js';

const code = (name: ErrorName): number => errorTable[name].code;
const submission = { Queue: 'in', MediaType: 'email', InteractionType: 'Inbound' };
const byQueue = { kind: RouteKind.queue, key: 'in' };

interface Target {
  readonly server: Server;
  /** What the log said above info, with its fields as JSON. */
  readonly complaints: string[];
  connect(name?: string): Promise<RawClient>;
}

async function startTarget(t: Test, options: object = {}): Promise<Target> {
  const complaints: string[] = [];
  const quiet = (): void => undefined;
  const complain = (fields: object, message: string): void => {
    complaints.push(`${message} ${JSON.stringify(fields)}`);
  };
  const server = await startServer({
    data: join(directoryOf(t), 'data'),
    create: 'init',
    listen: '127.0.0.1:0',
    withAdmin: false,
    partitions: 1,
    threads: 1,
    faultInjection: true,
    businessProcesses: [{ name: 'test', queues: ['in'] }],
    log: { debug: quiet, info: quiet, warn: complain, error: complain },
    ...options,
  });
  t.teardown(() => server.stop({ drainMs: 0 }));
  const connect = async (ClientName = 'test'): Promise<RawClient> => {
    const client = await RawClient.open(server.address.port);
    t.teardown(() => client.socket.destroy());
    const answer = await client.register(1, { ClientName });
    if (errorOf(answer) !== 0) throw new Error(JSON.stringify(answer.body));
    return client;
  };
  return { server, complaints, connect };
}

const injected = (key: string, more: object = {}) => ({
  ...submission,
  UserData: { [key]: 1, ...more },
});
const crashing = (spelling: string) => injected('ixion.crash', { spelling });

/** Resolves once the partition is there again. */
async function works(client: RawClient): Promise<void> {
  let reference = 1_000_000 + client.received.length;
  const ask = () => client.ask(101, reference++, submission, byQueue);
  while (errorOf(await ask()) === code('Unavailable')) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

const isAnswered = (client: RawClient, wanted: number): boolean =>
  client.received.some(({ reference }) => reference === wanted);

t.test('an exception before the first change refuses that request alone', async (t) => {
  const { server, complaints, connect } = await startTarget(t, {
    'settings.collect-error-counters': true,
  });
  const [client, other] = [await connect(), await connect()];
  for (let round = 0; round < 20; round++) {
    const [first, failing, last] = [10, 11, 12].map((one) => round * 10 + one) as [
      number,
      number,
      number,
    ];
    // In one write, so that they are one turn of the partition.
    client.socket.write(
      Buffer.concat([
        client.frame(101, first, submission, byQueue),
        client.frame(101, failing, injected('ixion.throw', { round }), byQueue),
        client.frame(101, last, submission, byQueue),
      ]),
    );
    const aside = await other.ask(101, first, submission, byQueue);
    t.equal(errorOf(aside), 0);
    t.equal(errorOf(await client.answer(first)), 0);
    const answer = await client.answer(failing);
    t.equal(errorOf(answer), code('Internal'));
    t.match(String(answer.body['ErrorDescription']), /not executed/);
    t.equal(errorOf(await client.answer(last)), 0);
  }
  const { body } = await client.ask(175, 900);
  t.strictSame(body['Errors'], { Internal: 20 });
  const { reports, partitions } = await server.status();
  t.strictSame(reports, [], 'no actor ended');
  t.match(partitions, [{ interactions: 60 }]);
  const told = complaints.filter((line) => line.includes('a request asked for an exception'));
  t.ok(told.length >= 1 && told.length <= 20, 'it is in the log');
  t.match(told[0], /RequestSubmit.*exceptions|RequestSubmit.*stack/, 'with message and stack');
  await server.stop({ drainMs: 1_000 });
  t.equal((await verifyStore(server.data)).faults, 0);
});

t.test(
  'a connection whose requests crash an actor twice is closed, however they are spelt',
  async (t) => {
    const { server, complaints, connect } = await startTarget(t);
    const other = await connect('other');
    const client = await connect('bad');
    await client.register(2, { ClientName: 'bad too' }, 2);
    t.equal(errorOf(await client.ask(101, 10, crashing('one'), byQueue)), code('Unavailable'));
    // Another logical client, another spelling, the same connection.
    client.send(101, 11, crashing('another'), { ...byQueue, proxyClient: 2 });
    await client.end();
    const farewell = client.received.find(({ reference }) => reference === 0)!;
    t.equal(errorOf(farewell), code('ClientRefused'));
    t.match(String(farewell.body['ErrorDescription']), /crashed an actor/);
    // Work goes on.
    let reference = 20;
    const works = async (): Promise<boolean> =>
      errorOf(await other.ask(101, reference++, submission, byQueue)) === 0;
    while (!(await works())) t.ok(reference < 1_000, 'is being rebuilt');
    const told = complaints.filter((line) => line.includes('its connection is closed'));
    t.equal(told.length, 1, 'logged once');
    t.match(told[0], /"client":"bad too".*"address":"127\.0\.0\.1/);
    t.equal((await server.status()).reports.length, 2, 'two crashes, no more');
  },
);

t.test('nor does a new connection help who crashed actors before', async (t) => {
  const { server, connect } = await startTarget(t, { 'supervision.periodMs': 60_000 });
  const other = await connect('other');
  for (let spelling = 0; spelling < 2; spelling++) {
    const client = await connect('bad');
    t.equal(
      errorOf(await client.ask(101, 10, crashing(`${spelling}`), byQueue)),
      code('Unavailable'),
      'one of each connection',
    );
    client.socket.destroy();
    await works(other);
  }
  const again = await RawClient.open(server.address.port);
  const refused = await again.register(1, { ClientName: 'bad' });
  t.equal(errorOf(refused), code('ClientRefused'));
  t.ok(Number(refused.body['RetryAfterMs']) > 0, 'until then');
  // Under names of its own each, from one address: as long as the server can bear it.
  const codes: number[] = [];
  for (let spelling = 0; spelling < 10; spelling++) {
    const client = await RawClient.open(server.address.port);
    const registered = await client.register(1, { ClientName: `bad ${spelling}` });
    codes.push(errorOf(registered));
    if (errorOf(registered) !== 0) continue;
    client.send(101, 10, crashing(`${spelling}`), byQueue);
    await eventually(() => client.closed || isAnswered(client, 10));
    client.socket.destroy();
    await works(other);
  }
  t.equal(server.state, 'ready', 'the server is not brought down');
  t.ok((await server.status()).reports.length <= 5);
  t.equal(codes.at(-1), code('ClientRefused'));
});

t.test('a flood of crashing requests in one write costs two crashes', async (t) => {
  const { server, connect } = await startTarget(t);
  const client = await connect('bad');
  const frames = Array.from({ length: 2_000 }, (_, index) =>
    client.frame(101, 10 + index, crashing(`${index}`), byQueue),
  );
  for (let at = 0; at < frames.length; at += 50) {
    client.socket.write(Buffer.concat(frames.slice(at, at + 50)));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await eventually(() => client.closed || client.received.length >= frames.length);
  const { reports } = await server.status();
  t.ok(reports.length <= 2, `${reports.length} crashes`);
  await works(await connect('other'));
});

t.test('the same bytes are refused whoever sends them', async (t) => {
  const { server, connect } = await startTarget(t);
  const other = await connect('other');
  const outcomes: number[] = [];
  for (const name of ['one', 'two', 'three']) {
    const client = await connect(name);
    outcomes.push(errorOf(await client.ask(101, 10, crashing('the same'), byQueue)));
    await works(other);
  }
  const { Unavailable, RequestRefused } = errorTable;
  t.strictSame(outcomes, [Unavailable.code, Unavailable.code, RequestRefused.code]);
  t.equal((await server.status()).reports.length, 2);
});

t.test(
  'who crashes an actor at the end of a turn of many is found, and nobody else is blamed',
  async (t) => {
    const { server, connect } = await startTarget(t);
    const others = [await connect('one'), await connect('two'), await connect('three')];
    const client = await connect('bad');
    let reference = 10;
    for (let spelling = 0; !client.closed; spelling++) {
      // All in one turn, the bad one in their midst.
      const asked = reference++;
      const bad = injected('ixion.crash-later', { spelling });
      for (const other of others.slice(0, 2)) other.send(101, asked, submission, byQueue);
      client.send(101, asked, bad, byQueue);
      others[2]!.send(101, asked, submission, byQueue);
      for (const other of others) await other.answer(asked);
      await eventually(() => client.closed || isAnswered(client, asked));
      await works(others[0]!);
    }
    const farewell = client.received.find(({ reference: of }) => of === 0)!;
    t.equal(errorOf(farewell), code('ClientRefused'));
    const { reports, partitions } = await server.status();
    t.ok(reports.length <= 4, `${reports.length} crashes`);
    t.match(partitions, [{ partition: 0 }]);
    for (const other of others) {
      t.notOk(other.closed);
      await works(other);
    }
  },
);
