/** Locks over TCP: who has what, who is told, and when it is free. */
import { join } from 'node:path';
import t from 'tap';
import { verifyStore } from '../../lib/data/verify.js';
import { directoryOf } from '../fixture/directory.js';
import { errorOf } from '../net/harness.js';
import { desktop, reporting, startAgents, type Desktop } from '../agents/support.js';
import {
  ask,
  businessProcesses,
  cast,
  code,
  pull,
  queues,
  read,
  submit,
  take,
  until,
} from './support.js';

const data = join(directoryOf(t), 'data');
const options = { data, businessProcesses, reconnectTimeoutMs: 200 };
let server = await startAgents(t, options);
const mine = (ExternalId: string) => ({ Condition: `ExternalId = '${ExternalId}'` });

/** The events about an interaction that a reporting client has got. */
async function eventsOf(stat: Desktop, id: string, count: number): Promise<string[]> {
  const names: string[] = [];
  while (names.length < count) {
    const told = await stat.until(1);
    names.push(...told.filter(([, body]) => body['InteractionId'] === id).map(([name]) => name));
  }
  return names;
}

const isLocked = async (by: Desktop, id: string): Promise<unknown> => {
  const { body } = await ask(by, 188, { InteractionId: id });
  return (body['Interaction'] as { IsLocked: number }).IsLocked;
};

t.test('Lock and unlock', async (t) => {
  const { mail, ann, bea } = await cast(t, server);
  const stat = await reporting(t, server);
  const [id, other] = [await submit(mail, { ExternalId: 'lock' }), await submit(mail)];
  const { SnapshotId } = await take(ann, mine('lock'));
  const body = { InteractionId: id, SnapshotId };
  t.equal(errorOf(await ann.ask(122, { ...body, ReasonSystemName: 'Look' })), 0);
  t.equal(errorOf(await ann.ask(122, body)), 0, 'once more: it is');
  t.equal(await isLocked(bea, id), 1);
  const refused = await pull(bea, id);
  t.equal(errorOf(refused), code('InteractionLocked'));
  t.match(refused.body['ErrorDescription'], new RegExp(`^ann has locked ${id}, by snapshot`));
  t.equal(errorOf(await bea.ask(118, { ...mine('lock'), Lock: true })), 0);
  t.equal(errorOf(await ann.ask(122, { SnapshotId, InteractionId: other })), code('NotInSnapshot'));
  t.equal(errorOf(await ann.ask(123, body)), 0);
  t.equal(errorOf(await ann.ask(123, body)), code('NotLocked'));
  t.equal(errorOf(await pull(bea, id)), 0, 'it is free');
  t.strictSame(await eventsOf(stat, id, 5), [
    'EventInteractionSubmitted',
    'EventLocked',
    'EventUnlocked',
    'EventTakenFromQueue',
    'EventPartyAdded',
  ]);
  t.equal(errorOf(await ann.ask(122, body)), code('NotInRequiredState'));
});

t.test('Snapshot with a lock', async (t) => {
  const { mail, ann, bea } = await cast(t, server);
  const stat = await reporting(t, server);
  const ids: string[] = [];
  for (const { name: Queue } of [...queues, ...queues]) {
    ids.push(await submit(mail, { ExternalId: 'whole', Queue }));
  }
  const first = await take(bea, mine('whole'));
  t.equal(errorOf(await bea.ask(122, { SnapshotId: first.SnapshotId, InteractionId: ids[0]! })), 0);
  const whole = await take(ann, { ...mine('whole'), Lock: true });
  t.match(whole, { NumberOfInteractions: 3, Total: 4, Truncated: false, NotLocked: 1 });
  t.strictSame(await read(ann, whole.SnapshotId), ids.slice(1));
  const wrong = { ...mine('whole'), Lock: true, CheckInteractionsState: false };
  t.equal(errorOf(await ann.ask(118, wrong)), code('WrongAttributeType'));
  t.equal(
    errorOf(await ask(bea, 105, { InteractionId: ids[1], Queue: 'there' })),
    code('InteractionLocked'),
  );
  t.equal(errorOf(await pull(ann, ids[1]!)), 0, 'who has locked it takes it');
  t.equal(errorOf(await ann.ask(124, { SnapshotId: whole.SnapshotId })), 0);
  for (const id of ids.slice(2)) t.equal(await isLocked(bea, id), 0, 'free with the answer');
  t.equal(await isLocked(bea, ids[0]!), 1, 'that of another snapshot stays');
  t.strictSame(await eventsOf(stat, ids[3]!, 3), [
    'EventInteractionSubmitted',
    'EventLocked',
    'EventUnlocked',
  ]);
  const client = await desktop(t, server, { ClientType: 'ReportingEngine', ClientName: 'stat' });
  t.equal(
    errorOf(await client.ask(118, { ...mine('whole'), Lock: true })),
    code('WrongClientType'),
  );
});

t.test('a lock ends with its client, at once or after the time to reconnect', async (t) => {
  const { mail } = await cast(t, server);
  const id = await submit(mail, { ExternalId: 'client' });
  const SessionKey = Buffer.from('a lock of a client'.slice(0, 16));
  const lost = await desktop(t, server, { SessionKey });
  await take(lost, { ...mine('client'), Lock: true });
  await lost.lose();
  t.equal(await isLocked(mail, id), 1, 'it may come back');
  const back = await desktop(t, server, { SessionKey });
  t.equal(errorOf(await pull(back, id)), 0, 'and has it still');
  t.equal(errorOf(await ask(back, 105, { InteractionId: id, Queue: '__BACK__' })), 0);
  await take(back, { ...mine('client'), Lock: true });
  await back.lose();
  await until(async () => (await isLocked(mail, id)) === 0);
  const leaves = await desktop(t, server);
  await take(leaves, { ...mine('client'), Lock: true });
  t.equal(await isLocked(mail, id), 1);
  await leaves.client.ask(174, 99);
  await until(async () => (await isLocked(mail, id)) === 0);
});

t.test('a server that begins again has freed all that was locked', async (t) => {
  const { mail, ann } = await cast(t, server);
  const id = await submit(mail, { ExternalId: 'restart' });
  await take(ann, { ...mine('restart'), Lock: true });
  t.equal(await isLocked(mail, id), 1);
  await server.stop({ drainMs: 0 });
  t.equal((await verifyStore(data)).faults, 0, 'locked on disk, and sound');
  server = await startAgents(t, options, false);
  const { bea } = await cast(t, server);
  await until(async () => (await isLocked(bea, id)) === 0);
  const taken = await take(bea, { ...mine('restart'), Lock: true });
  t.match(taken, { NumberOfInteractions: 1, NotLocked: 0 });
  await server.stop({ drainMs: 0 });
  t.equal((await verifyStore(data)).faults, 0);
});
