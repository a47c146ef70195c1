/** The strict readers: what they take they take exactly, and what they refuse they say why. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import {
  isFault,
  loneSurrogate,
  nameFault,
  readBase64,
  readBigInteger,
  readBoolean,
  readDecimal,
  readDuration,
  readInteger,
  readName,
  readTime,
  readUtf8,
  timeTextFromMs,
  timeTextToMs,
  utf8Length,
  wellFormedEnd,
  withoutByteOrderMark,
  writeBase64,
  writeTime,
} from '../../lib/text/index.js';
import { asciiEnd } from '../../lib/text/utf8.js';

/** A reader with texts that it takes and what they are, and texts that it refuses. */
function table<Value>(
  title: string,
  read: (text: string) => unknown,
  good: readonly (readonly [string, Value])[],
  bad: readonly string[],
): void {
  t.test(title, async (t) => {
    for (const [text, value] of good) t.strictSame(read(text), value, JSON.stringify(text));
    for (const text of bad) {
      const fault = read(text);
      t.ok(isFault(fault), `${JSON.stringify(text)} is refused`);
      if (!isFault(fault)) continue;
      t.match(String(fault), /^\S.*, at character \d+; \S/);
      t.ok(fault.position >= 0 && fault.position <= text.length, 'the position is in the text');
    }
  });
}

table(
  'times',
  (text) => readTime(text),
  [
    ['2026-01-31T12:00:00Z', Date.UTC(2026, 0, 31, 12)],
    ['2026-01-31t12:00:00z', Date.UTC(2026, 0, 31, 12)],
    ['2026-01-31T12:00:00.5Z', Date.UTC(2026, 0, 31, 12, 0, 0, 500)],
    ['2026-01-31T12:00:00.123000000Z', Date.UTC(2026, 0, 31, 12, 0, 0, 123)],
    ['2026-01-31T13:30:00+01:30', Date.UTC(2026, 0, 31, 12)],
    ['2026-01-31T13:30:00-23:59', Date.UTC(2026, 1, 1, 13, 29)],
    ['2024-02-29T00:00:00-00:00', Date.UTC(2024, 1, 29)],
    ['2000-02-29T00:00:00Z', Date.UTC(2000, 1, 29)],
    ['0000-01-01T00:00:00.000Z', timeTextFromMs],
    ['0099-12-31T23:59:59Z', Date.parse('0099-12-31T23:59:59Z')],
    ['9999-12-31T23:59:59.999Z', timeTextToMs],
  ],
  [
    '',
    'queue 7',
    '2026-01-31',
    '2026-01-31T12:00:00',
    '2026-01-31 12:00:00Z',
    '2026-01-31T12:00Z',
    '2026-02-30T12:00:00Z',
    '2026-02-29T12:00:00Z',
    '1900-02-29T12:00:00Z',
    '2026-04-31T12:00:00Z',
    '2026-00-10T12:00:00Z',
    '2026-13-10T12:00:00Z',
    '2026-01-00T12:00:00Z',
    '2026-01-31T24:00:00Z',
    '2026-01-31T12:60:00Z',
    '2026-12-31T23:59:60Z',
    '2026-01-31T12:00:00.1234Z',
    '2026-01-31T12:00:00.Z',
    '2026-01-31T12:00:00,5Z',
    '2026-01-31T12:00:00+1:00',
    '2026-01-31T12:00:00+0100',
    '2026-01-31T12:00:00+24:00',
    '2026-01-31T12:00:00+01:60',
    '2026-01-31T12:00:00 Z',
    ' 2026-01-31T12:00:00Z',
    '2026-01-31T12:00:00Z ',
    '+012026-01-31T12:00:00Z',
    '0000-01-01T00:00:00+01:00',
    '31.01.2026 12:00',
    'Sat, 31 Jan 2026 12:00:00 GMT',
    '٢٠٢٦-01-31T12:00:00Z',
  ],
);

