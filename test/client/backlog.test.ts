/** Readers of events that are slower than the server: nothing they await is stuck behind events. */
import t from 'tap';
import type { EventStream, ReportingEvent, TransportFactory } from '../../lib/client/index.js';
import { tcpTransport } from '../../lib/client/tcp.js';
import { email, until } from './support.js';
import { addressOf, connectReal, startReal, startRelay } from './real-server.js';

const submits = 2_500;
/** Events repeat it. */
const extension = { padding: 'x'.repeat(300) };

/** The positions of the events, as many as the submits make. */
async function taken(
  stream: EventStream,
  count: number,
  each: (event: ReportingEvent, index: number) => Promise<unknown> = async () => undefined,
): Promise<string[]> {
  const positions: string[] = [];
  for await (const event of stream) {
    await each(event, positions.length);
    positions.push(`${event.Partition}:${'Sequence' in event ? String(event.Sequence) : 'gap'}`);
    if (positions.length === count) break;
  }
  return positions;
}

t.test('a backlog of events', async (t) => {
  const server = await startReal(t);
  const relay = await startRelay(t, server);
  const media = await connectReal(t, addressOf(server));
  await Promise.all(Array.from({ length: submits }, () => media.submit(email, { extension })));
  const every = await taken(media.events({ fromStart: true }), submits);
  t.same(every[submits - 1], `0:${submits}`);

  const arrived = { bytes: 0 };
  const counting: TransportFactory = (where, handlers, signal) =>
    tcpTransport(
      where,
      {
        ...handlers,
        data: (chunk) => {
          arrived.bytes += chunk.length;
          handlers.data(chunk);
        },
      },
      signal,
    );

  /** Does something again and again until no more events arrive. */
  const atRest = async (meanwhile: () => Promise<unknown>): Promise<void> => {
    for (let [quiet, before] = [0, 0]; quiet < 3 || arrived.bytes < 500_000;) {
      before = arrived.bytes;
      for (let round = 0; round < 50; round++) await meanwhile();
      quiet = arrived.bytes - before < 10_000 ? quiet + 1 : 0;
    }
  };

  await t.test('while answers are awaited only so much of it arrives', async (t) => {
    const client = await connectReal(t, relay.address, { transport: counting });
    const stream = client.events({ fromStart: true });
    await stream.next();
    await atRest(() => client.ping({ timeoutMs: 10_000 }));
    t.ok(arrived.bytes < 1_200_000, `${arrived.bytes} bytes arrived`);
    t.same(await taken(stream, submits - 1), every.slice(1), 'and all come, in order');
  });

  await t.test('a reader may ask between two events, as often as it likes', async (t) => {
    const client = await connectReal(t, relay.address);
    const positions = await taken(
      client.events({ fromStart: true }),
      submits,
      async (event, index) => {
        if (index % 25 > 0) return;
        await client.getProperties(String(event['InteractionId' as never]), { timeoutMs: 10_000 });
      },
    );
    t.same(positions, every);
  });

  await t.test('a reader may await an event of another stream between two', async (t) => {
    const client = await connectReal(t, relay.address, { transport: counting });
    const other = client.events();
    await until(() => other.resumeToken !== undefined);
    const slow = client.events({ fromStart: true });
    await slow.next();
    arrived.bytes = 0;
    await atRest(() => new Promise((resolve) => setTimeout(resolve, 2)));
    const next = other.next();
    await media.submit(email);
    t.match(await next, { value: { Sequence: submits + 1 } });
    await other.close();
    t.same(await taken(slow, submits), [...every.slice(1), `0:${submits + 1}`]);
  });

  await t.test('a stream that rests outlives a lost link', async (t) => {
    const client = await connectReal(t, relay.address);
    const stream = client.events({ fromStart: true });
    await stream.next();
    for (let asked = 0; asked < 20; asked++) await client.ping();
    relay.cut();
    await client.ping();
    t.same(await taken(stream, submits - 1), every.slice(1));
  });

  await t.test('a stream until now ends when a slow reader has taken all there is', async (t) => {
    const client = await connectReal(t, relay.address);
    const stream = client.events({ fromStart: true, untilNow: true });
    await stream.next();
    for (let asked = 0; asked < 20; asked++) await client.ping();
    t.same((await taken(stream, Infinity)).length, submits);
  });

  await t.test('a stream that rests can be closed', async (t) => {
    const client = await connectReal(t, relay.address);
    const stream = client.events({ fromStart: true });
    await stream.next();
    for (let asked = 0; asked < 20; asked++) await client.ping();
    await stream.close();
    t.same(await stream.next(), { value: undefined, done: true });
    await client.close();
  });
});
