/**
 * Of each attribute of the message table the values at its edges, and what
 * somebody else might send.
 */
import { limits } from '../../lib/limits.js';
import type { Attribute } from '../../lib/protocol/attribute.js';
import { array, bin, float, int, map, mapOf, nil, no, str, yes, type Packed } from './raw-pack.js';

/** `legal`: of the right kind and within the range. `illegal`: refused as such. `open`: either. */
export type Verdict = 'legal' | 'illegal' | 'open';

export interface Value {
  readonly what: string;
  readonly packed: Packed;
  readonly verdict: Verdict;
  /** Of a str its bytes: what a route key has to be. */
  readonly text?: Uint8Array | undefined;
}

const illFormed: Readonly<Record<string, readonly number[]>> = {
  'a lone surrogate': [0x61, 0xed, 0xa0, 0x80, 0x62],
  'the other half': [0xed, 0xb0, 0x80],
  'a NUL of two bytes': [0xc0, 0x80],
  'a slash of three bytes': [0xe0, 0x80, 0xaf],
  'half a character': [0x61, 0xe2, 0x82],
  'a byte of no text': [0xff],
  'beyond Unicode': [0xf4, 0x90, 0x80, 0x80],
};

/** Well-formed, and of use to nobody. */
const odd: Readonly<Record<string, string>> = {
  'a NUL': 'a\0b',
  'only a NUL': '\0',
  'a line break': 'a\nb',
  'a delete': 'a\x7fb',
  'a control of C1': 'a\x85b',
  'a space': ' ',
  'a path': '../../p00/data.mdb',
  'a member of every object': '__proto__',
  'another one': 'constructor',
  'not ASCII': 'ä\u{1f600}',
  'beyond a byte': '\u0100\uffff',
  'the last byte': 'ÿ',
};

const text = (what: string, content: string | Uint8Array, verdict: Verdict): Value => {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  return { what, packed: str(bytes), verdict, text: bytes };
};

const wrongKinds: readonly Value[] = [
  { what: 'nil', packed: nil, verdict: 'illegal' },
  { what: 'a float', packed: float(1.5), verdict: 'illegal' },
  { what: 'not a number', packed: float(NaN), verdict: 'illegal' },
  { what: 'a time', packed: Buffer.of(0xd6, 0xff, 0, 0, 0, 1), verdict: 'illegal' },
  { what: 'an extension', packed: Buffer.of(0xd4, 7, 0), verdict: 'illegal' },
];

/** Values of a str of these lengths; `character` fills it. */
function texts({ minBytes, maxBytes, form }: Attribute, character: string): Value[] {
  const fill = (length: number): string => character.repeat(Math.max(0, length));
  const ofOddities: Verdict = form === 'text' ? 'legal' : 'open';
  return [
    text('the shortest', fill(minBytes), form === 'text' ? 'legal' : 'open'),
    ...(minBytes > 0 ? [text('one byte too short', fill(minBytes - 1), 'illegal')] : []),
    text('the longest', fill(maxBytes), form === 'text' ? 'legal' : 'open'),
    text('one byte too long', fill(maxBytes + 1), 'illegal'),
    text('as long as a key may be', fill(1_978), maxBytes < 1_978 ? 'illegal' : 'legal'),
    text('longer than a key', fill(1_979), maxBytes < 1_979 ? 'illegal' : 'legal'),
    text('far too long', fill(100_000), 'illegal'),
    ...Object.entries(odd).map(([what, content]) => {
      const isControl = /\p{Cc}/u.test(content);
      const isLonger = Buffer.byteLength(content) > maxBytes;
      const isIllegal = isLonger || (form === 'name' && isControl);
      return text(what, content, isIllegal ? 'illegal' : ofOddities);
    }),
    ...Object.entries(illFormed).map(([what, content]) =>
      text(what, Uint8Array.from(content), 'illegal'),
    ),
    { what: 'a binary', packed: bin(Buffer.from('abc')), verdict: 'illegal' },
    { what: 'a list', packed: array([str('abc')]), verdict: 'illegal' },
    { what: 'a number', packed: int(7), verdict: 'illegal' },
  ];
}

function integers(min: number, max: number): Value[] {
  const of = (value: number | bigint): Value => ({
    what: String(value),
    packed: int(value),
    verdict: value >= min && value <= max ? 'legal' : 'illegal',
  });
  const beyond = [-(2n ** 63n), -1n, 2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n];
  return [
    ...[min, min - 1, max, max + 1, 0].map(of),
    ...beyond.map(of),
    { what: 'a text', packed: str('7'), verdict: 'illegal' },
  ];
}

