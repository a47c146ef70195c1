/** Logins over TCP: the model sequences of agents, and what is refused. */
import t from 'tap';
import { errorTable, type ErrorName } from '../../lib/errors.js';
import { errorOf } from '../net/harness.js';
import { apply, desktop, dial, person, reporting, setOption, startAgents } from './support.js';

const code = (name: ErrorName): number => errorTable[name].code;
const server = await startAgents(t);

t.test('Login', async (t) => {
  const { id, place } = person();
  const [stat, ann] = [await reporting(t, server, id), await desktop(t, server)];
  const answer = await ann.login(id, {
    TenantId: 1,
    PlaceId: place,
    MediaList: { chat: 1, email: 0 },
    ReasonSystemName: 'Shift',
    Extension: { key: 'value' },
  });
  t.equal(errorOf(answer), 0);
  const [ack, status] = await ann.until(2);
  t.equal(ack![0], 'EventAck');
  t.match(status, [
    'EventCurrentAgentStatus',
    {
      AgentId: id,
      PlaceId: place,
      DoNotDisturb: false,
      MediaStateList: { chat: 1, email: 0 },
      MediaCapacityList: { chat: 1, email: 0 },
      Media: [
        { Name: 'chat', State: 'ready', Ready: true, Current: 0, Greatest: 1, Free: 1 },
        { Name: 'email', State: 'not-ready', Ready: false, Current: 0, Greatest: 1, Free: 0 },
      ],
    },
  ]);
  const [login] = await stat.until(1);
  t.match(login, [
    'EventAgentLogin',
    {
      AgentId: id,
      PlaceId: place,
      TenantId: 1,
      ActorType: 2,
      ActorId: id,
      ClientName: 'desktop',
      MediaList: { chat: 1, email: 0 },
      ReasonSystemName: 'Shift',
      Extension: { key: 'value' },
      Partition: 0,
    },
  ]);
  t.notOk('InteractionId' in login![1]);
  t.notOk('Resumed' in login![1]);
  t.strictSame(stat.told(), [], 'one event');
  t.strictSame(ann.told(), [], 'one status');
  await ann.ask(136);
});

t.test('Logout', async (t) => {
  const { id, place } = person();
  const [stat, ann] = [await reporting(t, server, id), await desktop(t, server)];
  await ann.login(id, { MediaList: { chat: 1 } });
  await Promise.all([stat.until(1), ann.until(2)]);
  t.equal(errorOf(await ann.ask(136, { ReasonSystemName: 'ShiftOver' })), 0);
  t.strictSame(ann.names(), ['EventAck']);
  t.match(await stat.until(1), [
    ['EventAgentLogout', { AgentId: id, PlaceId: place, ReasonSystemName: 'ShiftOver' }],
  ]);
  t.equal(errorOf(await ann.ask(136)), code('AgentNotLoggedIn'));
  t.equal(errorOf(await ann.login(person().id)), 0, 'the client may speak for another');
  await ann.ask(136);
});

t.test('Agent link lost', async (t) => {
  const { id, place } = person();
  const [stat, ann] = [await reporting(t, server, id), await desktop(t, server)];
  await ann.login(id, { MediaList: { chat: 1, email: 1 } });
  const nobody = await desktop(t, server);
  await nobody.lose();
  await ann.lose();
  t.match(await stat.until(3), [
    ['EventAgentLogin', {}],
    ['EventAgentConnectionClosed', { AgentId: id, PlaceId: place }],
    ['EventAgentLogout', { AgentId: id, ReasonSystemName: 'ConnectionLost' }],
  ]);
  t.strictSame(stat.told(), [], 'nothing of who was not logged in');
});

