/**
 * A keyed request is executed once and answered the same, wherever its interaction went meanwhile;
 * and what may be forgotten is not executed again.
 */
import t from 'tap';
import { limits } from '../../lib/limits.js';
import type { Operation } from '../../lib/partition/request.js';
import { Table } from '../../lib/store/contract.js';
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
const agent = sessionOf('ann', 'AgentApplication');
const other = sessionOf('other', 'MediaServer');
const bob = sessionOf('bob', 'AgentApplication');
const retried = { retried: true };

/** A rig of three partitions with an interaction whose home is 0 and that is in partition 1. */
async function away(): Promise<{ rig: Rig; id: string }> {
  const rig = await Rig.start({ partitions: 3, sessions: [media, agent, other] });
  const id = idAtHome(0, 3);
  await rig.ask(media, op.submit(queueIn(1), { InteractionId: id }));
  await rig.quiet();
  return { rig, id };
}

/** Other keyed changes, one after the other. */
async function change(rig: Rig, id: string, count: number, prefix = 'other'): Promise<void> {
  for (let number = 0; number < count; number++) {
    const RequestKey = keyOf(`${prefix} ${number}`);
    const answer = await rig.ask(media, op.change(id, { Priority: number, RequestKey }));
    t.equal(errorOf(answer), 'ack');
  }
}

const countOf = (rig: Rig, id: string, name: string): number =>
  rig.eventNames(id).filter((each) => each === name).length;

t.test('many keyed changes away from home do not push out the first', async (t) => {
  for (const count of [8, 31, 32, 33, 63, 64, 200]) {
    const { rig, id } = await away();
    const first = op.change(id, { Priority: 99, RequestKey: keyOf('first') });
    await rig.ask(media, first);
    await change(rig, id, count);
    t.equal(errorOf(await rig.ask(media, first, retried)), 'ack', `after ${count}`);
    t.equal(countOf(rig, id, 'PropertiesChanged'), count + 1, 'executed once');
    await rig.quiet();
    const rows = rig.world.partition(1).core;
    t.ok(rows.handOff.dueMs === Infinity, 'home has noted all that it was told');
    t.equal(errorOf(await rig.ask(other, op.stop(id))), 'ack');
    t.equal(errorOf(await rig.ask(media, first, retried)), 'ack', 'also after the end');
    await rig.world.settle();
    await rig.world.kill();
    t.equal(errorOf(await rig.ask(media, first, retried)), 'ack', 'and a restart');
    t.strictSame(rig.world.faults(), []);
  }
});

t.test(
  'home that has not stored the results it was told does not make them leave the row',
  async (t) => {
    const { rig, id } = await away();
    const first = op.change(id, { Priority: 99, RequestKey: keyOf('first') });
    await rig.ask(media, first);
    await change(rig, id, limits.resultsPerInteraction - 1);
    await rig.quiet();
    rig.world.holdDisk(0);
    await change(rig, id, 1, 'one more');
    for (let steps = 0; steps < 200; steps++) await rig.world.step();
    await rig.world.kill();
    t.equal(errorOf(await rig.ask(media, first, retried)), 'ack');
    t.equal(countOf(rig, id, 'PropertiesChanged'), limits.resultsPerInteraction + 1);
  },
);

t.test('a place to another partition is answered the same after the end there', async (t) => {
  for (const target of [0, 1, 2]) {
    const { rig, id } = await away();
    const place = op.place(id, queueIn(target), { RequestKey: keyOf('place') });
    t.equal(errorOf(await rig.ask(media, place)), 'ack');
    t.equal(errorOf(await rig.ask(media, place, retried)), 'ack', 'again');
    t.equal(errorOf(await rig.ask(other, op.stop(id))), 'ack');
    t.equal(errorOf(await rig.ask(media, place, retried)), 'ack', 'before home knows of the end');
    await rig.quiet();
    t.equal(errorOf(await rig.ask(media, place, retried)), 'ack', 'after it');
    t.equal(countOf(rig, id, 'PlacedInQueue'), 1);
  }
});

