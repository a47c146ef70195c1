/** Pulls from views: what their conditions select, in their order, at once or as it comes. */
import t from 'tap';
import { packKeyValues, type KeyValues } from '../../lib/interaction/attached-data.js';
import { readIndexes } from '../../lib/partition/rows/index-row.js';
import { packQueues, readQueueList } from '../../lib/partition/rows/queue-list.js';
import type { ViewChange } from '../../lib/partition/rows/view-rows.js';
import { errorOf, op, pulledIds, queueIn, Rig, sessionOf } from './support.js';

const media = sessionOf('mail', 'MediaServer');
const agent = sessionOf('ann', 'AgentApplication');
const bea = sessionOf('bea', 'AgentApplication');

let version = 0;

async function rigWith(views: Readonly<Record<string, object>>, partitions = 1): Promise<Rig> {
  const rig = await Rig.start({ sessions: [media, agent, bea], partitions });
  await change(rig, views);
  return rig;
}

/** Changes views in all partitions; null removes one. */
async function change(rig: Rig, views: Readonly<Record<string, object | null>>): Promise<void> {
  version++;
  const changes = Object.entries(views).map(([name, fields]): ViewChange => [
    name,
    fields === null ? undefined : JSON.stringify(fields),
  ]);
  for (let index = 0; index < rig.partitions; index++) {
    void rig.world.partition(index).changeViews({ changes, version });
  }
  await rig.quiet();
}

const queue = queueIn(0);

t.test('a view gives what its condition selects, in its order', async (t) => {
  const rig = await rigWith({
    chats: { queue, condition: "MediaType = 'chat'" },
    late: { queue, order: 'ReceivedAt DESC' },
    all: { queue },
  });
  for (const [index, MediaType] of ['email', 'chat', 'email', 'chat'].entries()) {
    await rig.ask(media, op.submit(queue, { InteractionId: `i${index}`, MediaType }));
    await rig.pass(10);
  }
  const pull = async (view: string, Count = 1) =>
    pulledIds(await rig.ask(agent, op.pull(view, { Count })));
  t.strictSame(await pull('chats', 5), ['i1', 'i3']);
  t.strictSame(await pull('chats'), []);
  t.strictSame(await pull('late'), ['i2']);
  t.strictSame(await pull('all', 9), ['i0']);
  t.strictSame(rig.world.faults(), []);
});

t.test('what cannot be pulled by it is refused, and says why', async (t) => {
  const rig = await rigWith({
    off: { queue, enabled: false },
    gone: { queue: 'no-queue' },
    wrong: { queue, condition: 'Nothing = 1' },
  });
  const refusal = async (view: string) => errorOf(await rig.ask(agent, op.pull(view)));
  t.equal(await refusal('off'), 'UnknownView');
  t.equal(await refusal('nobody'), 'UnknownView');
  t.equal(await refusal('gone'), 'UnknownQueue');
  t.equal(await refusal('wrong'), 'UnknownConditionName');
});

t.test('a pull waits for a view, and gets the first that it selects', async (t) => {
  const rig = await rigWith({ chats: { queue, condition: "MediaType = 'chat'" } });
  const [one, two] = [agent, bea].map((who) =>
    rig.send(who, op.pull('chats', { WaitTimeoutMs: 60_000 })),
  ) as [number, number];
  await rig.quiet();
  await rig.ask(media, op.submit(queue, { InteractionId: 'mail' }));
  await rig.quiet();
  t.strictSame(rig.answersTo(one), [], 'nothing that it does not select');
  await rig.ask(media, op.submit(queue, { InteractionId: 'chat', MediaType: 'chat' }));
  await rig.quiet();
  t.strictSame(pulledIds(rig.answersTo(one)[0]!), ['chat'], 'who waits longest');
  t.strictSame(rig.answersTo(two), []);
  await change(rig, { chats: { queue, condition: "MediaType = 'email'" } });
  t.strictSame(pulledIds(rig.answersTo(two)[0]!), [], 'another view counts: it is asked again');
  t.strictSame(pulledIds(await rig.ask(bea, op.pull('chats'))), ['mail']);
  t.strictSame(rig.world.faults(), []);
});

