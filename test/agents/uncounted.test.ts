/** What becomes of invitations that nobody answers, and what counts against nobody. */
import t from 'tap';
import { errorTable, type ErrorName } from '../../lib/errors.js';
import { errorOf, eventually } from '../net/harness.js';
import { about, ask, Cast, good, stateOf, until } from './cast.js';
import { setOption, startAgents } from './support.js';

const code = (name: ErrorName): number => errorTable[name].code;
const server = await startAgents(t);
const soon = { UserData: { 'delivering-timeout': 1 } };

t.test('who does not answer is set not ready, for that medium alone, and told why', async (t) => {
  const cast = await Cast.open(t, server, { voice: 1, email: 1 });
  const { ann, agent } = cast;
  await cast.invite(soon);
  await eventually(() => ann.client.received.some(({ message }) => message === 190));
  const told = await ann.until(1);
  t.match(told.find(([name]) => name === 'EventForcedAgentStateChange')![1], {
    AgentId: agent,
    AgentState: 'not-ready',
    MediaTypeName: 'voice',
    MediaList: { voice: 0, email: 1 },
    ReasonSystemName: 'InvitationExpired',
  });
});

t.test('it stays ready where the option says so', async (t) => {
  await setOption(server, 'settings/not-ready-on-invitation-timeout', false);
  const cast = await Cast.open(t, server, { voice: 1 });
  const { ann, router, agent } = cast;
  const { id } = await cast.invite(soon);
  t.match(await router.until(1), [['EventRouteUsed', { Outcome: 'expired' }]]);
  const again = good(await router.ask(107, { InteractionId: id, AgentId: agent }));
  t.match(again.body, { Extension: { TicketId: 2 } });
  t.notOk(ann.names().includes('EventForcedAgentStateChange'));
  await setOption(server, 'settings/not-ready-on-invitation-timeout', true);
});

t.test('the customer leaves: the invitation is taken back, and no other is made', async (t) => {
  const cast = await Cast.open(t, server, { voice: 1 });
  const { mail, router, ann, agent, stat } = cast;
  const { id, ticket } = await cast.invite();
  await about(stat, id, 5);
  good(await ask(mail, 103, { InteractionId: id, IsOnline: false }));
  const why = { ReasonSystemName: 'CustomerLeft' };
  t.match(await router.until(1), [['EventRouteUsed', { Outcome: 'taken-back', ...why }]]);
  t.match(await about(stat, id, 3), [
    ['EventRevoked', { PartyId: agent, ...why, InteractionState: 0 }],
    ['EventPlacedInQueue', {}],
    ['EventPropertiesChanged', {}],
  ]);
  await eventually(() => ann.client.received.some(({ message }) => message === 134));
  const late = await ask(ann, 128, { InteractionId: id, TicketId: ticket });
  t.equal(errorOf(late), code('WrongTicket'));
  const again = await router.ask(107, { InteractionId: id, AgentId: agent });
  t.equal(errorOf(again), code('CustomerLeft'));
  t.strictSame(await stateOf(mail, id), [0, undefined]);
  const { body } = good(await mail.ask(1021, { AgentId: agent }));
  t.match(body, { Agents: [{ Media: [{ State: 'ready', Free: 1 }] }] }, 'it is as free as before');
  good(await ask(mail, 103, { InteractionId: id, IsOnline: true }));
  good(await router.ask(107, { InteractionId: id, AgentId: agent }));
});

t.test('a logout takes back what is offered, which counts against nobody', async (t) => {
  await setOption(server, 'ixion/max-failed-offers', 1);
  const cast = await Cast.open(t, server, { voice: 1 });
  const { mail, router, ann, agent } = cast;
  const { id } = await cast.invite();
  good(await ann.ask(136));
  t.match(await router.until(1), [
    ['EventRouteUsed', { Outcome: 'taken-back', ReasonSystemName: 'AgentLoggedOut' }],
  ]);
  await until(async () => (await stateOf(mail, id))[0] === 0);
  good(await ann.login(agent, { MediaList: { voice: 1 } }));
  good(await router.ask(107, { InteractionId: id, AgentId: agent }));
  await setOption(server, 'ixion/max-failed-offers', 5);
});
