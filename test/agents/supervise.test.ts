/** A supervisor acts on what others have, over TCP: what each is told, reported and counted. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { verifyStore } from '../../lib/data/verify.js';
import { errorTable, type ErrorName } from '../../lib/errors.js';
import { limits } from '../../lib/limits.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { directoryOf } from '../fixture/directory.js';
import { errorOf, eventually, type Received } from '../net/harness.js';
import { applications, tokenOf } from '../security/secured-server.js';
import { apply, desktop, person, startAgents, type Desktop, type Told } from './support.js';

const code = (name: ErrorName): number => errorTable[name].code;
const data = join(directoryOf(t), 'data');
const queues = [{ name: 'in' }, { name: 'here', partition: 0 }, { name: 'there', partition: 1 }];
const businessProcesses = [{ name: 'p', queues }];
const server = await startAgents(t, { data, applications, businessProcesses });
const why = { ReasonSystemName: 'Expert' };

const as = (name: string, ClientType: string) => ({
  ClientName: name,
  ClientType,
  Credentials: tokenOf(name),
});
let reference = 5_000;
let submitted = 0;

/** A client that is asked by identifier. */
const ask = (
  { client, proxyClient }: Desktop,
  message: number,
  body: Record<string, unknown>,
  key = String(body['InteractionId']),
) => client.ask(message, (reference += 1), body, { kind: RouteKind.id, key, proxyClient });

/** A supervisor, a media server, a router, two agents that are logged in, and who reads events. */
async function cast(t: Test) {
  const boss = await desktop(t, server, as('supervisor', 'AgentApplication'));
  const mail = await desktop(t, server, as('media', 'MediaServer'));
  const router = await desktop(t, server, as('router', 'RoutingEngine'));
  const stat = await desktop(t, server, as('reporting', 'ReportingEngine'));
  await stat.client.ask(170, 2);
  stat.told();
  const [ann, bea] = [await agentOf(t), await agentOf(t)];
  return { boss, mail, router, stat, ann, bea };
}

async function agentOf(t: Test) {
  const desk = await desktop(t, server, as('agent', 'AgentApplication'));
  const { id, place } = person();
  await desk.login(id, { MediaList: { email: 0 } });
  await desk.until(2);
  return { desk, id, place };
}

async function submit(mail: Desktop, more: object = {}): Promise<string> {
  const id = `mail.${process.pid}.${(submitted += 1)}`;
  const body = { InteractionId: id, Queue: 'here', MediaType: 'email', InteractionType: 'Inbound' };
  const answer = await ask(mail, 101, { ...body, ...more });
  if (errorOf(answer) !== 0) throw new Error(JSON.stringify(answer.body));
  mail.told();
  return id;
}

const pull = (by: Desktop, id: string): Promise<Received> =>
  ask(by, 108, { ViewId: '_system_', PullParameters: { [id]: '' } }, id);

const act = (boss: Desktop, Act: string, InteractionIds: readonly string[], more: object = {}) =>
  boss.ask(1131, { Act, InteractionIds, ...why, ...more });

/** The events about an interaction, once there are so many. */
async function about(stat: Desktop, id: string, count: number): Promise<Told[]> {
  const found: Told[] = [];
  while (found.length < count) {
    found.push(...(await stat.until(1)).filter(([, body]) => body['InteractionId'] === id));
  }
  return found;
}

/** The first message of one number that a client gets. */
async function toldOf({ client }: Desktop, number: number) {
  const isOne = ({ message }: Received): boolean => message === number;
  await eventually(() => client.received.some(isOne));
  return client.received.find(isOne)!.body;
}