t.test('a pull gives values for the parameters of a condition', async (t) => {
  const parameters = 'Medium text, From number';
  const condition = 'MediaType = :Medium AND (:From IS NULL OR Priority >= :From)';
  const rig = await rigWith({ given: { queue, parameters, condition, order: 'Priority' } });
  await rig.pass(2_000);
  for (const [index, MediaType] of ['chat', 'email', 'chat', 'chat'].entries()) {
    const InteractionId = `i${index}`;
    await rig.ask(media, op.submit(queue, { InteractionId, MediaType, Priority: index }));
  }
  const given = (values: KeyValues, more: object = {}) =>
    op.pull('given', { PullParameters: packKeyValues(values), ...more });
  const asked = async (values: KeyValues) => pulledIds(await rig.ask(agent, given(values)));
  t.strictSame(await asked({ Medium: 'chat', From: 1 }), ['i2']);
  t.strictSame(await asked({ Medium: 'chat' }), ['i0']);
  t.strictSame(await asked({}), []);
  t.equal(errorOf(await rig.ask(agent, given({ Nothing: 1 }))), 'UnknownConditionName');
  t.equal(errorOf(await rig.ask(agent, given({ Medium: 1 }))), 'ConditionTypeMismatch');
  const wait = { WaitTimeoutMs: 60_000 };
  const [one, two] = [{ Medium: 'chat', From: 5 }, { Medium: 'sms' }].map((values) =>
    rig.send(agent, given(values, wait)),
  ) as [number, number];
  await rig.quiet();
  await rig.ask(media, op.submit(queue, { InteractionId: 'sms', MediaType: 'sms' }));
  await rig.quiet();
  t.strictSame(rig.answersTo(one), [], 'another one waits longer, for something else');
  t.strictSame(pulledIds(rig.answersTo(two)[0]!), ['sms']);
  t.strictSame(rig.world.faults(), []);
});

t.test('a condition on time comes to hold for a pull that waits', async (t) => {
  const rig = await rigWith({
    old: { queue, condition: '_age() >= 30', checkIntervalSeconds: 5 },
  });
  await rig.ask(media, op.submit(queue, { InteractionId: 'one' }));
  const pull = rig.send(agent, op.pull('old', { WaitTimeoutMs: 120_000 }));
  await rig.quiet();
  for (let seconds = 5; seconds < 30; seconds += 5) await rig.pass(5_000);
  t.strictSame(rig.answersTo(pull), []);
  await rig.pass(5_000);
  t.strictSame(pulledIds(rig.answersTo(pull)[0]!), ['one']);
  await rig.pass(200_000);
  t.equal(rig.world.partition(0).core.views.checks.dueMs, Infinity, 'nobody waits any more');
});

t.test('a queue is removed while an index of it is still being dropped', async (t) => {
  const rig = await rigWith({ late: { queue, order: 'ReceivedAt DESC' } });
  const count = 300;
  for (let index = 0; index < count; index++) {
    rig.send(media, op.submit(queue, { InteractionId: `i${index}` }));
  }
  await rig.pass(2_000);
  const partition = rig.world.partition(0);
  const { store } = partition.core;
  const states = () =>
    readIndexes(store, 1)
      .map(({ kind, state }) => `${kind} ${state}`)
      .sort();
  for (let pass = 0; pass < 20; pass++) await rig.pass(8);
  t.strictSame(states(), ['1 2', '2 2'], 'it has an index that is live');
  await change(rig, { late: null });
  await rig.pass(8);
  t.strictSame(states(), ['1 2', '2 3'], 'which is being dropped');
  for (let index = 0; index < count; index++) rig.send(media, op.stop(`i${index}`));
  await rig.quiet();
  const { version: list, highest } = readQueueList(store);
  const chunks = packQueues(rig.queues.filter(({ name }) => name !== queue));
  const gone = partition.replaceQueues({ version: list + 1, highest, closing: [], chunks });
  await rig.quiet();
  t.ok(await gone);
  t.strictSame(rig.world.faults(), []);
  await rig.world.kill();
  await rig.pass(2_000);
  for (let pass = 0; pass < 20; pass++) await rig.pass(8);
  t.strictSame(readIndexes(rig.world.partition(0).core.store, 1), [], 'nothing is left of it');
  t.strictSame(rig.world.faults(), []);
});

t.test('a view is known in every partition, and after a kill', async (t) => {
  const rig = await rigWith({ there: { queue: queueIn(1) }, late: { queue: queueIn(1) } }, 2);
  await rig.ask(media, op.submit(queueIn(1), { InteractionId: 'one' }));
  await rig.world.kill();
  t.strictSame(pulledIds(await rig.ask(agent, op.pull('there'))), ['one'], 'from where it lives');
  await change(rig, { late: null });
  t.equal(errorOf(await rig.ask(agent, op.pull('late'))), 'UnknownView');
  const all = { after: undefined, upTo: undefined };
  void rig.world.partition(0).changeViews({ changes: [], all, version: ++version });
  await rig.quiet();
  t.equal(errorOf(await rig.ask(agent, op.pull('there'))), 'UnknownView', 'all of them');
  t.strictSame(rig.world.faults(), []);
});
