/** Keys of indexes are in the order of the values that they are made of, and are read again. */
import t from 'tap';
import fc from 'fast-check';
import type { Value, ValueType } from '../../lib/condition/index.js';
import { limits } from '../../lib/limits.js';
import { searchVocabulary } from '../../lib/search/index.js';
import { keyBytesMax } from '../../lib/store/keys.js';
import {
  endOfValue,
  planOf,
  readView,
  ValueKey,
  valueBytesMax,
  View,
  type ViewFields,
} from '../../lib/views/index.js';

const seed = Number(process.env['IXION_SEED'] ?? 7);
const parameters = { seed, numRuns: 400 };

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom('', '\0', '\0\0', 'a\0', 'a', '\uffff', '\u{10ffff}', '\ufffd'),
  fc
    .tuple(fc.integer({ min: 120, max: 130 }), fc.string({ unit: 'binary', maxLength: 4 }))
    .map(([length, end]) => 'x'.repeat(length) + end),
);
const number = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(0, -0, Infinity, -Infinity, NaN, Number.MIN_VALUE),
);
const kinds: readonly [ValueType, fc.Arbitrary<Value>][] = [
  ['text', text],
  ['number', number],
  ['time', fc.integer({ min: 0 })],
  ['boolean', fc.boolean()],
];
const columns = fc.array(
  fc.tuple(fc.constantFrom(...kinds), fc.boolean()).chain(([[type, values], isDescending]) => {
    const given = fc.option(values, { nil: undefined });
    return fc.tuple(given, given).map(([one, other]) => ({ type, isDescending, one, other }));
  }),
  { minLength: 1, maxLength: 4 },
);

const absent = (value: Value | undefined): boolean => value === undefined || Number.isNaN(value);

/** By the bytes that count of a text, absent first. */
function compareValues(one: Value | undefined, other: Value | undefined): number {
  if (absent(one) || absent(other)) return Number(!absent(one)) - Number(!absent(other));
  if (typeof one === 'string') {
    const [left, right] = [one, other as string].map((value) =>
      Buffer.from(value).subarray(0, limits.orderTextBytes),
    );
    return Buffer.compare(left!, right!);
  }
  return one! < other! ? -1 : one! > other! ? 1 : 0;
}

t.test(`order of keys is order of values; IXION_SEED=${seed}`, async () => {
  const key = new ValueKey(4);
  fc.assert(
    fc.property(columns, (all) => {
      const keyOf = (side: 'one' | 'other'): string => {
        key.begin();
        for (const column of all) key.value(column[side], column.isDescending);
        return key.take();
      };
      const [left, right] = [keyOf('one'), keyOf('other')];
      let wanted = 0;
      for (const { one, other, isDescending } of all) {
        const order = Math.sign(compareValues(one, other)) * (isDescending ? -1 : 1);
        if (wanted === 0) wanted = order;
      }
      const got = left < right ? -1 : left > right ? 1 : 0;
      return got === (wanted === 0 ? 0 : wanted);
    }),
    parameters,
  );
});

t.test(`where a value ends is found again; IXION_SEED=${seed}`, async () => {
  const key = new ValueKey(4);
  fc.assert(
    fc.property(columns, (all) => {
      const ends: number[] = [];
      let made = '';
      for (const { one, isDescending } of all) {
        made += key.begin().value(one, isDescending).take();
        ends.push(made.length);
      }
      let at = 0;
      return all.every(({ type, isDescending }, index) => {
        at = endOfValue(`${made}id`, at, type, isDescending);
        return at === ends[index];
      });
    }),
    parameters,
  );
});

t.test('the longest key fits the store', async (t) => {
  const placeBytes = 8 + limits.interactionIdBytes;
  t.ok(4 + limits.indexValues * valueBytesMax + placeBytes <= keyBytesMax);
});

const planned = (fields: Partial<ViewFields>) => {
  const view = readView('v', { queue: 'q', ...fields }, searchVocabulary);
  if (!(view instanceof View)) throw new Error(view.detail);
  return planOf(view);
};

t.test('views that differ in constants share an index', async (t) => {
  t.strictSame(planned({}), { kind: 'queue' });
  t.strictSame(planned({ order: 'priority desc, received_at' }), { kind: 'queue' });
  const one = planned({ condition: "MediaType = 'chat' AND Priority > 1" });
  const other = planned({ condition: "Priority > 1 AND media_type = 'email'" });
  t.match(one, { kind: 'index', values: [['chat']], shape: { columns: ['MediaType'] } });
  t.match(other, { kind: 'index', values: [['email']] });
  t.equal('name' in one && one.name, 'name' in other && other.name);
  const several = planned({ condition: "MediaType IN ('a', 'b') AND IsOnline = 1" });
  t.match(several, { shape: { columns: ['IsOnline', 'MediaType'] } });
  t.match(several, { values: [[true, 'a'], [true, 'b']] }); // prettier-ignore
  const twice = planned({ condition: "MediaType = 'a' AND MediaType <> 'b'" });
  t.match(twice, { shape: { condition: "(MediaType <> 'b')" } });
  t.match(planned({ order: '_age() * Priority' }), { kind: 'rows', why: /overtake/ });
  t.strictSame(planned({ condition: '_age() * _age() > 4' }), { kind: 'queue' });
  const many = Array.from({ length: 20 }, (_, at) => `'${at}'`).join();
  t.match(planned({ condition: `MediaType IN (${many})` }), { shape: { columns: [] } });
});
