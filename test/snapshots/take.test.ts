/** Snapshots over TCP: what they note, in which order, whose they are and how long they last. */
import { join } from 'node:path';
import t from 'tap';
import { seededRandom } from '../../lib/clock.js';
import { limits } from '../../lib/limits.js';
import { directoryOf } from '../fixture/directory.js';
import { errorOf } from '../net/harness.js';
import { applications, tokenOf } from '../security/secured-server.js';
import { desktop, setOption, startAgents, type Told } from '../agents/support.js';
import {
  ask,
  businessProcesses,
  cast,
  code,
  idsIn,
  pull,
  read,
  submit,
  take,
  until,
} from './support.js';

const data = join(directoryOf(t), 'data');
const options = { data, businessProcesses, reconnectTimeoutMs: 300 };
let server = await startAgents(t, options);
const mine = (ExternalId: string) => ({ Condition: `ExternalId = '${ExternalId}'` });

t.test('Snapshot: taken, paged and released', async (t) => {
  const { mail, ann } = await cast(t, server);
  const ids: string[] = [];
  for (let at = 0; at < 7; at += 1) {
    const Queue = at % 2 === 0 ? 'here' : 'there';
    ids.push(await submit(mail, { ExternalId: 'paged', Queue, Priority: at, UserData: { at } }));
  }
  await submit(mail, { ExternalId: 'other' });
  const taken = await take(ann, mine('paged'));
  t.match(taken, { SnapshotId: Number, NumberOfInteractions: 7, Total: 7, Truncated: false });
  const { SnapshotId } = taken;
  const first = await ann.ask(120, { SnapshotId, NumberOfInteractions: 4 });
  t.strictSame(
    idsIn(first),
    ids.slice(3).toReversed(),
    'what is urgent first, whatever the partition',
  );
  t.match(first.body, {
    SnapshotId,
    StartFrom: 1,
    NumberOfInteractions: 7,
    LeftOut: 0,
    Next: 5,
    Interactions: [{ Priority: 6, Queue: 'here', IsLocked: 0, UserData: { at: 6 } }],
  });
  const second = await ann.ask(120, { SnapshotId, StartFrom: 5 });
  t.strictSame(idsIn(second), ids.slice(0, 3).toReversed());
  t.equal(second.body['Next'], undefined, 'and that was the last page');
  t.match((await ann.ask(120, { SnapshotId, StartFrom: 8 })).body, {
    Interactions: [],
    LeftOut: 0,
  });
  t.equal(errorOf(await ann.ask(124, { SnapshotId })), 0);
  for (const message of [120, 124]) {
    t.equal(errorOf(await ann.ask(message, { SnapshotId })), code('UnknownSnapshot'));
  }
});

t.test('of more than it may have it has the first, and tells how many there are', async (t) => {
  const { mail, ann } = await cast(t, server);
  const ids: string[] = [];
  for (let at = 0; at < 12; at += 1) {
    ids.push(await submit(mail, { ExternalId: 'many', Queue: at < 6 ? 'there' : 'here' }));
  }
  const few = await take(ann, { ...mine('many'), SnapshotMaxInteractions: 5, Order: 'ReceivedAt' });
  t.match(few, { NumberOfInteractions: 5, Total: 12, Truncated: true });
  t.strictSame(await read(ann, few.SnapshotId), ids.slice(0, 5));
  const { SnapshotId } = few;
  const anew = await take(ann, { ...mine('many'), SnapshotId });
  t.match(anew, { SnapshotId, NumberOfInteractions: 12, Truncated: false }, 'taken anew');
});

