/** What a supervisor makes of agents, with its permission and in the audit log. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { errorTable, type ErrorName } from '../../lib/errors.js';
import { directoryOf } from '../fixture/directory.js';
import { errorOf, eventually } from '../net/harness.js';
import { applications, tokenOf } from '../security/secured-server.js';
import { desktop, person, startAgents } from './support.js';

const code = (name: ErrorName): number => errorTable[name].code;
const data = join(directoryOf(t), 'data');
const server = await startAgents(t, { data, applications });

const as = (name: string, ClientType = 'AgentApplication') => ({
  ClientName: name,
  ClientType,
  Credentials: tokenOf(name),
});

t.test('ready, not ready and logged out, whatever the agent does', async (t) => {
  const [boss, ann] = [
    await desktop(t, server, as('supervisor')),
    await desktop(t, server, as('agent')),
  ];
  const { id } = person();
  const force = (state: string, more: object = {}, agentId = id) =>
    boss.ask(1020, { AgentId: agentId, AgentState: state, ...more }, agentId);
  t.equal(errorOf(await force('not-ready')), code('AgentNotLoggedIn'));
  await ann.login(id, { MediaList: { chat: 1, email: 1 } });
  await ann.until(2);
  const why = { ReasonSystemName: 'Missed', ReasonDescription: 'three in a row' };
  t.equal(errorOf(await force('not-ready', { MediaTypeName: 'chat', ...why })), 0);
  const told = new Map(await ann.until(2));
  t.match(told.get('EventForcedAgentStateChange'), {
    AgentId: id,
    AgentState: 'not-ready',
    MediaTypeName: 'chat',
    MediaList: { chat: 0, email: 1 },
    ActorId: 'supervisor',
    ...why,
  });
  t.match(told.get('EventCurrentAgentStatus'), { MediaStateList: { chat: 0, email: 1 } });
  t.equal(errorOf(await force('ready')), 0);
  t.match(new Map(await ann.until(2)).get('EventForcedAgentStateChange'), {
    AgentState: 'ready',
    MediaList: { chat: 1, email: 1 },
  });
  t.equal(errorOf(await force('asleep')), code('WrongAttributeType'));
  t.equal(errorOf(await force('ready', { MediaTypeName: 'fax' })), code('UnknownMedium'));
  t.equal(errorOf(await ann.ask(1020, { AgentId: id, AgentState: 'ready' }, id)), 1071);

  ann.told();
  t.equal(errorOf(await force('logged-out', why)), 0);
  t.match(await ann.until(1), [
    ['EventForcedAgentStateChange', { AgentState: 'logged-out', MediaList: {}, ...why }],
  ]);
  t.equal(errorOf(await ann.ask(148)), code('AgentNotLoggedIn'));
  t.equal(errorOf(await ann.login(id)), 0, 'it may come back');
  await ann.ask(136);

  const audit = (): string => readFileSync(join(data, 'audit.jsonl'), 'utf8');
  await eventually(() => audit().includes('logged-out'));
  const lines = audit()
    .split('\n')
    .filter((line) => line.includes('agent state forced'))
    .map((line) => JSON.parse(line) as object);
  t.match(lines[0], {
    who: 'supervisor',
    role: 'supervisor',
    agent: id,
    state: 'not-ready',
    medium: 'chat',
    reason: 'Missed',
    result: 'done',
  });
  t.match(lines[2], { medium: 'fax', result: 'UnknownMedium' });
  t.equal(lines.length, 4, 'what was refused for its medium was tried');
});

t.test('agents of other tenants are not seen', async (t) => {
  const [boss, blue] = [
    await desktop(t, server, as('supervisor')),
    await desktop(t, server, { ...as('blue-agent'), TenantId: 2 }),
  ];
  const { id } = person();
  t.equal(errorOf(await blue.login(id, { TenantId: 1 })), code('NotPermitted'));
  t.equal(errorOf(await blue.login(id)), 0);
  const forced = await boss.ask(1020, { AgentId: id, AgentState: 'ready' }, id);
  t.equal(errorOf(forced), code('AgentNotLoggedIn'));
  t.strictSame((await boss.ask(1021)).body, { Agents: [] });
  await blue.ask(136);
});

t.test('errors of the desk are counted as those of partitions', async (t) => {
  const own = await startAgents(t, { 'settings.collect-error-counters': true });
  const desk = await desktop(t, own);
  let pings = 90;
  const errors = async (): Promise<unknown> =>
    (await desk.client.ask(175, (pings += 1))).body['Errors'];
  t.strictSame(await errors(), {});
  t.equal(errorOf(await desk.login('agent nobody')), code('UnknownAgent'));
  t.equal(errorOf(await desk.ask(148)), code('AgentNotLoggedIn'));
  t.strictSame(await errors(), { UnknownAgent: 1, AgentNotLoggedIn: 1 });
});
