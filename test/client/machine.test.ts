/** A client lives by the clock that it is given, and draws from the source that it is given. */
import t, { type Test } from 'tap';
import { connectOn } from '../../lib/client/connect.js';
import type { Client } from '../../lib/client/index.js';
import { seededRandom } from '../../lib/clock.js';
import { limits } from '../../lib/limits.js';
import { ManualClock } from '../simulate/manual-clock.js';
import type { FakeServer, Script } from './fake-server.js';
import { failure, serve, until } from './support.js';

const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A client whose time stands still. */
async function still(t: Test, script?: Script): Promise<[FakeServer, ManualClock, Client]> {
  const server = await serve(t, script);
  const clock = new ManualClock();
  const end = new AbortController();
  t.teardown(() => end.abort());
  const client = await connectOn(
    { clock, random: seededRandom(7) },
    {
      server: server.address,
      clientName: 'tester',
      clientType: 'MediaServer',
      keepAliveMs: 0,
      signal: end.signal,
    },
  );
  return [server, clock, client];
}

t.test('a connection outlives the time that it had to open', async (t) => {
  const [server, clock, client] = await still(t);
  clock.advanceTo(2 * limits.registrationTimeoutMs);
  await client.stop('some');
  const status = client.status();
  t.equal((await status.next()).value, 'connected');
  t.equal(server.requests.filter(({ name }) => name === 'RequestRegisterClient').length, 1);
  await client.close();
});

t.test('deadlines, waits and attempts to reconnect come when the clock says so', async (t) => {
  let wasBusy = false;
  const [server, clock, client] = await still(t, (request, link) => {
    if (request.routeKey === 'late') return true;
    if (request.routeKey !== 'busy' || wasBusy) return false;
    wasBusy = true;
    link.refuse(request, 'Busy', 1_000);
    return true;
  });
  const late = client.stop('late', { timeoutMs: 30_000 });
  const busy = client.stop('busy', { timeoutMs: 60_000 });
  await until(() => server.requests.length === 3);
  // Answered, so that the refusal has come.
  await client.stop('some');
  clock.advanceTo(29_000);
  await busy;
  clock.advanceTo(31_000);
  await t.rejects(late, failure('DeadlineExceeded'));
  server.links[0]!.drop();
  for await (const now of client.status()) if (now === 'reconnecting') break;
  const again = client.stop('after');
  for (let round = 0; round < 20; round++) await soon();
  t.equal(server.links.length, 1, 'time stands still');
  // Less than the deadline in all.
  for (let round = 0; server.links.length < 2 && round < 1_000; round++) {
    clock.advanceTo(clock.now + 10);
    await soon();
  }
  await again;
});

t.test('the same source, the same session and request keys', async (t) => {
  const keys = async (): Promise<unknown[]> => {
    const [server, , client] = await still(t);
    await client.placeInQueue('one', 'archive');
    await client.stop('some');
    return server.requests.map(({ key, body }) => [key, body['SessionKey']]);
  };
  t.same(await keys(), await keys());
});
