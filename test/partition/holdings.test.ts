/** What a lost client held, and holds that end by time. */
import t from 'tap';
import type { Session } from '../../lib/partition/request.js';
import { Bench, errorOf, idAtHome, op, propertiesOf, queueIn, sessionOf } from './support.js';
import { Table } from '../../lib/store/contract.js';

const media = sessionOf('mail', 'MediaServer');
const agent = sessionOf('ann', 'AgentApplication');
const reconnectTimeoutMs = 60_000;
const settings = { reconnectTimeoutMs };

async function taken(sessions: readonly Session[] = [media, agent]) {
  const bench = await Bench.start({ sessions, settings });
  bench.world.partition(0).sessionOpened(agent);
  const { interactionId: id } = (await bench.ask(media, op.submit(queueIn(0)))) as {
    interactionId: string;
  };
  await bench.ask(agent, op.pull(queueIn(0)));
  const state = async () => propertiesOf(await bench.ask(media, op.get(id)))['InteractionState'];
  return { bench, id, state };
}

t.test('a lost client has its interactions until reconnect-timeout', async (t) => {
  const { bench, id, state } = await taken();
  bench.world.partition(0).sessionClosed(agent, false);
  await bench.pass(reconnectTimeoutMs - 1);
  t.equal(await state(), 3, 'a moment before');
  await bench.pass(1);
  t.equal(await state(), 0, 'when it is over');
  const [submitted, ...others] = bench.eventNames(id);
  t.equal(submitted, 'InteractionSubmitted');
  const back = ['TakenFromQueue', 'PartyAdded', 'PartyRemoved', 'PlacedInQueue'];
  t.strictSame(others, back);
  t.strictSame(bench.world.faults(), []);
});

t.test('a client that is back in time keeps them, whatever its session number', async (t) => {
  const { bench, state } = await taken();
  const partition = bench.world.partition(0);
  partition.sessionClosed(agent, false);
  await bench.pass(reconnectTimeoutMs - 1);
  partition.sessionOpened(sessionOf('ann', 'AgentApplication'));
  await bench.pass(reconnectTimeoutMs * 2);
  t.equal(await state(), 3);
});

t.test('each lost client has its own time, one that is lost again begins anew', async (t) => {
  const others = ['bob', 'cid', 'dan'].map((name) => sessionOf(name, 'AgentApplication'));
  const clients = [agent, ...others];
  const bench = await Bench.start({ sessions: [media, ...clients], settings });
  const partition = bench.world.partition(0);
  const ids: string[] = [];
  for (const client of clients) {
    const answer = await bench.ask(media, op.submit(queueIn(0)));
    ids.push((answer as { interactionId: string }).interactionId);
    await bench.ask(client, op.pull(queueIn(0)));
  }
  const lose = async (index: number, release = false): Promise<void> => {
    partition.sessionClosed(clients[index]!, release);
    await bench.pass(1_000);
  };
  const states = async (): Promise<unknown[]> =>
    Promise.all(
      ids.map(async (id) => propertiesOf(await bench.ask(media, op.get(id)))['InteractionState']),
    );
  for (const index of [0, 1, 2]) await lose(index);
  partition.sessionOpened(agent);
  await lose(0);
  await lose(3, true);
  t.same(await states(), [3, 3, 3, 0], 'one was given back at once');
  await bench.pass(reconnectTimeoutMs - 5_000 + 1_000);
  t.same(await states(), [3, 0, 3, 0]);
  await bench.pass(1_000);
  t.same(await states(), [3, 0, 0, 0]);
  await bench.pass(1_000);
  t.same(await states(), [0, 0, 0, 0]);
});

t.test('the end of a session that was replaced changes nothing', async (t) => {
  const { bench, state } = await taken();
  const partition = bench.world.partition(0);
  partition.sessionOpened(sessionOf('ann', 'AgentApplication'));
  partition.sessionClosed(agent, true);
  await bench.pass(reconnectTimeoutMs * 2);
  t.equal(await state(), 3);
});

t.test('a client that unregisters gives back in the turn of its end', async (t) => {
  const { bench, state } = await taken();
  bench.world.partition(0).sessionClosed(agent, true);
  const isBack = bench.world.partition(0).releases.wait(agent.sessionKey);
  await bench.quiet();
  t.equal(await isBack, true);
  t.equal(await state(), 0);
});

