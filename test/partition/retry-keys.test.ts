/** The same key gets the same answer: at once, after a restart, and until it is trimmed. */
import t from 'tap';
import { KeyedKind } from '../../lib/interaction/keyed-result.js';
import { limits } from '../../lib/limits.js';
import { KeyIndex } from '../../lib/partition/ledger/key-index.js';
import { PartitionTime } from '../../lib/partition/ledger/partition-time.js';
import { RetryKeys } from '../../lib/partition/ledger/retry-keys.js';
import {
  encodeRetryRow,
  retryRowHead,
  type KeptResult,
} from '../../lib/partition/rows/retry-row.js';
import { Turn } from '../../lib/partition/turn.js';
import { Table } from '../../lib/store/contract.js';
import { u64Key } from '../../lib/store/keys.js';
import { MemoryStore } from '../../lib/store/memory.js';
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
const RequestKey = keyOf('the key');

t.test('each request with a key is done once', async (t) => {
  const rig = await Rig.start({ sessions: [media, agent] });
  const submit = op.submit(queueIn(0), { RequestKey: keyOf('submit') });
  const first = await rig.ask(media, submit);
  t.strictSame(await rig.ask(media, submit), first);
  const id = (first as { interactionId: string }).interactionId;
  const operations = [
    op.change(id, { Priority: 7, RequestKey: keyOf('change') }),
    op.hold(id, { RequestKey: keyOf('hold') }),
    op.place(id, queueIn(0, true), { RequestKey: keyOf('place') }),
    op.stop(id, { RequestKey: keyOf('stop') }),
  ];
  for (const operation of operations) {
    t.equal(errorOf(await rig.ask(media, operation)), 'ack');
    t.equal(errorOf(await rig.ask(media, operation)), 'ack', `${operation.kind} again`);
  }
  const once = ['InteractionSubmitted', 'PropertiesChanged', 'Held', 'PlacedInQueue'];
  t.strictSame(rig.eventNames(id), [...once, 'ProcessingStopped']);
});

t.test('a repeated pull gives the same interactions, with their properties now', async (t) => {
  const rig = await Rig.start({ sessions: [media, agent] });
  for (let count = 0; count < 3; count++) await rig.ask(media, op.submit(queueIn(0)));
  const pull = op.pull(queueIn(0), { Count: 2, RequestKey });
  const ids = pulledIds(await rig.ask(agent, pull));
  t.equal(ids.length, 2);
  await rig.ask(agent, op.change(String(ids[0]), { Priority: 9 }));
  const again = await rig.ask(agent, pull);
  t.strictSame(pulledIds(again), ids);
  const [first] = again.kind === 'pulled' ? again.interactions : [];
  t.equal(propertiesOf({ kind: 'properties', properties: first! })['Priority'], 9);
});

t.test('a repeated pull gives nothing that another client has by now', async (t) => {
  const bob = sessionOf('bob', 'AgentApplication');
  const rig = await Rig.start({ sessions: [media, agent, bob] });
  await rig.ask(media, op.submit(queueIn(0)));
  const pull = op.pull(queueIn(0), { RequestKey });
  const [id] = pulledIds(await rig.ask(agent, pull));
  rig.world.partition(0).sessionClosed(agent, true);
  await rig.pass(0);
  t.strictSame(pulledIds(await rig.ask(bob, op.pull(queueIn(0)))), [id]);
  t.strictSame(pulledIds(await rig.ask(agent, pull)), []);
});

t.test('a key is of one client, and a refusal is not kept', async (t) => {
  const rig = await Rig.start({ sessions: [media, agent] });
  const submit = op.submit(queueIn(0), { RequestKey });
  const first = (await rig.ask(media, submit)) as { interactionId: string };
  const other = (await rig.ask(agent, submit)) as { interactionId: string };
  t.not(first.interactionId, other.interactionId);
  const pull = op.pullById(other.interactionId, { RequestKey: keyOf('pull') });
  t.equal(errorOf(await rig.ask(sessionOf('bob', 'AgentApplication'), pull)), 'HeldByAnother');
  await rig.ask(agent, op.place(other.interactionId, queueIn(0)));
  t.equal(errorOf(await rig.ask(sessionOf('bob', 'AgentApplication'), pull)), 'pulled');
});