t.test('Assign, from a queue, above capacity', async (t) => {
  const { boss, mail, stat, ann } = await cast(t);
  const ids = [await submit(mail), await submit(mail)];
  ann.desk.told();
  const answer = await act(boss, 'assign', ids, { AgentId: ann.id, Extension: { note: 1 } });
  t.match(answer.body, {
    Operation: Number,
    Done: 2,
    Refused: 0,
    Interactions: ids.map((InteractionId) => ({ InteractionId, Queue: 'here' })),
  });
  t.match(await about(stat, ids[0]!, 3), [
    ['EventInteractionSubmitted', {}],
    ['EventTakenFromQueue', { PartyType: 2, ActorId: 'supervisor', ...why }],
    ['EventPartyAdded', { PartyId: ann.id, Operation: 5, InteractionState: 3 }],
  ]);
  await eventually(() => ann.desk.client.received.filter((one) => one.message === 1136).length > 1);
  const assigned = ann.desk.told().filter(([name]) => name === 'EventAssigned');
  t.match(assigned[0]![1], {
    AgentId: ann.id,
    PlaceId: ann.place,
    ActorId: 'supervisor',
    Extension: { note: 1 },
    Interaction: { InteractionState: 3, AssignedTo: ann.id },
    ...why,
  });
  const list = await boss.ask(1021, { AgentId: ann.id });
  const [agent] = list.body['Agents'] as { Exceeded: number; Media: object[] }[];
  t.match(agent, { Exceeded: 1, Media: [{ Name: 'email', Current: 2, Free: 0 }] });
  for (const id of ids) t.equal(errorOf(await ask(ann.desk, 102, { InteractionId: id })), 0);
  await eventually(() => ann.desk.told().some(([, { Media }]) => isFree(Media)));
});

const isFree = (media: unknown): boolean =>
  Array.isArray(media) && (media[0] as { Current: number }).Current === 0;

t.test('Assign, from a router and from another agent', async (t) => {
  const { boss, mail, router, stat, ann, bea } = await cast(t);
  const id = await submit(mail);
  await pull(router, id);
  router.told();
  await about(stat, id, 3);
  t.match((await act(boss, 'assign', [id], { PlaceId: ann.place })).body, {
    Interactions: [{ InteractionState: 2, AssignedTo: 'router' }],
  });
  t.match(await about(stat, id, 2), [
    ['EventPartyAdded', { PartyId: ann.id, Operation: 1, InteractionState: 3 }],
    ['EventPartyRemoved', { PartyType: 1, PartyId: 'router', Operation: 1 }],
  ]);
  t.match(await toldOf(router, 134), {
    InteractionId: id,
    Interaction: { AssignedTo: ann.id },
    ...why,
  });
  t.equal((await act(boss, 'assign', [id], { AgentId: bea.id })).body['Done'], 1);
  t.match(await about(stat, id, 2), [
    ['EventPartyAdded', { PartyId: bea.id }],
    ['EventPartyRemoved', { PartyType: 2, PartyId: ann.id, Operation: 1 }],
  ]);
  t.match(await toldOf(ann.desk, 134), { AgentId: ann.id, ...why });
  const again = await act(boss, 'assign', [id], { AgentId: bea.id });
  t.match(again.body, { Done: 0, Interactions: [{ ErrorCode: code('NotInRequiredState') }] });
  await ask(bea.desk, 102, { InteractionId: id });
});

t.test('Pull back, of what is offered, in hand and pulled', async (t) => {
  const { boss, mail, router, stat, ann } = await cast(t);
  await ann.desk.ask(148);
  const [offered, pulled] = [await submit(mail), await submit(mail)];
  await router.ask(107, { InteractionId: offered, AgentId: ann.id });
  await pull(ann.desk, pulled);
  await about(stat, pulled, 3);
  ann.desk.told();
  router.told();
  const answer = await act(boss, 'pull-back', [offered, pulled]);
  t.match(answer.body, { Done: 2, Refused: 0 });
  t.match(await about(stat, pulled, 2), [
    ['EventPartyRemoved', { PartyId: 'agent', Operation: 12, InteractionState: 0 }],
    ['EventPlacedInQueue', { Queue: 'here', OldQueue: 'here', ActorId: 'supervisor' }],
  ]);
  t.match(await router.until(1), [['EventRouteUsed', { Outcome: 'taken-back', ...why }]]);
  const isRevoked = (id: string) => (one: Received) =>
    one.message === 134 && one.body['InteractionId'] === id;
  await eventually(() => ann.desk.client.received.some(isRevoked(offered)));
  await eventually(() => ann.desk.client.received.some(isRevoked(pulled)));
  const { body } = await ask(mail, 188, { InteractionId: pulled });
  t.match(body, { Interaction: { InteractionState: 0, Queue: 'here' } });
  const twice = await act(boss, 'pull-back', [pulled]);
  t.match(twice.body, { Done: 0, Interactions: [{ ErrorCode: code('NotInRequiredState') }] });
});

