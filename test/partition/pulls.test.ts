/** Pulls: those that are held, and how much fits one answer. */
import t from 'tap';
import { limits } from '../../lib/limits.js';
import { packKeyValues } from '../../lib/interaction/attached-data.js';
import {
  Bench,
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

t.test('held pulls of a queue are served first come, first served', async (t) => {
  const bench = await Bench.start({ sessions });
  const pulls = [ann, bob, ann].map((session) => bench.send(session, held));
  await bench.quiet();
  const ids: unknown[] = [];
  for (const [index, pull] of pulls.entries()) {
    t.strictSame(bench.answersTo(pull), [], `${index} waits`);
    const answer = await bench.ask(media, op.submit(queueIn(0)));
    ids.push((answer as { interactionId: string }).interactionId);
    await bench.quiet();
    t.strictSame(bench.answersTo(pull).map(pulledIds), [[ids.at(-1)]]);
  }
});

t.test(
  'a pull that follows its interaction to other partitions waits no longer for it',
  async (t) => {
    const bench = await Bench.start({ partitions: 3, sessions });
    const id = idAtHome(2, 3);
    await bench.ask(media, op.submit(queueIn(0), { InteractionId: id, Hold: true }));
    const pull = bench.send(ann, op.pullById(id, { WaitTimeoutMs }));
    await bench.pass(6_000);
    await bench.ask(media, op.place(id, queueIn(1)));
    await bench.quiet();
    await bench.pass(2_500);
    await bench.ask(media, op.place(id, queueIn(2)));
    await bench.quiet();
    t.strictSame(bench.answersTo(pull), []);
    await bench.pass(1_490);
    t.strictSame(bench.answersTo(pull), [], 'not before its time');
    await bench.pass(20);
    t.strictSame(bench.answersTo(pull).map(pulledIds), [[]]);
  },
);

t.test('a pull that waits for a hand-off waits no longer for it', async (t) => {
  const bench = await Bench.start({ partitions: 2, sessions });
  const id = idAtHome(0, 2);
  await bench.ask(media, op.submit(queueIn(0), { InteractionId: id, Hold: true }));
  const { ports } = bench.world.partition(0).core;
  const send = ports.send.bind(ports);
  // The offer is lost; it is sent again when the timer comes.
  ports.send = (to, message) => (message.type === 'offer' ? true : send(to, message));
  bench.send(media, op.place(id, queueIn(1)));
  await bench.quiet();
  const pull = bench.send(ann, op.pullById(id, { WaitTimeoutMs }));
  await bench.pass(WaitTimeoutMs + 1);
  ports.send = send;
  await bench.pass(2_000);
  await bench.pass(2_000);
  t.strictSame(bench.answersTo(pull).map(pulledIds), [[]], 'its time is over when it arrives');
});

t.test('a held pull ends at its deadline with nothing, and not before', async (t) => {
  const bench = await Bench.start({ sessions });
  const [first, second] = [
    bench.send(ann, held),
    bench.send(bob, op.pull(queueIn(0), { WaitTimeoutMs: WaitTimeoutMs * 2 })),
  ];
  await bench.quiet();
  await bench.pass(WaitTimeoutMs - 1);
  t.strictSame(bench.answersTo(first), []);
  await bench.pass(1);
  t.strictSame(bench.answersTo(first).map(pulledIds), [[]]);
  t.strictSame(bench.answersTo(second), []);
  await bench.pass(WaitTimeoutMs);
  t.strictSame(bench.answersTo(second).map(pulledIds), [[]]);
});

t.test('a held pull of a session that ended gives nothing away', async (t) => {
  const bench = await Bench.start({ sessions });
  const gone = bench.send(ann, held);
  const other = bench.send(bob, held);
  await bench.quiet();
  bench.world.partition(0).sessionClosed(ann, false);
  await bench.ask(media, op.submit(queueIn(0)));
  await bench.quiet();
  t.strictSame(bench.answersTo(gone), []);
  t.equal(bench.answersTo(other).length, 1);
});

t.test('pulls by identifier wait for what another has, the first one gets it', async (t) => {
  const bench = await Bench.start({ sessions });
  await bench.ask(media, op.submit(queueIn(0), { InteractionId: 'x' }));
  await bench.ask(ann, op.pullById('x'));
  t.equal(errorOf(await bench.ask(bob, op.pullById('x'))), 'HeldByAnother');
  const waiting = [bob, ann].map((session) =>
    bench.send(session, op.pullById('x', { WaitTimeoutMs })),
  );
  await bench.quiet();
  await bench.ask(ann, op.place('x', queueIn(0)));
  await bench.quiet();
  const answers = () => waiting.map((reference) => bench.answersTo(reference).map(errorOf));
  t.strictSame(answers(), [['pulled'], []]);
  await bench.ask(media, op.stop('x'));
  await bench.quiet();
  t.strictSame(answers(), [['pulled'], ['UnknownInteraction']], 'its end is told');
});

t.test('a pull that ignores holds waits for what another has', async (t) => {
  const bench = await Bench.start({ sessions });
  await bench.ask(media, op.submit(queueIn(0), { InteractionId: 'x', Hold: true }));
  await bench.ask(ann, op.pullById('x', { IgnoreHold: true }));
  const [plain, ignoring] = [
    bench.send(bob, op.pullById('x', { WaitTimeoutMs })),
    bench.send(bob, op.pullById('x', { WaitTimeoutMs, IgnoreHold: true })),
  ];
  await bench.quiet();
  await bench.ask(ann, op.place('x', queueIn(0)));
  await bench.quiet();
  t.strictSame(bench.answersTo(ignoring).map(pulledIds), [['x']]);
  t.strictSame(bench.answersTo(plain), []);
});

t.test('a pull by identifier follows a hand-off and goes on waiting', async (t) => {
  const bench = await Bench.start({ partitions: 3, sessions });
  const id = idAtHome(0, 3);
  await bench.ask(media, op.submit(queueIn(1), { InteractionId: id, Hold: true }));
  const waiting = bench.send(ann, op.pullById(id, { WaitTimeoutMs }));
  await bench.quiet();
  await bench.ask(media, op.place(id, queueIn(2)));
  await bench.quiet();
  t.strictSame(bench.answersTo(waiting), []);
  await bench.ask(media, op.resume(id));
  await bench.quiet();
  t.strictSame(bench.answersTo(waiting).map(pulledIds), [[id]]);
});

t.test('a drain answers every held pull', async (t) => {
  const bench = await Bench.start({ sessions });
  await bench.ask(media, op.submit(queueIn(0, true), { InteractionId: 'x', Hold: true }));
  const pulls = [bench.send(ann, held), bench.send(bob, op.pullById('x', { WaitTimeoutMs }))];
  await bench.quiet();
  bench.world.partition(0).endHeldPulls();
  await bench.quiet();
  t.strictSame(
    pulls.map((reference) => bench.answersTo(reference).map(pulledIds)),
    [[[]], [[]]],
  );
});

const bytesOf = (answer: { interactions: readonly Uint8Array[] }): number =>
  answer.interactions.reduce((sum, { length }) => sum + length, 0);

t.test('a pull takes no more than fits a frame, at least one, and leaves the rest', async (t) => {
  const bench = await Bench.start({ sessions });
  const UserData = packKeyValues({ text: 'x'.repeat(200_000) });
  for (let count = 0; count < 8; count++)
    await bench.ask(media, op.submit(queueIn(0), { UserData }));
  const RequestKey = keyOf('pull');
  const pull = op.pull(queueIn(0), { Count: 100, RequestKey });
  const first = await bench.ask(ann, pull);
  const ids = pulledIds(first);
  t.equal(ids.length, 5);
  t.ok(bytesOf(first as never) < limits.frameBytes);
  const [row] = bench.world.partition(0).core.queues.statistics();
  t.match(row?.totals, { waiting: 3, processing: 5 });
  const AddedProperties = packKeyValues({ more: 'y'.repeat(200_000) });
  for (const id of ids) await bench.ask(ann, op.change(String(id), { AddedProperties }));
  const again = await bench.ask(ann, pull);
  t.strictSame(pulledIds(again), ids.slice(0, 2), 'repeated after they have grown');
  t.ok(bytesOf(again as never) < limits.frameBytes);
});

t.test('the largest interaction that there can be is pulled alone', async (t) => {
  const bench = await Bench.start({ sessions });
  const largest = {
    UserData: packKeyValues({ text: 'x'.repeat(limits.attachedDataBytes - 20) }),
    OutQueues: packKeyValues({ text: 'x'.repeat(limits.extensionBytes - 20) }),
    ExternalId: 'x'.repeat(limits.stringPropertyBytes),
    InQueues: 'x'.repeat(limits.stringPropertyBytes),
  };
  for (let count = 0; count < 2; count++) await bench.ask(media, op.submit(queueIn(0), largest));
  for (let count = 0; count < 2; count++) {
    const answer = await bench.ask(ann, op.pull(queueIn(0), { Count: 2 }));
    t.equal(pulledIds(answer).length, 1);
  }
});

t.test('e-mail is never online, whatever is given', async (t) => {
  const bench = await Bench.start({ sessions });
  for (const MediaType of ['email', 'chat']) {
    const online = op.submit(queueIn(0), { InteractionId: MediaType, MediaType, IsOnline: true });
    await bench.ask(media, online);
    const get = async () => propertiesOf(await bench.ask(media, op.get(MediaType)));
    const isOnline = MediaType === 'chat' ? 1 : 0;
    t.match(await get(), { IsOnline: isOnline, AbandonedAt: undefined });
    await bench.ask(media, op.change(MediaType, { IsOnline: true }));
    t.equal((await get())['IsOnline'], isOnline);
    const [, changed] = bench.events().filter((event) => event.interactionId === MediaType);
    t.match(changed, { details: { ChangedSystem: { IsOnline: isOnline === 1 } } });
    await bench.ask(media, op.change(MediaType, { IsOnline: false }));
    const { AbandonedAt } = await get();
    t.equal(AbandonedAt !== undefined, MediaType === 'chat');
  }
});

t.test('IsOnline is for media servers, at submit as afterwards', async (t) => {
  const bench = await Bench.start({ sessions });
  const online = op.submit(queueIn(0), { InteractionId: 'x', IsOnline: true });
  t.equal(errorOf(await bench.ask(ann, online)), 'PropertyReadOnly');
  t.equal(errorOf(await bench.ask(media, online)), 'ack');
  t.equal(errorOf(await bench.ask(ann, op.change('x', { IsOnline: false }))), 'PropertyReadOnly');
  t.equal(errorOf(await bench.ask(media, op.change('x', { IsOnline: false }))), 'ack');
});
