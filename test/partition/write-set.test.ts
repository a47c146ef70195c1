/** No write set is longer than its limit, whatever one turn is asked. */
import t from 'tap';
import { packKeyValues } from '../../lib/interaction/attached-data.js';
import { limits } from '../../lib/limits.js';
import type { Operation, SessionInfo } from '../../lib/partition/request.js';
import { Rig, errorOf, idAtHome, keyOf, op, pulledIds, queueIn, sessionOf } from './support.js';

const media = sessionOf('mail', 'MediaServer');
const ann = sessionOf('ann', 'AgentApplication');
const largeExtension = packKeyValues({ why: 'x'.repeat(limits.extensionBytes - 100) });
const largeData = packKeyValues({ text: 'x'.repeat(limits.attachedDataBytes - 100) });

/** A rig of two partitions that measures what goes to the disk of the first. */
async function measured() {
  const rig = await Rig.start({ partitions: 2, sessions: [media, ann] });
  const disk = rig.world.disk(0);
  const apply = disk.apply.bind(disk);
  const sizes: number[] = [];
  disk.apply = (writeSet) => {
    const bytes = writeSet.changes.map(({ key, value }) => key.length + (value?.length ?? 0));
    sizes.push(bytes.reduce((sum, one) => sum + one, 0));
    apply(writeSet);
  };
  /** Puts requests into as few turns as the partition allows, as its actor does. */
  const sendAll = async (session: SessionInfo, operations: readonly Operation[]) => {
    const references = operations.map((operation) => {
      const reference = rig.send(session, operation);
      rig.world.partition(0).commitIfFull();
      return reference;
    });
    await rig.quiet();
    return references.map((reference) => rig.answersTo(reference)[0]!);
  };
  const greatest = (): number => Math.max(...sizes);
  return { rig, sendAll, sizes, greatest };
}

const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

t.test('small requests: their events and keys count as well', async (t) => {
  const { sendAll, sizes, greatest } = await measured();
  const answers = await sendAll(
    media,
    many(12_000, (index) =>
      op.submit(queueIn(0), {
        RequestKey: keyOf(String(index)),
        ReasonDescription: 'a reason that the event repeats '.repeat(20),
      }),
    ),
  );
  t.ok(answers.every(({ kind }) => kind === 'ack'));
  t.ok(greatest() <= limits.writeSetBytes, `${greatest()} bytes`);
  t.ok(sizes.length < 20, `${sizes.length} write sets are still few`);
});

t.test('a great request on top of many small ones', async (t) => {
  const { rig, sendAll, greatest } = await measured();
  const id = idAtHome(0, 2);
  await rig.ask(media, op.submit(queueIn(0), { InteractionId: id, UserData: largeData }));
  const UserData = packKeyValues({ text: 'x'.repeat(5_000) });
  const small = many(700, () => op.submit(queueIn(0), { UserData }));
  const deleted = many(400, (index) => [`${index}-${'x'.repeat(1_000)}`, 0] as const);
  const change = op.change(id, {
    ChangedProperties: packKeyValues({ text: 'y'.repeat(limits.attachedDataBytes - 100) }),
    DeletedProperties: packKeyValues(Object.fromEntries(deleted)),
    Extension: largeExtension,
  });
  const away = op.place(id, queueIn(1), {
    ChangedProperties: largeData,
    Extension: largeExtension,
    ReasonDescription: 'x'.repeat(limits.stringPropertyBytes),
  });
  // Wherever the small ones end, the great one comes right behind them.
  for (let count = 0; count < small.length; count += 70) {
    const answers = await sendAll(media, [...small.slice(0, count), change, ...small]);
    t.ok(answers.every(({ kind }) => kind === 'ack'));
  }
  await sendAll(media, [...small, away]);
  await rig.world.settle();
  t.ok(greatest() <= limits.writeSetBytes, `${greatest()} bytes`);
});

t.test('a pull of many repeats its Extension in every event: it takes fewer', async (t) => {
  const { rig, sendAll, greatest } = await measured();
  await sendAll(
    media,
    many(limits.pullCount, () => op.submit(queueIn(0))),
  );
  const pull = op.pull(queueIn(0), { Count: limits.pullCount, Extension: largeExtension });
  const taken: unknown[] = [];
  for (let round = 0; round < limits.pullCount && taken.length < limits.pullCount; round++) {
    const ids = pulledIds(await rig.ask(ann, pull));
    t.ok(ids.length > 0);
    taken.push(...ids);
  }
  t.equal(new Set(taken).size, limits.pullCount);
  t.ok(greatest() <= limits.writeSetBytes, `${greatest()} bytes`);
});

t.test('pulls that are served at the end of a turn get turns of their own', async (t) => {
  const { rig, sendAll, greatest } = await measured();
  const waiting = many(150, (index) => {
    const more = { WaitTimeoutMs: 60_000, Extension: largeExtension };
    const id = idAtHome(0, 2, `held.${index}`);
    return index % 3 === 0
      ? { id, operation: op.pullById(id, more) }
      : { id: undefined, operation: op.pull(queueIn(0), more) };
  });
  await sendAll(
    media,
    waiting.flatMap(({ id }) =>
      id === undefined ? [] : [op.submit(queueIn(0), { InteractionId: id, Hold: true })],
    ),
  );
  const pulls = waiting.map(({ operation }) => rig.send(ann, operation));
  await rig.quiet();
  await sendAll(
    media,
    waiting.map(({ id }) => (id === undefined ? op.submit(queueIn(0)) : op.resume(id))),
  );
  const answers = pulls.map((reference) => rig.answersTo(reference));
  t.ok(answers.every((each) => each.length === 1 && errorOf(each[0]!) === 'pulled'));
  const ids = answers.flatMap(([answer]) => pulledIds(answer!));
  t.equal(new Set(ids).size, waiting.length);
  t.ok(greatest() <= limits.writeSetBytes, `${greatest()} bytes`);
});