t.test('Failover', async (t) => {
  const { id } = person();
  const [stat, ann] = [await reporting(t, server, id), await desktop(t, server)];
  await ann.login(id, { MediaList: { email: 1, voice: 0 } });
  await ann.lose();
  const again = await desktop(t, server);
  const list = { AgentId: id, MediaList: { email: 0 } };
  t.equal(errorOf(await again.login(id, { PlaceId: 'spare', MediaList: { email: 0 } })), 0);
  t.equal(errorOf(await again.ask(156, list, id)), 0);
  t.equal(errorOf(await again.ask(157, { AgentId: id }, id)), 0);
  const told = await again.until(4);
  const names = told.map(([name]) => name).sort();
  t.strictSame(names, ['EventAck', 'EventAck', 'EventAck', 'EventCurrentAgentStatus']);
  const status = told.find(([name]) => name === 'EventCurrentAgentStatus')!;
  t.match(status[1], { PlaceId: 'spare', MediaStateList: { email: 1, voice: 0 } }, 'as before');
  t.match(await stat.until(3), [
    ['EventAgentLogin', {}],
    ['EventAgentConnectionClosed', {}],
    ['EventAgentLogin', { Resumed: true, PlaceId: 'spare' }],
  ]);
  await again.ask(136);
});

t.test('what a login is refused for', async (t) => {
  const [ann, bob] = [await desktop(t, server), await desktop(t, server)];
  const [one, other] = [person(), person()];
  const refused = async (agentId: string, more: object, name: ErrorName): Promise<void> => {
    const answer = await bob.login(agentId, more);
    t.equal(errorOf(answer), code(name), `${agentId} ${JSON.stringify(more)}`);
  };
  const at = (list: object) => ({ PlaceId: other.place, MediaList: list });
  await ann.login(one.id);
  await refused('nobody', {}, 'UnknownAgent');
  await refused('off', { PlaceId: other.place }, 'UnknownAgent');
  await refused('leaver', {}, 'UnknownAgent');
  await refused('homeless', {}, 'UnknownPlace');
  await refused('homeless', { PlaceId: 'nowhere' }, 'UnknownPlace');
  await refused('homeless', { PlaceId: 'closed' }, 'UnknownPlace');
  await refused('homeless', at({ fax: 1 }), 'UnknownMedium');
  await refused('homeless', at({ chat: 2 }), 'WrongAttributeType');
  await refused('homeless', at({ 'a\nb': 1 }), 'InvalidName');
  const many = Object.fromEntries(Array.from({ length: 33 }, (_, nth) => [`m${nth}`, 1]));
  await refused('homeless', at(many), 'AttributeTooLong');
  const taken = await bob.login('homeless', { PlaceId: one.place });
  t.equal(errorOf(taken), code('PlaceTaken'));
  t.match(taken.body['ErrorDescription'], `"${one.id}" is logged in at place "${one.place}"`);
  const wrong = await bob.ask(135, { AgentId: 'homeless', PlaceId: other.place }, one.id);
  t.equal(errorOf(wrong), code('RouteMismatch'));
  t.equal(errorOf(await bob.login('homeless', { PlaceId: other.place })), 0, 'nothing is left');
  t.equal(errorOf(await bob.login(person().id)), code('AgentLoggedIn'), 'a client has one agent');
  t.equal(errorOf(await ann.login(one.id, { PlaceId: one.place })), 0, 'again is no harm');
  await Promise.all([ann.ask(136), bob.ask(136)]);
});

t.test('agents of tenants', async (t) => {
  const tenant = 'tenants:\n  - {name: blue, id: 7}\n';
  await apply(server, `${tenant}agents:\n  - {name: dan, tenant: blue, place: spare}\n`);
  const one = await desktop(t, server);
  t.equal(errorOf(await one.login('dan')), code('UnknownAgent'));
  t.equal(errorOf(await one.login('dan', { TenantId: 7 })), 0);
  const other = await desktop(t, server, { TenantId: 7 });
  t.equal(errorOf(await other.login('dan')), 0, 'of the tenant of the client');
  await Promise.all([one.ask(136), other.ask(136)]);
});

