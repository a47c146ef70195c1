/** Subscriptions of reporting clients over TCP: object kinds, full state and then what changes. */
import t, { type Test } from 'tap';
import { errorTable } from '../../lib/errors.js';
import { errorOf } from '../net/harness.js';
import { pull } from './cast.js';
import { byId, done, Scene } from './scene.js';
import { desktop, setOption, startAgents, type Desktop, type Told } from './support.js';

const server = await startAgents(t);
const partitions = 2;
let reference = 100;

interface Subscribed {
  readonly stat: Desktop;
  readonly ack: Readonly<Record<string, unknown>>;
}

/** A reporting client that subscribes so; what it got with that is not read. */
async function subscribe(t: Test, body: object, tenant = 1): Promise<Subscribed> {
  const registration = { ClientType: 'ReportingEngine', ClientName: 'stat', TenantId: tenant };
  const stat = await desktop(t, server, registration);
  const answer = done(await stat.client.ask(170, 2, { ...body }));
  return { stat, ack: answer.body['Extension'] as Subscribed['ack'] };
}

/** What it is told up to the first for which this holds. */
async function upTo(stat: Desktop, isLast: (told: Told) => boolean): Promise<Told[]> {
  const all: Told[] = [];
  while (!all.some(isLast)) all.push(...(await stat.until(1)));
  return all;
}

/** The full state: all that comes until every partition is up to date. */
async function stateOf(stat: Desktop): Promise<Told[]> {
  const all: Told[] = [];
  const isEnd = ([name]: Told): boolean => name === 'EventUpToDate';
  while (all.filter(isEnd).length < partitions) all.push(...(await stat.until(1)));
  return all.filter(([name]) => name !== 'EventAck');
}

const named = (name: string, all: readonly Told[]): Told[1][] =>
  all.filter(([one]) => one === name).map(([, body]) => body);

t.test('Reporting, agents', async (t) => {
  const scene = await Scene.open(t, server);
  const ann = await scene.agent({ voice: 1, email: 0 });
  const bob = await scene.agent({ voice: 1 });
  done(await ann.desk.ask(139));
  done(await ann.desk.ask(151, { ReasonSystemName: 'Lunch' }));
  const id = await scene.inHand(bob);
  const { stat, ack } = await subscribe(t, { TenantList: { 1: { Agents: '' } }, FullState: 1 });
  const state = await stateOf(stat);
  const [first] = ack['ResumeToken'] as number[];
  const agents = named('EventPlaceAgentState', state);
  t.match(
    agents.find(({ AgentId }) => AgentId === ann.id),
    {
      PlaceId: ann.place,
      TenantId: 1,
      ClientName: 'desktop',
      DoNotDisturb: true,
      ReasonSystemName: 'Lunch',
      Media: [
        { Name: 'voice', State: 'ready' },
        { Name: 'email', State: 'not-ready' },
      ],
      Interactions: [],
      Partition: 0,
      Sequence: first,
      SubscriptionId: ack['SubscriptionId'],
    },
  );
  t.match(
    agents.find(({ AgentId }) => AgentId === bob.id),
    { Interactions: [{ InteractionId: id, MediaTypeName: 'voice', Use: 'inHand' }] },
  );
  t.same(named('EventQueueState', state), [], 'no kind but the one that is asked for');
  done(await ann.desk.ask(140));
  done(await byId(scene.mail, 102, { InteractionId: id }));
  done(await ann.desk.ask(136));
  const news = await upTo(stat, ([name]) => name === 'EventAgentLogout');
  t.same(
    news.map(([name, body]) => [name, body['AgentId'], Number(body['Sequence']) > first!]),
    [
      ['EventDoNotDisturbOff', ann.id, true],
      ['EventAgentLogout', ann.id, true],
    ],
  );
});

t.test('Reporting, queues', async (t) => {
  const scene = await Scene.open(t, server);
  const waiting = [await scene.submit(), await scene.submit()];
  const { stat } = await subscribe(t, { TenantList: { 1: { Queues: '' } }, FullState: 1 });
  const state = await stateOf(stat);
  const [before, ...others] = named('EventQueueState', state);
  t.same(others, [], 'one queue, in its partition');
  t.match(before, { Queue: 'in', SubscriptionId: Number, Sequence: Number, Abandoned: Number });
  t.ok((before!['Waiting'] as number) >= 2);
  const changes: Told[] = [];
  const counts = async (wanted: object): Promise<void> => {
    const isIt = ([name, body]: Told): boolean =>
      name === 'EventQueueState' &&
      Object.entries(wanted).every(([key, by]) => body[key] === (before![key] as number) + by);
    changes.push(...(await upTo(stat, isIt)));
  };
  await scene.submit();
  await counts({ Submitted: 1, Waiting: 1, Processing: 0 });
  const [id] = waiting;
  const ann = await scene.agent();
  done(await pull(ann.desk, id!));
  await counts({ Submitted: 1, Waiting: 0, Processing: 1 });
  done(await byId(ann.desk, 102, { InteractionId: id, ReasonSystemName: 'Normal' }));
  await counts({ Submitted: 1, Waiting: 0, Processing: 0 });
  const events = changes.filter(([name]) => name !== 'EventQueueState').map(([name]) => name);
  t.same(events, ['EventInteractionSubmitted', 'EventTakenFromQueue', 'EventProcessingStopped']);
  const { body } = done(await scene.mail.client.ask(1003, 9, { Queues: ['in'] }));
  const [durable] = body['Queues'] as Told[1][];
  const last = named('EventQueueState', changes).at(-1)!;
  for (const [key, count] of Object.entries(durable!)) t.same(last[key], count, key);
});

