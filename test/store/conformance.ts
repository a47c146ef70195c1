/**
 * What every store must do, whatever its medium. A naive model (one map per table, changes applied
 * at once) says what `get` and `range` must return while commits resolve in between.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import {
  Table,
  type Change,
  type Entry,
  type Outcome,
  type RangeOptions,
  type Store,
} from '../../lib/store/contract.js';
import { Draft } from '../../lib/store/draft.js';

/** One place where a store can be opened, closed and opened again. */
export interface Place {
  open(): Promise<Store>;
}

/** A new place, empty. */
export type MakePlace = (test: Test) => Place;

const tables: readonly Table[] = [Table.state, Table.order];

/** Keys that are close together, of different lengths, with the extreme bytes among them. */
const arbitraryKey = fc
  .array(fc.constantFrom('\0', 'a', '\u0080', '\u00ff'), { minLength: 1, maxLength: 3 })
  .map((characters) => characters.join(''));

const arbitraryChange = fc.record({
  table: fc.constantFrom(...tables),
  key: arbitraryKey,
  value: fc.option(fc.uint8Array({ maxLength: 6 }), { nil: undefined, freq: 3 }),
  /** Whether it is said to be new, if it is. */
  isNew: fc.boolean(),
});

const arbitraryRange = fc.record({
  table: fc.constantFrom(...tables),
  from: fc.option(arbitraryKey, { nil: undefined }),
  to: fc.option(arbitraryKey, { nil: undefined }),
  reverse: fc.boolean(),
  limit: fc.option(fc.nat(6), { nil: undefined }),
});

const arbitraryStep = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.array(arbitraryChange, { maxLength: 40, size: 'max' }).map(asStep('append')),
  },
  { weight: 2, arbitrary: fc.array(arbitraryChange, { maxLength: 12 }).map(asStep('draft')) },
  { weight: 4, arbitrary: arbitraryRange.map(asStep('range')) },
  { weight: 2, arbitrary: fc.record({ key: arbitraryKey }).map(asStep('get')) },
  { weight: 2, arbitrary: fc.constantFrom('turn', 'settle').map(asStep('wait')) },
);

function asStep<K extends string>(kind: K): <V>(value: V) => { kind: K; value: V } {
  return (value) => ({ kind, value });
}

/** The naive model. */
export class Model {
  readonly tables = new Map<Table, Map<string, Uint8Array>>();

  /** Returns the changes as an owner would make them: said to be new only where that is true. */
  apply(changes: readonly Change[]): Change[] {
    return changes.map(({ table, key, value, isNew = false }) => {
      const rows = this.rows(table);
      const isAbsent = !rows.has(key);
      if (value === undefined) rows.delete(key);
      else rows.set(key, value);
      return { table, key, value, isNew: isNew && isAbsent && value !== undefined };
    });
  }

  get(table: Table, key: string): Uint8Array | undefined {
    return this.rows(table).get(key);
  }

  range(table: Table, { from, to, reverse, limit }: RangeOptions): Entry[] {
    const inside = [...this.rows(table)].filter(
      ([key]) => (from === undefined || key >= from) && (to === undefined || key < to),
    );
    inside.sort(([left], [right]) => (left < right ? -1 : 1));
    if (reverse === true) inside.reverse();
    return inside.slice(0, limit);
  }

  private rows(table: Table): Map<string, Uint8Array> {
    let rows = this.tables.get(table);
    if (rows === undefined) this.tables.set(table, (rows = new Map()));
    return rows;
  }
}

/** Entries as plain text, to be compared and printed. */
export const plain = (entries: readonly Entry[]): string[] =>
  entries.map(([key, value]) => `${hex(key)}=${Buffer.from(value).toString('hex')}`);

const hex = (key: string): string => Buffer.from(key, 'latin1').toString('hex');

/** Appends with the sequence that follows; the way an owner would. */
export class Owner {
  readonly store: Store;
  sequence: number;

  constructor(store: Store) {
    this.store = store;
    this.sequence = store.applied().sequence;
  }

  append(changes: readonly Change[]): Promise<Outcome> {
    this.sequence += 1;
    return this.store.append({ partition: 0, epoch: 1, sequence: this.sequence, changes });
  }

  /** The same through a draft, whose own reads are compared with `model` on the way. */
  draft(
    changes: readonly Change[],
    model: Model,
    compare: (draft: Draft) => void,
  ): Promise<Outcome> {
    const draft = new Draft(this.store);
    for (const change of changes) {
      const [{ table, key, value, isNew }] = model.apply([change]) as [Change];
      if (value === undefined) draft.delete(table, key);
      else draft.put(table, key, value, isNew);
      compare(draft);
    }
    this.sequence += 1;
    return this.store.append(draft.seal(0, 1, this.sequence));
  }
}

export const row = (table: Table, key: string, text: string | undefined): Change => ({
  table,
  key,
  value: text === undefined ? undefined : Buffer.from(text),
});

