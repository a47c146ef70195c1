/** Events about the server itself: kept and numbered as all others, for those that want them. */
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { connect, type ReportingEvent, type ServerEvent } from '../../lib/client/index.js';
import { formatEndpoint } from '../../lib/config/endpoint.js';
import { startServer, type Server } from '../../lib/index.js';
import { verifyStore } from '../../lib/data/verify.js';
import { errorTable } from '../../lib/errors.js';
import { directoryOf } from '../fixture/directory.js';
import { errorOf, type Received } from '../net/harness.js';
import { startSecured } from '../security/secured-server.js';

type Event = ReportingEvent | ServerEvent;

const open = (data: string): Promise<Server> =>
  startServer({
    data,
    create: 'if-missing',
    listen: '127.0.0.1:0',
    withAdmin: false,
    partitions: 2,
    threads: 1,
    businessProcesses: [{ name: 'test', queues: ['in', { name: 'other', partition: 1 }] }],
  });

/** All events that are kept. */
async function readAll(t: Test, server: Server) {
  const client = await connect({
    server: formatEndpoint(server.address),
    clientName: 'reader',
    clientType: 'ReportingEngine',
  });
  t.teardown(() => client.close());
  const options = { fromStart: true, untilNow: true } as const;
  const all: Event[] = [];
  for await (const event of client.events({ ...options, serverEvents: true })) all.push(event);
  const others: Event[] = [];
  for await (const event of client.events(options)) others.push(event);
  return { all, others };
}

async function* fileOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

const apply = (server: Server, text: string, dryRun = false) =>
  server.objects.apply(
    fileOf(text),
    { who: 'ann', comment: 'more queues', dryRun, merge: true, prune: false },
    { who: 'ann' },
    () => undefined,
  );

t.test(
  'a change of the configuration and a stop are in the events, with who and what',
  async (t) => {
    const data = join(directoryOf(t), 'data');
    const first = await open(data);
    const media = await connect({
      server: formatEndpoint(first.address),
      clientName: 'media',
      clientType: 'MediaServer',
    });
    const { interactionId } = await media.submit({
      queue: 'in',
      mediaType: 'email',
      interactionType: 'Inbound',
    });
    await media.close();
    const queue = 'businessProcesses:\n  - name: p\nqueues:\n  - name: q\n    businessProcess: p\n';
    t.match(await apply(first, queue, true), { isApplied: false }, 'a dry run');
    t.match(await apply(first, queue), { version: 2, isApplied: true });
    t.match(await apply(first, queue), { isApplied: false }, 'nothing new');
    await first.stop({ drainMs: 1_234, who: 'the operator' });
    await (await open(data)).stop();

    const server = await open(data);
    t.teardown(() => server.stop());
    const { all, others } = await readAll(t, server);
    const own = all.filter((event) => !('InteractionId' in event));
    t.match(own, [
      { event: 'EventConfigurationChanged', ActorId: 'server', ObjectsVersion: 1 },
      {
        event: 'EventConfigurationChanged',
        ActorId: 'ann',
        ObjectsVersion: 2,
        Comment: 'more queues',
        Added: 2,
        Changed: 0,
        Removed: 0,
        Partition: 0,
      },
      { event: 'EventServerStopping', ActorId: 'the operator', DrainMs: 1_234 },
      { event: 'EventServerStopping', ActorId: 'the program' },
    ]);
    t.equal(own.length, 4);
    t.match(others, [{ event: 'EventInteractionSubmitted', InteractionId: interactionId }]);
    t.equal(others.length, 1, 'whoever does not ask for them has none of them');
    const sequences = all
      .filter((event) => event.event === 'EventGap' || event.Partition === 0)
      .map((event) => (event as ServerEvent).Sequence);
    t.same(
      sequences,
      sequences.map((_, index) => index + 1),
      'numbered with the others',
    );
  },
);

t.test('they are of no tenant: limited clients may not have them', async (t) => {
  const secured = await startSecured(t);
  const subscribe = async (name: string): Promise<Received> =>
    (await secured.client(name)).ask(170, 9, { ServerEvents: true });
  t.equal(errorOf(await subscribe('reporting')), errorTable.NotPermitted.code);
  t.equal((await subscribe('admin')).message, 125);
  await secured.server.stop();
  t.match(await verifyStore(secured.data), { faults: 0 });
});