t.test('the order is that of a list sorted by hand', async (t) => {
  const { mail, ann } = await cast(t, server);
  const seed = Math.floor(Math.random() * 2 ** 31);
  t.comment(`seed ${seed}`);
  const random = seededRandom(seed);
  const names = ['', 'a', 'A', 'ab', 'ä', '\u{1F600}', '\uFFFD', undefined];
  const all: { id: string; subtype: string | undefined; priority: number }[] = [];
  for (let at = 0; at < 60; at += 1) {
    const subtype = names[Math.floor(random.fraction() * names.length)];
    const priority = Math.floor(random.fraction() * 5) - 2;
    const Queue = random.fraction() < 0.5 ? 'here' : 'there';
    const given = subtype === undefined || subtype === '' ? {} : { InteractionSubtype: subtype };
    const more = { ...given, Priority: priority, Queue, ExternalId: `order ${seed}` };
    all.push({ id: await submit(mail, more), subtype: given.InteractionSubtype, priority });
  }
  const utf8 = (text: string | undefined): Buffer => Buffer.from(text === undefined ? '' : text);
  const expected = all.toSorted(
    (left, right) =>
      -Buffer.compare(utf8(left.subtype), utf8(right.subtype)) ||
      left.priority - right.priority ||
      Buffer.compare(Buffer.from(left.id), Buffer.from(right.id)),
  );
  const Order = 'InteractionSubtype DESC, Priority';
  const { SnapshotId } = await take(ann, { ...mine(`order ${seed}`), Order });
  t.strictSame(
    await read(ann, SnapshotId, 7),
    expected.map(({ id }) => id),
  );
});

t.test('what somebody has had since then is left out, unless all is wanted', async (t) => {
  const { mail, ann, bea } = await cast(t, server);
  const ids = [await submit(mail, { ExternalId: 'had' })];
  for (let at = 0; at < 3; at += 1) ids.push(await submit(mail, { ExternalId: 'had' }));
  const [taken, placed, back, stays] = ids as [string, string, string, string];
  const Order = 'ReceivedAt';
  const waiting = await take(ann, { ...mine('had'), Order });
  const all = await take(ann, { ...mine('had'), Order, CheckInteractionsState: false });
  await pull(bea, taken);
  t.equal(errorOf(await ask(mail, 105, { InteractionId: placed, Queue: 'there' })), 0);
  await pull(bea, back);
  t.equal(errorOf(await ask(bea, 105, { InteractionId: back, Queue: '__BACK__' })), 0);
  t.strictSame(await read(ann, waiting.SnapshotId), [stays]);
  const page = await ann.ask(120, { SnapshotId: waiting.SnapshotId });
  t.match(page.body, { LeftOut: 3, NumberOfInteractions: 4 });
  t.strictSame(await read(ann, all.SnapshotId), ids, 'also what lives in another partition now');
  t.equal(errorOf(await ask(mail, 102, { InteractionId: stays })), 0);
  t.strictSame(await read(ann, all.SnapshotId), [taken, placed, back], 'what has ended is gone');
  const now = await take(ann, { ...mine('had'), CheckInteractionsState: false });
  t.equal(now.Total, 3, 'whatever its state');
  t.equal((await take(ann, mine('had'))).Total, 2, 'only what waits');
  t.equal((await take(ann, { Condition: `ExternalId = 'had' AND Queue = 'there'` })).Total, 1);
  t.equal((await take(ann, { Condition: `Queue = 'nowhere'` })).Total, 0);
});

t.test('what is wrong with a condition or an order is told with its place', async (t) => {
  const { ann } = await cast(t, server);
  const wrong = [
    [{ Condition: "MediaType == 'email'" }, 'InvalidCondition', /line 1, column 11/],
    [
      { Condition: "Priority > 1\nAND Mediatyp = 'email'" },
      'UnknownConditionName',
      /line 2, column 5/,
    ],
    [{ Condition: 'Priority' }, 'ConditionTypeMismatch', /line 1/],
    [{ Order: 'Priority DOWN' }, 'InvalidCondition', /^Order: line 1, column 10/],
  ] as const;
  for (const [body, name, place] of wrong) {
    const answer = await ann.ask(118, body);
    t.equal(errorOf(answer), code(name));
    t.match(answer.body['ErrorDescription'], place);
  }
});