/** Runs the suite on the places that `makePlace` makes. */
export function conformance(name: string, makePlace: MakePlace, runs: number): void {
  t.test(`${name}: reads are those of the model while commits resolve`, async (test) => {
    await fc.assert(
      fc.asyncProperty(fc.array(arbitraryStep, { maxLength: 30, size: 'max' }), async (steps) => {
        await runSteps(await makePlace(test).open(), steps);
      }),
      { numRuns: runs },
    );
  });
  t.test(`${name}: sets are atomic and settle in order`, (test) =>
    settlesInOrder(makePlace(test), test),
  );
  t.test(`${name}: what was durable is there after opening again`, (test) =>
    survives(makePlace(test), test),
  );
  t.test(`${name}: large and empty values, long keys`, (test) => extremes(makePlace(test), test));
  t.test(`${name}: a range reads on behind any number of hidden entries`, (test) =>
    hidden(makePlace(test), test),
  );
  t.test(`${name}: what cannot be a key`, (test) => impossibleKeys(makePlace(test), test));
  t.test(`${name}: programmer errors throw`, (test) => misuse(makePlace(test), test));
}

type Step = typeof arbitraryStep extends fc.Arbitrary<infer S> ? S : never;

async function runSteps(store: Store, steps: readonly Step[]): Promise<void> {
  const model = new Model();
  const owner = new Owner(store);
  const outcomes: Promise<Outcome>[] = [];
  for (const step of steps) {
    if (step.kind === 'append') {
      outcomes.push(owner.append(model.apply(step.value)));
    } else if (step.kind === 'draft') {
      outcomes.push(owner.draft(step.value, model, (draft) => compareTables(draft, model)));
    } else if (step.kind === 'range') {
      const { table, ...options } = step.value;
      equal(plain(store.range(table, options)), plain(model.range(table, options)));
    } else if (step.kind === 'get') {
      for (const table of tables) {
        equal(bytes(store.get(table, step.value.key)), bytes(model.get(table, step.value.key)));
      }
    } else if (step.value === 'settle') {
      await store.settle();
      for (const table of tables) equal(store.count(table), model.range(table, {}).length);
    } else {
      await nextTurn();
    }
  }
  for (const outcome of await Promise.all(outcomes)) equal(outcome, 'durable');
  compareTables(store, model);
  equal(store.inFlight, 0);
  await store.close();
}

function compareTables(reader: Pick<Store, 'range'>, model: Model): void {
  for (const table of tables) equal(plain(reader.range(table, {})), plain(model.range(table, {})));
}

const bytes = (value: Uint8Array | undefined): string | undefined =>
  value === undefined ? undefined : Buffer.from(value).toString('hex');

function equal(found: unknown, wanted: unknown): void {
  const [left, right] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (left !== right) throw new Error(`found ${left}, wanted ${right}`);
}

async function settlesInOrder(place: Place, test: Test): Promise<void> {
  const store = await place.open();
  const owner = new Owner(store);
  const settled: number[] = [];
  const outcomes = Array.from({ length: 6 }, async (_, index) => {
    const outcome = await owner.append([
      row(Table.state, 'first', `${index}`),
      row(Table.order, 'second', `${index}`),
    ]);
    settled.push(index);
    // Whatever of later sets may be on disk by now, a set is there as a whole or not at all.
    test.same(store.get(Table.state, 'first'), store.get(Table.order, 'second'));
    return outcome;
  });
  test.equal(store.inFlight, 6);
  test.equal(String(store.get(Table.state, 'first')), '5', 'visible at once');
  test.same(await Promise.all(outcomes), Array(6).fill('durable'));
  test.same(settled, [0, 1, 2, 3, 4, 5]);
  test.same(store.applied(), { epoch: 1, sequence: 6 });
  await store.close();
}

async function survives(place: Place, test: Test): Promise<void> {
  const first = await place.open();
  const owner = new Owner(first);
  await owner.append([row(Table.state, 'kept', 'a'), row(Table.state, 'deleted', 'b')]);
  await owner.append([
    row(Table.state, 'deleted', undefined),
    row(Table.state, 'never there', undefined),
  ]);
  void owner.append([row(Table.object, 'in flight', 'c')]);
  await first.close();
  const second = await place.open();
  test.same(plain(second.range(Table.state, {})), plain([['kept', Buffer.from('a')]]));
  test.equal(
    String(second.get(Table.object, 'in flight')),
    'c',
    'closing waits for what is in flight',
  );
  test.same(second.applied(), { epoch: 1, sequence: 3 });
  test.equal(await new Owner(second).append([row(Table.state, 'next', 'd')]), 'durable');
  await second.close();
}