const notWhole = ['', ' ', '5 ', ' 5', '+5', '007', '-0', '1e3', '1.0', '0x10', '0b1', '1_000'];
const noNumber = ['1,000', 'five', 'NaN', 'Infinity', '--5', '٥', '5n', '0o7'];

table(
  'whole numbers',
  (text) => readInteger(text),
  [
    ['0', 0],
    ['-1', -1],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['-9007199254740991', Number.MIN_SAFE_INTEGER],
  ],
  [...notWhole, ...noNumber, '9007199254740992', '9007199254740993', '9'.repeat(400)],
);
table(
  'whole numbers of a range',
  (text) => readInteger(text, -3, 7),
  [
    ['-3', -3],
    ['7', 7],
  ],
  ['-4', '8', '7.0'],
);
table(
  'whole numbers of 64 bits',
  (text) => readBigInteger(text),
  [
    ['9223372036854775807', 2n ** 63n - 1n],
    ['-9223372036854775808', -(2n ** 63n)],
    ['0', 0n],
  ],
  [...notWhole, ...noNumber, '9223372036854775808', '-9223372036854775809', '1'.repeat(1_000)],
);
table(
  'numbers',
  (text) => readDecimal(text),
  [
    ['0', 0],
    ['-0', -0],
    ['0.1', 0.1],
    ['1.50', 1.5],
    ['0.30000000000000004', 0.30000000000000004],
    ['0.10000000000000001', 0.1],
    ['0.1000000000000000055511151231257827', 0.1],
    ['1e3', 1_000],
    ['1E-3', 0.001],
    ['5e-324', 5e-324],
    // Just between 2 and 3.
    ['731094831908852.2', 731094831908852.25],
    ['1.7976931348623157e308', Number.MAX_VALUE],
    ['9007199254740992', 2 ** 53],
  ],
  ['', ' 1', '1 ', '+1', '01', '.5', '5.', '0x1', '1e', 'NaN', 'Infinity', '1,5', '1_0'].concat(
    ['1e400', '-1e400', '1e-400', '9007199254740993', '12345678901234567.89'],
    ['9007199254740993.0', '0.12345678901234567890123', `0.${'1'.repeat(200)}`],
  ),
);
table(
  'truth',
  readBoolean,
  [
    ['true', true],
    ['1', true],
    ['false', false],
    ['0', false],
  ],
  ['', 'TRUE', 'True', 'yes', 'no', 'on', 'off', 'y', '2', ' true', '01', 'null'],
);
table(
  'base64',
  (text) => readBase64(text),
  [
    ['', Buffer.alloc(0)],
    ['AA==', Buffer.of(0)],
    ['AAE=', Buffer.of(0, 1)],
    ['AAEC', Buffer.of(0, 1, 2)],
    ['+/+/', Buffer.of(251, 255, 191)],
  ],
  [
    'A',
    'AA',
    'AAA',
    'AA=',
    'AB==',
    'AAB=',
    'AA==AA==',
    'A===',
    '====',
    '=',
    'AAEC\n',
    'AA EC',
  ].concat(['-_-_', 'AAé=', 'A A=', '\u{1f600}AA==']),
);
table(
  'lengths of time',
  (text) => readDuration(text),
  [
    ['0', 0],
    ['5', 5_000],
    ['500ms', 500],
    ['0.3s', 300],
    ['1.5h', 5_400_000],
    ['2d', 172_800_000],
  ],
  [
    '',
    '-1s',
    '1 s',
    '1e3',
    '1S',
    '1w',
    '.5s',
    '1.s',
    '0.5ms',
    '0.0001s',
    '01s',
    '999999999999999d',
  ],
);
table(
  'names',
  (text) => readName(text),
  [
    ['mail.in', 'mail.in'],
    ['Außendienst 7', 'Außendienst 7'],
    ['\u{1f600}'.repeat(63), '\u{1f600}'.repeat(63)],
    ['__proto__', '__proto__'],
  ],
  ['', 'a\ud800b', '\udc00', 'a\u0000', 'a\nb', '\u007f', '\u0085', 'ä'.repeat(128)].concat(
    'a'.repeat(256),
    `${'\u{1f600}'.repeat(63)}\ud83d`,
  ),
);