t.test('a snapshot is of its client, and waits for one that is lost', async (t) => {
  const { mail, bea } = await cast(t, server);
  const id = await submit(mail, { ExternalId: 'owner' });
  const SessionKey = Buffer.from('a snapshot of me');
  const lost = await desktop(t, server, { SessionKey });
  const { SnapshotId } = await take(lost, mine('owner'));
  t.equal(errorOf(await bea.ask(120, { SnapshotId })), code('UnknownSnapshot'), 'not of others');
  await lost.lose();
  const back = await desktop(t, server, { SessionKey });
  t.strictSame(await read(back, SnapshotId), [id]);
  await back.lose();
  await until(async () => (await openSnapshots()) === 0);
  const late = await desktop(t, server, { SessionKey });
  t.equal(errorOf(await late.ask(120, { SnapshotId })), code('UnknownSnapshot'), 'too late');
  const again = await take(late, mine('owner'));
  t.equal(errorOf(await late.client.ask(174, 99)), 0);
  const anew = await desktop(t, server, { SessionKey });
  const unknown = await anew.ask(120, { SnapshotId: again.SnapshotId });
  t.equal(errorOf(unknown), code('UnknownSnapshot'), 'who unregisters has none');
});

const openSnapshots = async (): Promise<number> => {
  const { services } = await server.status();
  return Number(/"snapshots":{"open":(\d+)/.exec(JSON.stringify(services))![1]);
};

t.test('there are bounds, of which one is an option', async (t) => {
  const { mail, ann, bea } = await cast(t, server);
  for (let at = 0; at < 101; at += 1) await submit(mail, { ExternalId: 'bounds' });
  await setOption(server, 'settings/max-interactions-per-snapshot', 100);
  await until(async () => {
    const taken = await take(ann, mine('bounds'));
    await ann.ask(124, { SnapshotId: taken.SnapshotId });
    return taken.NumberOfInteractions === 100 && taken.Truncated;
  });
  const small = { Condition: "Queue = 'nowhere'", SnapshotMaxInteractions: 1 };
  ann.told();
  for (let at = 0; at < limits.snapshotsPerClient; at += 1) ann.send(118, small);
  const [[, first]] = (await ann.until(limits.snapshotsPerClient)) as [Told];
  t.equal(errorOf(await ann.ask(118, small)), code('TooManySnapshots'));
  t.equal(errorOf(await bea.ask(118, small)), 0, 'others have their own');
  await ann.ask(124, { SnapshotId: first['SnapshotId'] });
  t.equal(errorOf(await ann.ask(118, small)), 0);
});

t.test('a client that is limited to tenants sees theirs only', async (t) => {
  const secured = await startAgents(t, { applications, businessProcesses });
  const as = (name: string, ClientType: string, TenantId = 1) =>
    desktop(t, secured, { ClientName: name, ClientType, Credentials: tokenOf(name), TenantId });
  await submit(await as('media', 'MediaServer'), { ExternalId: 'tenants' });
  const blue = await submit(await as('blue', 'MediaServer', 2), { ExternalId: 'tenants' });
  const agent = await as('blue-agent', 'AgentApplication', 2);
  const { SnapshotId, Total } = await take(agent, { CheckInteractionsState: false });
  t.equal(Total, 1);
  t.strictSame(await read(agent, SnapshotId), [blue]);
  t.equal(errorOf(await agent.ask(118, { TenantId: 1 })), code('NotPermitted'));
  const router = await as('router', 'RoutingEngine');
  t.equal(errorOf(await router.ask(118)), code('NotPermitted'), 'routers have views');
});

t.test('a server that begins again knows none of before', async (t) => {
  const { mail, ann } = await cast(t, server);
  await submit(mail, { ExternalId: 'again' });
  const { SnapshotId } = await take(ann, mine('again'));
  await server.stop({ drainMs: 0 });
  server = await startAgents(t, options, false);
  const { bea } = await cast(t, server);
  t.equal(errorOf(await bea.ask(120, { SnapshotId })), code('UnknownSnapshot'));
  const taken = await take(bea, mine('again'));
  t.equal(taken.Total, 1);
  t.not(taken.SnapshotId, SnapshotId);
});