t.test('a key that was answered away from home travels with the interaction', async (t) => {
  const rig = await Rig.start({ partitions: 3, sessions: [media, agent] });
  const id = idAtHome(0, 3);
  await rig.ask(media, op.submit(queueIn(1), { InteractionId: id }));
  const pull = op.pullById(id, { RequestKey });
  t.strictSame(pulledIds(await rig.ask(agent, pull)), [id]);
  t.strictSame(pulledIds(await rig.ask(agent, pull)), [id], 'again');
  await rig.ask(agent, op.place(id, queueIn(2)));
  await rig.world.settle();
  t.strictSame(pulledIds(await rig.ask(agent, pull)), [], 'it has it no longer');
  const { InteractionState } = propertiesOf(await rig.ask(media, op.get(id)));
  t.equal(InteractionState, 0, 'and it was not pulled once more');
});

t.test('after a restart a request that says so waits for all keys', async (t) => {
  const rig = await Rig.start({ sessions: [media] });
  const submit = op.submit(queueIn(0), { RequestKey });
  const first = await rig.ask(media, submit);
  for (let count = 0; count < 100; count++) {
    await rig.ask(media, op.submit(queueIn(0), { RequestKey: keyOf(`key ${count}`) }));
  }
  await rig.world.kill();
  t.ok(rig.world.partition(0).core.retryKeys.isReadingBack);
  t.strictSame(await rig.ask(media, submit, { retried: true }), first);
});

t.test('after a restart keys are read back in steps also without that', async (t) => {
  const rig = await Rig.start({ sessions: [media] });
  const submit = op.submit(queueIn(0), { RequestKey });
  const first = await rig.ask(media, submit);
  for (let count = 0; count < 100; count++) {
    await rig.ask(media, op.submit(queueIn(0), { RequestKey: keyOf(`key ${count}`) }));
  }
  await rig.world.kill();
  for (let step = 0; step < 5; step++) await rig.pass(300);
  t.notOk(rig.world.partition(0).core.retryKeys.isReadingBack);
  t.strictSame(await rig.ask(media, submit), first);
});

t.test('keys are trimmed by the time for which the partition served', async (t) => {
  const rig = await Rig.start({ sessions: [media] });
  const submit = op.submit(queueIn(0), { RequestKey });
  const first = await rig.ask(media, submit);
  await rig.pass(limits.retryKeyMs - 10_000);
  await rig.world.kill();
  t.strictSame(await rig.ask(media, submit, { retried: true }), first, 'still there');
  await rig.pass(limits.retryKeyMs * 2);
  for (let count = 0; count < 200; count++) {
    await rig.ask(media, op.submit(queueIn(0), { RequestKey: keyOf(`key ${count}`) }));
  }
  const [oldest] = rig.world.partition(0).core.store.range(Table.retry, { limit: 1 });
  t.not(oldest?.[0], '\0\0\0\0\0\0\0\x01', 'the row of the first is gone');
  const again = op.submit(queueIn(0), { RequestKey, RetryAgeMs: limits.retryKeyMs * 2 });
  t.equal(errorOf(await rig.ask(media, again)), 'UnknownOutcome', 'and that is known');
});

/** Retry keys over a store, by a clock that the test moves. */
function keysOver(store: MemoryStore, clock: { nowMs: number }): RetryKeys {
  const timer = { cancel: () => undefined };
  const time = new PartitionTime(
    { nowMs: () => clock.nowMs, monotonicMs: () => clock.nowMs, setTimer: () => timer },
    store,
  );
  return new RetryKeys(store, time);
}

const result = (key: string, ids: string[] = []): KeptResult => ({
  clientName: 'mail',
  key: keyOf(key),
  kind: KeyedKind.submit,
  digest: 1,
  ids,
});

/** Stores results, each list with a write set of its own. */
async function storeAll(
  keys: RetryKeys,
  store: MemoryStore,
  lists: Iterable<readonly KeptResult[]>,
): Promise<void> {
  let { sequence } = store.applied();
  for (const results of lists) {
    const turn = new Turn(store, 1_000);
    for (const each of results) keys.keep(turn, each);
    keys.store(turn);
    await store.append(turn.seal(0, 1, ++sequence));
  }
}