t.test(
  'results come along wherever an interaction goes, and stay when it comes home',
  async (t) => {
    const { rig, id } = await away();
    const keyed = [
      op.change(id, { Priority: 5, RequestKey: keyOf('change') }),
      op.hold(id, { RequestKey: keyOf('hold') }),
      op.resume(id, { RequestKey: keyOf('resume') }),
      op.place(id, queueIn(2), { RequestKey: keyOf('to 2') }),
      op.place(id, queueIn(1), { RequestKey: keyOf('to 1') }),
      op.place(id, queueIn(0), { RequestKey: keyOf('home') }),
      op.place(id, queueIn(2), { RequestKey: keyOf('away') }),
      op.stop(id, { RequestKey: keyOf('stop') }),
    ];
    for (const [done, operation] of keyed.entries()) {
      t.equal(errorOf(await rig.ask(media, operation)), 'ack');
      for (const before of keyed.slice(0, done + 1)) {
        t.equal(errorOf(await rig.ask(media, before, retried)), 'ack', before.kind);
      }
      if (done % 3 === 2) await rig.world.kill();
    }
    await rig.world.settle();
    const once = ['InteractionSubmitted', 'PropertiesChanged', 'Held', 'Resumed'];
    const places = Array.from({ length: 4 }, () => 'PlacedInQueue');
    t.strictSame(rig.eventNames(id), [...once, ...places, 'ProcessingStopped']);
  },
);

t.test('a pull by identifier away from home is answered by what it still has', async (t) => {
  const { rig, id } = await away();
  const pull = op.pullById(id, { RequestKey: keyOf('pull') });
  t.strictSame(pulledIds(await rig.ask(agent, pull)), [id]);
  await change(rig, id, 40);
  t.strictSame(pulledIds(await rig.ask(agent, pull, retried)), [id], 'its result is at home');
  await rig.ask(media, op.stop(id));
  t.strictSame(pulledIds(await rig.ask(agent, pull, retried)), []);
});

const waiting = { RequestKey: keyOf('waits'), WaitTimeoutMs: 10_000 };

t.test('of copies of a pull that wait, one takes, and all are answered the same', async (t) => {
  const rig = await Rig.start({ sessions: [media, agent] });
  const pull = op.pull(queueIn(0), waiting);
  const copies = [rig.send(agent, pull), rig.send(agent, pull, retried)];
  const reused = rig.send(agent, op.pull(queueIn(0), { ...waiting, Count: 2 }));
  await rig.quiet();
  t.strictSame(
    [...copies, reused].flatMap((one) => rig.answersTo(one)),
    [],
    'all wait',
  );
  const ids: string[] = [];
  for (let count = 0; count < 3; count++) {
    const answer = await rig.ask(media, op.submit(queueIn(0)));
    if (answer.kind === 'ack') ids.push(answer.interactionId!);
  }
  await rig.quiet();
  const [first, second] = copies.map((one) => pulledIds(rig.answersTo(one)[0]!));
  t.strictSame(first, [ids[0]]);
  t.strictSame(second, first);
  t.match(rig.answersTo(reused)[0], { kind: 'error', error: 'RequestKeyReused' });
  const taken = ids.filter((id) => countOf(rig, id, 'TakenFromQueue') > 0);
  t.strictSame(taken, first, 'executed once');
  t.strictSame(rig.world.faults(), []);
});

for (const at of ['at home', 'away from home']) {
  t.test(`of copies of a pull that wait for one interaction ${at}, one takes it`, async (t) => {
    const rig = await Rig.start({ partitions: 3, sessions: [media, agent, bob] });
    const id = idAtHome(0, 3);
    await rig.ask(media, op.submit(queueIn(at === 'at home' ? 0 : 1), { InteractionId: id }));
    await rig.quiet();
    const holder = op.pullById(id, { RequestKey: keyOf('holder') });
    await rig.ask(agent, holder);
    const pull = op.pullById(id, waiting);
    const copies = [rig.send(bob, pull), rig.send(bob, pull, retried)];
    await rig.quiet();
    await rig.ask(agent, op.place(id, queueIn(at === 'at home' ? 0 : 1)));
    await rig.quiet();
    t.strictSame(pulledIds(rig.answersTo(copies[0]!)[0]!), [id]);
    t.strictSame(rig.answersTo(copies[1]!), [], 'the other one waits on');
    await rig.ask(bob, op.place(id, queueIn(at === 'at home' ? 0 : 1)));
    await rig.quiet();
    t.strictSame(pulledIds(rig.answersTo(copies[1]!)[0]!), [], 'what it took it has no more');
    t.equal(countOf(rig, id, 'TakenFromQueue'), 2, 'once each for two pulls');
    t.strictSame(rig.world.faults(), []);
  });
}

