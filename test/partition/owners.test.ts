/** What a lost client held, and holds that end by time. */
import t from 'tap';
import type { SessionInfo } from '../../lib/partition/request.js';
import { Rig, errorOf, idAtHome, op, propertiesOf, queueIn, sessionOf } from './support.js';
import { Table } from '../../lib/store/contract.js';

const media = sessionOf('mail', 'MediaServer');
const agent = sessionOf('ann', 'AgentApplication');
const reconnectTimeoutMs = 60_000;
const settings = { reconnectTimeoutMs };

async function taken(sessions: readonly SessionInfo[] = [media, agent]) {
  const rig = await Rig.start({ sessions, settings });
  rig.world.partition(0).sessionOpened(agent);
  const { interactionId: id } = (await rig.ask(media, op.submit(queueIn(0)))) as {
    interactionId: string;
  };
  await rig.ask(agent, op.pull(queueIn(0)));
  const state = async () => propertiesOf(await rig.ask(media, op.get(id)))['InteractionState'];
  return { rig, id, state };
}

t.test('a lost client has its interactions until reconnect-timeout', async (t) => {
  const { rig, id, state } = await taken();
  rig.world.partition(0).sessionClosed(agent, false);
  await rig.pass(reconnectTimeoutMs - 1);
  t.equal(await state(), 3, 'a moment before');
  await rig.pass(1);
  t.equal(await state(), 0, 'when it is over');
  const [submitted, ...others] = rig.eventNames(id);
  t.equal(submitted, 'InteractionSubmitted');
  const back = ['TakenFromQueue', 'PartyAdded', 'PartyRemoved', 'PlacedInQueue'];
  t.strictSame(others, back);
  t.strictSame(rig.world.faults(), []);
});

t.test('a client that is back in time keeps them, whatever its session number', async (t) => {
  const { rig, state } = await taken();
  const partition = rig.world.partition(0);
  partition.sessionClosed(agent, false);
  await rig.pass(reconnectTimeoutMs - 1);
  partition.sessionOpened(sessionOf('ann', 'AgentApplication'));
  await rig.pass(reconnectTimeoutMs * 2);
  t.equal(await state(), 3);
});

t.test('each lost client has its own time, one that is lost again begins anew', async (t) => {
  const others = ['bob', 'cid', 'dan'].map((name) => sessionOf(name, 'AgentApplication'));
  const clients = [agent, ...others];
  const rig = await Rig.start({ sessions: [media, ...clients], settings });
  const partition = rig.world.partition(0);
  const ids: string[] = [];
  for (const client of clients) {
    const answer = await rig.ask(media, op.submit(queueIn(0)));
    ids.push((answer as { interactionId: string }).interactionId);
    await rig.ask(client, op.pull(queueIn(0)));
  }
  const lose = async (index: number, release = false): Promise<void> => {
    partition.sessionClosed(clients[index]!, release);
    await rig.pass(1_000);
  };
  const states = async (): Promise<unknown[]> =>
    Promise.all(
      ids.map(async (id) => propertiesOf(await rig.ask(media, op.get(id)))['InteractionState']),
    );
  for (const index of [0, 1, 2]) await lose(index);
  partition.sessionOpened(agent);
  await lose(0);
  await lose(3, true);
  t.same(await states(), [3, 3, 3, 0], 'one was given back at once');
  await rig.pass(reconnectTimeoutMs - 5_000 + 1_000);
  t.same(await states(), [3, 0, 3, 0]);
  await rig.pass(1_000);
  t.same(await states(), [3, 0, 0, 0]);
  await rig.pass(1_000);
  t.same(await states(), [0, 0, 0, 0]);
});

t.test('the end of a session that was replaced changes nothing', async (t) => {
  const { rig, state } = await taken();
  const partition = rig.world.partition(0);
  partition.sessionOpened(sessionOf('ann', 'AgentApplication'));
  partition.sessionClosed(agent, true);
  await rig.pass(reconnectTimeoutMs * 2);
  t.equal(await state(), 3);
});

t.test('a client that unregisters gives back in the turn of its end', async (t) => {
  const { rig, state } = await taken();
  rig.world.partition(0).sessionClosed(agent, true);
  const isBack = rig.world.partition(0).releases.wait(agent.sessionKey);
  await rig.quiet();
  t.equal(await isBack, true);
  t.equal(await state(), 0);
});

