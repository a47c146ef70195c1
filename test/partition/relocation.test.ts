/**
 * Queues that move to another partition, and what is in them (`lib/partition/moves/relocation.ts`).
 */
import { limits } from '../../lib/limits.js';
import t from 'tap';
import { packKeyValues } from '../../lib/interaction/attached-data.js';
import type { Clock } from '../../lib/clock.js';
import type { QueueCounts } from '../../lib/queue/totals.js';
import { PartitionTime } from '../../lib/partition/ledger/partition-time.js';
import { newLasting } from '../../lib/partition/core.js';
import { Partition } from '../../lib/partition/partition.js';
import type { Offer, PeerMessage } from '../../lib/partition/peer.js';
import { packQueues } from '../../lib/partition/rows/queue-list.js';
import type { Operation } from '../../lib/partition/request.js';
import { MemoryDisk, MemoryMedium } from '../../lib/store/memory.js';
import { FaultStore } from '../../lib/store/fault.js';
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

const partitions = 3;
const media = sessionOf('mail', 'MediaServer');
const agent = sessionOf('agent', 'AgentApplication');
const queue = queueIn(0);

const start = () => Rig.start({ partitions, sessions: [media, agent] });

/** Moves the queue; returns when every partition knows of it, and before anything follows it. */
async function move(rig: Rig, to: number): Promise<void> {
  rig.world.moveQueue(queue, to);
  await rig.quiet();
}

/** Lets time pass until nothing is left behind. */
async function follow(rig: Rig): Promise<number> {
  let rounds = 0;
  for (; rig.world.leftBehind() > 0; rounds += 1) {
    if (rounds > 500) throw new Error('it does not end');
    await rig.pass(300);
  }
  await rig.world.settle();
  return rounds;
}

/** The totals of the queue over all partitions. */
function totalsOf(rig: Rig): QueueCounts {
  const all = Array.from({ length: partitions }, (_, index) => {
    const rows = rig.world.partition(index).core.queues.statistics();
    return rows.find((row) => row.queue.name === queue)!.totals;
  });
  const sum = (name: Exclude<keyof QueueCounts, 'stopped'>): number =>
    all.reduce((total, totals) => total + totals[name], 0);
  return {
    submitted: sum('submitted'),
    entered: sum('entered'),
    left: sum('left'),
    waiting: sum('waiting'),
    processing: sum('processing'),
    abandoned: sum('abandoned'),
    stopped: Object.assign({}, ...all.map(({ stopped }) => stopped)),
  };
}

t.test(
  'what waits follows in order, on hold or not; what clients have, when it returns',
  async (t) => {
    const rig = await start();
    const ids: string[] = [];
    for (let at = 0; at < 100; at += 1) {
      const more = { Priority: at % 3, ReceivedAt: 1_000 + at, Hold: at % 10 === 9 };
      const chosen = at % 2 === 0 ? { InteractionId: idAtHome(at % 3, partitions, `c${at}`) } : {};
      const answer = await rig.ask(media, op.submit(queue, { ...more, ...chosen }));
      if (answer.kind === 'ack') ids.push(answer.interactionId!);
    }
    const HoldUntil = rig.world.clock.nowMs() + 900_000;
    await rig.ask(media, op.hold(ids[19]!, { HoldUntil }));
    const taken = pulledIds(await rig.ask(agent, op.pull(queue, { Count: 3 }))) as string[];
    const order = rig.world.orderOf(queue);
    t.equal(order.length, 87);
    const events = rig.eventNames(ids[1]!);
    await move(rig, 1);
    t.strictSame(pulledIds(await rig.ask(agent, op.pull(queue))), [], 'nothing is there yet');
    t.match(rig.world.partition(0).core.relocation.leaving(), [
      { queue, to: 1, waiting: 97, processing: 3 },
    ]);
    for (const at of [0, 1, 9, 50]) {
      t.equal(errorOf(await rig.ask(media, op.get(ids[at]!))), 'properties');
    }
    await rig.pass(300);
    const half = rig.world.leftBehind();
    t.ok(half > 0 && half < 97, `${half} are still to come`);
    await move(rig, 2);
    t.ok((await follow(rig)) > 2, 'step by step');
    t.strictSame(rig.world.orderOf(queue), order);
    t.strictSame(rig.eventNames(ids[1]!), events, 'nothing happened to them');
    t.match(totalsOf(rig), { submitted: 100, entered: 0, left: 0, waiting: 97, processing: 3 });
    t.match(rig.world.partition(0).core.relocation.leaving(), [{ waiting: 0, processing: 3 }]);
    const held = propertiesOf(await rig.ask(media, op.get(ids[19]!)));
    t.match(held, { IsHeld: 1, Queue: queue, InteractionVersion: 2 });
    await rig.pass(900_000);
    await rig.quiet();
    t.match(propertiesOf(await rig.ask(media, op.get(ids[19]!))), { IsHeld: 0 });
    await rig.ask(agent, op.place(taken[0]!, queue));
    await rig.ask(agent, op.stop(taken[1]!));
    rig.world.partition(0).sessionClosed(agent, true);
    await rig.pass(10);
    await rig.pass(1_100);
    await follow(rig);
    t.equal(rig.world.partition(0).core.relocation.leaving().length, 0);
    const all = rig.world.orderOf(queue);
    t.ok(all.includes(taken[0]!) && all.includes(taken[2]!) && all.includes(ids[19]!));
    t.match(totalsOf(rig), { entered: 1, left: 1, waiting: 99, stopped: { Normal: 1 } });
    t.strictSame(rig.world.faults(), []);
    t.equal(rig.world.leftovers(), 0);
  },
);

