/** Keys and rows of a partition come back as they were, sort as they must, and repeat no number. */
import { deepStrictEqual, ok, strictEqual, throws } from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { seededRandom } from '../../lib/clock.js';
import { PartyKind } from '../../lib/interaction/state-sections.js';
import type { StateRecord } from '../../lib/interaction/state-record.js';
import { noTimes } from '../../lib/interaction/times.js';
import {
  decodeIndex,
  encodeIndex,
  IndexKind,
  IndexState,
  readIndexes,
} from '../../lib/partition/rows/index-row.js';
import {
  DeadlineKind,
  deadlineKey,
  idOfOrderKey,
  indexOfOrderKey,
  orderKeyOf,
  readDeadlineKey,
  steadyDeadlineKey,
} from '../../lib/partition/rows/keys.js';
import {
  partyKey,
  partyPrefix,
  readPartyKey,
  sessionPartyKey,
  sessionPartyPrefix,
} from '../../lib/partition/rows/party-key.js';
import { packQueues, readQueueList, unpackQueues } from '../../lib/partition/rows/queue-list.js';
import {
  newNumber,
  raiseHighest,
  readHighest,
  Registry,
} from '../../lib/partition/rows/registry.js';
import type { QueueEntry } from '../../lib/queue/entry.js';
import { Turn } from '../../lib/partition/turn.js';
import { u32Key } from '../../lib/store/keys.js';
import { LayeredStore } from '../../lib/store/layered.js';
import { MemoryDisk, MemoryMedium } from '../../lib/store/memory.js';
import { Rig, op, queueIn, sessionOf } from './support.js';

const seedOfRun = process.env['IXION_SEED'];
const seed = seedOfRun === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(seedOfRun);
const parameters = { seed, numRuns: 200 };

const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const time = fc.integer({ min: 0, max: 8_640_000_000_000_000 });
const id = fc.stringMatching(/^[A-Za-z0-9._:-]{1,64}$/);
const name = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => !text.includes('\0'));
const sessionKey = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((bytes) => Buffer.from(bytes).toString('hex'));

t.test(`keys of deadlines; IXION_SEED=${seed}`, async () => {
  const kind = fc.constantFrom(...Object.values(DeadlineKind));
  fc.assert(
    fc.property(time, kind, u32, id, fc.boolean(), (atMs, one, number, of, isSteady) => {
      const make = isSteady ? steadyDeadlineKey : deadlineKey;
      const expected = { atMs, isSteady, kind: one, number, id: of };
      deepStrictEqual(readDeadlineKey(make(atMs, one, of, number)), expected);
      ok(make(atMs, one, of, number) < make(atMs + 1, DeadlineKind.resume, 'A', 0));
      ok(deadlineKey(atMs, one, of, number) < steadyDeadlineKey(0, DeadlineKind.resume, 'A'));
    }),
    parameters,
  );
});

t.test(`keys of parties; IXION_SEED=${seed}`, async () => {
  fc.assert(
    fc.property(
      sessionKey,
      sessionKey,
      id,
      name,
      name,
      name,
      (one, other, of, agent, place, router) => {
        const key = sessionPartyKey(one, of);
        deepStrictEqual(readPartyKey(key), { kind: PartyKind.session, owner: [one], id: of });
        strictEqual(key.startsWith(sessionPartyPrefix(other)), one === other);
        const cases = [
          [PartyKind.agentAtPlace, [agent, place]],
          [PartyKind.router, [router]],
          [PartyKind.lock, [router]],
        ] as const;
        for (const [kind, owner] of cases) {
          const named = partyKey(kind, owner, of);
          deepStrictEqual(readPartyKey(named), { kind, owner, id: of });
          ok(named.startsWith(partyPrefix(kind, owner)));
          ok(named > key);
        }
        const [left, right] = [partyKey(2, ['a', place], of), partyPrefix(2, [`a${place}`, ''])];
        ok(place === '' || !left.startsWith(right), 'names do not run into each other');
      },
    ),
    parameters,
  );
  throws(() => partyKey(PartyKind.router, ['a\0b'], 'x'), /as many names/);
  throws(() => readPartyKey('\x09abc'), /unknown kind/);
});

interface Ordered {
  readonly priority: number;
  readonly receivedAt: number;
  readonly placeSeq: number;
  readonly id: string;
}
const ordered: fc.Arbitrary<Ordered> = fc.record({
  priority: fc.integer({ min: -3, max: 3 }),
  receivedAt: fc.integer({ min: 1, max: 3 }),
  placeSeq: fc.integer({ min: 1, max: 2 ** 53 - 1 }),
  id,
});

t.test(`keys of the order sort as pulls go; IXION_SEED=${seed}`, async () => {
  const key = ({ priority, receivedAt, placeSeq, id: of }: Ordered): string => {
    const times = { ...noTimes(), ReceivedAt: receivedAt };
    const record = { priority, times, placeSeq, orderAt: undefined } as StateRecord;
    return orderKeyOf(7, of, record);
  };
  fc.assert(
    fc.property(ordered, ordered, (one, other) => {
      const terms = [
        other.priority - one.priority,
        one.receivedAt - other.receivedAt,
        one.placeSeq - other.placeSeq,
      ];
      const first = terms.find((term) => term !== 0);
      strictEqual(idOfOrderKey(key(one)), one.id);
      strictEqual(indexOfOrderKey(key(one)), 7);
      if (first !== undefined) strictEqual(key(one) < key(other), first < 0);
    }),
    parameters,
  );
});

