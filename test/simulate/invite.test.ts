/** Agents of a day who log in and are invited, on a real server. */
import t from 'tap';
import {
  agentObjects,
  AgentsMissingError,
  generateDay,
  openFleet,
  queuesOf,
  simulateDay,
} from '../../lib/simulate/index.js';
import { formatEndpoint } from '../../lib/config/endpoint.js';
import { apply, startAgents } from '../agents/support.js';
import { dayDefaults } from './days.js';

t.test('a day with agents invited adds up; agents that are not there are named', async (t) => {
  const records = generateDay({ seed: 3, contacts: 60 });
  const [menu, ...queues] = queuesOf('demo', records);
  const businessProcesses = [
    { name: 'demo', queues: [menu!, ...queues].map((name, at) => ({ name, partition: at % 2 })) },
  ];
  const server = await startAgents(t, { businessProcesses });
  const options = {
    ...dayDefaults,
    mode: 'order',
    invite: true,
    speed: 20_000,
    records,
    openFleet: (names: readonly string[]) =>
      openFleet({ server: formatEndpoint(server.address) }, names),
  } as const;
  const missing: unknown = await simulateDay(options).catch((error: unknown) => error);
  t.type(missing, AgentsMissingError);
  t.match((missing as Error).message, /no medium "callback"|no agent/);
  await apply(server, agentObjects(records));
  const { summary, problems } = await simulateDay(options);
  t.same(problems, []);
  t.match(summary, { submitted: 60, left: 0 });
  t.ok(summary.served > 30);
  const { services } = await server.status();
  const invitations = { open: 0, rejected: 0, expired: 0 };
  t.match(services['agents'], { details: { loggedIn: 0, invitations } });
});