t.test('a request that is sent again behind the move gets the answer it got', async (t) => {
  const rig = await start();
  const submit = op.submit(queue, { RequestKey: keyOf('submit') });
  const first = await rig.ask(media, submit);
  const pull = op.pull(queue, { RequestKey: keyOf('pull') });
  const pulled = await rig.ask(agent, pull);
  await rig.ask(media, op.submit(queue));
  for (const to of [1, 2, 1, 0, 2]) {
    await move(rig, to);
    await follow(rig);
    t.strictSame(await rig.ask(media, submit, { retried: true }), first);
    const again = await rig.ask(agent, pull, { retried: true });
    t.strictSame(pulledIds(again), pulledIds(pulled));
    const fresh = op.submit(queue, { RequestKey: keyOf(`new ${to}`) });
    t.equal((await rig.ask(media, fresh, { retried: true })).kind, 'ack', 'known to nobody');
  }
  t.match(totalsOf(rig), { submitted: 5, waiting: 4, processing: 1 });
  t.strictSame(rig.world.faults(), []);
});

t.test('a pull that waits is answered, and its client pulls where the queue is', async (t) => {
  const rig = await start();
  const waiting = rig.send(agent, op.pull(queue, { WaitTimeoutMs: 60_000 }));
  await rig.quiet();
  t.strictSame(rig.answersTo(waiting), []);
  await move(rig, 2);
  t.strictSame(pulledIds(rig.answersTo(waiting)[0]!), []);
  const next = rig.send(agent, op.pull(queue, { WaitTimeoutMs: 60_000 }));
  await rig.quiet();
  await rig.ask(media, op.submit(queue));
  await rig.quiet();
  t.equal(pulledIds(rig.answersTo(next)[0]!).length, 1);
});