t.test('a name is text', async (t) => {
  for (const value of [undefined, null, 7, true, {}, ['a']]) t.ok(nameFault(value));
});

t.test('UTF-8 is taken as it is, or refused with the byte', async (t) => {
  t.equal(readUtf8(Buffer.from('Grüße \u{1f600}')), 'Grüße \u{1f600}');
  t.equal(readUtf8(Buffer.from('aGrüßeb'), 1, 8), 'Grüße');
  const fault = readUtf8(Buffer.from('Grüße', 'latin1'));
  t.ok(isFault(fault) && fault.position === 2, String(fault));
  for (const bytes of [
    [0xff],
    [0xc0, 0x80],
    [0xed, 0xa0, 0x80],
    [0xf4, 0x90, 0x80, 0x80],
    [0xc3],
  ]) {
    t.ok(isFault(readUtf8(Uint8Array.from(bytes))), String(bytes));
  }
  t.equal(readUtf8(Buffer.from('\uFEFFa')), '\uFEFFa');
  t.equal(withoutByteOrderMark('\uFEFFa'), 'a');
});

t.test('any time, number, bytes and text comes back from what was written', async () => {
  const timeMs = fc.integer({ min: timeTextFromMs, max: timeTextToMs });
  fc.assert(fc.property(timeMs, (ms) => readTime(writeTime(ms)) === ms));
  fc.assert(fc.property(fc.maxSafeInteger(), (value) => readInteger(String(value)) === value));
  const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(finite, (value) => {
      assert.equal(readDecimal(Object.is(value, -0) ? '-0' : String(value)), value);
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      assert.deepEqual(new Uint8Array(readBase64(writeBase64(bytes)) as Uint8Array), bytes);
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.equal(readUtf8(Buffer.from(text)), text);
      assert.equal(utf8Length(text), Buffer.byteLength(text));
      assert.equal(loneSurrogate(text), -1);
    }),
  );
});

t.test('no bytes and no text are read as something else', async () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const text = readUtf8(bytes);
      const isLossless = Buffer.compare(Buffer.from(Buffer.from(bytes).toString()), bytes) === 0;
      assert.equal(!isFault(text), isLossless);
    }),
  );
  const units = fc.array(fc.integer({ min: 0, max: 0xffff }));
  fc.assert(
    fc.property(units, (codes) => {
      const text = String.fromCharCode(...codes);
      assert.equal(loneSurrogate(text) < 0, Buffer.from(text).toString() === text);
      assert.equal(utf8Length(text), Buffer.byteLength(text));
    }),
  );
  const base64ish = fc.string({ unit: fc.constantFrom('A', 'B', '/', '=', '-', ' ') });
  fc.assert(
    fc.property(base64ish, (text) => {
      const bytes = readBase64(text);
      if (!isFault(bytes)) assert.equal(writeBase64(bytes), text);
    }),
  );
});

t.test('a byte that is not ASCII is found wherever it stands in a long text', async (t) => {
  const buffer = new Uint8Array(260).fill(0x61);
  const bytes = buffer.subarray(3);
  for (const length of [47, 48, 49, 63, 64, 65, 200]) {
    for (let start = 0; start < 8; start++) {
      const end = start + length;
      for (let at = start; at < end; at++) {
        bytes[at] = 0xe9;
        assert.equal(asciiEnd(bytes, start, end), at);
        assert.equal(wellFormedEnd(bytes, start, end), at);
        bytes[at] = 0x61;
      }
      // What stands beside the text is not looked at.
      bytes[end] = 0xe9;
      assert.equal(asciiEnd(bytes, start, end), end);
      bytes[end] = 0x61;
    }
  }
  t.pass();
});
