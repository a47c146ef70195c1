/** What agents say of themselves, and what supervisors make of them, over TCP. */
import t, { type Test } from 'tap';
import { agentEvents } from '../../lib/agents/events.js';
import { MediumState } from '../../lib/desk/index.js';
import { errorTable, type ErrorName } from '../../lib/errors.js';
import { errorOf } from '../net/harness.js';
import { desktop, person, reporting, setOption, startAgents, type Told } from './support.js';

const code = (name: ErrorName): number => errorTable[name].code;
const server = await startAgents(t);

/** An agent that is logged in, and who is told of it. */
async function loggedIn(t: Test, list: Readonly<Record<string, number>>) {
  const { id, place } = person();
  const [stat, ann] = [await reporting(t, server, id), await desktop(t, server)];
  await ann.login(id, { MediaList: list });
  await stat.until(1);
  await ann.until(2);
  /** Asks, and resolves with the answer's code, the states told, and the events. */
  const ask = async (message: number, body: object, events: number) => {
    const error = errorOf(await ann.ask(message, body));
    const told = events > 0 ? await stat.until(events) : stat.told();
    const status = error === 0 && events > 0 ? (await ann.until(2)).slice(1) : ann.told().slice(1);
    return { error, events: told, status };
  };
  return { id, place, stat, ann, ask };
}

const names = (told: readonly Told[]): string[] => told.map(([name]) => name);

t.test('RequestNotReadyForMedia, RequestCancelNotReadyForMedia', async (t) => {
  const { id, ask } = await loggedIn(t, { chat: 1, email: 1 });
  const lunch = { MediaTypeName: 'chat', ReasonSystemName: 'Lunch', ReasonDescription: 'at noon' };
  const off = await ask(147, lunch, 1);
  t.match(off, {
    error: 0,
    events: [['EventNotReadyForMedia', { AgentId: id, ...lunch, ActorType: 2, ActorId: id }]],
    status: [
      [
        'EventCurrentAgentStatus',
        {
          MediaStateList: { chat: 0, email: 1 },
          MediaCapacityList: { chat: 0, email: 1 },
          Media: [{ Name: 'chat', State: 'not-ready', ReasonSystemName: 'Lunch' }, {}],
        },
      ],
    ],
  });
  t.strictSame(await ask(147, lunch, 0), { error: 0, events: [], status: [] }, 'again is nothing');
  const meeting = { MediaTypeName: 'chat', ReasonSystemName: 'Meeting' };
  t.match(await ask(147, meeting, 1), { events: [['EventMediaStateReasonChanged', meeting]] });
  const on = await ask(148, { MediaTypeName: 'chat' }, 1);
  t.match(on.events, [['EventReadyForMedia', { MediaTypeName: 'chat' }]]);
  t.match(on.status, [['EventCurrentAgentStatus', { MediaStateList: { chat: 1, email: 1 } }]]);
  const all = await ask(147, {}, 2);
  t.match(all.events, [
    ['EventNotReadyForMedia', { MediaTypeName: 'chat' }],
    ['EventNotReadyForMedia', { MediaTypeName: 'email' }],
  ]);
  t.match(await ask(148, {}, 2), { events: [['EventReadyForMedia'], ['EventReadyForMedia']] });
  t.match(await ask(147, { MediaTypeName: 'voice' }, 0), { error: code('UnknownMedium') });
  t.match(await ask(148, { MediaTypeName: 'voice' }, 0), { error: code('UnknownMedium') });
});

t.test('not ready after the current one is at once if there is none', async (t) => {
  const { ask } = await loggedIn(t, { chat: 1 });
  const { events, status } = await ask(147, { AfterCurrent: true }, 1);
  t.strictSame(names(events), ['EventNotReadyForMedia']);
  t.match(status, [['EventCurrentAgentStatus', { Media: [{ State: 'not-ready' }] }]]);
});

