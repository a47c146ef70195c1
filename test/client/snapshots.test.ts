/** Snapshots by the SDK, against a real server: read, locked, acted on, gone with their scope. */
import t, { type Test } from 'tap';
import type { Client, ClientType } from '../../lib/client/index.js';
import { IxionError } from '../../lib/errors.js';
import { clientTypesOfRole } from '../../lib/security/permissions.js';
import type { Role } from '../../lib/security/roles.js';
import { startAgents } from '../agents/support.js';
import { applications, tokenOf } from '../security/secured-server.js';
import { businessProcesses } from '../snapshots/support.js';
import { addressOf, connectReal } from './real-server.js';
import { submitted } from './submitted.js';

const server = await startAgents(t, { applications, businessProcesses });
const reason = { systemName: 'Expert' };

/** A client of the application that is called as its role. */
function dial(t: Test, clientName: Role): Promise<Client> {
  const [clientType] = clientTypesOfRole[clientName] as readonly [ClientType];
  const credentials = tokenOf(clientName);
  return connectReal(t, addressOf(server), { clientName, clientType, credentials });
}

const mine = (externalId: string) => ({ condition: `ExternalId = '${externalId}'` });

const errorOf = async (work: Promise<unknown>): Promise<IxionError> => {
  const error: unknown = await work.catch((cause: unknown) => cause);
  if (error instanceof IxionError) return error;
  throw new Error(`no refusal: ${String(error)}`);
};

t.test('read by pages, and one by one', async (t) => {
  const [mail, boss] = [await dial(t, 'media'), await dial(t, 'supervisor')];
  const ids = await submitted(mail, 'read', 7);
  const few = await boss.takeSnapshot({ ...mine('read'), order: 'Priority', most: 5 });
  t.match(few, { count: 5, total: 7, isTruncated: true, notLocked: 0 });
  const page = await few.page({ start: 2, count: 3 });
  t.strictSame(
    page.interactions.map(({ InteractionId }) => InteractionId),
    ids.slice(1, 4),
  );
  t.match(page, { leftOut: 0, next: 5 });
  await mail.stop(ids[4]!);
  t.match(await few.page({ start: 5 }), { interactions: [], leftOut: 1, next: undefined });
  const all = await boss.takeSnapshot(mine('read'));
  const read: string[] = [];
  for await (const { InteractionId } of all.interactions()) read.push(InteractionId);
  t.strictSame(
    read,
    ids.toReversed().filter((id) => id !== ids[4]),
    'what is urgent first',
  );
});

t.test('what is wrong is refused before it is sent, or by the server with its place', async (t) => {
  const boss = await dial(t, 'supervisor');
  const wrong = await errorOf(boss.takeSnapshot({ condition: 'Priority = = 1' }));
  t.match(wrong, { errorName: 'InvalidCondition', message: /column 12/ });
  const many = await errorOf(boss.takeSnapshot({ most: 0 }));
  t.match(many, { errorName: 'WrongAttributeType', request: 'RequestTakeSnapshot' });
  const snapshot = await boss.takeSnapshot(mine('nobody'));
  t.match(await errorOf(snapshot.page({ start: 0 })), { errorName: 'WrongAttributeType' });
  t.match(await errorOf(snapshot.lock('gone')), { errorName: 'NotInSnapshot' });
  await snapshot.release();
  t.match(await errorOf(snapshot.page()), { errorName: 'UnknownSnapshot' });
});

t.test('a lock keeps others away, as long as the snapshot is in scope', async (t) => {
  const [mail, boss, ann] = [
    await dial(t, 'media'),
    await dial(t, 'supervisor'),
    await dial(t, 'agent'),
  ];
  const [one, other] = (await submitted(mail, 'lock', 2)) as [string, string];
  {
    await using snapshot = await boss.takeSnapshot({ ...mine('lock'), lock: true });
    t.match(snapshot, { count: 2, notLocked: 0 });
    t.match(await errorOf(ann.pullById(one)), { errorName: 'InteractionLocked' });
    await using second = await boss.takeSnapshot({ ...mine('lock'), lock: true });
    t.match(second, { count: 0, notLocked: 2 });
    await snapshot.unlock(other);
    t.match(await errorOf(snapshot.unlock(other)), { errorName: 'NotLocked' });
    await ann.pullById(other);
    t.match(await errorOf(snapshot.lock(other)), { errorName: 'NotInRequiredState' });
    // Who ends it early need not mind the end of its scope.
    await second.release();
  }
  await ann.pullById(one);
  t.equal((await ann.getProperties(one)).AssignedTo, 'agent');
});

t.test('all of it is moved or stopped, once for each key', async (t) => {
  const [mail, boss] = [await dial(t, 'media'), await dial(t, 'supervisor')];
  const ids = await submitted(mail, 'act', 4);
  await mail.stop(ids[3]!);
  const snapshot = await boss.takeSnapshot({ ...mine('act') });
  const requestKey = Buffer.from('the key of a act');
  const moved = await snapshot.moveAll('there', { reason, requestKey });
  t.match(moved, { operation: Number, done: 3, refused: 0, refusals: [] });
  t.strictSame(await snapshot.moveAll('there', { reason, requestKey }), moved);
  for (const id of ids.slice(0, 3)) t.equal((await mail.getProperties(id)).Queue, 'there');
  t.match(await snapshot.stopAll({ reason }), {
    done: 0,
    refused: 3,
    refusals: [{ interactionId: String }, {}, {}],
  });
  const anew = await boss.takeSnapshot(mine('act'));
  t.match(await anew.stopAll({ reason }), { done: 3, refused: 0 });
  t.match(await errorOf(anew.stopAll({})), { errorName: 'MissingAttribute' });
});