const ageMs = 60_000;

t.test('keys are trimmed by count', async (t) => {
  const store = new MemoryStore();
  const clock = { nowMs: 1_000 };
  const keys = keysOver(store, clock);
  const perTurn = 8_000;
  const turns = limits.retryKeysPerPartition / perTurn + 130;
  function* all() {
    for (let number = 0; number < turns; number++) {
      clock.nowMs += 1_000;
      yield Array.from({ length: perTurn }, (_, each) => result(`${number}.${each}`));
    }
  }
  await storeAll(keys, store, all());
  const find = (keysNow: RetryKeys, number: number) =>
    keysNow.find(new Turn(store, 1_000), 'mail', keyOf(`${number}.0`), Infinity);
  const again = keysOver(store, clock);
  const kept = limits.retryKeysPerPartition / perTurn;
  for (const [name, each] of Object.entries({ running: keys, restarted: again })) {
    t.not(find(each, turns - 1), undefined, `${name}: the newest`);
    t.not(find(each, turns - kept), undefined, 'the oldest of those that are promised');
    t.equal(find(each, 0), undefined, `${name}: the oldest`);
    t.notOk(each.isForgotten((kept - 20) * 1_000), 'not forgotten as far back as they are kept');
    t.ok(each.isForgotten((turns - 1) * 1_000), 'forgotten from there on');
  }
  t.ok(store.count(Table.retry) < turns, 'rows are removed');
});

t.test('keys are trimmed by bytes', async (t) => {
  const store = new MemoryStore();
  const clock = { nowMs: 1_000 };
  const keys = keysOver(store, clock);
  const ids = Array.from({ length: 100 }, (_, index) => `${index}`.padStart(64, 'x'));
  const bytes = 64 * 100 * 100;
  const turns = Math.ceil(limits.retryBytesPerPartition / bytes) + 200;
  function* all() {
    for (let number = 0; number < turns; number++) {
      clock.nowMs += 1_000;
      yield Array.from({ length: 100 }, (_, each) => result(`${number}.${each}`, ids));
    }
  }
  await storeAll(keys, store, all());
  const sum = store.range(Table.retry, {}).reduce((all, [, row]) => all + row.length, 0);
  t.ok(sum < limits.retryBytesPerPartition + 130 * bytes, `${sum} bytes`);
  for (const each of [keys, keysOver(store, clock)]) {
    const find = (number: number) =>
      each.find(new Turn(store, 1_000), 'mail', keyOf(`${number}.7`), Infinity);
    t.strictSame(find(turns - 1)?.ids, ids);
    t.equal(find(0), undefined);
    t.ok(each.isForgotten((turns - 1) * 1_000));
  }
});

t.test('only as much is read back as a request is old', async (t) => {
  const store = new MemoryStore();
  const clock = { nowMs: 1_000 };
  const keys = keysOver(store, clock);
  function* all() {
    for (let number = 0; number < 1_000; number++) {
      clock.nowMs += 100;
      yield [result(`${number}`)];
    }
  }
  await storeAll(keys, store, all());
  clock.nowMs += 86_400_000;
  const again = keysOver(store, clock);
  const turn = new Turn(store, 1_000);
  t.equal(again.find(turn, 'mail', keyOf('unknown'), 5_000), undefined);
  t.ok(again.isReadingBack);
  t.not(again.find(turn, 'mail', keyOf('950'), 5_000), undefined);
  t.not(again.find(turn, 'mail', keyOf('0'), Infinity), undefined);
  t.notOk(again.isReadingBack);
  t.notOk(again.isForgotten(ageMs), 'nothing was dropped');
});

