import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Packr, Unpackr } from 'msgpackr';
import t from 'tap';
import {
  changeKeyValues,
  keysOfKeyValues,
  packKeyValues,
  scanAttachedData,
  unpackKeyValues,
} from '../../lib/interaction/attached-data.js';
import type { KeyValues } from '../../lib/interaction/attached-data.js';
import { PackWriter } from '../../lib/pack/writer.js';
import type { ErrorName } from '../../lib/errors.js';
import { limits } from '../../lib/limits.js';
import { keyValuesArbitrary } from './arbitraries.js';
import { errorOf } from './error-of.js';

const hex = (text: string): Uint8Array => Buffer.from(text.replaceAll(' ', ''), 'hex');
const other = new Packr({ useRecords: false, variableMapSize: true });
const otherReader = new Unpackr({
  useRecords: false,
  mapsAsObjects: false,
  int64AsType: 'auto' as 'bigint',
});

t.test('what is packed comes back, and stands scanning at any place in a buffer', async () => {
  fc.assert(
    fc.property(keyValuesArbitrary, fc.nat(9), (values, shift) => {
      const packed = packKeyValues(values);
      assert.deepEqual(unpackKeyValues(packed), values);
      const larger = new Uint8Array(packed.length + 2 * shift).fill(0xc1);
      larger.set(packed, shift);
      return scanAttachedData(larger, shift, larger.length) === shift + packed.length;
    }),
    { numRuns: 300 },
  );
});

t.test('another MessagePack library reads the same', async () => {
  const plain = (value: unknown): unknown => {
    if (value instanceof Map) return [...value].map(([key, entry]) => [key, plain(entry)]);
    if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
    if (value instanceof Date) return `date ${value.getTime()}`;
    if (typeof value === 'object' && value !== null) {
      return Object.entries(value).map(([key, entry]) => [key, plain(entry)]);
    }
    return typeof value === 'bigint' || Object.is(value, -0) ? `number ${String(value)}` : value;
  };
  fc.assert(
    fc.property(keyValuesArbitrary, (values) => {
      assert.deepEqual(plain(otherReader.unpack(packKeyValues(values))), plain(values));
    }),
    { numRuns: 200 },
  );
});

t.test('what another library packs is read', async (t) => {
  const values = {
    Long: 'x'.repeat(40_000),
    Small: -1,
    Wide: 2 ** 40,
    Float: 0.1,
    On: true,
    At: new Date('2026-01-02T03:04:05.678Z'),
    Far: new Date('1901-01-01T00:00:00.001Z'),
    Nested: { Bin: Uint8Array.of(1, 2, 3), Text: 'äöü €  𝄞' },
  };
  t.strictSame(unpackKeyValues(other.pack(values)), values);
});

t.test('what attached data may not be', async (t) => {
  const cases: [string, string, ErrorName | 'none'][] = [
    ['empty map', '80', 'none'],
    ['nil value', '81 a161 c0', 'WrongAttributeType'],
    ['array value', '81 a161 90', 'WrongAttributeType'],
    ['not a map', '90', 'WrongAttributeType'],
    ['integer key', '81 01 02', 'WrongAttributeType'],
    ['unknown extension', '81 a161 d40500', 'WrongAttributeType'],
    ['timestamp of 5 bytes', '81 a161 c705ff0000000000', 'WrongAttributeType'],
    ['timestamp with 10^9 ns', '81 a161 d7ff ee6b280000000000', 'WrongAttributeType'],
    ['timestamp no Date can hold', '81 a161 c70cff00000000 7fffffffffffffff', 'WrongAttributeType'],
    ['uint64 2^63 - 1', '81 a161 cf7fffffffffffffff', 'none'],
    ['uint64 2^63', '81 a161 cf8000000000000000', 'WrongAttributeType'],
    ['reserved byte', '81 a161 c1', 'MalformedBody'],
    ['cut key', '81 a5', 'MalformedBody'],
    ['cut value', '81 a161 d9ff61', 'MalformedBody'],
    ['cut short value', '81 a161 a26b', 'MalformedBody'],
    ['no value', '81 a161', 'MalformedBody'],
    ['cut map', '82 a16101', 'MalformedBody'],
    ['text, number and one below 0', '83 a161 a162 a162 7f a163 e0', 'none'],
    ['same key twice', '82 a16101 a16102', 'MalformedBody'],
    ['same key in another form', '82 a16101 d9016102', 'MalformedBody'],
    ['same key in another map', '82 a161 81a16101 a162 81a16101', 'none'],
    ['overlong UTF-8', '81 a161 a2c0af', 'MalformedBody'],
    ['surrogate in UTF-8', '81 a161 a3eda080', 'MalformedBody'],
    ['key not UTF-8', '81 a1ff 01', 'MalformedBody'],
    ['map that claims 2^32 - 1 keys', 'dfffffffff', 'AttachedDataTooLarge'],
    ['string that claims 2^32 - 1 bytes', '81 a161 dbffffffff', 'MalformedBody'],
  ];
  for (const [what, bytes, expected] of cases) {
    const packed = hex(bytes);
    t.equal(
      errorOf(() => scanAttachedData(packed, 0, packed.length)),
      expected,
      what,
    );
  }
  for (const value of [null, [], new Map(), () => 1, Symbol('x'), new Date(NaN), 2n ** 63n]) {
    const values = { key: value } as unknown as KeyValues;
    t.equal(
      errorOf(() => packKeyValues(values)),
      'WrongAttributeType',
      typeof value,
    );
  }
});

