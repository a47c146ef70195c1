/** JSON of which nothing is lost. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { isFault, JsonFloat, readJson, readJsonObject } from '../../lib/text/index.js';

/** What was read, as `JSON.parse` has it. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!(value instanceof Map)) return value;
  return Object.fromEntries([...value].map(([key, one]) => [key, plain(one)]));
}

const json = fc.json({ stringUnit: 'binary', maxDepth: 5 });

t.test('what JSON.parse reads without loss is read the same', async () => {
  fc.assert(
    fc.property(json, (text) => {
      const read = readJson(text);
      // Integers that a number does not hold are written without an exponent.
      if (isFault(read)) assert.match(text.slice(read.position), /^-?\d{16,}/);
      else assert.deepEqual(plain(read), JSON.parse(text));
    }),
  );
  for (const text of [
    ' {"a" : [ 1 , -2.5e-3 ,\t"b" , null,true , false , {} , [] ] }\r\n',
    '"\\u0041\\ud83d\\ude00\\"\\\\\\/\\b\\f\\n\\r\\t"',
    '"\u007f\u0085\u2028\u{1f600}"',
    '-0',
    '0',
    '""',
    '1e3',
  ]) {
    assert.deepEqual(plain(readJson(text)), JSON.parse(text), text);
  }
});

t.test('what would be changed, or is not JSON, is a fault with its place', async (t) => {
  for (const [text, position] of [
    ['9007199254740993', 0],
    ['[1, 1e400]', 4],
    ['{"a": -9007199254740992}', 6],
    ['[0.12345678901234567890123]', 1],
    ['1e-400', 0],
    ['{"a":1,"b":2,"a":3}', 13],
    ['{"a":1,"\\u0061":3}', 7],
    ['{"x":{"__proto__":1,"__proto__":2}}', 20],
    ['"\\ud800"', 0],
    ['{"\\udc00":1}', 1],
    ['"\\ud83d \\ude00"', 0],
    ['{"a":01}', 5],
    ['[+1]', 1],
    ['[.5]', 1],
    ['[5.]', 1],
    ['[0x10]', 1],
    ['[NaN]', 1],
    ['[Infinity]', 1],
    ['[1,]', 3],
    ['{"a":1,}', 7],
    ['{a:1}', 1],
    ["{'a':1}", 1],
    ['{"a" 1}', 5],
    ['{"a":1 "b":2}', 7],
    ['[1 2]', 3],
    ['1 2', 2],
    ['"a', 2],
    ['"\n"', 1],
    ['"\\x"', 2],
    ['"\\u00g0"', 2],
    ['tru', 0],
    ['truex', 4],
    ['', 0],
    ['  ', 2],
    ['// a', 0],
    ['\u00a01', 0],
    ['\uFEFF1', 0],
  ] as const) {
    const read = readJson(text);
    t.ok(isFault(read), text);
    if (isFault(read)) t.equal(read.position, position, `${text}: ${read}`);
  }
  t.ok(isFault(readJsonObject('[1]')));
  t.ok(isFault(readJson('['.repeat(100_000))), 'depth is bounded');
  t.notOk(isFault(readJson('['.repeat(64) + ']'.repeat(64))));
});

t.test('whole floats are told from integers if asked for', async (t) => {
  const read = (text: string): unknown => readJson(text, { keepFloats: true });
  for (const text of ['1.0', '1e0', '-0.0', '-0', '10E2']) {
    const value = read(text);
    t.ok(value instanceof JsonFloat && Object.is(value.value, Number(text)), text);
  }
  t.equal(read('1'), 1);
  t.equal(read('1.5'), 1.5);
  t.equal(read('1e300'), 1e300);
});

t.test('keys keep their order and may be any text', async (t) => {
  const read = readJsonObject('{"b":1,"10":2,"__proto__":{"x":1},"2":3,"":4}');
  t.ok(!isFault(read));
  t.strictSame([...(read as Map<string, unknown>).keys()], ['b', '10', '__proto__', '2', '']);
  t.equal(({} as { x?: number }).x, undefined);
});