t.test('home that does not note the results makes further ones wait', async (t) => {
  const { rig, id } = await away();
  const most = limits.resultsPerInteraction + limits.resultsOnTheirWay;
  const answers: number[] = [];
  for (let number = 0; number < most + 5; number++) {
    const RequestKey = keyOf(`change ${number}`);
    answers.push(rig.send(media, op.change(id, { RequestKey, Priority: number })));
  }
  await rig.world.settle();
  const kinds = answers.map((reference) => rig.answersTo(reference).map(errorOf).join());
  t.ok(kinds.includes('Busy') || kinds.every((kind) => kind === 'ack'));
  t.equal(countOf(rig, id, 'PropertiesChanged'), kinds.filter((kind) => kind === 'ack').length);
  await change(rig, id, 3, 'later');
});

t.test('a submit with a chosen identifier is answered like the first time', async (t) => {
  const { rig } = await away();
  const id = idAtHome(2, 3, 'mine');
  const submit = op.submit(queueIn(1), { InteractionId: id, RequestKey: keyOf('submit') });
  const again = op.submit(queueIn(1), { InteractionId: id, RequestKey: keyOf('another') });
  t.strictSame(await rig.ask(media, submit), { kind: 'ack', interactionId: id });
  t.strictSame(await rig.ask(media, submit, retried), { kind: 'ack', interactionId: id });
  t.match(await rig.ask(media, again), { interactionId: id, duplicate: true });
  await rig.ask(media, op.stop(id));
  await rig.quiet();
  t.strictSame(await rig.ask(media, submit, retried), { kind: 'ack', interactionId: id });
  await rig.pass(limits.retryKeyMs - 60_000);
  const { duplicate } = (await rig.ask(media, again, retried)) as { duplicate?: boolean };
  t.equal(duplicate, true);
  await rig.pass(120_000);
  t.match(await rig.ask(media, op.submit(queueIn(1), { InteractionId: id })), { kind: 'ack' });
  t.match(await rig.ask(media, again, retried), { duplicate: true }, 'of the first time');
});

t.test('a key of another request is refused and nothing is done', async (t) => {
  const { rig, id } = await away();
  const RequestKey = keyOf('one');
  const at = { away: id, home: '' };
  const made = await rig.ask(media, op.submit(queueIn(1), { RequestKey }));
  at.home = (made as { interactionId: string }).interactionId;
  t.equal(errorOf(await rig.ask(media, op.stop(at.home, { RequestKey }))), 'RequestKeyReused');
  const differing = op.submit(queueIn(1), { RequestKey, Priority: 3 });
  t.equal(errorOf(await rig.ask(media, differing, retried)), 'RequestKeyReused');
  for (const each of [at.away, at.home]) {
    const key = { RequestKey: keyOf('hold') };
    t.equal(errorOf(await rig.ask(media, op.hold(each, key))), 'ack');
    t.equal(errorOf(await rig.ask(media, op.resume(each, key))), 'RequestKeyReused');
    t.equal(errorOf(await rig.ask(media, op.stop(each, key))), 'RequestKeyReused');
    t.match(propertiesOf(await rig.ask(media, op.get(each))), { IsHeld: 1 });
    t.equal(errorOf(await rig.ask(other, op.stop(each))), 'ack');
    t.equal(errorOf(await rig.ask(media, op.resume(each, key))), 'RequestKeyReused', 'ended');
    await rig.quiet();
    t.equal(errorOf(await rig.ask(media, op.resume(each, key))), 'RequestKeyReused', 'noted');
  }
});

/** Makes a partition forget what it knew: keys of so many requests later. */
async function forget(rig: Rig, partition: number): Promise<void> {
  await rig.pass(limits.retryKeyMs + limits.retryTransitMs * 3);
  for (let count = 0; count < 130; count++) {
    const RequestKey = keyOf(`${Math.random()}`);
    await rig.ask(other, op.submit(queueIn(partition), { RequestKey }));
  }
}

