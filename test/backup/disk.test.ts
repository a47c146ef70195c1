/** What a nearly full disk lets pass. A reserve that no disk has stands for a disk without room. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { connect, type Client } from '../../lib/client/index.js';
import type { OptionValues } from '../../lib/config/option-table.js';
import { formatEndpoint } from '../../lib/config/endpoint.js';
import { startServer } from '../../lib/index.js';
import { systemClock } from '../../lib/clock.js';
import { verifyStore } from '../../lib/data/verify.js';
import { DiskLevel } from '../../lib/store/contract.js';
import { DiskSpace } from '../../lib/store/disk-space.js';
import { directoryOf } from '../fixture/directory.js';

const everything = 10_000_000;
const submission = { mediaType: 'email', interactionType: 'Inbound' };
const processes = [
  {
    name: 'disk',
    queues: [
      { name: 'one', partition: 0 },
      { name: 'two', partition: 1 },
    ],
  },
];

async function serverOn(t: Test, data: string, options: OptionValues, create?: 'init') {
  const messages: string[] = [];
  const note = (_: object, message: string): void => void messages.push(message);
  const server = await startServer({
    ...options,
    data,
    create,
    listen: '127.0.0.1:0',
    withAdmin: false,
    threads: 1,
    ...(create && { partitions: 2 }),
    businessProcesses: processes,
    log: { debug: note, info: note, warn: note, error: note },
  });
  t.teardown(() => server.stop());
  const client = await connect({
    server: formatEndpoint(server.address),
    clientName: 'disk',
    clientType: 'MediaServer',
  });
  t.teardown(() => client.close());
  return { server, client, messages };
}

/** `done`, or the name of the error. */
const resultOf = (request: Promise<unknown>): Promise<string> =>
  request.then(
    () => 'done',
    (error: { errorName: string }) => error.errorName,
  );

/** Results of one request of each kind; the interaction is there and on hold. */
async function results(client: Client, id: string): Promise<string> {
  const agent = await client.addClient({ clientName: 'agent', clientType: 'AgentApplication' });
  const all = [
    await resultOf(client.submit({ ...submission, queue: 'one' })),
    await resultOf(client.changeProperties(id, { added: { key: 'x' } })),
    await resultOf(client.placeInQueue(id, 'two')),
    await resultOf(client.hold(id)),
    await resultOf(client.resume(id)),
    await resultOf(agent.pullById(id)),
    await resultOf(client.getProperties(id)),
    await resultOf(client.stop(id)),
  ];
  await agent.close();
  return all.join(' ');
}

t.test('reserve by reserve', async (t) => {
  const data = join(directoryOf(t), 'data');
  const first = await serverOn(t, data, {}, 'init');
  for (const id of ['a', 'b', 'c']) {
    await first.client.submit({ ...submission, queue: 'one', interactionId: id, hold: true });
  }
  await first.client.close();
  await first.server.stop();
  const [full, done] = ['StoreFull', 'done'];

  const submits = await serverOn(t, data, { 'disk.submitReserveMegabytes': everything });
  t.equal(
    await results(submits.client, 'a'),
    [full, done, done, done, done, done, done, done].join(' '),
  );
  t.match((await submits.server.status()).disk, { state: 'no-submits' });
  t.match(submits.messages, [/new interactions are refused/]);
  await submits.client.close();
  await submits.server.stop();

  const moves = await serverOn(t, data, { 'disk.moveReserveMegabytes': everything });
  t.equal(
    await results(moves.client, 'b'),
    [full, full, full, full, done, full, done, done].join(' '),
  );
  t.match((await moves.server.status()).disk, { state: 'only-ends' });
  await moves.client.close();
  await moves.server.stop();

  const nothing = await serverOn(t, data, { 'disk.reserveMegabytes': everything });
  t.equal(
    await results(nothing.client, 'c'),
    [full, full, full, full, full, full, done, full].join(' '),
  );
  t.match((await nothing.server.status()).disk, { state: 'full' });
  await nothing.client.close();
  await nothing.server.stop();
  t.match(await verifyStore(data), { faults: 0 });
});

t.test('what is due waits for room', async (t) => {
  const data = join(directoryOf(t), 'data');
  const first = await serverOn(t, data, {}, 'init');
  const { client } = first;
  await client.submit({ ...submission, queue: 'one', interactionId: 'held' });
  const until = Date.now() + 2_000;
  await client.hold('held', { until });
  await client.close();
  await first.server.stop();
  const nothing = await serverOn(t, data, { 'disk.reserveMegabytes': everything });
  while (Date.now() < until + 300) await sleep(50);
  t.match(await nothing.client.getProperties('held'), { IsHeld: 1 });
  await nothing.client.close();
  await nothing.server.stop();
  const again = await serverOn(t, data, {});
  while ((await again.client.getProperties('held'))['IsHeld'] !== 0) await sleep(10);
  await again.client.close();
  await again.server.stop();
});

t.test('levels by free bytes; free pages of the file count for new interactions', async (t) => {
  const mebibyte = 2 ** 20;
  let [free, reusable] = [0, 0];
  const space = new DiskSpace(
    { clock: systemClock, freeBytes: () => free, reusableBytes: () => reusable },
    { commitBytes: 10 * mebibyte, moveBytes: 20 * mebibyte, submitBytes: 40 * mebibyte },
    8_192,
  );
  const levelAt = (freeMebibytes: number, reusableMebibytes = 0): number => {
    free = freeMebibytes * mebibyte;
    reusable = reusableMebibytes * mebibyte;
    return space.state().level;
  };
  t.equal(levelAt(10), DiskLevel.nothing);
  t.equal(levelAt(11), DiskLevel.onlyEnds);
  t.equal(levelAt(20), DiskLevel.noSubmits);
  t.equal(levelAt(29, 100), DiskLevel.noSubmits, 'not below the middle of both reserves');
  t.equal(levelAt(30, 9), DiskLevel.noSubmits);
  t.equal(levelAt(30, 10), DiskLevel.normal);
  t.equal(levelAt(40), DiskLevel.normal);
  t.equal(levelAt(11, 0), DiskLevel.onlyEnds, 'room that is gone is seen at once when it is short');
  t.equal(space.state().changes, 64);
  levelAt(1_000);
  t.ok(space.state().changes > 10_000);
});
