/** A server that stops says so; its clients wait for the next one. */
import t from 'tap';
import type { Client } from '../../lib/client/index.js';
import { addressOf, connectReal, startReal } from './real-server.js';
import { connectTo, serve, until } from './support.js';

const afterMs = 120;

t.test('calls wait for another connection, which is not made earlier than told', async (t) => {
  const times: number[] = [];
  const server = await serve(t, (request, link) => {
    if (request.name === 'RequestRegisterClient') times.push(performance.now());
    if (request.name !== 'RequestPing') return false;
    link.event('EventServerDraining', request.proxyClient, { ReconnectAfterMs: afterMs });
    link.answer(request, 'EventPing', { ServerTime: 1 });
    times.push(performance.now());
    return true;
  });
  const client = await connectTo(t, server, { reconnect: { minMs: 1, maxMs: 2 } });
  const seen: string[] = [];
  const reading = (async () => {
    for await (const status of client.status()) seen.push(status);
  })();
  await client.ping();
  await until(() => seen.includes('serverDraining'));
  const stopped = client.stop('later');
  await new Promise((resolve) => setImmediate(resolve));
  t.same(server.names(), ['RequestPing'], 'the stop waits');
  server.links[0]!.drop();
  await stopped;
  const [, told, again] = times;
  t.ok(again! - told! >= afterMs - 1, `${again! - told!} ms`);
  t.match(server.requests.at(-1), { name: 'RequestStopProcessing', flags: 0 });
  await client.close();
  await reading;
  t.same(seen, ['connected', 'serverDraining', 'reconnecting', 'connected', 'draining', 'closed']);
});

t.test('a real server tells each of its clients', async (t) => {
  const server = await startReal(t);
  const client = await connectReal(t, addressOf(server), { reconnect: false });
  const other = await client.addClient({ clientName: 'b', clientType: 'MediaServer' });
  const read = async (of: Client): Promise<string[]> => {
    const seen: string[] = [];
    for await (const status of of.status()) seen.push(status);
    return seen;
  };
  const reading = [read(client), read(other)];
  await server.stop();
  for (const seen of await Promise.all(reading)) {
    t.same(seen, ['connected', 'serverDraining', 'reconnecting', 'closed']);
  }
});
