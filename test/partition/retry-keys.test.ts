/** The same key gets the same answer: at once, after a restart, and until it is trimmed. */
import { Packr } from 'msgpackr';
import t from 'tap';
import { limits } from '../../lib/limits.js';
import { RetryKeys } from '../../lib/partition/retry-keys.js';
import { Turn } from '../../lib/partition/turn.js';
import { u64Key } from '../../lib/store/keys.js';
import { MemoryStore } from '../../lib/store/memory.js';
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
import { Table } from '../../lib/store/contract.js';

const media = sessionOf('mail', 'MediaServer');
const agent = sessionOf('ann', 'AgentApplication');
const RequestKey = keyOf('the key');

t.test('each request with a key is done once', async (t) => {
  const bench = await Bench.start({ sessions: [media, agent] });
  const submit = op.submit(queueIn(0), { RequestKey: keyOf('submit') });
  const first = await bench.ask(media, submit);
  t.strictSame(await bench.ask(media, submit), first);
  const id = (first as { interactionId: string }).interactionId;
  const operations = [
    op.change(id, { Priority: 7, RequestKey: keyOf('change') }),
    op.hold(id, { RequestKey: keyOf('hold') }),
    op.place(id, queueIn(0, true), { RequestKey: keyOf('place') }),
    op.stop(id, { RequestKey: keyOf('stop') }),
  ];
  for (const operation of operations) {
    t.equal(errorOf(await bench.ask(media, operation)), 'ack');
    t.equal(errorOf(await bench.ask(media, operation)), 'ack', `${operation.kind} again`);
  }
  const once = ['InteractionSubmitted', 'PropertiesChanged', 'Held', 'PlacedInQueue'];
  t.strictSame(bench.eventNames(id), [...once, 'ProcessingStopped']);
});

t.test('a repeated pull gives the same interactions, with their properties now', async (t) => {
  const bench = await Bench.start({ sessions: [media, agent] });
  for (let count = 0; count < 3; count++) await bench.ask(media, op.submit(queueIn(0)));
  const pull = op.pull(queueIn(0), { Count: 2, RequestKey });
  const ids = pulledIds(await bench.ask(agent, pull));
  t.equal(ids.length, 2);
  await bench.ask(agent, op.change(String(ids[0]), { Priority: 9 }));
  const again = await bench.ask(agent, pull);
  t.strictSame(pulledIds(again), ids);
  const [first] = again.kind === 'pulled' ? again.interactions : [];
  t.equal(propertiesOf({ kind: 'properties', properties: first! })['Priority'], 9);
});

t.test('a repeated pull gives nothing that another client has by now', async (t) => {
  const bob = sessionOf('bob', 'AgentApplication');
  const bench = await Bench.start({ sessions: [media, agent, bob] });
  await bench.ask(media, op.submit(queueIn(0)));
  const pull = op.pull(queueIn(0), { RequestKey });
  const [id] = pulledIds(await bench.ask(agent, pull));
  bench.world.partition(0).sessionClosed(agent, true);
  await bench.pass(0);
  t.strictSame(pulledIds(await bench.ask(bob, op.pull(queueIn(0)))), [id]);
  t.strictSame(pulledIds(await bench.ask(agent, pull)), []);
});

t.test('a key is of one client, and a refusal is not kept', async (t) => {
  const bench = await Bench.start({ sessions: [media, agent] });
  const submit = op.submit(queueIn(0), { RequestKey });
  const first = (await bench.ask(media, submit)) as { interactionId: string };
  const other = (await bench.ask(agent, submit)) as { interactionId: string };
  t.not(first.interactionId, other.interactionId);
  const pull = op.pullById(other.interactionId, { RequestKey: keyOf('pull') });
  t.equal(errorOf(await bench.ask(sessionOf('bob', 'AgentApplication'), pull)), 'HeldByAnother');
  await bench.ask(agent, op.place(other.interactionId, queueIn(0)));
  t.equal(errorOf(await bench.ask(sessionOf('bob', 'AgentApplication'), pull)), 'pulled');
});

t.test('a key that was answered away from home travels with the interaction', async (t) => {
  const bench = await Bench.start({ partitions: 3, sessions: [media, agent] });
  const id = idAtHome(0, 3);
  await bench.ask(media, op.submit(queueIn(1), { InteractionId: id }));
  const pull = op.pullById(id, { RequestKey });
  t.strictSame(pulledIds(await bench.ask(agent, pull)), [id]);
  t.strictSame(pulledIds(await bench.ask(agent, pull)), [id], 'again');
  await bench.ask(agent, op.place(id, queueIn(2)));
  await bench.world.settle();
  t.strictSame(pulledIds(await bench.ask(agent, pull)), [], 'it has it no longer');
  const { InteractionState } = propertiesOf(await bench.ask(media, op.get(id)));
  t.equal(InteractionState, 0, 'and it was not pulled once more');
});

