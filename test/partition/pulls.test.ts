/** Pulls: those that are held, and how much fits one answer. */
import { unpack } from 'msgpackr';
import t from 'tap';
import { packedMap } from '../../lib/pack/pairs.js';
import { limits } from '../../lib/limits.js';
import { packKeyValues } from '../../lib/interaction/attached-data.js';
import {
  Rig,
  errorOf,
  idAtHome,
  keyOf,
  op,
  propertiesOf,
  pulledIds,
  queueIn,
  sessionOf,
} from './support.js';

const media = sessionOf('mail', 'MediaServer');
const ann = sessionOf('ann', 'AgentApplication');
const bob = sessionOf('bob', 'AgentApplication');
const sessions = [media, ann, bob];
const WaitTimeoutMs = 10_000;
const held = op.pull(queueIn(0), { WaitTimeoutMs });

t.test('waiting pulls of a queue are served first come, first served', async (t) => {
  const rig = await Rig.start({ sessions });
  const pulls = [ann, bob, ann].map((session) => rig.send(session, held));
  await rig.quiet();
  const ids: unknown[] = [];
  for (const [index, pull] of pulls.entries()) {
    t.strictSame(rig.answersTo(pull), [], `${index} waits`);
    const answer = await rig.ask(media, op.submit(queueIn(0)));
    ids.push((answer as { interactionId: string }).interactionId);
    await rig.quiet();
    t.strictSame(rig.answersTo(pull).map(pulledIds), [[ids.at(-1)]]);
  }
});

t.test(
  'a pull that follows its interaction to other partitions waits no longer for it',
  async (t) => {
    const rig = await Rig.start({ partitions: 3, sessions });
    const id = idAtHome(2, 3);
    await rig.ask(media, op.submit(queueIn(0), { InteractionId: id, Hold: true }));
    const pull = rig.send(ann, op.pullById(id, { WaitTimeoutMs }));
    await rig.pass(6_000);
    await rig.ask(media, op.place(id, queueIn(1)));
    await rig.quiet();
    await rig.pass(2_500);
    await rig.ask(media, op.place(id, queueIn(2)));
    await rig.quiet();
    t.strictSame(rig.answersTo(pull), []);
    await rig.pass(1_490);
    t.strictSame(rig.answersTo(pull), [], 'not before its time');
    await rig.pass(20);
    t.strictSame(rig.answersTo(pull).map(pulledIds), [[]]);
  },
);

t.test('a pull that waits for a hand-off waits no longer for it', async (t) => {
  const rig = await Rig.start({ partitions: 2, sessions });
  const id = idAtHome(0, 2);
  await rig.ask(media, op.submit(queueIn(0), { InteractionId: id, Hold: true }));
  const { ports } = rig.world.partition(0).core;
  const send = ports.send.bind(ports);
  // The offer is lost; it is sent again when the timer comes.
  ports.send = (to, message) => (message.type === 'offer' ? true : send(to, message));
  rig.send(media, op.place(id, queueIn(1)));
  await rig.quiet();
  const pull = rig.send(ann, op.pullById(id, { WaitTimeoutMs }));
  await rig.pass(WaitTimeoutMs + 1);
  ports.send = send;
  await rig.pass(2_000);
  await rig.pass(2_000);
  t.strictSame(rig.answersTo(pull).map(pulledIds), [[]], 'its time is over when it arrives');
});

t.test('a waiting pull ends at its deadline with nothing, and not before', async (t) => {
  const rig = await Rig.start({ sessions });
  const [first, second] = [
    rig.send(ann, held),
    rig.send(bob, op.pull(queueIn(0), { WaitTimeoutMs: WaitTimeoutMs * 2 })),
  ];
  await rig.quiet();
  await rig.pass(WaitTimeoutMs - 1);
  t.strictSame(rig.answersTo(first), []);
  await rig.pass(1);
  t.strictSame(rig.answersTo(first).map(pulledIds), [[]]);
  t.strictSame(rig.answersTo(second), []);
  await rig.pass(WaitTimeoutMs);
  t.strictSame(rig.answersTo(second).map(pulledIds), [[]]);
});

t.test('a waiting pull of a session that ended gives nothing away', async (t) => {
  const rig = await Rig.start({ sessions });
  const gone = rig.send(ann, held);
  const other = rig.send(bob, held);
  await rig.quiet();
  rig.world.partition(0).sessionClosed(ann, false);
  await rig.ask(media, op.submit(queueIn(0)));
  await rig.quiet();
  t.strictSame(rig.answersTo(gone), []);
  t.equal(rig.answersTo(other).length, 1);
});

t.test('pulls by identifier wait for what another has, the first one gets it', async (t) => {
  const rig = await Rig.start({ sessions });
  await rig.ask(media, op.submit(queueIn(0), { InteractionId: 'x' }));
  await rig.ask(ann, op.pullById('x'));
  t.equal(errorOf(await rig.ask(bob, op.pullById('x'))), 'HeldByAnother');
  const waiting = [bob, ann].map((session) =>
    rig.send(session, op.pullById('x', { WaitTimeoutMs })),
  );
  await rig.quiet();
  await rig.ask(ann, op.place('x', queueIn(0)));
  await rig.quiet();
  const answers = () => waiting.map((reference) => rig.answersTo(reference).map(errorOf));
  t.strictSame(answers(), [['pulled'], []]);
  await rig.ask(media, op.stop('x'));
  await rig.quiet();
  t.strictSame(answers(), [['pulled'], ['UnknownInteraction']], 'its end is told');
});

