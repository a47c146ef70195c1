/** A supervisor moves and stops all that a snapshot has, over TCP. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { directoryOf } from '../fixture/directory.js';
import { errorOf, eventually } from '../net/harness.js';
import { applications, tokenOf } from '../security/secured-server.js';
import { desktop, startAgents, type Desktop } from '../agents/support.js';
import { ask, businessProcesses, code, pull, submit, take } from './support.js';

const data = join(directoryOf(t), 'data');
const server = await startAgents(t, { data, businessProcesses, applications });
const why = { ReasonSystemName: 'Expert' };
const mine = (ExternalId: string) => ({ Condition: `ExternalId = '${ExternalId}'` });

async function cast(t: Test) {
  const as = (name: string, ClientType: string): Promise<Desktop> =>
    desktop(t, server, { ClientName: name, ClientType, Credentials: tokenOf(name) });
  return {
    mail: await as('media', 'MediaServer'),
    boss: await as('supervisor', 'AgentApplication'),
    ann: await as('agent', 'AgentApplication'),
  };
}

const queueOf = async (by: Desktop, id: string): Promise<unknown> => {
  const { body } = await ask(by, 188, { InteractionId: id });
  return (body['Interaction'] as { Queue: string } | undefined)?.Queue;
};

t.test('Move all', async (t) => {
  const { mail, boss, ann } = await cast(t);
  const ids: string[] = [];
  for (let at = 0; at < 6; at += 1) {
    ids.push(await submit(mail, { ExternalId: 'move', Queue: at % 2 === 0 ? 'here' : 'there' }));
  }
  const { SnapshotId } = await take(boss, mine('move'));
  await pull(ann, ids[0]!);
  const other = await take(ann, { Condition: `InteractionId = '${ids[1]}'`, Lock: true });
  const RequestKey = Buffer.from('move all of them');
  const body = { SnapshotId, Queue: 'there', RequestKey, ...why, Extension: { note: 1 } };
  const moved = await boss.ask(1150, body);
  t.match(moved.body, { SnapshotId, Operation: Number, Done: 4, Refused: 2 });
  t.match(moved.body['Interactions'], [
    { InteractionId: ids[0], ErrorCode: code('NotInRequiredState') },
    { InteractionId: ids[1], ErrorCode: code('InteractionLocked'), ErrorDescription: /^agent has/ },
  ]);
  for (const id of ids.slice(2)) t.equal(await queueOf(mail, id), 'there');
  t.equal(await queueOf(mail, ids[0]!), 'here', 'somebody has it');
  t.strictSame((await boss.ask(1150, body)).body, moved.body, 'the same key: the same answer');
  const again = await boss.ask(1150, { ...body, RequestKey: undefined });
  t.match(again.body, { Done: 0, Refused: 6 }, 'none of them is as it was');
  t.equal(errorOf(await boss.ask(1150, { ...body, Queue: 'nowhere', RequestKey: undefined })), 0);
  t.equal(
    errorOf(await ann.ask(1150, { ...body, SnapshotId: other.SnapshotId })),
    code('NotPermitted'),
  );
  t.equal(errorOf(await boss.ask(1150, { SnapshotId, Queue: 'there' })), code('MissingAttribute'));
  await eventually(() => audit().includes('"snapshot moved"'));
  t.match(audit(), /"snapshot moved".*"who":"supervisor".*"reason":"Expert"/);
});

const audit = (): string => readFileSync(join(data, 'audit.jsonl'), 'utf8');

t.test('Stop all', async (t) => {
  const { mail, boss } = await cast(t);
  const ids: string[] = [];
  for (let at = 0; at < 4; at += 1) {
    ids.push(await submit(mail, { ExternalId: 'stop', Queue: at % 2 === 0 ? 'here' : 'there' }));
  }
  const { SnapshotId } = await take(boss, { ...mine('stop'), Lock: true });
  const stopped = await boss.ask(1152, { SnapshotId, ...why });
  t.match(stopped.body, { Done: 4, Refused: 0, Interactions: [] }, 'what it has locked itself');
  for (const id of ids) {
    t.equal(errorOf(await ask(mail, 188, { InteractionId: id })), code('UnknownInteraction'));
  }
  t.match((await boss.ask(120, { SnapshotId })).body, { Interactions: [], LeftOut: 4 });
  const OfOperation = stopped.body['Operation'];
  const restored = await boss.ask(1135, { OfOperation, ...why });
  t.match(restored.body, { Done: 4 }, 'and taken back by its number');
  t.equal(errorOf(await boss.ask(124, { SnapshotId })), 0);
  t.equal(errorOf(await boss.ask(1152, { SnapshotId, ...why })), code('UnknownSnapshot'));
});