t.test('Requeue, to another partition', async (t) => {
  const { boss, mail, stat, ann } = await cast(t);
  const ids = [await submit(mail), await submit(mail, { Queue: 'there' })];
  await act(boss, 'assign', [ids[0]!], { AgentId: ann.id });
  await about(stat, ids[0]!, 3);
  t.equal((await act(boss, 'requeue', ids, { Queue: 'there' })).body['Done'], 2);
  t.match(await about(stat, ids[0]!, 2), [
    ['EventPartyRemoved', { PartyId: ann.id, Operation: 12 }],
    ['EventPlacedInQueue', { Queue: 'there', OldQueue: 'here', ...why }],
  ]);
  t.match(await toldOf(ann.desk, 134), { InteractionId: ids[0] });
  const unknown = await act(boss, 'requeue', ids, { Queue: 'nowhere' });
  t.match(unknown.body, {
    Done: 0,
    Refused: 2,
    Interactions: [{ ErrorCode: code('UnknownQueue') }],
  });
});

t.test('Stopped by a supervisor, and restored', async (t) => {
  const { boss, mail, stat, ann } = await cast(t);
  const UserData = { who: 'Ann' };
  const ids = [await submit(mail, { UserData }), await submit(mail, { Queue: 'there' })];
  await act(boss, 'assign', [ids[0]!], { AgentId: ann.id });
  await about(stat, ids[0]!, 3);
  const stopped = await act(boss, 'stop', ids);
  t.match(stopped.body, { Done: 2, Interactions: [{ InteractionState: 3, AssignedTo: ann.id }] });
  t.match(await about(stat, ids[0]!, 2), [
    ['EventPartyRemoved', { PartyId: ann.id, Operation: 10 }],
    ['EventProcessingStopped', { ActorId: 'supervisor', ...why }],
  ]);
  t.match(await toldOf(ann.desk, 134), { InteractionId: ids[0] });
  const OfOperation = Number(stopped.body['Operation']);
  const restore = (body: object) => boss.ask(1135, { ...body, ReasonSystemName: 'Mistake' });
  t.match((await restore({ OfOperation, Preview: true })).body, { Done: 2, Refused: 0 });
  t.equal(errorOf(await ask(mail, 188, { InteractionId: ids[0]! })), 43, 'nothing was changed');
  const back = await restore({ OfOperation });
  t.match(back.body, { Operation: OfOperation + 1, Done: 2, Refused: 0 });
  t.match(await about(stat, ids[0]!, 2), [
    ['EventRestored', { Queue: 'here', InteractionState: 0, ReasonSystemName: 'Mistake' }],
    ['EventPlacedInQueue', { Queue: 'here', OldQueue: 'here', ActorId: 'supervisor' }],
  ]);
  const { body } = await ask(mail, 188, { InteractionId: ids[0]! });
  t.match(body, { Interaction: { InteractionVersion: 4, InteractionState: 0, UserData } });
  t.equal(errorOf(await restore({ OfOperation })), code('InteractionNotKept'), 'once');
  const twice = await restore({ InteractionIds: [ids[0], 'mail.nothing'] });
  t.match(twice.body, {
    Refused: 2,
    Interactions: [
      { ErrorCode: code('NotInRequiredState') },
      { ErrorCode: code('InteractionNotKept') },
    ],
  });
  t.equal(errorOf(await restore({})), code('MissingAttribute'));
  t.equal(errorOf(await ask(boss, 102, { InteractionId: ids[1]! })), 0, 'also singly');
  t.equal((await restore({ InteractionIds: [ids[1]] })).body['Done'], 1);
  await ask(mail, 102, { InteractionId: ids[1]! });
  t.equal((await restore({ InteractionIds: [ids[1]] })).body['Refused'], 1, 'others keep nothing');
});

