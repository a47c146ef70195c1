/** `ixion agent list` and `ixion agent status` against a real server. */
import t, { type Test } from 'tap';
import { formatEndpoint } from '../../lib/config/endpoint.js';
import { connect, type Client, type ClientType } from '../../lib/client/index.js';
import type { Server } from '../../lib/index.js';
import { apply, person, startAgents } from '../agents/support.js';
import { agent as agentShape } from '../../lib/cli/json/agent.js';
import { clientTypesOfRole } from '../../lib/security/permissions.js';
import type { Role } from '../../lib/security/roles.js';
import { applications, tokenOf } from '../security/secured-server.js';
import { runHere } from './support.js';

/** A client of the application that is called as its role. */
async function dial(t: Test, server: Server, clientName: Role): Promise<Client> {
  const client = await connect({
    server: formatEndpoint(server.address),
    clientName,
    clientType: clientTypesOfRole[clientName][0] as ClientType,
    credentials: tokenOf(clientName),
  });
  t.teardown(() => client.close());
  return client;
}

/** Gives an agent some of everything: in hand, offered, in wrap-up, outside, a reservation. */
async function laden(t: Test, server: Server, desk: Client, agentId: string): Promise<void> {
  const wrapUp = '{name: email, wrapUp: until-done}';
  const process = '{name: p, dispositionRequired: true}';
  await apply(server, `media: [${wrapUp}]\nbusinessProcesses: [${process}]\n`);
  const urs = await dial(t, server, 'router');
  const email = { queue: 'in', mediaType: 'email', interactionType: 'Inbound' };
  const submit = async (): Promise<string> => (await urs.submit(email)).interactionId;
  await urs.reserve({ agentId, forMs: 600_000 });
  await urs.deliver(await submit(), { agentId });
  const [wrapped, held] = [await submit(), await submit()];
  await desk.pullById(wrapped);
  await desk.pullById(held);
  await desk.stop(wrapped);
  while ((await urs.listAgents(agentId))[0]!.wrapUps.length === 0);
  const phone = await dial(t, server, 'telephony');
  await phone.setOutsideLoad({ agentId, count: 2, leaseSeconds: 600 });
}

t.test('who is there, and how much each can take', async (t) => {
  const server = await startAgents(t, { applications });
  const address = formatEndpoint(server.address);
  const access = ['--application', 'reporting', '--token', tokenOf('reporting')];
  const run = (...argv: readonly string[]) =>
    runHere('agent', ...argv, '--server', address, ...access);
  t.match(await run('list'), { code: 0, out: /^Agent +Place +Tenant +State/ });
  const { id, place } = person();
  const client = await dial(t, server, 'agent');
  const agent = await client.login({ agentId: id, media: { chat: true, email: false } });
  await agent.notReady('chat', { reason: { systemName: 'Lunch' } });
  const { out } = await run('list');
  t.match(
    out,
    /here +\d{4}-\S+Z +1 +0 +0 +0 +chat 0\/1 not-ready \(Lunch\), email 0\/1 not-ready\n/,
  );
  await agent.ready('email');
  t.match((await run('list')).out, /email 0\/1 \+1\n/);
  await agent.doNotDisturb(true);
  const one = await run('status', id);
  t.match(one.out.split('\n'), [
    new RegExp(`^${id} at ${place}, not to be disturbed, \\d{4}-`),
    /^Medium +State +InHand +Offered +WrapUp +Outside +Current +Greatest +Free +Reason$/,
    /^chat +not-ready +0 +0 +0 +0 +0 +1 +0 +Lunch$/,
    /^email +ready +0 +0 +0 +0 +0 +1 +0$/,
  ]);
  t.match(await run('status', 'agnet 1'), {
    code: 1,
    error: /agent "agnet 1" is not logged in.*ixion agent list/s,
  });
  await agent.doNotDisturb(false);
  await laden(t, server, client, id);
  const { out: row } = await run('list');
  t.match(row, /\+?1 +1 +1 +voice 2 +router +chat 0\/1 not-ready \(Lunch\), email 3\/1 \+0\n/);
  const { out: all } = await run('status', id);
  t.match(all.split('\n').slice(1), [
    'reserved by router',
    /^given \d above its capacity$/,
    /^Medium/,
    /^chat/,
    /^email +ready +1 +1 +1 +0 +3 +1 +0$/,
    /^voice +0 +0 +0 +2 +2 +0 +0$/,
    /^WrapUp +Medium +Queue +Mode +Since +Until +Code$/,
    /^\S+ +email +in +until-done +\d{4}-\S+Z +needed$/,
  ]);
  const { success, error } = agentShape.safeParse(
    JSON.parse((await run('status', id, '--json')).out),
  );
  t.ok(success, `fits: ${error?.message}`);
  await client.close();
  t.strictSame(JSON.parse((await run('list', '--json')).out), [], 'it logged out with its client');
});