t.test('RequestAddMedia, RequestRemoveMedia', async (t) => {
  const { ask } = await loggedIn(t, { chat: 1 });
  const added = await ask(143, { MediaTypeName: 'email' }, 1);
  t.match(added.events, [['EventMediaAdded', { MediaTypeName: 'email', IsReady: false }]]);
  t.match(added.status, [['EventCurrentAgentStatus', { MediaStateList: { chat: 1, email: 0 } }]]);
  const ready = await ask(143, { MediaTypeName: 'voice', IsReady: true }, 1);
  t.match(ready.events, [['EventMediaAdded', { MediaTypeName: 'voice', IsReady: true }]]);
  t.match(await ask(143, { MediaTypeName: 'chat' }, 0), { error: 0, events: [] }, 'it is there');
  t.match(await ask(143, { MediaTypeName: 'fax' }, 0), { error: code('UnknownMedium') });
  const removed = await ask(144, { MediaTypeName: 'chat' }, 1);
  t.match(removed.events, [['EventMediaRemoved', { MediaTypeName: 'chat' }]]);
  const [[, status] = ['', {}]] = removed.status;
  t.strictSame(status['MediaStateList'], { email: 0, voice: 1 });
  t.match(await ask(144, { MediaTypeName: 'chat' }, 0), { error: code('UnknownMedium') });
});

t.test('RequestDoNotDisturbOn, RequestDoNotDisturbOff', async (t) => {
  const { ask } = await loggedIn(t, { chat: 1 });
  const on = await ask(139, { ReasonSystemName: 'Busy' }, 1);
  t.match(on.events, [['EventDoNotDisturbOn', { ReasonSystemName: 'Busy' }]]);
  t.match(on.status, [
    [
      'EventCurrentAgentStatus',
      { DoNotDisturb: true, MediaStateList: { chat: 1 }, MediaCapacityList: { chat: 0 } },
    ],
  ]);
  t.match(await ask(139, {}, 0), { error: 0, events: [] });
  const off = await ask(140, {}, 1);
  t.strictSame(names(off.events), ['EventDoNotDisturbOff']);
  const [[, body] = ['', {}]] = off.status;
  t.match(body, { DoNotDisturb: false, MediaCapacityList: { chat: 1 } });
});

t.test('RequestChangeAgentStateReason, RequestChangeMediaStateReason', async (t) => {
  const { ask } = await loggedIn(t, { chat: 0 });
  const why = { ReasonSystemName: 'Training', Extension: { room: 3 } };
  const agent = await ask(151, why, 1);
  t.match(agent.events, [['EventAgentStateReasonChanged', why]]);
  t.match(agent.status, [['EventCurrentAgentStatus', { ReasonSystemName: 'Training' }]]);
  t.match(await ask(151, why, 0), { error: 0, events: [] });
  const medium = await ask(153, { ...why, MediaTypeName: 'chat' }, 1);
  t.match(medium.events, [['EventMediaStateReasonChanged', { ...why, MediaTypeName: 'chat' }]]);
  const gone = await ask(153, { MediaTypeName: 'chat' }, 1);
  const [[, body] = ['', {}]] = gone.events;
  t.notOk('ReasonSystemName' in body, 'without one it has none');
  t.match(await ask(153, { MediaTypeName: 'fax' }, 0), { error: code('UnknownMedium') });
});

t.test('every request of one who is not logged in is refused', async (t) => {
  const ann = await desktop(t, server);
  const medium = { MediaTypeName: 'chat' };
  const all: readonly (readonly [number, object])[] = [
    [136, {}],
    [139, {}],
    [140, {}],
    [143, medium],
    [144, medium],
    [147, {}],
    [148, {}],
    [151, {}],
    [153, medium],
  ];
  for (const [message, body] of all) {
    t.equal(errorOf(await ann.ask(message, body)), code('AgentNotLoggedIn'), String(message));
  }
});