t.test('a preview changes nothing; of many each is told; all is in the audit log', async (t) => {
  const { boss, mail, ann } = await cast(t);
  const good = [await submit(mail), await submit(mail, { Queue: 'there' })];
  const list = [...good, 'mail.nothing', good[0]!];
  const preview = await act(boss, 'assign', list, { AgentId: ann.id, Preview: true });
  t.notOk('Operation' in preview.body, 'it has no number');
  t.match(preview.body, {
    Done: 2,
    Refused: 1,
    Interactions: [{ Exceeds: undefined }, { Exceeds: true }],
  });
  const { body } = await ask(mail, 188, { InteractionId: good[0]! });
  t.match(body, { Interaction: { InteractionState: 0, InteractionVersion: 1 } });
  const done = await act(boss, 'assign', list, { AgentId: ann.id });
  t.match(done.body, {
    Done: 2,
    Refused: 1,
    Interactions: [
      { Exceeds: undefined },
      { Exceeds: true },
      { InteractionId: 'mail.nothing', ErrorCode: 43 },
    ],
  });
  const first = Number(done.body['Operation']);
  const next = await act(boss, 'pull-back', good);
  t.equal(next.body['Operation'], first + 1, 'numbers count up');
  const audit = (): string => readFileSync(join(data, 'audit.jsonl'), 'utf8');
  await eventually(() => audit().includes(`"operation":${first + 1}`));
  const lines = audit()
    .split('\n')
    .filter((line) => line.includes(`"operation":${first},`))
    .map((line) => JSON.parse(line) as object);
  t.match(lines, [
    {
      event: 'interactions supervised',
      who: 'supervisor',
      role: 'supervisor',
      act: 'assign',
      agent: ann.id,
      reason: 'Expert',
      interactions: [...good, 'mail.nothing'],
    },
    { done: 2, refusedCount: 1, refused: { 'mail.nothing': 'UnknownInteraction' } },
  ]);
});

t.test('what is refused as a whole', async (t) => {
  const { boss, mail, ann } = await cast(t);
  const id = await submit(mail);
  const refused = async (error: ErrorName, ...more: Parameters<typeof act>) =>
    t.equal(errorOf(await act(...more)), code(error), error);
  await refused('WrongAttributeType', boss, 'steal', [id]);
  await refused('WrongAttributeType', boss, 'pull-back', [id], { Queue: 'in' });
  await refused('MissingAttribute', boss, 'requeue', [id]);
  await refused('MissingAttribute', boss, 'assign', [id]);
  await refused('MissingAttribute', boss, 'pull-back', []);
  await refused('AgentNotLoggedIn', boss, 'assign', [id], { AgentId: person().id });
  await refused('NotPermitted', ann.desk, 'pull-back', [id]);
  await refused('NotPermitted', boss, 'pull-back', [id], { Total: 1_001 });
  await refused('NotPermitted', boss, 'pull-back', [id], { Operation: 1 });
  const bare = await boss.ask(1131, { Act: 'pull-back', InteractionIds: [id] });
  t.equal(errorOf(bare), code('MissingAttribute'), 'no reason');
  const many = Array.from({ length: 1_001 }, (_, at) => `mail.${at}`);
  await refused('AttributeTooLong', boss, 'pull-back', many);
  await ann.desk.lose();
  for (let isLost = false; !isLost;) {
    const { body } = await boss.ask(1021, { AgentId: ann.id });
    isLost = (body['Agents'] as { LostAt?: number }[])[0]?.LostAt !== undefined;
  }
  t.match((await act(boss, 'assign', [id], { AgentId: ann.id })).body, {
    Interactions: [{ ErrorCode: code('AgentNotAvailable') }],
  });
});