function maps(maxBytes: number): Value[] {
  const entries = (count: number, value: Packed): Packed =>
    mapOf(Array.from({ length: count }, (_, index) => [str(`k${index}`), value]));
  const nested = (levels: number): Packed =>
    levels === 1 ? map({ a: int(1) }) : map({ a: nested(levels - 1) });
  const filled = (bytes: number): Packed => {
    // A head of one byte, the key of two, and the head of a str of three bytes or five.
    const content = bytes - 6 > 0xffff ? bytes - 8 : bytes - 6;
    return map({ k: str(Buffer.alloc(content, 'x')) });
  };
  const value = (what: string, packed: Packed, verdict: Verdict): Value => ({
    what,
    packed,
    verdict,
  });
  return [
    value('an empty map', map({}), 'open'),
    value('an empty key', map({ '': int(1) }), 'open'),
    value('the longest key', map({ ['k'.repeat(limits.attachedDataKeyBytes)]: yes }), 'open'),
    value('too long a key', map({ ['k'.repeat(limits.attachedDataKeyBytes + 1)]: yes }), 'illegal'),
    value('the deepest', nested(limits.attachedDataDepth), 'open'),
    value('one level too deep', nested(limits.attachedDataDepth + 1), 'illegal'),
    value('the most keys', entries(limits.attachedDataKeys, no), 'open'),
    value('one key too many', entries(limits.attachedDataKeys + 1, no), 'illegal'),
    value('the most bytes', filled(maxBytes), 'open'),
    value('one byte too many', filled(maxBytes + 1), 'illegal'),
    value(
      'a key twice',
      mapOf([
        [str('a'), yes],
        [str('a'), no],
      ]),
      'illegal',
    ),
    value('a key that is no text', mapOf([[int(1), yes]]), 'illegal'),
    value('nil in it', map({ a: nil }), 'illegal'),
    value('an array in it', map({ a: array([]) }), 'illegal'),
    ...Object.entries(odd).map(([what, key]) =>
      value(`${what} as key`, map({ [key]: str(key) }), 'open'),
    ),
    ...Object.entries(illFormed).map(([what, bytes]) =>
      value(`${what} as key`, mapOf([[str(Uint8Array.from(bytes)), yes]]), 'illegal'),
    ),
    value('a map that says too much', Buffer.of(0xdf, 255, 255, 255, 255), 'illegal'),
    value('a text', str('a'), 'illegal'),
    value('an array', array([]), 'illegal'),
  ];
}

function arrays(attribute: Attribute, entry: (index: number) => Packed, others: Value[]): Value[] {
  const of = (count: number): Packed => array(Array.from({ length: count }, (_, at) => entry(at)));
  return [
    { what: 'none', packed: array([]), verdict: 'open' },
    { what: 'the most', packed: of(attribute.maxBytes), verdict: 'open' },
    { what: 'one too many', packed: of(attribute.maxBytes + 1), verdict: 'illegal' },
    { what: 'a map', packed: map({}), verdict: 'illegal' },
    ...others.map(({ what, packed, verdict }) => ({
      what: `${what} in it`,
      packed: array([packed]),
      verdict: verdict === 'legal' ? ('open' as const) : verdict,
    })),
  ];
}

const made = new Map<Attribute, readonly Value[]>();

/** What may be tried for an attribute. */
export function unusualValues(attribute: Attribute): readonly Value[] {
  const known = made.get(attribute) ?? valuesOf(attribute);
  made.set(attribute, known);
  return known;
}

function valuesOf(attribute: Attribute): Value[] {
  const { kind, min, max, maxBytes } = attribute;
  switch (kind) {
    case 'string':
      return [...texts(attribute, 'x'), ...wrongKinds];
    case 'integer':
    case 'timestamp':
      return [...integers(min, max), ...wrongKinds];
    case 'boolean':
      return [
        ...[yes, no, int(0), int(1)].map((packed, index): Value => {
          return { what: `truth ${index}`, packed, verdict: 'legal' };
        }),
        { what: '2', packed: int(2), verdict: 'illegal' },
        { what: 'a text', packed: str('true'), verdict: 'illegal' },
        ...wrongKinds,
      ];
    case 'bytes':
      return [
        ...[maxBytes, maxBytes - 1, maxBytes + 1, 0].map((length): Value => {
          const verdict = length === maxBytes ? 'legal' : 'illegal';
          return { what: `${length} bytes`, packed: bin(Buffer.alloc(length, 0)), verdict };
        }),
        { what: 'all ones', packed: bin(Buffer.alloc(maxBytes, 255)), verdict: 'legal' },
        { what: 'a text', packed: str('x'.repeat(maxBytes)), verdict: 'illegal' },
        ...wrongKinds,
      ];
    case 'keyValues':
      return [...maps(maxBytes), ...wrongKinds];
    case 'strings':
      return arrays(attribute, (index) => str(`s${index}`), [
        ...texts(attribute.entry!, 'x'),
        ...wrongKinds,
      ]);
    case 'integers':
      return arrays(attribute, int, [...integers(0, Number.MAX_SAFE_INTEGER), ...wrongKinds]);
    case 'record':
      return [];
  }
}
