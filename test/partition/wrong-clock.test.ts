/**
 * The clock of the machine is wrong and put right while the server runs: what is told follows it,
 * what never goes back does not, and what takes a time takes it.
 */
import t from 'tap';
import { unpackKeyValues } from '../../lib/interaction/attached-data.js';
import { InteractionState } from '../../lib/interaction/state-record.js';
import { Bench, keyOf, op, queueIn, sessionOf } from './support.js';

const media = sessionOf('mail', 'MediaServer');
const agent = sessionOf('ann', 'AgentApplication');
const queue = queueIn(0);
const minuteMs = 60_000;
const yearMs = 365 * 86_400_000;
const week = { eventRetentionMs: 7 * 86_400_000 };

/** By so much the clock of a bench, which begins near 1970, is right. */
const right = 50 * yearMs;

async function start(settings = {}): Promise<Bench> {
  const bench = await Bench.start({ sessions: [media, agent], settings });
  bench.world.wallAheadMs = right;
  await bench.pass(0);
  return bench;
}

async function submitted(
  bench: Bench,
  more: Parameters<typeof op.submit>[1] = {},
): Promise<string> {
  const answer = await bench.ask(media, op.submit(queue, more));
  if (answer.kind !== 'ack') throw new Error(JSON.stringify(answer));
  return answer.interactionId!;
}

async function propertiesOf(bench: Bench, id: string): Promise<Record<string, unknown>> {
  const answer = await bench.ask(media, op.get(id));
  if (answer.kind !== 'properties') throw new Error(JSON.stringify(answer));
  return unpackKeyValues(answer.properties) as Record<string, unknown>;
}

/** Identifiers in the order of the queue. */
async function pullAll(bench: Bench): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const answer = await bench.ask(agent, op.pull(queue));
    const [packed] = answer.kind === 'pulled' ? answer.interactions : [];
    if (packed === undefined) return ids;
    ids.push(String((unpackKeyValues(packed) as Record<string, unknown>)['InteractionId']));
  }
}

t.test('a clock that was a year ahead and is put right', async (t) => {
  const bench = await start();
  const { world } = bench;
  world.wallAheadMs = right + yearMs;
  const early = await submitted(bench);
  await bench.pass(minuteMs);
  world.wallAheadMs = right;
  const late = await submitted(bench);
  const { ReceivedAt, SubmittedAt } = await propertiesOf(bench, late);
  t.equal(ReceivedAt, world.clock.nowMs(), 'times follow the clock');
  t.equal(SubmittedAt, world.clock.nowMs());
  t.ok(late > early, `identifiers never go back: ${late} after ${early}`);
  const held = await submitted(bench, {
    Hold: true,
    HoldUntil: world.clock.nowMs() + 2 * minuteMs,
  });
  await bench.pass(minuteMs);
  t.match(await propertiesOf(bench, held), { IsHeld: 1 });
  await bench.pass(minuteMs);
  t.match(await propertiesOf(bench, held), { IsHeld: 0 }, 'an end that was named comes when it is');
  t.equal(bench.world.partition(0).core.time.aheadMs(), yearMs, 'the difference is known');
  const last = await submitted(bench);
  await world.kill();
  const afterRestart = await submitted(bench);
  t.ok(afterRestart > last, 'also over a restart');
  t.strictSame(
    await pullAll(bench),
    [early, late, held, last, afterRestart],
    'first in, first out',
  );
  t.strictSame(world.faults(), []);
});

t.test('a clock that was an hour behind and is put right', async (t) => {
  const bench = await start();
  const { world } = bench;
  world.wallAheadMs = right - 60 * minuteMs;
  await bench.pass(0);
  const rightMs = world.clock.nowMs() + 60 * minuteMs;
  const due = await submitted(bench, { Hold: true, HoldUntil: rightMs + 1_000 });
  const later = await submitted(bench, { Hold: true, HoldUntil: rightMs + 30 * minuteMs });
  const chosen = await submitted(bench, { InteractionId: 'chosen' });
  t.match(await bench.ask(media, op.stop(chosen)), { kind: 'ack' });
  const waiting = bench.send(agent, op.pull(queueIn(0, true), { WaitTimeoutMs: 10 * minuteMs }));
  await bench.quiet();
  world.wallAheadMs = right;
  await bench.pass(2_000);
  t.match(await propertiesOf(bench, due), { IsHeld: 0 }, 'what is due is done at once');
  t.match(await propertiesOf(bench, later), { IsHeld: 1 });
  t.strictSame(bench.answersTo(waiting), [], 'a pull waits as long as it was told to');
  t.match(
    await bench.ask(media, op.submit(queue, { InteractionId: 'chosen' })),
    { kind: 'ack', duplicate: true },
    'an identifier is known as long as was promised',
  );
  await bench.pass(11 * minuteMs);
  t.match(await bench.ask(media, op.submit(queue, { InteractionId: 'chosen' })), {
    kind: 'ack',
    duplicate: undefined,
  });
  t.equal(bench.answersTo(waiting).length, 1);
  t.strictSame(world.faults(), []);
});