t.test('what may be forgotten is not executed again, wherever it was executed', async (t) => {
  const { rig, id } = await away();
  const made = await rig.ask(media, op.submit(queueIn(0)));
  const { interactionId: atHome } = made as { interactionId: string };
  const operations: Operation[] = [
    op.submit(queueIn(0), { RequestKey: keyOf('submit') }),
    op.submit(queueIn(1), { RequestKey: keyOf('chosen'), InteractionId: idAtHome(0, 3, 'own') }),
    op.change(atHome, { Priority: 1, RequestKey: keyOf('home') }),
    op.change(id, { Priority: 1, RequestKey: keyOf('away') }),
    op.place(id, queueIn(2), { RequestKey: keyOf('place') }),
    op.stop(atHome, { RequestKey: keyOf('stop') }),
  ];
  for (const operation of operations) await rig.ask(media, operation);
  for (const partition of [0, 1, 2]) await forget(rig, partition);
  await rig.world.kill();
  const RetryAgeMs = limits.retryKeyMs + 60_000;
  for (const { kind, attributes } of operations) {
    const operation = { kind, attributes: { ...attributes, RetryAgeMs } } as Operation;
    // What is away is known by its row; an identifier that is there is known by itself.
    const isKnown = 'InteractionId' in attributes && attributes.InteractionId !== atHome;
    const answer = errorOf(await rig.ask(media, operation, retried));
    t.equal(answer, isKnown ? 'ack' : 'UnknownOutcome', kind);
  }
  for (const each of [id, atHome]) t.equal(countOf(rig, each, 'PropertiesChanged'), 1);
  t.equal(countOf(rig, id, 'PlacedInQueue'), 1);
});

t.test('a request that is younger than all that was forgotten is executed', async (t) => {
  const { rig, id } = await away();
  for (const partition of [0, 1, 2]) await forget(rig, partition);
  const young = { RetryAgeMs: 5_000 };
  const submit = op.submit(queueIn(0), { RequestKey: keyOf('submit'), ...young });
  t.equal(errorOf(await rig.ask(media, submit, retried)), 'ack');
  const change = op.change(id, { Priority: 1, RequestKey: keyOf('change'), ...young });
  t.equal(errorOf(await rig.ask(media, change, retried)), 'ack');
  t.equal(countOf(rig, id, 'PropertiesChanged'), 1);
});

t.test('home that has forgotten asks the row: what it knows is answered', async (t) => {
  const { rig, id } = await away();
  await forget(rig, 0);
  const first = op.change(id, { Priority: 1, RequestKey: keyOf('first') });
  await rig.ask(media, first);
  await rig.pass(limits.retryKeyMs / 2);
  t.equal(errorOf(await rig.ask(media, first, retried)), 'ack');
  t.equal(countOf(rig, id, 'PropertiesChanged'), 1);
});

t.test('results in a row grow old by the time that is served, over moves too', async (t) => {
  const { rig, id } = await away();
  const first = op.change(id, { Priority: 1, RequestKey: keyOf('first') });
  await rig.ask(media, first);
  await rig.pass(limits.retryKeyMs / 2);
  await rig.ask(media, op.place(id, queueIn(2)));
  await rig.quiet();
  await rig.pass(limits.retryKeyMs / 4);
  await change(rig, id, 1);
  t.equal(errorOf(await rig.ask(media, first, retried)), 'ack', 'young enough');
  await rig.pass(limits.retryKeyMs);
  await change(rig, id, 1, 'late');
  const { store } = rig.world.partition(2).core;
  t.ok(store.get(Table.state, id)!.length < 150, 'it has left the row');
  const late = op.change(id, { Priority: 1, RequestKey: keyOf('first'), RetryAgeMs: 1_200_000 });
  t.equal(errorOf(await rig.ask(media, late, retried)), 'UnknownOutcome');
});

t.test('a request without the flag just after a restart is done once', async (t) => {
  const rig = await Rig.start({ sessions: [media] });
  for (let count = 0; count < 100; count++) {
    await rig.ask(media, op.submit(queueIn(0), { RequestKey: keyOf(`before ${count}`) }));
  }
  const submit = op.submit(queueIn(0), { RequestKey: keyOf('submit') });
  const first = await rig.ask(media, submit);
  await rig.world.kill();
  t.strictSame(await rig.ask(media, submit), first);
});

t.test('a queue that has lived everywhere still knows its keys', async (t) => {
  const partitions = 8;
  const rig = await Rig.start({ partitions, sessions: [media] });
  const submits: Operation[] = [];
  const firsts: unknown[] = [];
  for (let at = 0; at < partitions; at++) {
    if (at > 0) rig.world.moveQueue(queueIn(0), at);
    await rig.world.settle();
    submits.push(op.submit(queueIn(0), { RequestKey: keyOf(`at ${at}`) }));
    firsts.push(await rig.ask(media, submits[at]!));
  }
  for (const [at, submit] of submits.entries()) {
    t.strictSame(await rig.ask(media, submit, retried), firsts[at], `submitted to ${at}`);
  }
});