t.test('an act in parts has one number, and above 1,000 needs an admin', async (t) => {
  const { boss } = await cast(t);
  const admin = await desktop(t, server, as('admin', 'AgentApplication'));
  const part = (from: number) => Array.from({ length: 600 }, (_, at) => `mail.part.${from + at}`);
  const begun = await act(admin, 'pull-back', part(0), { Total: 1_200 });
  const Operation = Number(begun.body['Operation']);
  const more = await act(admin, 'pull-back', part(600), { Total: 1_200, Operation });
  t.match(more.body, { Operation, Done: 0, Refused: 600 });
  const own = await act(boss, 'pull-back', part(0));
  const beyond = { Operation: Number(own.body['Operation']) };
  t.equal(errorOf(await act(boss, 'pull-back', part(600), beyond)), code('NotPermitted'));
});

t.test('Agents are forced by a list', async (t) => {
  const { boss, ann, bea } = await cast(t);
  await ann.desk.ask(148);
  const all = { AgentIds: [ann.id, bea.id, 'nobody'], AgentState: 'ready', ...why };
  const preview = await boss.ask(1133, { ...all, Preview: true });
  t.match(preview.body, {
    Done: 2,
    Refused: 1,
    Agents: [
      { AgentId: ann.id, MediaList: { email: 1 } },
      { AgentId: bea.id, MediaList: { email: 0 } },
      { AgentId: 'nobody', ErrorCode: code('AgentNotLoggedIn') },
    ],
  });
  t.match((await boss.ask(1133, all)).body, { Operation: Number, Done: 2, Refused: 1 });
  t.match(await toldOf(bea.desk, 190), {
    AgentState: 'ready',
    MediaList: { email: 1 },
    ActorId: 'supervisor',
    ...why,
  });
  const media = await boss.ask(1133, { ...all, MediaTypeName: 'fax' });
  t.match(media.body, { Done: 0, Refused: 3, Agents: [{ ErrorCode: code('UnknownMedium') }] });
  const state = await boss.ask(1133, { ...all, AgentState: 'asleep' });
  t.equal(errorOf(state), code('WrongAttributeType'));
  await boss.ask(1133, { ...all, AgentState: 'logged-out' });
  t.equal(errorOf(await ann.desk.ask(148)), code('AgentNotLoggedIn'));
});

t.test('a list whose answer would be too long for a frame is answered all the same', async (t) => {
  const { boss, ann } = await cast(t);
  const names = Array.from({ length: limits.mediaPerAgent }, (_, at) =>
    `${at} `.padEnd(limits.nameBytes, 'x'),
  );
  await apply(server, `media:\n${names.map((name) => `  - {name: ${name}}`).join('\n')}`);
  const agents = Array.from({ length: 130 }, (_, at) => `wide ${at}`);
  const lines = agents.map((name) => `  - {name: ${name}}`).join('\n');
  await apply(server, `agents:\n${lines}\nplaces:\n${lines}`);
  const MediaList = Object.fromEntries(names.map((name) => [name, 0]));
  for (const [at, name] of agents.entries()) {
    const more = as('agent', 'AgentApplication');
    const one = await desktop(t, server, more, ann.desk.client, 100 + at);
    t.equal(errorOf(await one.login(name, { PlaceId: name, MediaList })), 0);
  }
  const all = { AgentIds: agents, AgentState: 'not-ready', ...why };
  const { body } = await boss.ask(1133, all);
  t.match(body, { Done: agents.length, Refused: 0 });
  const rows = body['Agents'] as { AgentId: string; MediaList?: object }[];
  t.strictSame(
    rows.map(({ AgentId }) => AgentId),
    agents,
  );
  t.strictSame(rows[0]!.MediaList, MediaList);
  t.notOk('MediaList' in rows.at(-1)!, 'there was no room for it');
});

t.test('the store is sound, with what was numbered and kept', async (t) => {
  const { boss, mail } = await cast(t);
  const stopped = await act(boss, 'stop', [await submit(mail), await submit(mail)]);
  t.equal(stopped.body['Done'], 2);
  await server.stop({ drainMs: 0 });
  const found = await verifyStore(data);
  t.equal(found.faults, 0, JSON.stringify(found.partitions));
  const kept = found.partitions.flatMap(({ tables }) =>
    tables.filter((one) => one.table === 'aside'),
  );
  t.ok(
    kept.some(({ entries }) => entries > 0),
    'there is something that was kept',
  );
});
