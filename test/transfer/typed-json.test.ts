/** Attached data and records as text and back, without loss. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { PackReader } from '../../lib/interaction/attached-data-reader.js';
import { PackWriter } from '../../lib/interaction/attached-data-writer.js';
import { packKeyValues, unpackKeyValues, type KeyValues } from '../../lib/protocol/index.js';
import { formatCsv, parseCsv } from '../../lib/transfer/csv.js';
import { packJson, readJson } from '../../lib/transfer/typed-json.js';

const jsonOf = (packed: Uint8Array): string =>
  readJson(new PackReader().reset(packed, 0, packed.length));

function packedOf(json: string): Uint8Array {
  const writer = new PackWriter();
  packJson(writer, JSON.parse(json));
  return writer.take();
}

const scalar = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.date({ min: new Date(-8e13), max: new Date(8e13), noInvalidDate: true }),
  fc.uint8Array(),
);
const { tree } = fc.letrec<{ tree: KeyValues; value: unknown }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, scalar, tie('tree')),
  tree: fc.dictionary(
    fc.oneof(fc.string(), fc.constantFrom('$int', '$time', '$', '$$', '__proto__', '10', '2')),
    tie('value'),
    { maxKeys: 6 },
  ) as fc.Arbitrary<KeyValues>,
}));

t.test('attached data of every type come back as they were', async (t) => {
  const property = fc.property(tree, (values) => {
    const packed = packKeyValues(values);
    const again = unpackKeyValues(packedOf(jsonOf(packed)));
    assert.deepStrictEqual(again, unpackKeyValues(packed));
  });
  const { failed, seed, counterexample } = fc.check(property, { numRuns: 300 });
  t.notOk(
    failed,
    `seed ${seed}: ${JSON.stringify(counterexample, (_, value: unknown) => String(value))}`,
  );
});

t.test('types that JSON has no value for', async (t) => {
  const examples: [string, Uint8Array][] = [
    ['{"a":1}', packKeyValues({ a: 1 })],
    ['{"a":{"$float":"1"}}', Uint8Array.of(0x81, 0xa1, 0x61, 0xcb, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0)],
    ['{"a":{"$float":"-0"}}', packKeyValues({ a: -0 })],
    ['{"a":{"$float":"NaN"}}', packKeyValues({ a: NaN })],
    ['{"a":{"$int":"9223372036854775807"}}', packKeyValues({ a: 2n ** 63n - 1n })],
    ['{"a":{"$time":"2026-01-31T12:00:00.250Z"}}', packKeyValues({ a: new Date(1769860800250) })],
    ['{"a":{"$binary":"AAEC"}}', packKeyValues({ a: Uint8Array.of(0, 1, 2) })],
    // A timestamp with a nanosecond.
    [
      '{"a":{"$packed":"1/8AAAAEAAAAAQ=="}}',
      Uint8Array.of(0x81, 0xa1, 0x61, 0xd7, 0xff, 0, 0, 0, 4, 0, 0, 0, 1),
    ],
    ['{"$$int":"5"}', packKeyValues({ $int: '5' })],
  ];
  for (const [json, packed] of examples) {
    t.equal(jsonOf(packed), json);
    t.strictSame(Buffer.from(packedOf(json)), Buffer.from(packed), json);
  }
});

t.test('what is no attached data is refused', async (t) => {
  for (const json of ['{"a":null}', '{"a":[1]}', '{"a":{"$int":"x"}}', '{"a":{"$what":"x"}}']) {
    t.throws(() => packedOf(json), json);
  }
});

t.test('CSV comes back as it was', async (t) => {
  const field = fc.oneof(fc.string(), fc.constant(undefined), fc.constantFrom('', '"', 'a\r\n,b'));
  const record = fc.array(field, { minLength: 2, maxLength: 5 });
  const property = fc.property(fc.array(record, { maxLength: 5 }), (records) => {
    const text = records.map(formatCsv).join('');
    assert.deepStrictEqual(
      parseCsv(text).map(({ fields }) => fields),
      records,
    );
  });
  const { failed, seed, counterexample } = fc.check(property, { numRuns: 300 });
  t.notOk(failed, `seed ${seed}: ${JSON.stringify(counterexample)}`);
  t.throws(() => parseCsv('"a"b,c\n'));
  t.throws(() => parseCsv('"a,b\n'));
});