t.test('after a restart, what unknown clients hold returns, and no more than that', async (t) => {
  const { bench, state } = await taken([media]);
  await bench.world.kill();
  await bench.pass(reconnectTimeoutMs - 1_000);
  t.equal(await state(), 3, 'a moment before');
  await bench.pass(2_000);
  t.equal(await state(), 0, 'not registered again');
  const known = await taken([media]);
  await known.bench.world.kill();
  known.bench.world.partition(0).sessionOpened(agent);
  await known.bench.pass(reconnectTimeoutMs * 2);
  t.equal(await known.state(), 3, 'registered again');
});

t.test('more than one step of returns', async (t) => {
  const bench = await Bench.start({ sessions: [media, agent], settings });
  for (let count = 0; count < 600; count++) bench.send(agent, op.submit(queueIn(0)));
  await bench.quiet();
  const partition = bench.world.partition(0);
  let wakeAtMs: number | undefined;
  partition.core.ports.wakeAt = (atMs) => (wakeAtMs = atMs);
  partition.sessionClosed(agent, true);
  let isBack: boolean | undefined;
  void partition.releases.wait(agent.sessionKey).then((back) => (isBack = back));
  await bench.quiet();
  t.ok(wakeAtMs !== undefined && wakeAtMs <= bench.world.clock.monotonicMs(), 'to be woken');
  t.equal(isBack, undefined, 'not all are back');
  for (let step = 0; step < 3; step++) await bench.pass(0);
  t.equal(isBack, true);
  const [row] = partition.core.queues.statistics();
  t.match(row?.totals, { waiting: 600, processing: 0 });
  t.strictSame(bench.world.faults(), []);
});

t.test(
  'what comes late from another partition for a client that has left returns too',
  async (t) => {
    const bench = await Bench.start({ partitions: 2, sessions: [media, agent], settings });
    const id = idAtHome(0, 2);
    bench.send(agent, op.submit(queueIn(1), { InteractionId: id }));
    for (const partition of [0, 1]) bench.world.partition(partition).sessionClosed(agent, true);
    bench.world.wake(1);
    await bench.quiet();
    t.equal(propertiesOf(await bench.ask(media, op.get(id)))['InteractionState'], 3);
    await bench.pass(reconnectTimeoutMs);
    t.equal(propertiesOf(await bench.ask(media, op.get(id)))['InteractionState'], 0);
  },
);

t.test('a hold with an end survives a restart and ends once', async (t) => {
  const bench = await Bench.start({ sessions: [media] });
  const answer = await bench.ask(media, op.submit(queueIn(0)));
  const id = (answer as { interactionId: string }).interactionId;
  const HoldUntil = bench.world.clock.nowMs() + 50_000;
  await bench.ask(media, op.hold(id, { HoldUntil }));
  await bench.world.kill();
  const heldOf = async () => propertiesOf(await bench.ask(media, op.get(id)))['IsHeld'];
  await bench.pass(HoldUntil - bench.world.clock.nowMs() - 2_000);
  t.equal(await heldOf(), 1);
  await bench.pass(2_000);
  t.equal(await heldOf(), 0);
  await bench.world.kill();
  await bench.pass(100_000);
  t.strictSame(bench.eventNames(id), ['InteractionSubmitted', 'Held', 'Resumed']);
  t.equal(bench.world.disk(0).table(Table.deadline).size, 0);
});

t.test('a hold that is changed or taken off does not end by its former time', async (t) => {
  const bench = await Bench.start({ partitions: 2, sessions: [media] });
  const id = idAtHome(0, 2);
  await bench.ask(media, op.submit(queueIn(0), { InteractionId: id }));
  const nowMs = bench.world.clock.nowMs();
  await bench.ask(media, op.hold(id, { HoldUntil: nowMs + 10_000 }));
  await bench.ask(media, op.hold(id, { HoldUntil: nowMs + 30_000 }));
  await bench.ask(media, op.place(id, queueIn(1)));
  await bench.pass(20_000);
  t.equal(propertiesOf(await bench.ask(media, op.get(id)))['IsHeld'], 1, 'not by the former');
  await bench.pass(15_000);
  t.equal(propertiesOf(await bench.ask(media, op.get(id)))['IsHeld'], 0, 'moved with it');
  await bench.ask(media, op.hold(id, { HoldUntil: nowMs + 60_000 }));
  await bench.ask(media, op.resume(id));
  await bench.ask(media, op.hold(id));
  await bench.pass(60_000);
  t.equal(propertiesOf(await bench.ask(media, op.get(id)))['IsHeld'], 1, 'held anew without end');
  t.equal(errorOf(await bench.ask(media, op.resume(id))), 'ack');
  t.equal(errorOf(await bench.ask(media, op.resume(id))), 'NotOnHold');
  t.strictSame(bench.world.faults(), []);
});
