/** Keys sort as their values do, and can be read back. */
import fc from 'fast-check';
import t from 'tap';
import {
  KeyBuilder,
  prefixEnd,
  readU32,
  readU64,
  readUtf8,
  u32Key,
  u64Key,
  utf8Key,
} from '../../lib/store/keys.js';

const descending = (value: number): string => new KeyBuilder().begin().i32Descending(value).take();

const u32 = fc.oneof(fc.nat(0xffff_ffff), fc.constantFrom(0, 255, 256, 0x7fff_ffff, 0xffff_ffff));
const u64 = fc.oneof(
  fc.maxSafeNat(),
  u32,
  fc.constantFrom(0xffff_ffff, 0x1_0000_0000, Number.MAX_SAFE_INTEGER),
);
const i32 = fc.oneof(fc.integer(), fc.constantFrom(-0x8000_0000, -1, 0, 1, 0x7fff_ffff));
const binary = fc
  .array(fc.oneof(fc.nat(255), fc.constantFrom(0, 254, 255)), { maxLength: 5 })
  .map((codes) => String.fromCharCode(...codes));

const sign = <T>(left: T, right: T): number => (left < right ? -1 : left > right ? 1 : 0);

t.test('numbers', async (test) => {
  fc.assert(
    fc.property(u32, u32, (left, right) => {
      test.equal(sign(u32Key(left), u32Key(right)), sign(left, right));
      test.equal(readU32(`x${u32Key(left)}`, 1), left);
    }),
  );
  fc.assert(
    fc.property(u64, u64, (left, right) => {
      test.equal(sign(u64Key(left), u64Key(right)), sign(left, right));
      test.equal(readU64(`x${u64Key(left)}`, 1), left);
    }),
  );
  fc.assert(
    fc.property(i32, i32, (left, right) => {
      test.equal(sign(descending(left), descending(right)), sign(right, left));
    }),
  );
  test.equal(u32Key(0x01020304), '\u0001\u0002\u0003\u0004');
  test.equal(u64Key(2 ** 40 + 5), '\0\0\u0001\0\0\0\0\u0005');
});

t.test('texts sort as their UTF-8 bytes', async (test) => {
  const text = fc.string({ unit: 'binary', maxLength: 6 });
  fc.assert(
    fc.property(text, text, (left, right) => {
      const byBytes = Buffer.compare(Buffer.from(left), Buffer.from(right));
      test.equal(sign(utf8Key(left), utf8Key(right)), byBytes);
      test.equal(readUtf8(utf8Key(left)), left);
      test.equal(utf8Key(left).length, Buffer.byteLength(left));
    }),
  );
  test.equal(readUtf8(`\u0001${utf8Key('grün')}\u0002`, 1, 6), 'grün');
});

t.test('the end of a prefix is the smallest key behind all that have it', async (test) => {
  fc.assert(
    fc.property(binary, binary, binary, (prefix, rest, other) => {
      const end = prefixEnd(prefix);
      if (end === undefined) return test.match(prefix, /^\u00ff*$/);
      test.ok(prefix + rest < end);
      test.ok(other < prefix || other >= end || other.startsWith(prefix));
      return undefined;
    }),
  );
});

t.test('a builder makes what its parts make one behind the other', async (test) => {
  const builder = new KeyBuilder();
  const binary = fc.string({
    unit: fc.integer({ min: 0, max: 255 }).map((byte) => String.fromCharCode(byte)),
  });
  fc.assert(
    fc.property(u32, u64, i32, binary, fc.nat(8), (first, second, third, text, start) => {
      // What was begun before, and given up, leaves nothing.
      builder.begin().text('given up');
      const key = builder
        .begin()
        .u32(first)
        .u64(second)
        .i32Descending(third)
        .text(text, start)
        .take();
      test.equal(key, u32Key(first) + u64Key(second) + descending(third) + text.slice(start));
    }),
  );
  test.throws(() => builder.begin().text('x'.repeat(2_049)), { name: 'AssertionError' });
});

t.test('values out of range are programmer errors', async (test) => {
  for (const value of [-1, 0.5, 2 ** 32, NaN])
    test.throws(() => u32Key(value), { name: 'AssertionError' });
  for (const value of [-1, 0.5, 2 ** 53, NaN])
    test.throws(() => u64Key(value), { name: 'AssertionError' });
  for (const value of [2 ** 31, 0.5, NaN]) {
    test.throws(() => descending(value), { name: 'AssertionError' });
  }
  test.throws(() => readU64('\0\0\0\0\0\0\0'), { name: 'AssertionError' });
});
