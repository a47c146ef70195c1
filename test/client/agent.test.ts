/** An agent by the SDK: its login, its status, and its way back after a lost connection. */
import t from 'tap';
import type { AgentStatus } from '../../lib/client/index.js';
import { IxionError } from '../../lib/errors.js';
import { apply, person, startAgents } from '../agents/support.js';
import { addressOf, connectReal, startRelay } from './real-server.js';

const server = await startAgents(t);
const desktop = { clientName: 'desktop', clientType: 'AgentApplication' } as const;

const refusalOf = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.catch((reason: unknown) => reason);
  return error instanceof IxionError ? error.errorName : 'none';
};

t.test('a login, what it says and what it is told', async (t) => {
  const client = await connectReal(t, addressOf(server), desktop);
  const boss = await connectReal(t, addressOf(server), { clientType: 'ReportingEngine' });
  const { id, place } = person();
  const agent = await client.login({ agentId: id, media: { chat: true, email: false } });
  const statuses = agent.status();
  const next = async () => (await statuses.next()).value as AgentStatus;
  t.match(await next(), {
    placeId: place,
    doNotDisturb: false,
    media: [
      { name: 'chat', state: 'ready', ready: true, current: 0, greatest: 1, free: 1 },
      { name: 'email', state: 'not-ready', ready: false, free: 0 },
    ],
  });
  await agent.notReady('chat', { reason: { systemName: 'Lunch' } });
  t.match(await next(), { media: [{ state: 'not-ready', reason: 'Lunch' }, {}] });
  await agent.ready();
  t.match(await next(), { media: [{ state: 'ready' }, { state: 'ready' }] });
  await agent.doNotDisturb(true);
  t.match(await next(), { doNotDisturb: true });
  await agent.addMedium('voice', true);
  await agent.removeMedium('email');
  await next();
  const { media } = await next();
  t.strictSame(
    media.map(({ name }) => name),
    ['chat', 'voice'],
  );
  await agent.changeReason({ reason: { systemName: 'Training' } });
  t.match(await next(), { reason: 'Training' });
  t.match(await boss.listAgents(id), [
    { agentId: id, placeId: place, connections: 1, lostAt: undefined, media: [{}, {}] },
  ]);
  t.ok((await boss.listAgents()).some(({ agentId }) => agentId === id));
  t.match(agent.current, { reason: 'Training' });
  t.ok(agent.isLoggedIn);
  t.equal(await refusalOf(client.login({ agentId: person().id })), 'AgentLoggedIn');
  await agent.logout();
  t.notOk(agent.isLoggedIn);
  t.strictSame(await statuses.next(), { value: undefined, done: true });
  t.strictSame(await boss.listAgents(id), []);
  t.equal(await refusalOf(agent.ready()), 'AgentNotLoggedIn');
  t.equal(await refusalOf(client.login({ agentId: 'nobody' })), 'UnknownAgent');
});

t.test('wrong arguments are refused before anything is sent', async (t) => {
  const client = await connectReal(t, addressOf(server), desktop);
  for (const login of [undefined, {}, { agentId: 3 }, { agentId: 'a', media: 'chat' }]) {
    const error: unknown = await client.login(login as never).catch((reason: unknown) => reason);
    t.match(error, { request: 'RequestAgentLogin' });
    t.match((error as IxionError).position, /^login/);
  }
});

t.test('after a lost connection it is logged in again, as it was', async (t) => {
  const relay = await startRelay(t, server);
  const client = await connectReal(t, relay.address, desktop);
  const { id } = person();
  const agent = await client.login({ agentId: id, media: { email: false, voice: true } });
  await agent.ready('email');
  await agent.notReady('voice', { reason: { systemName: 'Lunch' } });
  relay.cut();
  await agent.doNotDisturb(true);
  t.match(agent.current, {
    doNotDisturb: true,
    media: [
      { name: 'email', state: 'ready' },
      { name: 'voice', state: 'not-ready', reason: 'Lunch' },
    ],
  });
  t.equal(relay.connections, 2);
  await agent.logout();
});

t.test('who cannot be logged in again is told why', async (t) => {
  const relay = await startRelay(t, server);
  const client = await connectReal(t, relay.address, desktop);
  const { id, place } = person();
  const agent = await client.login({ agentId: id });
  const other = await connectReal(t, addressOf(server), desktop);
  const elsewhere = await other.login({ agentId: id });
  await apply(server, `agents:\n  - {name: ${id}, place: ${place}, enabled: false}\n`);
  const statuses = agent.status();
  relay.cut();
  const end = (async () => {
    for await (const _ of statuses);
  })();
  t.equal(await refusalOf(end), 'UnknownAgent');
  t.notOk(agent.isLoggedIn);
  t.equal(await refusalOf(client.ping()), 'none', 'the client goes on');
  await elsewhere.logout();
});