t.test('small corrections back make time stand still', async (t) => {
  const bench = await start();
  const { world } = bench;
  const ids: string[] = [];
  const times: number[] = [];
  for (const aheadMs of [0, 400, -100, -99, -500, 10]) {
    world.wallAheadMs = right + aheadMs;
    await bench.pass(1);
    const id = await submitted(bench);
    ids.push(id);
    times.push(Number((await propertiesOf(bench, id))['ReceivedAt']));
  }
  t.strictSame(
    times,
    times.toSorted((one, other) => one - other),
  );
  t.strictSame(await pullAll(bench), ids);
});

/** Sequences of the events that are kept. */
const kept = (bench: Bench): [oldest: number, last: number] => {
  const { outbox } = bench.world.partition(0).core;
  return [outbox.oldestSequence(), outbox.lastSequence];
};

t.test('events of a wrong clock are kept for as long as others', async (t) => {
  for (const aheadMs of [yearMs, -yearMs]) {
    const bench = await start(week);
    const { world } = bench;
    world.wallAheadMs = right + aheadMs;
    for (let count = 0; count < 100; count++) await submitted(bench);
    world.wallAheadMs = right;
    for (let count = 0; count < 100; count++) await submitted(bench);
    t.equal(kept(bench)[0], 1, `${aheadMs}: none is taken for too old`);
    await world.kill();
    await bench.pass(week.eventRetentionMs / 2);
    for (let count = 0; count < 100; count++) await submitted(bench);
    t.equal(kept(bench)[0], 1, `${aheadMs}: not after half the time either`);
    await bench.pass(week.eventRetentionMs / 2 + 1);
    for (let count = 0; count < 400; count++) await submitted(bench);
    const [oldest] = kept(bench);
    t.ok(oldest > 100, `${aheadMs}: they are gone after it, kept from ${oldest} on`);
    t.ok(oldest <= 201 + 1, `${aheadMs}: and no younger ones`);
  }
});

t.test('events and identifiers of a clock that is put right while nothing runs', async (t) => {
  const bench = await start(week);
  const { world } = bench;
  world.wallAheadMs = right + yearMs;
  for (let count = 0; count < 100; count++) await submitted(bench);
  const chosen = await submitted(bench, { InteractionId: 'chosen' });
  t.match(await bench.ask(media, op.stop(chosen)), { kind: 'ack' });
  await world.kill();
  world.wallAheadMs = right;
  const again = (): ReturnType<Bench['ask']> =>
    bench.ask(media, op.submit(queue, { InteractionId: 'chosen' }));
  t.match(await again(), { kind: 'ack', duplicate: true }, 'it is known');
  await bench.pass(11 * minuteMs);
  t.match(await again(), { kind: 'ack', duplicate: undefined }, 'and not for a year');
  await world.kill();
  await bench.pass(week.eventRetentionMs / 2);
  await submitted(bench);
  t.equal(kept(bench)[0], 1, 'no event is gone before its time');
  await bench.pass(week.eventRetentionMs / 2 + 1);
  for (let count = 0; count < 400; count++) await submitted(bench);
  t.ok(kept(bench)[0] > 100, `nor kept for a year: the first is ${kept(bench)[0]}`);
  t.strictSame(world.faults(), []);
});

t.test('a clock put back, a kill at once, and the retention', async (t) => {
  const bench = await start(week);
  const { world } = bench;
  for (let count = 0; count < 10; count++) await submitted(bench);
  world.wallAheadMs = right - yearMs;
  await submitted(bench);
  await world.kill();
  await submitted(bench);
  await bench.pass(week.eventRetentionMs - minuteMs);
  for (let count = 0; count < 100; count++) await submitted(bench);
  t.equal(kept(bench)[0], 1, 'the step counts once');
});

t.test('what an agent has been given is no matter of the clock', async (t) => {
  const bench = await start();
  const id = await submitted(bench);
  t.match(await bench.ask(agent, op.pull(queue, { RequestKey: keyOf('pull') })), {
    kind: 'pulled',
  });
  bench.world.wallAheadMs = right + yearMs;
  await bench.pass(1);
  t.match(await propertiesOf(bench, id), { InteractionState: InteractionState.handled });
  bench.world.wallAheadMs = right;
  await bench.pass(1);
  t.match(await propertiesOf(bench, id), { InteractionState: InteractionState.handled });
  t.match(await bench.ask(agent, op.stop(id)), { kind: 'ack' });
});
