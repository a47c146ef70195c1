/**
 * The clock of the machine is wrong and put right while the server runs: what is told follows it,
 * what never goes back does not, and what takes a time takes it.
 */
import t from 'tap';
import { unpackKeyValues } from '../../lib/interaction/attached-data.js';
import { InteractionState } from '../../lib/interaction/state-record.js';
import { Rig, keyOf, op, queueIn, sessionOf } from './support.js';

const media = sessionOf('mail', 'MediaServer');
const agent = sessionOf('ann', 'AgentApplication');
const queue = queueIn(0);
const minuteMs = 60_000;
const yearMs = 365 * 86_400_000;
const week = { eventRetentionMs: 7 * 86_400_000 };

/** By so much the clock of a rig, which begins near 1970, is right. */
const right = 50 * yearMs;

async function start(settings = {}): Promise<Rig> {
  const rig = await Rig.start({ sessions: [media, agent], settings });
  rig.world.wallAheadMs = right;
  await rig.pass(0);
  return rig;
}

async function submitted(rig: Rig, more: Parameters<typeof op.submit>[1] = {}): Promise<string> {
  const answer = await rig.ask(media, op.submit(queue, more));
  if (answer.kind !== 'ack') throw new Error(JSON.stringify(answer));
  return answer.interactionId!;
}

async function propertiesOf(rig: Rig, id: string): Promise<Record<string, unknown>> {
  const answer = await rig.ask(media, op.get(id));
  if (answer.kind !== 'properties') throw new Error(JSON.stringify(answer));
  return unpackKeyValues(answer.properties) as Record<string, unknown>;
}

/** Identifiers in the order of the queue. */
async function pullAll(rig: Rig): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const answer = await rig.ask(agent, op.pull(queue));
    const [packed] = answer.kind === 'pulled' ? answer.interactions : [];
    if (packed === undefined) return ids;
    ids.push(String((unpackKeyValues(packed) as Record<string, unknown>)['InteractionId']));
  }
}

t.test('a clock that was a year ahead and is put right', async (t) => {
  const rig = await start();
  const { world } = rig;
  world.wallAheadMs = right + yearMs;
  const early = await submitted(rig);
  await rig.pass(minuteMs);
  world.wallAheadMs = right;
  const late = await submitted(rig);
  const { ReceivedAt, SubmittedAt } = await propertiesOf(rig, late);
  t.equal(ReceivedAt, world.clock.nowMs(), 'times follow the clock');
  t.equal(SubmittedAt, world.clock.nowMs());
  t.ok(late > early, `identifiers never go back: ${late} after ${early}`);
  const held = await submitted(rig, {
    Hold: true,
    HoldUntil: world.clock.nowMs() + 2 * minuteMs,
  });
  await rig.pass(minuteMs);
  t.match(await propertiesOf(rig, held), { IsHeld: 1 });
  await rig.pass(minuteMs);
  t.match(await propertiesOf(rig, held), { IsHeld: 0 }, 'an end that was named comes when it is');
  t.equal(rig.world.partition(0).core.time.aheadMs(), yearMs, 'the difference is known');
  const last = await submitted(rig);
  await world.kill();
  const afterRestart = await submitted(rig);
  t.ok(afterRestart > last, 'also over a restart');
  t.strictSame(await pullAll(rig), [early, late, held, last, afterRestart], 'first in, first out');
  t.strictSame(world.faults(), []);
});

t.test('a clock that was an hour behind and is put right', async (t) => {
  const rig = await start();
  const { world } = rig;
  world.wallAheadMs = right - 60 * minuteMs;
  await rig.pass(0);
  const rightMs = world.clock.nowMs() + 60 * minuteMs;
  const due = await submitted(rig, { Hold: true, HoldUntil: rightMs + 1_000 });
  const later = await submitted(rig, { Hold: true, HoldUntil: rightMs + 30 * minuteMs });
  const chosen = await submitted(rig, { InteractionId: 'chosen' });
  t.match(await rig.ask(media, op.stop(chosen)), { kind: 'ack' });
  const waiting = rig.send(agent, op.pull(queueIn(0, true), { WaitTimeoutMs: 10 * minuteMs }));
  await rig.quiet();
  world.wallAheadMs = right;
  await rig.pass(2_000);
  t.match(await propertiesOf(rig, due), { IsHeld: 0 }, 'what is due is done at once');
  t.match(await propertiesOf(rig, later), { IsHeld: 1 });
  t.strictSame(rig.answersTo(waiting), [], 'a pull waits as long as it was told to');
  t.match(
    await rig.ask(media, op.submit(queue, { InteractionId: 'chosen' })),
    { kind: 'ack', duplicate: true },
    'an identifier is known as long as was promised',
  );
  await rig.pass(11 * minuteMs);
  t.match(await rig.ask(media, op.submit(queue, { InteractionId: 'chosen' })), {
    kind: 'ack',
    duplicate: undefined,
  });
  t.equal(rig.answersTo(waiting).length, 1);
  t.strictSame(world.faults(), []);
});