t.test(`rows of indexes; IXION_SEED=${seed}`, async () => {
  fc.assert(
    fc.property(u32, u32, id, (queue, number, cursor) => {
      const key = String.fromCharCode(Registry.indexes) + u32Key(queue) + u32Key(number);
      for (const state of Object.values(IndexState)) {
        const at = state === IndexState.building ? cursor : '';
        const definition = { queue, number, state, kind: IndexKind.ownOrder, cursor: at };
        deepStrictEqual(decodeIndex(key, encodeIndex(definition)), definition);
      }
    }),
    parameters,
  );
});

t.test(`lists of queues; IXION_SEED=${seed}`, async () => {
  const text = fc.string({ minLength: 1, maxLength: 9 });
  const queue = fc.record(
    {
      number: u32,
      name: text,
      businessProcess: text,
      partition: fc.nat(63),
      placement: text,
      formerly: fc.array(fc.nat(63), { minLength: 1, maxLength: 3 }),
      kind: fc.constant('private' as const),
    },
    {
      noNullPrototype: true,
      requiredKeys: ['number', 'name', 'businessProcess', 'partition'],
    },
  );
  fc.assert(
    fc.property(fc.array(queue), (queues) => {
      deepStrictEqual([...unpackQueues(packQueues(queues))], queues);
    }),
    parameters,
  );
});

t.test(`no registry gives a number twice, whatever is killed; IXION_SEED=${seed}`, async (t) => {
  const random = seededRandom(seed);
  const below = (most: number): number => Math.floor(random.fraction() * most);
  const disk = new MemoryDisk();
  const open = (): LayeredStore => new LayeredStore(new MemoryMedium(disk, (work) => work()));
  let store = open();
  const registries = Object.values(Registry);
  const durable = new Map(registries.map((registry) => [registry, 0]));
  for (let step = 1, applied = 0; step <= 1_000; step++) {
    const turn = new Turn(store, 1);
    const registry = registries[below(registries.length)]!;
    const before = durable.get(registry)!;
    const next = () => (registry === Registry.indexes ? newNumber(turn, registry) : before + 1);
    const number = below(3) === 0 ? before + below(1_000) : next();
    raiseHighest(turn, registry, number - below(5));
    if (number <= before && readHighest(turn, registry) !== before) t.fail(`${number} again`);
    raiseHighest(turn, registry, number);
    if (below(10) > 0) {
      if (turn.size > 0) await store.append(turn.seal(0, 1, ++applied));
      durable.set(registry, Math.max(before, number));
    } else store = open();
    for (const [one, highest] of durable) {
      if (readHighest(store, one) !== highest) t.fail(`${one}: ${highest} was given`);
    }
  }
  t.pass();
});

t.test('a queue has an order of its own number, and one that is gone leaves none', async (t) => {
  const media = sessionOf('mail', 'MediaServer');
  const rig = await Rig.start({ sessions: [media] });
  const { world } = rig;
  const numbers = (): number[] =>
    readIndexes(world.partition(0).core.store).map((one) => one.number);
  t.strictSame(numbers(), [], 'none before something waits');
  const [first, second] = rig.queues as readonly [QueueEntry, QueueEntry];
  for (const [round, queue] of [second, first, second].entries()) {
    await rig.ask(media, op.submit(queue.name, { InteractionId: `one${round}` }));
  }
  t.strictSame(readIndexes(world.partition(0).core.store, second.number), [
    {
      queue: second.number,
      number: 1,
      state: IndexState.live,
      kind: IndexKind.ownOrder,
      cursor: '',
    },
  ]);
  t.strictSame(numbers().sort(), [1, 2]);
  await world.kill();
  await rig.ask(media, op.submit(second.name, { InteractionId: 'after' }));
  t.strictSame(numbers().sort(), [1, 2], 'a restart knows them');
  for (const one of ['one0', 'one2', 'after']) await rig.ask(media, op.stop(one));
  const partition = world.partition(0);
  const { version, highest } = readQueueList(partition.core.store);
  const chunks = packQueues([first]);
  const isDone = partition.replaceQueues({ version: version + 1, highest, closing: [], chunks });
  await rig.quiet();
  t.ok(await isDone);
  t.strictSame(numbers(), [2]);
  t.equal(readHighest(partition.core.store, Registry.queues), highest);
  const again = partition.replaceQueues({
    version: version + 2,
    highest: highest + 1,
    closing: [],
    chunks: packQueues([first, { ...second, number: highest + 1 }]),
  });
  await rig.quiet();
  t.ok(await again);
  await rig.ask(media, op.submit(queueIn(0, true), { InteractionId: 'new' }));
  t.strictSame(numbers().sort(), [2, 3], 'its number is not given again');
  t.strictSame(world.faults(), []);
});