const tooLarge = (values: KeyValues): boolean =>
  errorOf(() => packKeyValues(values)) === 'AttachedDataTooLarge';
const keys = (count: number): KeyValues =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 1]));
const depth = (levels: number): KeyValues => (levels === 1 ? {} : { n: depth(levels - 1) });
const ofBytes = (bytes: number): KeyValues => ({ k: new Uint8Array(bytes - 8) });

t.test('limits, each at its edge', async (t) => {
  t.notOk(tooLarge(keys(limits.attachedDataKeys)));
  t.ok(tooLarge(keys(limits.attachedDataKeys + 1)));
  t.ok(tooLarge({ n: keys(limits.attachedDataKeys) }), 'nested keys count');
  t.notOk(tooLarge(depth(limits.attachedDataDepth)));
  t.ok(tooLarge(depth(limits.attachedDataDepth + 1)));
  t.notOk(tooLarge({ ['k'.repeat(limits.attachedDataKeyBytes)]: 1 }));
  t.ok(tooLarge({ ['k'.repeat(limits.attachedDataKeyBytes + 1)]: 1 }));
  t.notOk(tooLarge(ofBytes(limits.attachedDataBytes)));
  t.ok(tooLarge(ofBytes(limits.attachedDataBytes + 1)));
  const nested = hex(`${'81a16e'.repeat(limits.attachedDataDepth)}80`);
  t.equal(
    errorOf(() => scanAttachedData(nested, 0, nested.length)),
    'AttachedDataTooLarge',
  );
});

t.test('keys that would hurt a careless object are keys like others', async (t) => {
  const values = unpackKeyValues(packKeyValues(JSON.parse('{"__proto__":{"polluted":1},"a":2}')));
  t.strictSame(Object.keys(values), ['__proto__', 'a']);
  t.equal(Object.getPrototypeOf(values), Object.prototype);
  t.equal(({} as Record<string, unknown>)['polluted'], undefined);
});

t.test('changes agree with a plain map', async (t) => {
  fc.assert(
    fc.property(
      fc.tuple(keyValuesArbitrary, keyValuesArbitrary, keyValuesArbitrary, keyValuesArbitrary),
      fc.infiniteStream(fc.boolean()),
      ([before, added, changed, deleted], flags) => {
        const some = Object.fromEntries(Object.entries(before).filter(() => flags.next().value));
        const removed = { ...deleted, ...some };
        const model = new Map([before, added, changed].flatMap((values) => Object.entries(values)));
        for (const key of Object.keys(removed)) model.delete(key);
        const packed = changeKeyValues(packKeyValues(before), {
          added: packKeyValues(added),
          changed: packKeyValues(changed),
          deleted: packKeyValues(removed),
        });
        assert.deepEqual(new Map(Object.entries(unpackKeyValues(packed))), model);
        assert.deepEqual(new Set(keysOfKeyValues(packed)), new Set(model.keys()));
      },
    ),
    { numRuns: 200 },
  );
  const one = packKeyValues({ a: 1, b: 2, c: 3 });
  t.strictSame(changeKeyValues(one, {}), one, 'no change, same bytes');
  const half = packKeyValues({ k: new Uint8Array(limits.attachedDataBytes / 2) });
  const rest = packKeyValues({ l: new Uint8Array(limits.attachedDataBytes / 2) });
  t.equal(
    errorOf(() => changeKeyValues(half, { added: rest })),
    'AttachedDataTooLarge',
  );
});

t.test('a key that is there twice is found among few and many keys, nested ones too', async (t) => {
  const scan = (names: readonly string[], inner: readonly string[]): number => {
    const writer = new PackWriter();
    writer.mapHead(names.length + 1);
    writer.string('inner');
    writer.mapHead(inner.length);
    for (const name of inner) {
      writer.string(name);
      writer.number(1);
    }
    for (const name of names) {
      writer.string(name);
      writer.number(1);
    }
    const bytes = writer.take();
    return bytes.length - scanAttachedData(bytes, 0, bytes.length);
  };
  const keysOf = (count: number) => Array.from({ length: count }, (_, index) => `key-${index}`);
  for (const outer of [1, 100, 127, 128, 129, 300, 3_000]) {
    for (const nested of [0, 1, 60, 127, 200, 1_000]) {
      const [names, inner] = [keysOf(outer), keysOf(nested)];
      t.equal(scan(names, inner), 0, `${outer} and ${nested}`);
      for (const again of [names[0]!, names.at(-1)!, 'inner']) {
        t.equal(
          errorOf(() => scan([...names, again], inner)),
          'MalformedBody',
          again,
        );
      }
    }
  }
});
