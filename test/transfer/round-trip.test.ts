/** What was exported and imported elsewhere gives the same file again, byte by byte. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import type { Client, KeyValues } from '../../lib/client/index.js';
import { runHere } from '../cli/support.js';
import { directoryOf } from '../fixture/directory.js';
import { applyObjects, type Running, serverOf } from './support.js';

const queues = ['one', 'Grüße, "zwei"', '=3\u2028', '\u{1f600}'];
const timeMsMax = 8_640_000_000_000_000;

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    '""',
    ',',
    '\r\n',
    '\r',
    '\uFEFF',
    ' a ',
    '\0',
    '=1+1',
    '{"$int":"1"}',
    'null',
  ),
);
const name = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 20 })
  .filter((one) => !/\p{Cc}/u.test(one));
const time = fc.oneof(
  fc.integer({ min: 0, max: 4_102_444_800_000 }),
  fc.constantFrom(0, 1, 253_402_300_799_999, 253_402_300_800_000, timeMsMax),
);
const scalar = fc.oneof(
  text,
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double(),
  fc.constantFrom(-0, 2 ** 53, -(2 ** 63), 1e21, 123456789012345680000, 5e-324, 1.5, 1e300),
  fc.boolean(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.date({ min: new Date(-8.6e15), max: new Date(8.6e15), noInvalidDate: true }),
  fc.uint8Array({ maxLength: 40 }),
);
const key = fc.oneof(
  text,
  fc.constantFrom('$int', '$', '$$a', '__proto__', 'constructor', '10', '2'),
);
const { data } = fc.letrec<{ data: KeyValues; value: unknown }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, scalar, tie('data')),
  data: fc.dictionary(key, tie('value'), { maxKeys: 6 }) as fc.Arbitrary<KeyValues>,
}));

const submission = fc.record(
  {
    queue: fc.constantFrom(...queues),
    mediaType: fc.oneof(name, fc.constantFrom('email', 'chat')),
    interactionType: name,
    interactionSubtype: name,
    externalId: text,
    parentId: fc.constantFrom('P-1', 'a:b.c_d'),
    inQueues: data,
    outQueues: data,
    userData: data,
    priority: fc.constantFrom(-2_147_483_648, -1, 0, 1, 2_147_483_647),
    serviceObjective: fc.nat(),
    tenantId: fc.nat(),
    receivedAt: time,
    isOnline: fc.boolean(),
    hold: fc.boolean(),
  },
  { requiredKeys: ['queue', 'mediaType', 'interactionType'] },
);
/** What happens to it afterwards. */
const fate = fc.constantFrom(
  'nothing',
  'changed',
  'held',
  'placed',
  'pulled and placed',
  'offline',
);

async function fill(t: Test, { client }: Running): Promise<number> {
  const seed = Number(process.env['IXION_SEED'] ?? Date.now() % 1_000_000);
  t.comment(`seed ${seed}`);
  const contacts = fc.sample(fc.tuple(submission, fate), { seed, numRuns: 250 });
  const agent = await client.addClient({ clientName: 'ann', clientType: 'AgentApplication' });
  for (const [index, [contact, then]] of contacts.entries()) {
    const chosen = index % 3 === 0 ? { interactionId: `c.${index}` } : {};
    const { interactionId: id } = await client.submit({ ...contact, ...chosen });
    await live(client, agent, id, then);
  }
  await agent.close();
  return contacts.length;
}

async function live(client: Client, agent: Client, id: string, then: string): Promise<void> {
  switch (then) {
    case 'changed':
      await client.changeProperties(id, { added: { more: 1 }, priority: 7 });
      return client.changeProperties(id, { deleted: ['more'] });
    case 'held':
      return client.hold(id, { until: Date.now() + 86_400_000 });
    case 'placed':
      return client.placeInQueue(id, queues[1]!);
    case 'offline':
      return client.changeProperties(id, { isOnline: false });
    case 'pulled and placed':
      await agent.pullById(id, { ignoreHold: true });
      return agent.placeInQueue(id, queues[2]!);
  }
}

for (const format of ['jsonl', 'csv']) {
  t.test(`a round trip by ${format}`, async (t) => {
    const directory = directoryOf(t);
    const source = await serverOf(t, join(directory, 'source'), queues, 3);
    const target = await serverOf(t, join(directory, 'target'), queues, 3);
    // So that one of the queues completes what comes to it, here and there.
    const options = 'options: { ixion: { completed-queues: one } }\n';
    for (const { server } of [source, target]) await applyObjects(server, options);
    const count = await fill(t, source);
    const [before, after] = ['before', 'after'].map((one) => join(directory, `${one}.${format}`));
    await runHere('export', before!, '--server', source.address);
    const imported = await runHere('import', before!, '--server', target.address, '--json');
    t.match(JSON.parse(imported.out), { imported: count, faults: 0 }, imported.error);
    await runHere('export', after!, '--server', target.address);
    const [first, second] = [before!, after!].map((file) => readFileSync(file, 'utf8').split('\n'));
    const different = first!.findIndex((line, index) => line !== second![index]);
    t.equal(different, -1, `line ${different + 1}`);
    t.equal(second!.length, first!.length);
    if (different >= 0) t.equal(second![different], first![different]);
  });
}

t.test('an import invents nothing, and counts on', async (t) => {
  const directory = directoryOf(t);
  const source = await serverOf(t, join(directory, 'source'), ['one', 'done']);
  const { client } = source;
  await client.submit({
    queue: 'done',
    mediaType: 'chat',
    interactionType: 'In',
    interactionId: 'a',
  });
  await client.changeProperties('a', { priority: 3 });
  const agent = await client.addClient({ clientName: 'ann', clientType: 'AgentApplication' });
  t.teardown(() => agent.close());
  await agent.pullById('a');
  await agent.placeInQueue('a', 'done');
  const before = await client.getProperties('a');
  t.type(before['AssignedAt'], 'number');
  t.notOk('CompletedAt' in before);
  await agent.pullById('a');
  const target = await serverOf(t, join(directory, 'target'), ['one', 'done']);
  await applyObjects(target.server, 'options: { ixion: { completed-queues: done } }\n');
  const file = join(directory, 'all.jsonl');
  await runHere('export', file, '--server', source.address);
  t.match(await runHere('import', file, '--server', target.address), { code: 0 });
  const held = await client.getProperties('a');
  const after = await target.client.getProperties('a');
  const { AssignedTo: _to, ...rest } = held;
  const { SubmitSeq, PlaceInQueueSeq } = after;
  // It waits, whoever had it, and has numbers of its new store: all else is as it was.
  t.strictSame(after, { ...rest, InteractionState: 0, SubmitSeq, PlaceInQueueSeq });
  await target.client.changeProperties('a', { priority: 4 });
  const changed = await target.client.getProperties('a');
  t.equal(changed['InteractionVersion'], Number(held['InteractionVersion']) + 1);
  // A submit still completes where work is completed.
  const submit = { queue: 'done', mediaType: 'chat', interactionType: 'In', interactionId: 'b' };
  await target.client.submit(submit);
  t.type((await target.client.getProperties('b'))['CompletedAt'], 'number');
});