async function extremes(place: Place, test: Test): Promise<void> {
  const store = await place.open();
  const owner = new Owner(store);
  const longKey = '\u00ff'.repeat(1_978);
  const pattern = Uint8Array.from({ length: 600_000 }, (_, index) => index % 251);
  const sizes = [0, 1, 64, 4_000, 33_000, 600_000];
  const changes = sizes.map((size): Change => ({
    table: Table.interaction,
    key: `${size}`.padStart(8, '0'),
    value: pattern.slice(0, size),
  }));
  await owner.append([...changes, row(Table.interaction, longKey, 'long')]);
  const read = store.range(Table.interaction, {});
  for (const [index, size] of sizes.entries()) {
    const { key } = changes[index]!;
    const wanted = Buffer.from(pattern.buffer, 0, size);
    test.ok(wanted.equals(store.get(Table.interaction, key)!), `get of ${size} bytes`);
    test.ok(wanted.equals(read[index]![1]), `range over ${size} bytes`);
  }
  test.equal(String(store.get(Table.interaction, longKey)), 'long');
  test.equal(read.at(-1)![0], longKey);
  const [small] = store.range(Table.interaction, { from: '00000064', limit: 1 });
  const copy = Buffer.from(small![1]);
  for (const { key } of changes) store.get(Table.interaction, key);
  test.ok(copy.equals(small![1]), 'a value stays as it is when others are read');
  await store.close();
}

async function hidden(place: Place, test: Test): Promise<void> {
  const store = await place.open();
  const owner = new Owner(store);
  const key = (number: number): string => `${number}`.padStart(5, '0');
  const numbers = Array.from({ length: 1_200 }, (_, index) => index);
  await owner.append(numbers.map((number) => row(Table.order, key(number), 'committed')));
  const head = owner.append(
    numbers.slice(0, 600).map((number) => row(Table.order, key(number), undefined)),
  );
  const tail = owner.append(
    numbers.slice(601).map((number) => row(Table.order, key(number), undefined)),
  );
  const only = plain([[key(600), Buffer.from('committed')]]);
  test.same(plain(store.range(Table.order, { limit: 1 })), only);
  test.same(plain(store.range(Table.order, { limit: 1, reverse: true })), only);
  test.same(plain(store.range(Table.order, {})), only);
  test.same(await Promise.all([head, tail]), ['durable', 'durable']);
  test.same(plain(store.range(Table.order, {})), only);
  await store.close();
}

/** Of no byte, of too many, and of characters that are no bytes. */
const impossible = ['', 'x'.repeat(1_979), 'x'.repeat(9_000), '\u0100', 'a\uffff', '\ud800'];

/** Whoever asks for what cannot be a key finds nothing; whoever writes it contradicts himself. */
async function impossibleKeys(place: Place, test: Test): Promise<void> {
  const store = await place.open();
  const owner = new Owner(store);
  // What an impossible key would be when cut to bytes, or to the longest.
  const near = ['\0', 'a\u00ff', 'x'.repeat(1_978)];
  await owner.append(near.map((key) => row(Table.state, key, 'near')));
  const all = plain(store.range(Table.state, {}));
  test.equal(all.length, near.length);
  for (const inFlight of [false, true]) {
    if (inFlight) void owner.append([row(Table.state, 'on its way', 'x')]);
    for (const key of impossible) {
      const what = `${JSON.stringify(key.slice(0, 8))} of ${key.length}, in flight: ${inFlight}`;
      const draft = new Draft(store);
      test.equal(store.get(Table.state, key), undefined, what);
      test.equal(draft.get(Table.state, key), undefined, what);
      const { sequence } = owner;
      for (const text of ['x', undefined]) {
        const change = () =>
          owner.append([row(Table.order, 'a', 'x'), row(Table.object, key, text)]);
        test.throws(change, /a key has 1 to 1978 bytes/, what);
        owner.sequence = sequence;
      }
    }
  }
  await store.settle();
  test.equal(store.get(Table.order, 'a'), undefined, 'nor anything beside it');
  await owner.append([row(Table.state, 'on its way', undefined)]);
  test.same(plain(store.range(Table.state, { from: '' })), all);
  test.same(plain(store.range(Table.state, { to: '' })), []);
  test.same(plain(store.range(Table.state, { from: '', to: '', reverse: true })), []);
  const behind = `${'x'.repeat(1_978)}\0`;
  test.same(plain(store.range(Table.state, { from: behind })), [], 'right behind the longest');
  test.same(plain(store.range(Table.state, { to: behind, reverse: true })), all.toReversed());
  for (const bound of ['\u0100', 'x'.repeat(1_980)]) {
    test.throws(() => store.range(Table.state, { from: bound }), /a bound of keys/);
    test.throws(() => store.range(Table.state, { to: bound }), /a bound of keys/);
    test.throws(() => new Draft(store).range(Table.state, { to: bound }), /a bound of keys/);
  }
  await store.close();
}

async function misuse(place: Place, test: Test): Promise<void> {
  const store = await place.open();
  const owner = new Owner(store);
  test.throws(() => owner.append([row(Table.state, '', 'x')]), /a key has 1 to 1978 bytes/);
  test.throws(
    () => owner.append([row(Table.state, 'x'.repeat(1_979), 'x')]),
    /a key has 1 to 1978/,
  );
  owner.sequence = 0;
  await owner.append([row(Table.state, 'a', 'x')]);
  owner.sequence = 0;
  test.throws(() => owner.append([row(Table.state, 'a', 'y')]), /ascending sequences/);
  await store.close();
  test.throws(() => owner.append([]), /closed/);
}
