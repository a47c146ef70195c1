/** Attached data and records as text and back, without loss. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { PackReader } from '../../lib/pack/reader.js';
import { PackWriter } from '../../lib/pack/writer.js';
import { packKeyValues, unpackKeyValues, type KeyValues } from '../../lib/protocol/index.js';
import { type JsonObject, type JsonValue, isFault, readJsonObject } from '../../lib/text/index.js';
import { CsvReader, formatCsv } from '../../lib/transfer/csv.js';
import { RecordFault } from '../../lib/transfer/record-fault.js';
import { packJson, readJson } from '../../lib/transfer/typed-json.js';

const jsonOf = (packed: Uint8Array): string =>
  readJson(new PackReader().reset(packed, 0, packed.length));

function packedOf(json: string): Uint8Array {
  const writer = new PackWriter();
  const value = readJsonObject(json, { keepFloats: true });
  if (isFault(value)) throw new RecordFault(value.what, value.remedy);
  packJson(writer, value as JsonObject as JsonValue, 'UserData');
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
    const again = packedOf(jsonOf(packed));
    assert.deepStrictEqual(unpackKeyValues(again), unpackKeyValues(packed));
    assert.equal(Buffer.compare(again, packed), 0, 'byte by byte');
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
    ['{"a":{"$float":"9007199254740992"}}', packKeyValues({ a: 2 ** 53 })],
    ['{"a":{"$float":"123456789012345683968"}}', packKeyValues({ a: 123456789012345680000 })],
    ['{"a":1.2345678901234568e+25}', packKeyValues({ a: 1.2345678901234568e25 })],
    ['{"a":5e-324}', packKeyValues({ a: 5e-324 })],
    // A timestamp of the year 10000.
    ['{"a":{"$packed":"xwz/AAAAAAAAADr/9EGA"}}', packKeyValues({ a: new Date(253402300800000) })],
    ['{"$$int":"5"}', packKeyValues({ $int: '5' })],
  ];
  for (const [json, packed] of examples) {
    t.equal(jsonOf(packed), json);
    t.strictSame(Buffer.from(packedOf(json)), Buffer.from(packed), json);
  }
});

t.test('what is no attached data is refused', async (t) => {
  const values = [
    'null',
    '[1]',
    '{"$int":"x"}',
    '{"$int":"1e3"}',
    '{"$int":"0x10"}',
    '{"$int":" 5"}',
    '{"$int":5}',
    '{"$int":"9223372036854775808"}',
    '{"$float":""}',
    '{"$float":"1e400"}',
    '{"$float":"9007199254740993"}',
    '{"$float":"nan"}',
    '{"$float":1}',
    '{"$time":"2026-02-30T00:00:00Z"}',
    '{"$time":"2026-01-31"}',
    '{"$time":"2026-01-31T12:00:00"}',
    '{"$time":"queue 7"}',
    '{"$time":0}',
    '{"$binary":5}',
    '{"$binary":null}',
    '{"$binary":"AA"}',
    '{"$binary":"AB=="}',
    '{"$binary":"not base64"}',
    '{"$packed":"AAA="}',
    '{"$packed":"2w=="}',
    '{"$packed":""}',
    '{"$what":"x"}',
    '{"$what":"x","b":1}',
    '{"$":1,"b":1}',
  ];
  for (const value of values) t.throws(() => packedOf(`{"a":${value}}`), RecordFault, value);
  t.throws(() => packedOf('{"a":{"b":{"$binary":5}}}'), {
    message: /^UserData\.a\.b\.\$binary is not a text; /,
  });
});

t.test('CSV comes back as it was', async (t) => {
  const text = fc.string({ unit: 'binary' });
  const field = fc.oneof(
    fc.string(),
    text,
    fc.constant(undefined),
    fc.constantFrom('', '"', 'a\r\n,b'),
  );
  const record = fc.array(field, { minLength: 2, maxLength: 5 });
  const property = fc.property(fc.array(record, { maxLength: 5 }), (records) => {
    const text = records.map(formatCsv).join('');
    assert.deepStrictEqual(fieldsOf(text), records);
  });
  const { failed, seed, counterexample } = fc.check(property, { numRuns: 300 });
  t.notOk(failed, `seed ${seed}: ${JSON.stringify(counterexample)}`);
});

/** The fields of every record; for one that is wrong its line from 1. */
function fieldsOf(text: string): unknown[] {
  const reader = new CsvReader(Buffer.from(text), true);
  const found: unknown[] = [];
  while (reader.next()) found.push(reader.fault === undefined ? reader.fields() : reader.line + 1);
  return found;
}

t.test('a record of CSV that is wrong costs its line, and no other', async (t) => {
  const examples: [string, unknown[]][] = [
    ['a"b,c\nd,e\n', [1, ['d', 'e']]],
    ['a,b\n"c"d,e\nf,g\n', [['a', 'b'], 2, ['f', 'g']]],
    ['a,b\nc,"d\ne,f\ng,h', [['a', 'b'], 2, ['e', 'f'], ['g', 'h']]],
    ['a,"b\nc,"d"\ne,f\n', [1, ['c', 'd'], ['e', 'f']]],
    ['"a\n"b\nc,d\n', [1, 2, ['c', 'd']]],
    ['a,"b\nc"\nd"\ne\n', [['a', 'b\nc'], 3, ['e']]],
    ['a\rb\nc\n', [1, ['c']]],
    ['"a"\rb\nc\n', [1, ['c']]],
    ['a,"', [1]],
    ['"', [1]],
    ['a,""', [['a', '']]],
    ['a,\r\n', [['a', undefined]]],
  ];
  for (const [text, expected] of examples) t.strictSame(fieldsOf(text), expected, text);
});

t.test('a stray quote costs nothing but its line, in whatever file', async (t) => {
  const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r\n', 'ü') });
  const record = fc.array(cell, { minLength: 2, maxLength: 4 });
  const property = fc.property(fc.array(record), record, (before, after) => {
    // Without quotes of their own behind it, so that the stray one is the last.
    const plain = after.map((text) => text.replaceAll(/[",\r\n]/g, '') || 'x');
    const text = `${before.map(formatCsv).join('')}x,"y\n${formatCsv(plain)}`;
    const found = fieldsOf(text);
    assert.deepStrictEqual(found.slice(0, before.length), before);
    assert.equal(typeof found[before.length], 'number');
    assert.deepStrictEqual(found.slice(before.length + 1), [plain]);
  });
  const { failed, seed, counterexample } = fc.check(property, { numRuns: 300 });
  t.notOk(failed, `seed ${seed}: ${JSON.stringify(counterexample)}`);
});
