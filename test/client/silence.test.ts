/** A link that dies without a word is noticed, and replaced as any lost one. */
import t from 'tap';
import { failure, email, serve, connectTo, until } from './support.js';
import { addressOf, connectReal, startReal, startRelay } from './real-server.js';

t.test('a peer that falls silent while a pull and events are awaited', async (t) => {
  const server = await startReal(t);
  const media = await connectReal(t, addressOf(server));
  for (const [kind, index] of [
    ['goSilent', 1],
    ['loseAnswers', 2],
  ] as const) {
    const relay = await startRelay(t, server);
    const agent = await connectReal(t, relay.address, {
      clientName: 'agent',
      clientType: 'AgentApplication',
      keepAliveMs: 400,
    });
    const status = agent.status();
    t.same(await status.next(), { value: 'connected', done: false });
    const pull = agent.pull({ queue: 'inbox', waitMs: 60_000 });
    const events = agent.events();
    await until(() => events.resumeToken !== undefined);
    await agent.ping();
    relay[kind]();
    t.same(await status.next(), { value: 'reconnecting', done: false }, kind);
    t.same(await status.next(), { value: 'connected', done: false });
    const { interactionId } = await media.submit(email);
    t.match(await pull, [{ InteractionId: interactionId }]);
    t.match(await events.next(), { value: { InteractionId: interactionId } });
    t.ok(relay.connections >= 2);
    t.equal((await media.queueStatistics(['inbox']))[0]?.submitted, index);
    await agent.stop(interactionId);
  }
});

t.test('the reason is told where there is no other attempt', async (t) => {
  const server = await startReal(t);
  const relay = await startRelay(t, server);
  const client = await connectReal(t, relay.address, { reconnect: false, keepAliveMs: 200 });
  const pull = client.events().next();
  await client.ping();
  relay.goSilent();
  await t.rejects(pull, { ...failure('ConnectionLost'), message: 'nothing came for 200 ms' });
});

t.test('a quiet link that lives is asked again and again, and kept', async (t) => {
  const server = await serve(t, (request, link) => {
    if (request.name !== 'RequestPing') return false;
    return (link.answer(request, 'EventPing', { ServerTime: 1 }), true);
  });
  const client = await connectTo(t, server, { keepAliveMs: 800 });
  await until(() => server.names().length >= 2);
  t.same(new Set(server.names()), new Set(['RequestPing']));
  t.equal(server.links.length, 1);
  await client.close();
});

t.test('with 0 nothing is asked', async (t) => {
  const server = await serve(t);
  const client = await connectTo(t, server, { keepAliveMs: 0 });
  await new Promise((resolve) => setTimeout(resolve, 100));
  await client.close();
  t.same(server.names(), ['RequestUnregisterClient']);
});
