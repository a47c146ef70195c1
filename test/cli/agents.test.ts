/** `ixion agent list` and `ixion agent status` against a real server. */
import t from 'tap';
import { formatEndpoint } from '../../lib/config/endpoint.js';
import { connect } from '../../lib/client/index.js';
import { person, startAgents } from '../agents/support.js';
import { runHere } from './support.js';

t.test('who is there, and how much each can take', async (t) => {
  const server = await startAgents(t);
  const address = formatEndpoint(server.address);
  const run = (...argv: readonly string[]) => runHere('agent', ...argv, '--server', address);
  t.match(await run('list'), { code: 0, out: /^Agent +Place +Tenant +State/ });
  const { id, place } = person();
  const client = await connect({
    server: address,
    clientName: 'desktop',
    clientType: 'AgentApplication',
  });
  const agent = await client.login({ agentId: id, media: { chat: true, email: false } });
  await agent.notReady('chat', { reason: { systemName: 'Lunch' } });
  const { out } = await run('list');
  t.match(out, /here +\d{4}-\S+Z +1 +chat 0\/1 not-ready \(Lunch\), email 0\/1 not-ready\n/);
  await agent.ready('email');
  t.match((await run('list')).out, /email 0\/1 \+1\n/);
  await agent.doNotDisturb(true);
  const one = await run('status', id);
  t.match(one.out.split('\n'), [
    new RegExp(`^${id} at ${place}, not to be disturbed, \\d{4}-`),
    /^Medium +State +Current +Greatest +Free +Reason$/,
    /^chat +not-ready +0 +1 +0 +Lunch$/,
    /^email +ready +0 +1 +0$/,
  ]);
  t.match(await run('status', 'agnet 1'), {
    code: 1,
    error: /agent "agnet 1" is not logged in.*ixion agent list/s,
  });
  await client.close();
  t.strictSame(JSON.parse((await run('list', '--json')).out), [], 'it logged out with its client');
});