t.test('Reporting, kinds of each tenant', async (t) => {
  const scene = await Scene.open(t, server);
  const TenantList = { 1: { Parties: '' }, 7: {} };
  const { stat } = await subscribe(t, { TenantList });
  const id = await scene.submit();
  const other = await scene.submit({ TenantId: 7 });
  done(await byId(scene.mail, 102, { InteractionId: other }));
  const ann = await scene.agent();
  done(await pull(ann.desk, id));
  const told = await upTo(stat, ([name]) => name === 'EventPartyAdded');
  t.same(
    told
      .filter(([name]) => name !== 'EventAck')
      .map(([name, { InteractionId }]) => [name, InteractionId])
      .sort(),
    [
      ['EventInteractionSubmitted', other],
      ['EventPartyAdded', id],
      ['EventProcessingStopped', other],
    ],
  );
  const wrong = async (body: object): Promise<number> =>
    errorOf(await stat.client.ask(170, (reference += 1), { ...body }));
  const { WrongAttributeType, InvalidResumeToken } = errorTable;
  t.equal(await wrong({ TenantList: { 1: { Agent: '' } } }), WrongAttributeType.code);
  t.equal(await wrong({ FullState: 1, FromStart: 1 }), InvalidResumeToken.code);
});

t.test('Reporting, resumed', async (t) => {
  const scene = await Scene.open(t, server);
  const ann = await scene.agent();
  const TenantList = { 1: { Agents: '', Queues: '' } };
  const { stat, ack } = await subscribe(t, { TenantList, FullState: 1 });
  const { ResumeToken, Timeline } = ack;
  await stateOf(stat);
  await stat.lose();
  done(await ann.desk.ask(139));
  const id = await scene.submit();
  const again = await subscribe(t, { TenantList, FullState: 1, ResumeToken, Timeline });
  const told = await upTo(again.stat, ([, body]) => body['InteractionId'] === id);
  t.same(named('EventPlaceAgentState', told), [], 'whoever was away is told what has changed');
  const all = [...told, ...again.stat.told()];
  t.match(named('EventDoNotDisturbOn', all), [{ AgentId: ann.id }]);
  t.match(named('EventQueueState', all)[0], { Queue: 'in' });
});

t.test('What an interaction is, in each of its events', async (t) => {
  await setOption(server, 'ixion/events-with-identity', true);
  const scene = await Scene.open(t, server);
  const { stat } = await subscribe(t, { TenantList: { 1: { Interactions: '' } } });
  const ann = await scene.agent();
  const is = {
    MediaType: 'voice',
    InteractionType: 'Inbound',
    InteractionSubtype: 'InboundNew',
    ExternalId: 'outer',
    ParentId: 'parent',
  };
  const id = await scene.submit({ ...is, InQueues: { in: '' } });
  done(await pull(ann.desk, id));
  done(await byId(ann.desk, 103, { InteractionId: id, ExternalId: 'other' }));
  done(await byId(ann.desk, 105, { InteractionId: id, Queue: 'in', Hold: 1 }));
  done(await byId(ann.desk, 102, { InteractionId: id }));
  const events = await upTo(stat, ([name]) => name === 'EventProcessingStopped');
  const told = events.filter(([, { InteractionId }]) => InteractionId === id);
  t.same(
    told.map(([name, { ExternalId }]) => [name, ExternalId]),
    [
      ['EventInteractionSubmitted', 'outer'],
      ['EventTakenFromQueue', 'outer'],
      ['EventPartyAdded', 'outer'],
      ['EventPropertiesChanged', 'other'],
      ['EventPartyRemoved', 'other'],
      ['EventPlacedInQueue', 'other'],
      ['EventHeld', 'other'],
      ['EventProcessingStopped', 'other'],
    ],
  );
  const { ExternalId: _, ...rest } = is;
  for (const [, body] of told) t.match(body, { ...rest, TenantId: 1, SubmittedBy: 'mail' });
  t.notOk(told.some(([, body]) => 'InQueues' in body));
  await setOption(server, 'ixion/events-with-identity', false);
});

t.test('Custom reporting', async (t) => {
  const scene = await Scene.open(t, server);
  const { stat } = await subscribe(t, { TenantList: { 1: { Custom: '' } } });
  const ann = await scene.agent();
  const id = await scene.inHand(ann);
  const EventContent = { R_TimeInFocus: 12, nested: { 'a key': '' } };
  const RequestKey = Uint8Array.from({ length: 16 }, (_, at) => at);
  const told = { InteractionId: id, EventId: 7, EventContent, AgentId: ann.id, RequestKey };
  done(await byId(ann.desk, 1023, told));
  done(await byId(ann.desk, 1023, told));
  const { body } = done(await byId(scene.mail, 188, { InteractionId: id }));
  const { InteractionVersion } = body['Interaction'] as Told[1];
  done(await byId(ann.desk, 102, { InteractionId: id }));
  done(await byId(ann.desk, 1023, { ...told, EventId: 8, RequestKey: undefined }));
  const events = await upTo(stat, ([, { EventId }]) => EventId === 8);
  t.match(named('EventCustomReporting', events), [
    {
      InteractionId: id,
      InteractionVersion,
      InteractionState: 3,
      Queue: 'in',
      EventId: 7,
      EventContent,
      AgentId: ann.id,
      ActorType: 2,
      TenantId: 1,
    },
    { InteractionId: id, InteractionVersion: 0, EventId: 8, EventContent, AgentId: ann.id },
  ]);
  t.equal(named('EventCustomReporting', events).length, 2, 'once by its key');
});