t.test('a pull that ignores holds waits for what another has', async (t) => {
  const rig = await Rig.start({ sessions });
  await rig.ask(media, op.submit(queueIn(0), { InteractionId: 'x', Hold: true }));
  await rig.ask(ann, op.pullById('x', { IgnoreHold: true }));
  const [plain, ignoring] = [
    rig.send(bob, op.pullById('x', { WaitTimeoutMs })),
    rig.send(bob, op.pullById('x', { WaitTimeoutMs, IgnoreHold: true })),
  ];
  await rig.quiet();
  await rig.ask(ann, op.place('x', queueIn(0)));
  await rig.quiet();
  t.strictSame(rig.answersTo(ignoring).map(pulledIds), [['x']]);
  t.strictSame(rig.answersTo(plain), []);
});

t.test('a pull by identifier follows a hand-off and goes on waiting', async (t) => {
  const rig = await Rig.start({ partitions: 3, sessions });
  const id = idAtHome(0, 3);
  await rig.ask(media, op.submit(queueIn(1), { InteractionId: id, Hold: true }));
  const waiting = rig.send(ann, op.pullById(id, { WaitTimeoutMs }));
  await rig.quiet();
  await rig.ask(media, op.place(id, queueIn(2)));
  await rig.quiet();
  t.strictSame(rig.answersTo(waiting), []);
  await rig.ask(media, op.resume(id));
  await rig.quiet();
  t.strictSame(rig.answersTo(waiting).map(pulledIds), [[id]]);
});

t.test('a drain answers every waiting pull', async (t) => {
  const rig = await Rig.start({ sessions });
  await rig.ask(media, op.submit(queueIn(0, true), { InteractionId: 'x', Hold: true }));
  const pulls = [rig.send(ann, held), rig.send(bob, op.pullById('x', { WaitTimeoutMs }))];
  await rig.quiet();
  rig.world.partition(0).endWaitingPulls();
  await rig.quiet();
  t.strictSame(
    pulls.map((reference) => rig.answersTo(reference).map(pulledIds)),
    [[[]], [[]]],
  );
});

const bytesOf = (answer: { interactions: readonly Uint8Array[] }): number =>
  answer.interactions.reduce((sum, { length }) => sum + length, 0);

t.test('a pull takes no more than fits a frame, at least one, and leaves the rest', async (t) => {
  const rig = await Rig.start({ sessions });
  const UserData = packKeyValues({ text: 'x'.repeat(200_000) });
  for (let count = 0; count < 8; count++) await rig.ask(media, op.submit(queueIn(0), { UserData }));
  const RequestKey = keyOf('pull');
  const pull = op.pull(queueIn(0), { Count: 100, RequestKey });
  const first = await rig.ask(ann, pull);
  const ids = pulledIds(first);
  t.equal(ids.length, 5);
  t.ok(bytesOf(first as never) < limits.frameBytes);
  const [row] = rig.world.partition(0).core.queues.statistics();
  t.match(row?.totals, { waiting: 3, processing: 5 });
  const AddedProperties = packKeyValues({ more: 'y'.repeat(200_000) });
  for (const id of ids) await rig.ask(ann, op.change(String(id), { AddedProperties }));
  const again = await rig.ask(ann, pull);
  t.strictSame(pulledIds(again), ids.slice(0, 2), 'repeated after they have grown');
  t.ok(bytesOf(again as never) < limits.frameBytes);
});

t.test('the largest interaction that there can be is pulled alone', async (t) => {
  const rig = await Rig.start({ sessions });
  const largest = {
    UserData: packKeyValues({ text: 'x'.repeat(limits.attachedDataBytes - 20) }),
    OutQueues: packKeyValues({ text: 'x'.repeat(limits.extensionBytes - 20) }),
    ExternalId: 'x'.repeat(limits.stringPropertyBytes),
    InQueues: packKeyValues({ text: 'x'.repeat(limits.extensionBytes - 20) }),
  };
  for (let count = 0; count < 2; count++) await rig.ask(media, op.submit(queueIn(0), largest));
  for (let count = 0; count < 2; count++) {
    const answer = await rig.ask(ann, op.pull(queueIn(0), { Count: 2 }));
    t.equal(pulledIds(answer).length, 1);
  }
});

t.test('e-mail is never online, whatever is given', async (t) => {
  const rig = await Rig.start({ sessions });
  for (const MediaType of ['email', 'chat']) {
    const online = op.submit(queueIn(0), { InteractionId: MediaType, MediaType, IsOnline: true });
    await rig.ask(media, online);
    const get = async () => propertiesOf(await rig.ask(media, op.get(MediaType)));
    const isOnline = MediaType === 'chat' ? 1 : 0;
    t.match(await get(), { IsOnline: isOnline, AbandonedAt: undefined });
    await rig.ask(media, op.change(MediaType, { IsOnline: true }));
    t.equal((await get())['IsOnline'], isOnline);
    const [, changed] = rig.events().filter((event) => event.interactionId === MediaType);
    const { ChangedSystem } = unpack(packedMap(changed!.details!)) as { ChangedSystem: object };
    t.match(ChangedSystem, { IsOnline: isOnline === 1 });
    await rig.ask(media, op.change(MediaType, { IsOnline: false }));
    const { AbandonedAt } = await get();
    t.equal(AbandonedAt !== undefined, MediaType === 'chat');
  }
});

t.test('IsOnline is for media servers, at submit as afterwards', async (t) => {
  const rig = await Rig.start({ sessions });
  const online = op.submit(queueIn(0), { InteractionId: 'x', IsOnline: true });
  t.equal(errorOf(await rig.ask(ann, online)), 'PropertyReadOnly');
  t.equal(errorOf(await rig.ask(media, online)), 'ack');
  t.equal(errorOf(await rig.ask(ann, op.change('x', { IsOnline: false }))), 'PropertyReadOnly');
  t.equal(errorOf(await rig.ask(media, op.change('x', { IsOnline: false }))), 'ack');
});