t.test(
  'what was dropped before a restart is forgotten after it, whatever the clock says',
  async (t) => {
    const store = new MemoryStore();
    const clock = { nowMs: 1_000 };
    const keys = keysOver(store, clock);
    function* all() {
      for (let number = 0; number < 200; number++) {
        clock.nowMs += 10_000;
        yield [result(`${number}`)];
      }
    }
    await storeAll(keys, store, all());
    t.ok(keys.isForgotten(limits.retryKeyMs + 60_000));
    clock.nowMs += 365 * 86_400_000;
    const again = keysOver(store, clock);
    t.ok(again.isForgotten(limits.retryKeyMs + 60_000), 'a year later by the clock');
    t.notOk(again.isForgotten(limits.retryKeyMs), 'as far back as is promised');
    const turn = new Turn(store, 1_000);
    t.not(again.find(turn, 'mail', keyOf('199'), ageMs), undefined);
    t.not(again.find(turn, 'mail', keyOf('150'), limits.retryKeyMs), undefined);
  },
);

t.test('more results than 32 bits can count', async (t) => {
  const store = new MemoryStore();
  const head = { servedMs: 2 ** 33, count: 2 ** 33, floorMs: 2 ** 32 + 1, seed: -5 };
  const turn = new Turn(store, 1_000);
  turn.put(Table.retry, u64Key(2 ** 34), encodeRetryRow(head, 2 ** 35, [], []));
  await store.append(turn.seal(0, 1, 1));
  const clock = { nowMs: 1_000 };
  await storeAll(keysOver(store, clock), store, [[result('a', ['x'])]]);
  const [[key, row] = []] = store.range(Table.retry, { reverse: true, limit: 1 });
  t.equal(key, u64Key(2 ** 34 + 1));
  t.match(retryRowHead(row!), { ...head, count: 2 ** 33 + 1 });
  const again = keysOver(store, clock);
  t.strictSame(again.find(new Turn(store, 1_000), 'mail', keyOf('a'), ageMs), result('a', ['x']));
});

t.test('keys of one hash do not hide each other', async (t) => {
  const index = new KeyIndex();
  for (let row = 1; row <= 3_000; row++) index.add(row % 3 === 0 ? 7 : row * 1_024, row);
  const rows: number[] = [];
  for (let at = index.find(7); at >= 0; at = index.find(7, at)) rows.push(index.rowAt(at));
  t.strictSame(
    rows.sort((one, other) => one - other),
    Array.from({ length: 1_000 }, (_, count) => (count + 1) * 3),
  );
});

t.test('tombstones: an identifier that ended is known until it expires', async (t) => {
  const rig = await Rig.start({ partitions: 2, sessions: [media, agent] });
  for (const home of [0, 1]) {
    const id = idAtHome(home, 2);
    const submit = op.submit(queueIn(0), { InteractionId: id });
    await rig.ask(media, submit);
    await rig.ask(media, op.stop(id));
    await rig.quiet();
    t.match(await rig.ask(media, submit), { interactionId: id, duplicate: true });
    t.equal(errorOf(await rig.ask(agent, submit)), 'DuplicateInteractionId');
    t.equal(errorOf(await rig.ask(media, op.get(id))), 'UnknownInteraction');
    await rig.world.kill();
    t.match(await rig.ask(media, submit), { duplicate: true }, 'after a restart');
    await rig.pass(limits.retryKeyMs + 2_000);
    t.strictSame(await rig.ask(agent, submit), { kind: 'ack', interactionId: id }, 'expired');
    await rig.ask(agent, op.stop(id));
  }
  t.strictSame(rig.world.faults(), []);
});

t.test('identifiers are kept longer after the end if that is wanted', async (t) => {
  const identifierRetentionMs = limits.retryKeyMs * 10;
  const settings = { identifierRetentionMs };
  const rig = await Rig.start({ partitions: 2, sessions: [media, agent], settings });
  const ids = [idAtHome(0, 2), idAtHome(1, 2)];
  for (const id of ids) {
    await rig.ask(media, op.submit(queueIn(0), { InteractionId: id }));
    await rig.ask(media, op.stop(id));
  }
  await rig.quiet();
  const again = (id: string) => rig.ask(media, op.submit(queueIn(0), { InteractionId: id }));
  await rig.pass(limits.retryKeyMs * 9);
  for (const id of ids) t.match(await again(id), { duplicate: true }, 'still known');
  await rig.world.kill();
  await rig.pass(limits.retryKeyMs + 2_000);
  for (const id of ids) t.strictSame(await again(id), { kind: 'ack', interactionId: id });
});