t.test('after a restart a request that says so waits for all keys', async (t) => {
  const bench = await Bench.start({ sessions: [media] });
  const submit = op.submit(queueIn(0), { RequestKey });
  const first = await bench.ask(media, submit);
  for (let count = 0; count < 100; count++) {
    await bench.ask(media, op.submit(queueIn(0), { RequestKey: keyOf(`key ${count}`) }));
  }
  await bench.world.kill();
  t.ok(bench.world.partition(0).core.retryKeys.isReadingBack);
  t.strictSame(await bench.ask(media, submit, { retried: true }), first);
});

t.test('after a restart keys are read back in steps also without that', async (t) => {
  const bench = await Bench.start({ sessions: [media] });
  const submit = op.submit(queueIn(0), { RequestKey });
  const first = await bench.ask(media, submit);
  for (let count = 0; count < 100; count++) {
    await bench.ask(media, op.submit(queueIn(0), { RequestKey: keyOf(`key ${count}`) }));
  }
  await bench.world.kill();
  for (let step = 0; step < 5; step++) await bench.pass(300);
  t.notOk(bench.world.partition(0).core.retryKeys.isReadingBack);
  t.strictSame(await bench.ask(media, submit), first);
});

t.test('keys are trimmed by time, and so are not read back', async (t) => {
  const bench = await Bench.start({ sessions: [media] });
  const submit = op.submit(queueIn(0), { RequestKey });
  const first = await bench.ask(media, submit);
  await bench.pass(limits.retryKeyMs - 10_000);
  await bench.world.kill();
  t.strictSame(await bench.ask(media, submit, { retried: true }), first, 'still there');
  await bench.pass(20_000);
  await bench.world.kill();
  t.notSame(await bench.ask(media, submit, { retried: true }), first, 'past');
  for (let count = 0; count < 200; count++) {
    await bench.ask(media, op.submit(queueIn(0), { RequestKey: keyOf(`key ${count}`) }));
  }
  const [oldest] = bench.world.partition(0).core.store.range(Table.retry, { limit: 1 });
  t.not(oldest?.[0], '\0\0\0\0\0\0\0\x01', 'the row of the first is gone');
});

t.test('keys are trimmed by count', async (t) => {
  const store = new MemoryStore();
  let sequence = 0;
  const keys = new RetryKeys(store, false);
  const perTurn = 2_000;
  const turns = limits.retryKeysPerPartition / perTurn + 70;
  for (let number = 0; number < turns; number++) {
    const turn = new Turn(store, 1_000);
    for (let each = 0; each < perTurn; each++) {
      const requestKey = `${number}.${each}`.padEnd(16);
      keys.keep(turn, { clientName: 'mail', requestKey, kind: 'ack', ids: [] });
    }
    keys.store(turn);
    await store.append(turn.seal(0, 1, ++sequence));
  }
  const find = (keysNow: RetryKeys, number: number) =>
    keysNow.find(new Turn(store, 1_000), 'mail', keyOf(`${number}.0`), true);
  const again = new RetryKeys(store, false);
  for (const [name, each] of Object.entries({ running: keys, restarted: again })) {
    t.not(find(each, turns - 1), undefined, `${name}: the newest`);
    t.not(find(each, turns - limits.retryKeysPerPartition / perTurn / 2), undefined, 'recent');
    t.equal(find(each, 0), undefined, `${name}: the oldest`);
  }
  t.ok(store.count(Table.retry) < turns, 'rows are removed');
});

t.test('more results than 32 bits can count', async (t) => {
  const store = new MemoryStore();
  const row = new Packr({ useRecords: false }).pack([1, 1_000, 2n ** 33n, []]);
  const first = new Turn(store, 1_000);
  first.put(Table.retry, u64Key(1), row);
  await store.append(first.seal(0, 1, 1));
  const keys = new RetryKeys(store, false);
  const turn = new Turn(store, 1_000);
  keys.keep(turn, { clientName: 'mail', requestKey: 'a'.repeat(16), kind: 'ack', ids: ['x'] });
  keys.store(turn);
  await store.append(turn.seal(0, 1, 2));
  const kept = new RetryKeys(store, false).find(
    new Turn(store, 1_000),
    'mail',
    keyOf('a'.repeat(16)),
    true,
  );
  t.strictSame(kept?.ids, ['x']);
});

t.test('tombstones: an identifier that ended is known until it expires', async (t) => {
  const bench = await Bench.start({ partitions: 2, sessions: [media, agent] });
  for (const home of [0, 1]) {
    const id = idAtHome(home, 2);
    const submit = op.submit(queueIn(0), { InteractionId: id });
    await bench.ask(media, submit);
    await bench.ask(media, op.stop(id));
    await bench.quiet();
    t.match(await bench.ask(media, submit), { interactionId: id, duplicate: true });
    t.equal(errorOf(await bench.ask(agent, submit)), 'DuplicateInteractionId');
    t.equal(errorOf(await bench.ask(media, op.get(id))), 'UnknownInteraction');
    await bench.world.kill();
    t.match(await bench.ask(media, submit), { duplicate: true }, 'after a restart');
    await bench.pass(limits.retryKeyMs + 2_000);
    t.strictSame(await bench.ask(agent, submit), { kind: 'ack', interactionId: id }, 'expired');
    await bench.ask(agent, op.stop(id));
  }
  t.strictSame(bench.world.faults(), []);
});