t.test('small corrections back make time stand still', async (t) => {
  const rig = await start();
  const { world } = rig;
  const ids: string[] = [];
  const times: number[] = [];
  for (const aheadMs of [0, 400, -100, -99, -500, 10]) {
    world.wallAheadMs = right + aheadMs;
    await rig.pass(1);
    const id = await submitted(rig);
    ids.push(id);
    times.push(Number((await propertiesOf(rig, id))['ReceivedAt']));
  }
  t.strictSame(
    times,
    times.toSorted((one, other) => one - other),
  );
  t.strictSame(await pullAll(rig), ids);
});

/** Sequences of the events that are kept. */
const kept = (rig: Rig): [oldest: number, last: number] => {
  const { outbox } = rig.world.partition(0).core;
  return [outbox.oldestSequence(), outbox.lastSequence];
};

t.test('events of a wrong clock are kept for as long as others', async (t) => {
  for (const aheadMs of [yearMs, -yearMs]) {
    const rig = await start(week);
    const { world } = rig;
    world.wallAheadMs = right + aheadMs;
    for (let count = 0; count < 100; count++) await submitted(rig);
    world.wallAheadMs = right;
    for (let count = 0; count < 100; count++) await submitted(rig);
    t.equal(kept(rig)[0], 1, `${aheadMs}: none is taken for too old`);
    await world.kill();
    await rig.pass(week.eventRetentionMs / 2);
    for (let count = 0; count < 100; count++) await submitted(rig);
    t.equal(kept(rig)[0], 1, `${aheadMs}: not after half the time either`);
    await rig.pass(week.eventRetentionMs / 2 + 1);
    for (let count = 0; count < 400; count++) await submitted(rig);
    const [oldest] = kept(rig);
    t.ok(oldest > 100, `${aheadMs}: they are gone after it, kept from ${oldest} on`);
    t.ok(oldest <= 201 + 1, `${aheadMs}: and no younger ones`);
  }
});

t.test('events and identifiers of a clock that is put right while nothing runs', async (t) => {
  const rig = await start(week);
  const { world } = rig;
  world.wallAheadMs = right + yearMs;
  for (let count = 0; count < 100; count++) await submitted(rig);
  const chosen = await submitted(rig, { InteractionId: 'chosen' });
  t.match(await rig.ask(media, op.stop(chosen)), { kind: 'ack' });
  await world.kill();
  world.wallAheadMs = right;
  const again = (): ReturnType<Rig['ask']> =>
    rig.ask(media, op.submit(queue, { InteractionId: 'chosen' }));
  t.match(await again(), { kind: 'ack', duplicate: true }, 'it is known');
  await rig.pass(11 * minuteMs);
  t.match(await again(), { kind: 'ack', duplicate: undefined }, 'and not for a year');
  await world.kill();
  await rig.pass(week.eventRetentionMs / 2);
  await submitted(rig);
  t.equal(kept(rig)[0], 1, 'no event is gone before its time');
  await rig.pass(week.eventRetentionMs / 2 + 1);
  for (let count = 0; count < 400; count++) await submitted(rig);
  t.ok(kept(rig)[0] > 100, `nor kept for a year: the first is ${kept(rig)[0]}`);
  t.strictSame(world.faults(), []);
});

t.test('a clock put back, a kill at once, and the retention', async (t) => {
  const rig = await start(week);
  const { world } = rig;
  for (let count = 0; count < 10; count++) await submitted(rig);
  world.wallAheadMs = right - yearMs;
  await submitted(rig);
  await world.kill();
  await submitted(rig);
  await rig.pass(week.eventRetentionMs - minuteMs);
  for (let count = 0; count < 100; count++) await submitted(rig);
  t.equal(kept(rig)[0], 1, 'the step counts once');
});

t.test('what an agent has been given is no matter of the clock', async (t) => {
  const rig = await start();
  const id = await submitted(rig);
  t.match(await rig.ask(agent, op.pull(queue, { RequestKey: keyOf('pull') })), {
    kind: 'pulled',
  });
  rig.world.wallAheadMs = right + yearMs;
  await rig.pass(1);
  t.match(await propertiesOf(rig, id), { InteractionState: InteractionState.handled });
  rig.world.wallAheadMs = right;
  await rig.pass(1);
  t.match(await propertiesOf(rig, id), { InteractionState: InteractionState.handled });
  t.match(await rig.ask(agent, op.stop(id)), { kind: 'ack' });
});

t.test('restarts put nothing ahead of a clock that is right', async (t) => {
  const rig = await Rig.start({ sessions: [media, agent] });
  const { world } = rig;
  let last = await submitted(rig);
  for (let restart = 0; restart < 20; restart++) {
    await rig.pass(5_000);
    await world.kill();
    const next = await submitted(rig);
    t.ok(next > last, `identifiers never go back: ${next} after ${last}`);
    last = next;
  }
  const aheadMs = world.partition(0).core.time.aheadMs();
  t.ok(aheadMs < 1_000, `what was leased has passed before each: ${aheadMs} ms ahead`);
  t.strictSame(world.faults(), []);
});
