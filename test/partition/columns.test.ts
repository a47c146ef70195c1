/** Keys of attached data in columns: written, filled afterwards, dropped, counted. */
import t from 'tap';
import { packKeyValues, type KeyValues } from '../../lib/interaction/attached-data.js';
import type { MappedKey } from '../../lib/interaction/mapped-keys.js';
import { stateNow } from '../../lib/interaction/body.js';
import { columnAt, columns } from '../../lib/interaction/state-sections.js';
import { limits } from '../../lib/limits.js';
import { findInteractions } from '../../lib/partition/requests/finding.js';
import { scanInteractions } from '../../lib/partition/requests/scanning.js';
import { bodyReads } from '../../lib/search/index.js';
import { Table } from '../../lib/store/contract.js';
import { Rig, errorOf, idAtHome, op, queueIn, sessionOf } from './support.js';

const media = sessionOf('mail', 'MediaServer');
const agent = sessionOf('agent', 'AgentApplication');
const lang: MappedKey = { number: 1, key: 'Lang', type: 'text' };
const amount: MappedKey = { number: 2, key: 'the amount', column: 'amount', type: 'number' };
const due: MappedKey = { number: 3, key: 'Due', type: 'time', tenantId: 1 };
const all = [lang, amount, due];

let count = 0;
const submitted = async (rig: Rig, userData: KeyValues, home = 0): Promise<string> => {
  const InteractionId = idAtHome(home, rig.partitions, `c${(count += 1)}`);
  const UserData = packKeyValues(userData);
  const more = { InteractionId, UserData };
  const answer = await rig.ask(media, op.submit(queueIn(home), more));
  if (answer.kind !== 'ack') throw new Error(errorOf(answer));
  return InteractionId;
};

const map = async (rig: Rig, keys: readonly MappedKey[], only?: number): Promise<void> => {
  for (let index = only ?? 0; index <= (only ?? rig.partitions - 1); index += 1) {
    void rig.world.partition(index).replaceColumns(keys);
  }
  await rig.quiet();
};

/** Lets time pass until every column is filled or gone. */
async function filled(rig: Rig): Promise<number> {
  const isOver = (): boolean =>
    Array.from({ length: rig.partitions }, (_, index) => index).every((index) =>
      rig.world.partition(index).core.columns.all.every(({ state }) => state === 2),
    );
  let rounds = 0;
  for (; !isOver(); rounds += 1) {
    if (rounds > 500) throw new Error('it does not end');
    await rig.pass(300);
  }
  return rounds;
}

function valuesOf(rig: Rig, id: string, partition = 0): unknown[] {
  const { store } = rig.world.partition(partition).core;
  const row = store.get(Table.interaction, id);
  if (row === undefined) throw new Error(`${id} is not there`);
  const record = stateNow(row, store.get(Table.state, id));
  return all.map(({ number }) => columnAt(record, number));
}

const search = {
  queue: undefined,
  state: undefined,
  isHeld: undefined,
  assignedTo: undefined,
  externalId: undefined,
  parentId: undefined,
  contactId: undefined,
  atMs: Date.UTC(2026, 0, 31),
  tenants: undefined,
  count: 1_000,
  after: undefined,
};

/** How many a condition means, by all parts of a search. */
function found(rig: Rig, condition: string): number {
  let after: string | undefined;
  let sum = 0;
  do {
    const { core } = rig.world.partition(0);
    const part = findInteractions(core, { ...search, condition, after });
    sum += part.count;
    after = part.next;
  } while (after !== undefined);
  return sum;
}

const status = (rig: Rig, partition = 0) => rig.world.partition(partition).core.columns.status;
const start = (partitions = 1) => Rig.start({ partitions, sessions: [media, agent] });

t.test('a value is in its column with the submit and with each change', async (t) => {
  const rig = await start();
  await map(rig, all);
  await filled(rig);
  const id = await submitted(rig, { Lang: 'de', 'the amount': 5, Due: '2026-01-31 12:00:00' });
  const dueMs = Date.UTC(2026, 0, 31, 12);
  t.strictSame(valuesOf(rig, id), ['de', 5, dueMs]);
  const change = (more: object) => rig.ask(media, op.change(id, more));
  await change({ ChangedProperties: packKeyValues({ 'the amount': '0.25', other: 1 }) });
  t.strictSame(valuesOf(rig, id), ['de', 0.25, dueMs], 'digits in a text are a number, too');
  await change({ DeletedProperties: packKeyValues({ Lang: '' }) });
  t.strictSame(valuesOf(rig, id), [undefined, 0.25, dueMs]);
  await change({ Priority: 7 });
  await rig.ask(media, op.hold(id));
  t.strictSame(valuesOf(rig, id), [undefined, 0.25, dueMs], 'whatever else becomes of it');
  await change({ ChangedProperties: packKeyValues({ Lang: 3, Due: new Date(9) }) });
  t.strictSame(valuesOf(rig, id), ['3', 0.25, 9]);
  t.strictSame(rig.world.faults(), []);
});