t.test('answers come in the order of the requests, whatever they are', async (t) => {
  const ann = await desktop(t, server);
  const { id } = person();
  const sent = [
    ann.send(135, { AgentId: id, MediaList: { chat: 1 } }, id),
    ann.send(147, {}),
    ann.send(136, { Nonsense: 1 }),
    ann.send(148, { MediaTypeName: 'fax' }),
    ann.send(136),
    ann.send(136),
  ];
  await ann.client.until(() => ann.client.received.some((one) => one.reference === sent.at(-1)));
  const answers = ann.client.received.filter(({ reference }) => sent.includes(reference));
  t.strictSame(
    answers.map(({ reference }) => reference),
    sent,
  );
  t.strictSame(answers.map(errorOf), [
    0,
    0,
    code('UnknownAttribute'),
    code('UnknownMedium'),
    0,
    code('AgentNotLoggedIn'),
  ]);
});

t.test('reasons are objects, if they are checked', async (t) => {
  const { ask } = await loggedIn(t, { chat: 1 });
  await setOption(server, 'ixion/check-not-ready-reasons', true);
  const nothing = await ask(147, { ReasonSystemName: 'Whatever' }, 0);
  t.match(nothing, { error: code('UnknownReason'), events: [] });
  t.match(await ask(147, { ReasonSystemName: 'Lunch' }, 1), { error: 0 });
  await setOption(server, 'ixion/check-not-ready-reasons', false);
  t.match(await ask(147, { ReasonSystemName: 'Whatever' }, 1), { error: 0 });
});

const admin = { ClientType: 'AgentApplication', ClientName: 'boss' };

t.test('an agent may not force another, nor list who is there', async (t) => {
  const [{ id }, other] = [await loggedIn(t, { chat: 1 }), await desktop(t, server, admin)];
  const forced = await other.ask(1020, { AgentId: id, AgentState: 'not-ready' }, id);
  t.equal(errorOf(forced), code('WrongClientType'));
});

t.test('who is there', async (t) => {
  const { id, place } = await loggedIn(t, { chat: 1, email: 0 });
  const stat = await desktop(t, server, { ClientType: 'ReportingEngine', ClientName: 'stat' });
  const one = await stat.ask(1021, { AgentId: id });
  t.match(one.body, {
    Agents: [
      {
        AgentId: id,
        PlaceId: place,
        TenantId: 1,
        ClientName: 'desktop',
        DoNotDisturb: false,
        Connections: 1,
        Exceeded: 0,
        Media: [{ Name: 'chat', Free: 1 }, { Name: 'email' }],
      },
    ],
  });
  t.notOk('Next' in one.body);
  t.match((await stat.ask(1021, { PlaceId: place })).body, { Agents: [{ AgentId: id }] });
  const found: string[] = [];
  let after: unknown;
  do {
    const more = after === undefined ? {} : { After: after };
    const { body } = await stat.ask(1021, { Count: 2, ...more });
    found.push(...(body['Agents'] as { AgentId: string }[]).map((row) => row.AgentId));
    after = body['Next'];
  } while (after !== undefined);
  t.ok(found.includes(id));
  t.strictSame(found, [...new Set(found)].sort());
  const { services } = await server.status();
  t.match(services['agents'], { state: 'running', details: { clients: Number, lost: Number } });
});

t.test('a login tells what is closing as ready, since nobody was told that it closes', (t) => {
  const medium = (name: string, state: MediumState) => ({ name, state, sinceMs: 0 });
  const login = {
    agentId: 'ann',
    tenantId: 1,
    placeId: 'desk',
    clientName: 'desktop',
    loggedInMs: 0,
    doNotDisturb: false,
    change: 1,
    media: [
      medium('chat', MediumState.closing),
      medium('email', MediumState.notReady),
      medium('voice', MediumState.ready),
    ],
  };
  const [event] = agentEvents(login, [{ kind: 'login' }], { id: 'ann' }, true);
  t.match(event?.details, { MediaList: { chat: 1, email: 0, voice: 1 }, Resumed: true });
  t.end();
});
