/**
 * SubmitSeq and PlaceInQueueSeq: numbers that only grow, and who keeps theirs because it comes back
 * to its place.
 */
import t from 'tap';
import { seededRandom } from '../../lib/clock.js';
import { readRecord } from '../../lib/partition/ledger/interactions.js';
import { Sequences } from '../../lib/partition/ledger/sequences.js';
import { Turn } from '../../lib/partition/turn.js';
import { LayeredStore } from '../../lib/store/layered.js';
import { MemoryDisk, MemoryMedium } from '../../lib/store/memory.js';
import { Rig, idAtHome, op, propertiesOf, pulledIds, queueIn, sessionOf } from './support.js';

const media = sessionOf('mail', 'MediaServer');
const agent = sessionOf('ann', 'AgentApplication');
const router = sessionOf('rita', 'RoutingEngine');
const reconnectTimeoutMs = 60_000;

const seed = Number(process.env['IXION_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

async function started(partitions = 1): Promise<Rig> {
  const rig = await Rig.start({
    partitions,
    sessions: [media, agent, router],
    settings: { reconnectTimeoutMs },
  });
  rig.world.partition(0).sessionOpened(agent);
  rig.world.partition(0).sessionOpened(router);
  return rig;
}

interface Numbers {
  readonly submit: number;
  readonly place: number | undefined;
}

/** Its two numbers, as a client sees them. */
async function numbersOf(rig: Rig, id: string): Promise<Numbers> {
  const { SubmitSeq, PlaceInQueueSeq } = propertiesOf(await rig.ask(media, op.get(id)));
  return { submit: SubmitSeq as number, place: PlaceInQueueSeq as number | undefined };
}

async function submit(rig: Rig, id: string, queue = queueIn(0), by = media): Promise<Numbers> {
  await rig.ask(by, op.submit(queue, { InteractionId: id }));
  await rig.quiet();
  return numbersOf(rig, id);
}

t.test('what is submitted has one number, greater than all before', async (t) => {
  const rig = await started();
  let last = 0;
  for (let count = 0; count < 5; count++) {
    const { submit: number, place } = await submit(rig, `one${count}`);
    t.ok(number > last);
    t.equal(place, number, 'its first queue has it by its submit');
    last = number;
  }
});

t.test('what comes back to its place keeps its number, and its place', async (t) => {
  const rig = await started();
  const ReceivedAt = rig.world.clock.nowMs();
  const ways: Readonly<Record<string, (id: string) => Promise<void>>> = {
    'after a hold': async (id) => {
      await rig.ask(media, op.hold(id));
      await rig.ask(media, op.resume(id));
    },
    'after a hold with an end': async (id) => {
      await rig.ask(media, op.hold(id, { HoldUntil: rig.world.clock.nowMs() + 5 }));
      await rig.pass(10);
    },
    'from an agent whose link is lost': async (id) => {
      await rig.ask(agent, op.pullById(id));
      rig.world.partition(0).sessionClosed(agent, false);
      await rig.pass(reconnectTimeoutMs);
      rig.world.partition(0).sessionOpened(agent);
    },
    'from a router that unregisters': async (id) => {
      await rig.ask(router, op.pullById(id));
      rig.world.partition(0).sessionClosed(router, true);
      await rig.quiet();
      rig.world.partition(0).sessionOpened(router);
    },
    'over a kill': async () => rig.world.kill(),
    'when something else of it is changed': async (id) => {
      await rig.ask(media, op.change(id, { ExternalId: 'x', Priority: 0 }));
    },
  };
  for (const [way, takeAndReturn] of Object.entries(ways)) {
    const ids = ['a', 'b', 'c'].map((one) => `${one}${Object.keys(ways).indexOf(way)}`);
    for (const id of ids.toReversed()) {
      await rig.ask(media, op.submit(queueIn(0), { InteractionId: id, ReceivedAt }));
    }
    const before = await numbersOf(rig, ids[1]!);
    await takeAndReturn(ids[1]!);
    t.strictSame(await numbersOf(rig, ids[1]!), before, way);
    const pulled = pulledIds(await rig.ask(router, op.pull(queueIn(0), { Count: 3 })));
    t.strictSame(pulled, ids.toReversed(), `${way}: all were received at once, and are as placed`);
    for (const id of ids) await rig.ask(media, op.stop(id));
  }
  t.strictSame(rig.world.faults(), []);
});

t.test('placing gives a new number, also in the queue that it is in', async (t) => {
  const rig = await started();
  const first = await submit(rig, 'one');
  await submit(rig, 'two');
  for (const queue of [queueIn(0), queueIn(0, true), queueIn(0)]) {
    const before = await numbersOf(rig, 'one');
    await rig.ask(media, op.place('one', queue));
    const after = await numbersOf(rig, 'one');
    t.equal(after.submit, first.submit);
    t.ok(after.place! > before.place!);
  }
});

t.test('what an agent creates was never placed, until it waits', async (t) => {
  const rig = await started();
  const made = await submit(rig, 'one', queueIn(0), agent);
  t.equal(made.place, undefined);
  await submit(rig, 'two');
  rig.world.partition(0).sessionClosed(agent, true);
  await rig.quiet();
  const back = await numbersOf(rig, 'one');
  t.equal(back.submit, made.submit);
  t.ok(back.place! > (await numbersOf(rig, 'two')).place!);
  t.strictSame(rig.world.faults(), []);
});

t.test('to another partition: it is placed there, behind what it has come by', async (t) => {
  const rig = await started(2);
  for (let count = 0; count < 20; count++) await submit(rig, idAtHome(0, 2, `many${count}.`));
  const id = idAtHome(0, 2, 'one');
  const here = await submit(rig, id);
  await rig.ask(media, op.place(id, queueIn(1)));
  await rig.quiet();
  const there = await numbersOf(rig, id);
  t.equal(there.submit, here.submit);
  t.ok(there.place! > here.place!, 'the counter there was raised');
  t.equal(there.place! % 64, 1, 'it is of that partition');
  const next = await submit(rig, idAtHome(1, 2, 'next'), queueIn(1));
  t.ok(next.submit > there.place!);
  const born = await submit(rig, idAtHome(0, 2, 'born'), queueIn(1));
  t.equal(born.place, born.submit, 'its first queue has it by its submit, wherever that is');
  t.strictSame(rig.world.faults(), []);
});

t.test('what follows its queue keeps its number and its order', async (t) => {
  const rig = await started(2);
  const ReceivedAt = rig.world.clock.nowMs();
  const ids = ['c', 'b', 'a'].map((one) => idAtHome(0, 2, one));
  for (const InteractionId of ids) {
    await rig.ask(media, op.submit(queueIn(0), { InteractionId, ReceivedAt }));
  }
  const before = await Promise.all(ids.map((id) => numbersOf(rig, id)));
  rig.world.moveQueue(queueIn(0), 1);
  await rig.world.settle();
  const later = idAtHome(1, 2, 'later');
  await rig.ask(media, op.submit(queueIn(0), { InteractionId: later, ReceivedAt }));
  t.strictSame(await Promise.all(ids.map((id) => numbersOf(rig, id))), before);
  const pulled = pulledIds(await rig.ask(router, op.pull(queueIn(0), { Count: 4 })));
  t.strictSame(pulled, [...ids, later]);
  t.strictSame(rig.world.faults(), []);
});

t.test(`numbers never go back, whatever is killed when; IXION_SEED=${seed}`, async (t) => {
  const random = seededRandom(seed);
  const below = (most: number): number => Math.floor(random.fraction() * most);
  const disk = new MemoryDisk();
  const open = (): LayeredStore => new LayeredStore(new MemoryMedium(disk, (work) => work()));
  let store = open();
  let sequences = new Sequences(store, 5);
  let [durable, applied] = [0, 0];
  for (let step = 0; step < 2_000; step++) {
    const turn = new Turn(store, 1);
    const given = Array.from({ length: below(4) }, () => sequences.next());
    if (below(50) === 0) {
      const seen = (Math.floor(durable / 64) + below(200_000)) * 64 + 9;
      sequences.saw(seen);
      given.push(seen);
    }
    const [first = durable + 1] = given;
    if (first <= durable) t.fail(`${first} after ${durable}`);
    const isLost = below(20) === 0;
    if (!isLost) {
      sequences.lease(turn);
      if ((await store.append(turn.seal(0, 1, ++applied))) !== 'durable') t.fail('not durable');
      durable = Math.max(durable, ...given);
    }
    if (!isLost && below(20) !== 0) continue;
    store = open();
    sequences = new Sequences(store, 5);
  }
  t.ok(sequences.next() > durable);
  t.equal(sequences.next() % 64, 5);
});

t.test('an assignment counts owner, state and place, and nothing else', async (t) => {
  const rig = await started();
  await submit(rig, 'one');
  const assignment = (): number => readRecord(rig.world.partition(0).turnFor(0), 'one')!.assignment;
  const steps = [
    [op.change('one', { ExternalId: 'x', Priority: 5 }), 0],
    [op.hold('one'), 0],
    [op.resume('one'), 0],
    [op.pullById('one'), 1],
    [op.change('one', { ExternalId: 'y' }), 0],
    [op.place('one', queueIn(0, true)), 1],
  ] as const;
  for (const [request, grown] of steps) {
    const before = assignment();
    await rig.ask(request.kind === 'pull' ? agent : media, request);
    t.equal(assignment() - before, grown, request.kind);
  }
});