t.test('many agents on one connection, each its own', async (t) => {
  const client = await dial(t, server);
  const ann = await desktop(t, server, {}, client, 1);
  const bob = await desktop(t, server, {}, client, 2);
  const { id } = person();
  await ann.login(person().id, { MediaList: { chat: 1 } });
  await bob.login(id, { MediaList: { chat: 1 } });
  await ann.until(2);
  await bob.until(2);
  await bob.ask(147, { MediaTypeName: 'chat' });
  t.match(await bob.until(2), [
    ['EventAck', {}],
    ['EventCurrentAgentStatus', { AgentId: id, MediaStateList: { chat: 0 } }],
  ]);
  t.strictSame(ann.told(), []);
  await ann.ask(136);
  await bob.ask(136);
});

t.test('a client that unregisters logs its agent out', async (t) => {
  const { id } = person();
  const [stat, ann] = [await reporting(t, server, id), await desktop(t, server)];
  await ann.login(id);
  t.equal(errorOf(await ann.client.ask(174, 9)), 0);
  t.match(await stat.until(2), [
    ['EventAgentLogin', {}],
    ['EventAgentLogout', {}],
  ]);
});

t.test('one connection, several, or the newest alone', async (t) => {
  const { id, place } = person();
  const stat = await reporting(t, server, id);
  const [first, second] = [await desktop(t, server), await desktop(t, server)];
  await first.login(id, { MediaList: { chat: 1 } });
  t.equal(errorOf(await second.login(id, { MediaList: { chat: 0, email: 1 } })), 0);
  const elsewhere = await desktop(t, server);
  const refused = await elsewhere.login(id, { PlaceId: 'spare' });
  t.equal(errorOf(refused), code('AgentLoggedIn'), 'at one place at a time');
  t.match(await stat.until(2), [
    ['EventAgentLogin', {}],
    ['EventMediaAdded', { MediaTypeName: 'email', IsReady: true }],
  ]);
  const statuses = (await second.until(2)).slice(-1);
  t.match(statuses, [['EventCurrentAgentStatus', { MediaStateList: { chat: 1, email: 1 } }]]);
  await first.lose();
  t.equal(errorOf(await second.ask(139)), 0, 'it is not lost with one of two');
  t.match(await stat.until(1), [['EventDoNotDisturbOn', {}]]);

  await setOption(server, 'settings/allow-multiple-agent-connections', 'false');
  const third = await desktop(t, server);
  t.equal(errorOf(await third.login(id)), code('AgentLoggedIn'));
  t.equal(errorOf(await second.login(id)), 0, 'itself it may');

  await setOption(server, 'settings/allow-multiple-agent-connections', 'force-logout');
  second.told();
  t.equal(errorOf(await third.login(id, { PlaceId: 'spare' })), 0);
  await second.client.until(() => second.client.received.some(({ message }) => message === 187));
  const ended = second.told().find(([name]) => name === 'EventForcedDisconnect')!;
  t.match(ended[1], { ErrorCode: code('AgentForcedOut') });
  t.equal(errorOf(await second.ask(139)), code('NotRegistered'));
  t.equal(errorOf(await third.ask(140)), 0);
  t.notOk(errorOf(await elsewhere.login(person().id, { PlaceId: place })), 'its place is free');
  await Promise.all([third.ask(136), elsewhere.ask(136)]);
});

t.test('the place is the agent where it is told to be', async (t) => {
  await setOption(server, 'settings/agent-login-control', 'ignore');
  const [one, other] = [person(), person()];
  await apply(server, `places:\n  - {name: ${one.id}}\n`);
  const [ann, bob] = [await desktop(t, server), await desktop(t, server)];
  await ann.login(one.id, { PlaceId: one.place });
  const [, status] = await ann.until(2);
  t.match(status![1], { PlaceId: one.id });
  t.equal(errorOf(await bob.login(other.id)), code('UnknownPlace'), 'there has to be such a place');
});