/** A partition by itself: what it sends is seen, not delivered. */
function alone(number: number, before?: Partition, disk = new MemoryDisk()) {
  const messages: { to: number; message: PeerMessage }[] = [];
  const clock: Clock & { atMs: number } = {
    atMs: 1_000_000,
    nowMs: () => clock.atMs,
    monotonicMs: () => clock.atMs,
    setTimer: () => ({ cancel: () => {} }),
  };
  const store = before?.core.store ?? new FaultStore(new MemoryMedium(disk), () => undefined);
  const options = {
    partition: number,
    partitions,
    reconnectTimeoutMs: 60_000,
    identifierRetentionMs: limits.retryKeyMs,
    eventRetentionMs: 60_000,
    eventRetentionBytes: 1e9,
  };
  const ports = {
    send: (to: number, message: PeerMessage) => messages.push({ to, message }) > 0,
    wakeAt() {},
  };
  const output = { replies() {}, eventsUpTo() {}, failed() {}, broken() {} };
  const time = before?.core.time ?? new PartitionTime(clock, store);
  const lasting = before?.core.lasting ?? newLasting();
  const sequence = store.applied().sequence;
  const partition = new Partition(options, store, time, ports, output, sequence, lasting);
  const request = (reference: number, operation: Operation): void => {
    const asker = { session: media, reference, proxyClient: 0 };
    partition.request({
      ...asker,
      operation,
      frame: undefined,
      retried: false,
      digest: 0,
      hops: 0,
    });
  };
  const send = async (reference: number, operation: Operation): Promise<void> => {
    request(reference, operation);
    await partition.durably();
  };
  const advance = (ms: number): void => void (clock.atMs += ms);
  const pass = async (ms: number): Promise<void> => {
    advance(ms);
    partition.wake();
    await partition.settled();
  };
  /** The queue lives there, as version so and so of the list says. */
  const queueAt = (version: number, at: number, ...formerly: number[]): Promise<boolean> => {
    const moved = { number: 1, name: queue, businessProcess: 'p', partition: at, formerly };
    const other = { number: 2, name: queueIn(2), businessProcess: 'p', partition: 2 };
    const chunks = packQueues([moved, other]);
    return partition.replaceQueues({ version, highest: 2, closing: [], chunks });
  };
  return { partition, messages, request, send, advance, pass, queueAt };
}

const offersTo = (sent: readonly { to: number; message: PeerMessage }[]): number[] =>
  sent.flatMap(({ to, message }) => (message.type === 'offer' ? [to] : []));

t.test('what arrives late, by an older list, goes on', async (t) => {
  const source = alone(2);
  await source.queueAt(1, 1);
  await source.send(1, op.submit(queueIn(2), { InteractionId: idAtHome(2, partitions) }));
  await source.send(2, op.place(idAtHome(2, partitions), queue));
  const [offer] = source.messages;
  const between = alone(1);
  await between.queueAt(1, 1);
  await between.queueAt(2, 0, 1);
  await between.pass(300);
  await between.pass(300);
  t.strictSame(offersTo(between.messages), []);
  between.partition.peer(offer!.message);
  await between.pass(10);
  t.strictSame(offersTo(between.messages), [0]);
});

t.test('a partition that is behind keeps what it gets until it knows the list', async (t) => {
  const source = alone(0);
  await source.queueAt(1, 0, 1);
  await source.send(1, op.submit(queue));
  await source.queueAt(2, 1, 0);
  await source.pass(300);
  t.strictSame(offersTo(source.messages), [1]);
  const target = alone(1);
  await target.queueAt(1, 0, 1);
  target.partition.peer(source.messages[0]!.message);
  for (let round = 0; round < 5; round += 1) await target.pass(1_100);
  t.strictSame(offersTo(target.messages), [], 'nothing goes back');
  await target.queueAt(2, 1, 0);
  await target.pass(1_100);
  t.strictSame(offersTo(target.messages), []);
  t.match(target.partition.core.queues.countsOf(1), { waiting: 1 });
});

t.test('a partition whose turns are full of requests goes on with it', async (t) => {
  const source = alone(2);
  await source.queueAt(1, 2);
  await source.send(1, op.submit(queue));
  await source.queueAt(2, 0, 2);
  source.advance(300);
  const UserData = packKeyValues({ much: 'x'.repeat(200_000) });
  for (let reference = 2; reference < 12; reference += 1) {
    source.request(reference, op.submit(queueIn(2), { UserData }));
    source.partition.commitIfFull();
  }
  await source.partition.durably();
  t.strictSame(offersTo(source.messages), [0]);
});

t.test('who waits for a hand-off is known to the partition that is built anew', async (t) => {
  const first = alone(0);
  await first.queueAt(1, 1);
  await first.send(7, op.submit(queue, { InteractionId: idAtHome(0, partitions) }));
  const askers = (sent: typeof first.messages): unknown[] =>
    sent.map(({ message }) => (message as Offer).asker?.reference);
  t.strictSame(askers(first.messages), [7]);
  const second = alone(0, first.partition);
  await second.pass(0);
  t.strictSame(askers(second.messages), [7], 'offered again, with whom to answer');
  const { id, move } = second.messages[0]!.message as Offer;
  second.partition.peer({ type: 'settled', id, move, at: 1 });
  await second.partition.durably();
  t.equal(second.partition.core.lasting.askers.size, 0);
});