t.test('what does not fit stays in the body, and is counted as long as it is there', async (t) => {
  const rig = await start();
  const before = await submitted(rig, { Lang: { nested: 1 }, 'the amount': 'many' });
  await map(rig, all);
  const long = 'x'.repeat(limits.columnTextBytes + 1);
  const id = await submitted(rig, { Lang: long, 'the amount': 2n ** 60n, Due: 5 });
  await filled(rig);
  t.match(status(rig), [{ unfit: 2 }, { unfit: 2 }, { unfit: 1 }]);
  t.strictSame(valuesOf(rig, id), [null, null, null]);
  t.equal(found(rig, 'Lang IS NULL AND amount IS NULL'), 2);
  await rig.ask(media, op.change(id, { ChangedProperties: packKeyValues({ Lang: 'ä' }) }));
  t.match(status(rig), [{ unfit: 1 }, { unfit: 2 }, { unfit: 1 }]);
  await rig.world.kill();
  t.match(status(rig), [{ unfit: 1 }, { unfit: 2 }, { unfit: 1 }]);
  await rig.ask(media, op.stop(before));
  t.match(status(rig), [{ unfit: 0 }, { unfit: 1 }, { unfit: 1 }]);
  t.strictSame(rig.world.faults(), []);
});

t.test(
  'a mapping that comes later is filled in steps, over kills, and is right all the time',
  async (t) => {
    const rig = await start();
    for (let at = 0; at < 700; at += 1) {
      await submitted(rig, { Lang: at % 2 === 0 ? 'de' : 'en', 'the amount': at });
    }
    await map(rig, [lang]);
    t.equal(found(rig, "Lang = 'de'"), 350, 'before anything was done');
    let steps = 0;
    let kills = 0;
    for (; status(rig).some(({ state }) => state === 'filling'); steps += 1) {
      t.equal(found(rig, "Lang = 'de'"), 350 + kills);
      if (steps === 2) await map(rig, [lang, amount]);
      if (steps % 3 === 1 && kills < 3) {
        const seen = status(rig)[0]!.seen;
        await rig.world.kill();
        t.equal(status(rig)[0]!.seen, seen, 'what was seen is not looked at again');
        await submitted(rig, { Lang: 'de' });
        kills += 1;
      }
      await rig.pass(300);
      if (steps > 200) throw new Error('it does not end');
    }
    t.ok(steps > 3, `${steps} steps`);
    t.equal(kills, 3);
    bodyReads.columns = 0;
    bodyReads.properties = 0;
    t.equal(found(rig, "Lang = 'en' AND amount < 100"), 50);
    const { core } = rig.world.partition(0);
    const scan = { condition: 'amount >= 0', order: 'amount DESC, Lang', atMs: 1, isWaiting: true };
    const whole = { tenants: undefined, inQueues: undefined, withWorkbins: true };
    const scans = [{ ...scan, ...whole, ofAgents: undefined, before: undefined }];
    const part = scanInteractions(core, scans, undefined);
    t.ok(part.found[0]!.count > 0);
    t.strictSame(bodyReads, { properties: 0, columns: 0 }, 'no body was unpacked');
    t.strictSame(rig.world.faults(), []);
  },
);

t.test(
  'a mapping that is undone is taken out in steps; its number is not used again',
  async (t) => {
    const rig = await start();
    await map(rig, all);
    const ids: string[] = [];
    for (let at = 0; at < 300; at += 1)
      ids.push(await submitted(rig, { Lang: 'de', 'the amount': at }));
    await filled(rig);
    await map(rig, [amount]);
    t.throws(() => found(rig, "Lang = 'de'"), /Lang/);
    await rig.pass(300);
    await rig.world.kill();
    t.ok((await filled(rig)) > 0);
    t.strictSame(status(rig), [{ ...amount, state: 'live', seen: 300, unfit: 0 }]);
    const again = { ...lang, number: 4 };
    t.strictSame(valuesOf(rig, ids[299]!), [undefined, 299, undefined]);
    await map(rig, [amount, again]);
    await filled(rig);
    t.equal(found(rig, "Lang = 'de'"), 300, 'the key was there all the time');
    await map(rig, []);
    await filled(rig);
    const { core } = rig.world.partition(0);
    const row = core.store.get(Table.interaction, ids[0]!)!;
    const record = stateNow(row, core.store.get(Table.state, ids[0]!));
    t.equal(columns.of(record), undefined, 'nothing is left of them');
    t.equal(core.ledger.columns, undefined, 'and nobody is asked any more');
    t.strictSame(rig.world.faults(), []);
  },
);

t.test('columns are of a partition: what comes from another one has those of here', async (t) => {
  const rig = await start(2);
  await map(rig, [lang], 0);
  const id = await submitted(rig, { Lang: 'de', 'the amount': 'x' });
  await rig.quiet();
  await map(rig, [amount], 1);
  await rig.ask(media, op.place(id, queueIn(1)));
  await rig.world.settle();
  t.strictSame(valuesOf(rig, id, 1), [undefined, null, undefined]);
  await filled(rig);
  t.match(status(rig, 1), [{ unfit: 1 }]);
  await map(rig, [lang, amount]);
  await rig.ask(media, op.place(id, queueIn(0)));
  await rig.world.settle();
  await filled(rig);
  t.strictSame(valuesOf(rig, id), ['de', null, undefined]);
  t.match(status(rig, 1), [{ number: 1 }, { number: 2, unfit: 0 }]);
  t.strictSame(rig.world.faults(), []);
});

t.test('a mapping of a tenant is for its interactions only', async (t) => {
  const rig = await start();
  await map(rig, [{ ...lang, tenantId: 2 }]);
  const id = await submitted(rig, { Lang: 'de' });
  await filled(rig);
  t.strictSame(valuesOf(rig, id), [undefined, undefined, undefined]);
  t.equal(found(rig, "Lang = 'de'"), 0);
  t.strictSame(rig.world.faults(), []);
});
