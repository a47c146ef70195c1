/** What a supervisor ends is kept at its home, found by its act, restored once, and forgotten. */
import t from 'tap';
import type { IxionError } from '../../lib/errors.js';
import { readRecord } from '../../lib/partition/ledger/interactions.js';
import { keptOf } from '../../lib/partition/requests/restore.js';
import { Table } from '../../lib/store/contract.js';
import {
  errorOf,
  idAtHome,
  op,
  propertiesOf,
  pulledIds,
  queueIn,
  Rig,
  sessionOf,
} from './support.js';
import { restoreIn, superviseIn, superviseOrder } from './supervised.js';

const boss = { ...sessionOf('boss', 'AgentApplication'), supervises: true as const };
const media = sessionOf('mail', 'MediaServer');
const dayMs = 86_400_000;

async function start(): Promise<Rig> {
  const settings = { identifierRetentionMs: dayMs };
  const rig = await Rig.start({ partitions: 2, sessions: [boss, media], settings });
  for (const at of [0, 1]) rig.world.partition(at).core.keptMs = dayMs;
  return rig;
}

const rowsIn = (rig: Rig, partition: number): number =>
  rig.world.partition(partition).turnFor(0).range(Table.aside, {}).length;
const refusalOf = (work: Promise<unknown>): Promise<unknown> =>
  work.catch((error: IxionError) => error.errorName);

t.test('it is where it was, in its place, with another version', async (t) => {
  const rig = await start();
  const ids = ['one', 'two', 'three'].map((name) => idAtHome(0, 2, name));
  for (const id of ids) {
    const UserData = Buffer.from([0x81, 0xa1, 0x61, 0x01]);
    await rig.ask(media, op.submit(queueIn(0), { InteractionId: id, ReceivedAt: 1_000, UserData }));
  }
  const [, two] = ids;
  await rig.ask(media, op.change(two!, { Priority: 0, ExternalId: 'outer' }));
  await superviseIn(rig, 0, superviseOrder('stop', two!), boss);
  t.equal(errorOf(await rig.ask(media, op.get(two!))), 'UnknownInteraction');
  t.strictSame(keptOf(rig.world.partition(0).turnFor(0), 1, undefined, 10), {
    ids: [two],
    next: undefined,
  });
  await restoreIn(rig, 0, two!, boss);
  t.match(propertiesOf(await rig.ask(media, op.get(two!))), {
    Queue: queueIn(0),
    InteractionState: 0,
    InteractionVersion: 4,
    ExternalId: 'outer',
    UserData: { a: 1 },
  });
  const pulled = [];
  for (let count = 0; count < 3; count += 1) {
    const answer = await rig.ask(boss, op.pull(queueIn(0)));
    pulled.push(...pulledIds(answer));
  }
  t.strictSame(pulled, ids, 'between the others');
  t.equal(rowsIn(rig, 0), 0, 'it is not kept any more');
  t.equal(await refusalOf(restoreIn(rig, 0, two!, boss)), 'NotInRequiredState');
  t.strictSame(rig.world.faults(), []);
});

t.test('what ends away from home is kept at home, also by a stop of one', async (t) => {
  const rig = await start();
  const id = idAtHome(0, 2, 'away.');
  const HoldUntil = rig.world.clock.nowMs() + 60_000;
  await rig.ask(media, op.submit(queueIn(1), { InteractionId: id }));
  await rig.ask(media, op.hold(id, { HoldUntil }));
  await rig.ask(boss, op.stop(id));
  await rig.quiet();
  t.strictSame([rowsIn(rig, 0), rowsIn(rig, 1)], [1, 0]);
  await restoreIn(rig, 0, id, boss);
  await rig.quiet();
  t.ok(readRecord(rig.world.partition(1).turnFor(0), id)?.isHeld, 'on hold as it was');
  t.strictSame(rig.world.faults(), []);
  await rig.pass(2 * dayMs);
  t.match(propertiesOf(await rig.ask(media, op.get(id))), { IsHeld: 0, Queue: queueIn(1) });
  t.strictSame(rig.world.faults(), [], 'its tombstone is gone, and where it is is known');
});

t.test('others keep nothing; what is kept is forgotten after its time', async (t) => {
  const rig = await start();
  const [plain, kept] = ['plain', 'kept'].map((name) => idAtHome(0, 2, name));
  for (const id of [plain, kept])
    await rig.ask(media, op.submit(queueIn(0), { InteractionId: id }));
  await rig.ask(media, op.stop(plain!));
  t.equal(rowsIn(rig, 0), 0);
  t.equal(await refusalOf(restoreIn(rig, 0, plain!, boss)), 'InteractionNotKept');
  await superviseIn(rig, 0, superviseOrder('stop', kept!, undefined, { operation: 7 }), boss);
  t.equal(rowsIn(rig, 0), 2);
  await rig.pass(dayMs + 1_000);
  t.equal(rowsIn(rig, 0), 0);
  t.equal(await refusalOf(restoreIn(rig, 0, kept!, boss)), 'InteractionNotKept');
  rig.world.partition(0).core.keptMs = 0;
  await rig.ask(media, op.submit(queueIn(0)));
  t.strictSame(rig.world.faults(), []);
});

t.test('killed at any step of its end, it is there or kept, once', async (t) => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const settings = { identifierRetentionMs: dayMs };
    const rig = await Rig.start({ partitions: 2, sessions: [boss, media], settings, seed });
    for (const at of [0, 1]) rig.world.partition(at).core.keptMs = dayMs;
    const id = idAtHome(0, 2, 'kill.');
    await rig.ask(media, op.submit(queueIn(1), { InteractionId: id }));
    rig.send(boss, op.stop(id));
    for (let steps = 0; steps < seed; steps += 1) await rig.world.step();
    await rig.world.kill();
    for (const at of [0, 1]) rig.world.partition(at).core.keptMs = dayMs;
    await rig.pass(5_000);
    await rig.quiet();
    if (errorOf(await rig.ask(media, op.get(id))) === 'properties') {
      t.equal(rowsIn(rig, 0), 0, `seed ${seed}: it was not stopped`);
      continue;
    }
    t.equal(rowsIn(rig, 0), 1, `seed ${seed}: kept`);
    await restoreIn(rig, 0, id, boss);
    await rig.pass(5_000);
    t.equal(rowsIn(rig, 0), 0, `seed ${seed}`);
    t.match(propertiesOf(await rig.ask(media, op.get(id))), { Queue: queueIn(1) });
    t.strictSame(rig.world.faults(), []);
  }
});