t.test('after a restart, what unknown clients hold returns, and no more than that', async (t) => {
  const { rig, state } = await taken([media]);
  await rig.world.kill();
  await rig.pass(reconnectTimeoutMs - 1_000);
  t.equal(await state(), 3, 'a moment before');
  await rig.pass(2_000);
  t.equal(await state(), 0, 'not registered again');
  const known = await taken([media]);
  await known.rig.world.kill();
  known.rig.world.partition(0).sessionOpened(agent);
  await known.rig.pass(reconnectTimeoutMs * 2);
  t.equal(await known.state(), 3, 'registered again');
});

t.test('more than one step of returns', async (t) => {
  const rig = await Rig.start({ sessions: [media, agent], settings });
  for (let count = 0; count < 600; count++) rig.send(agent, op.submit(queueIn(0)));
  await rig.quiet();
  const partition = rig.world.partition(0);
  let wakeAtMs: number | undefined;
  partition.core.ports.wakeAt = (atMs) => (wakeAtMs = atMs);
  partition.sessionClosed(agent, true);
  let isBack: boolean | undefined;
  void partition.releases.wait(agent.sessionKey).then((back) => (isBack = back));
  await rig.quiet();
  t.ok(wakeAtMs !== undefined && wakeAtMs <= rig.world.clock.monotonicMs(), 'to be woken');
  t.equal(isBack, undefined, 'not all are back');
  for (let step = 0; step < 3; step++) await rig.pass(0);
  t.equal(isBack, true);
  const [row] = partition.core.queues.statistics();
  t.match(row?.totals, { waiting: 600, processing: 0 });
  t.strictSame(rig.world.faults(), []);
});

t.test(
  'what comes late from another partition for a client that has left returns too',
  async (t) => {
    const rig = await Rig.start({ partitions: 2, sessions: [media, agent], settings });
    const id = idAtHome(0, 2);
    rig.send(agent, op.submit(queueIn(1), { InteractionId: id }));
    for (const partition of [0, 1]) rig.world.partition(partition).sessionClosed(agent, true);
    rig.world.wake(1);
    await rig.quiet();
    t.equal(propertiesOf(await rig.ask(media, op.get(id)))['InteractionState'], 3);
    await rig.pass(reconnectTimeoutMs);
    t.equal(propertiesOf(await rig.ask(media, op.get(id)))['InteractionState'], 0);
  },
);

t.test('a hold with an end survives a restart and ends once', async (t) => {
  const rig = await Rig.start({ sessions: [media] });
  const answer = await rig.ask(media, op.submit(queueIn(0)));
  const id = (answer as { interactionId: string }).interactionId;
  const HoldUntil = rig.world.clock.nowMs() + 50_000;
  await rig.ask(media, op.hold(id, { HoldUntil }));
  await rig.world.kill();
  const heldOf = async () => propertiesOf(await rig.ask(media, op.get(id)))['IsHeld'];
  await rig.pass(HoldUntil - rig.world.clock.nowMs() - 2_000);
  t.equal(await heldOf(), 1);
  await rig.pass(2_000);
  t.equal(await heldOf(), 0);
  await rig.world.kill();
  await rig.pass(100_000);
  t.strictSame(rig.eventNames(id), ['InteractionSubmitted', 'Held', 'Resumed']);
  t.equal(rig.world.disk(0).table(Table.deadline).size, 0);
});

t.test('a hold that is changed or taken off does not end by its former time', async (t) => {
  const rig = await Rig.start({ partitions: 2, sessions: [media] });
  const id = idAtHome(0, 2);
  await rig.ask(media, op.submit(queueIn(0), { InteractionId: id }));
  const nowMs = rig.world.clock.nowMs();
  await rig.ask(media, op.hold(id, { HoldUntil: nowMs + 10_000 }));
  await rig.ask(media, op.hold(id, { HoldUntil: nowMs + 30_000 }));
  await rig.ask(media, op.place(id, queueIn(1)));
  await rig.pass(20_000);
  t.equal(propertiesOf(await rig.ask(media, op.get(id)))['IsHeld'], 1, 'not by the former');
  await rig.pass(15_000);
  t.equal(propertiesOf(await rig.ask(media, op.get(id)))['IsHeld'], 0, 'moved with it');
  await rig.ask(media, op.hold(id, { HoldUntil: nowMs + 60_000 }));
  await rig.ask(media, op.resume(id));
  await rig.ask(media, op.hold(id));
  await rig.pass(60_000);
  t.equal(propertiesOf(await rig.ask(media, op.get(id)))['IsHeld'], 1, 'held anew without end');
  t.equal(errorOf(await rig.ask(media, op.resume(id))), 'ack');
  t.equal(errorOf(await rig.ask(media, op.resume(id))), 'NotOnHold');
  t.strictSame(rig.world.faults(), []);
});
