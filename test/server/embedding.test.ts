/** The server as a library: several in one process, no side effects, clear refusals. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { connect } from '../../lib/client/index.js';
import { formatEndpoint } from '../../lib/config/endpoint.js';
import { StartRefused, startServer } from '../../lib/index.js';
import { directoryOf } from '../fixture/directory.js';

const quiet = { listen: '127.0.0.1:0', withAdmin: false, threads: 1, partitions: 2 } as const;
const mail = [{ name: 'mail', queues: [{ name: 'mail.in' }, { name: 'mail.old', partition: 1 }] }];

const processHandlers = (): number[] =>
  ['SIGTERM', 'SIGINT', 'SIGHUP', 'uncaughtException', 'unhandledRejection'].map((name) =>
    process.listenerCount(name),
  );

t.test('two servers in one process, each on its own directory', async (t) => {
  const directory = directoryOf(t);
  const listeners = processHandlers();
  const start = (name: string) =>
    startServer({
      ...quiet,
      data: join(directory, name),
      create: 'init',
      businessProcesses: mail,
    });
  const [one, other] = await Promise.all([start('one'), start('other')]);
  t.teardown(() => Promise.all([one.stop(), other.stop()]));
  t.not(one.address.port, other.address.port);
  t.equal(one.adminAddress, undefined);
  const client = await connect({
    server: formatEndpoint(one.address),
    clientName: 'test',
    clientType: 'MediaServer',
  });
  const submission = { queue: 'mail.old', mediaType: 'email', interactionType: 'Inbound' };
  await client.submit(submission);
  await client.close();
  const interactions = async (server: typeof one): Promise<unknown[]> =>
    (await server.status()).partitions.map(
      (status) => 'interactions' in status && status.interactions,
    );
  t.strictSame(await interactions(other), [0, 0]);
  const counts = await interactions(one);
  t.equal(Number(counts[0]) + Number(counts[1]), 1);
  t.strictSame(processHandlers(), listeners, 'no handler of the process was added');

  await t.rejects(startServer({ ...quiet, data: join(directory, 'one') }), {
    message: /in use by process/,
  });
  t.strictSame(await one.stop({ drainMs: 1_000 }), { drained: true, late: [] });
  t.equal(one.state, 'stopped');
  t.equal(other.state, 'ready');
  t.strictSame(await other.stop(), { drained: true, late: [] });
  t.strictSame(await other.ended, { drained: true, late: [] });
});

t.test('a start that fails late leaves nothing running', async (t) => {
  const directory = directoryOf(t);
  const data = join(directory, 'data');
  const first = await startServer({ ...quiet, data, create: 'init' });
  const taken = formatEndpoint(first.address);
  const other = join(directory, 'other');
  await t.rejects(
    startServer({ ...quiet, data: other, create: 'init', listen: taken }),
    new StartRefused(
      'address',
      `${taken} is in use. Stop what listens there, or give another --listen.`,
    ),
  );
  await first.stop();
  t.equal(existsSync(join(other, 'ixion.json')), false, 'nor a store that nobody was served from');
  const again = await startServer({ ...quiet, data: other, create: 'if-missing' });
  await again.stop();
});

t.test('a queue that contradicts the store is refused', async (t) => {
  const data = join(directoryOf(t), 'data');
  const first = await startServer({ ...quiet, data, create: 'init', businessProcesses: mail });
  await first.stop();
  const queues = [{ name: 'mail.old', partition: 60 }];
  await t.rejects(startServer({ ...quiet, data, businessProcesses: [{ name: 'mail', queues }] }), {
    kind: 'configuration',
    message: /there is no partition 60; the store has partitions 0 to/,
  });
  const again = await startServer({ ...quiet, data, businessProcesses: mail });
  t.equal(again.queueCount, 2);
  await again.stop();
});

t.test('there is nothing to reload without a way to read it again', async (t) => {
  const server = await startServer({
    ...quiet,
    data: join(directoryOf(t), 'data'),
    create: 'init',
  });
  t.teardown(() => server.stop());
  await t.rejects(server.reload(), { message: /no configuration file to reload/ });
});
