/** Patterns of LIKE: what they match, and how often they look. */
import fc from 'fast-check';
import t from 'tap';
import { LikePattern, readLikePattern } from '../../lib/condition/like.js';

function pattern(text: string, escape?: string): LikePattern {
  const read = readLikePattern(text, escape);
  if (!(read instanceof LikePattern)) throw new Error(read.what);
  return read;
}

t.test('patterns', async (t) => {
  const held: readonly (readonly [text: string, pattern: string, escape?: string])[] = [
    ['', ''],
    ['', '%'],
    ['', '%%'],
    ['abc', 'abc'],
    ['abc', 'a%'],
    ['abc', '%c'],
    ['abc', '%b%'],
    ['abc', '___'],
    ['abc', '_%_'],
    ['abcbc', 'a%bc'],
    ['aXbXc', 'a_b_c'],
    ['😀', '_'],
    ['a😀b', 'a_b'],
    ['😀😀', '%😀_'],
    ['100 %', '100 !%', '!'],
    ['a_b!', '%!_b!!', '!'],
    ['a\nb', 'a_b'],
  ];
  for (const [text, like, escape] of held) t.ok(pattern(like, escape).matches(text), like);
  const not: typeof held = [
    ['abc', ''],
    ['abc', 'ab'],
    ['abc', 'ABC'],
    ['abc', '____'],
    ['ab', 'ab%b'],
    ['aba', '%ab'],
    ['aa', '_%a%_'],
    ['😀', '__'],
    ['1000', '100!%', '!'],
  ];
  for (const [text, like, escape] of not) t.notOk(pattern(like, escape).matches(text), like);
});

/** By definition, character by character: as slow as it likes. */
function matches(text: readonly string[], like: readonly string[]): boolean {
  const [first, ...rest] = like;
  if (first === undefined) return text.length === 0;
  if (first === '%')
    return text.some((_, at) => matches(text.slice(at), rest)) || matches([], rest);
  return text.length > 0 && (first === '_' || first === text[0]) && matches(text.slice(1), rest);
}

t.test('every pattern matches what its definition says', async (t) => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  t.comment(`seed ${seed}`);
  const word = (letters: readonly string[], maxLength: number) =>
    fc.array(fc.constantFrom(...letters), { maxLength });
  const property = fc.property(
    word(['a', 'b', '😀'], 10),
    word(['a', 'b', '😀', '_', '_', '%'], 8),
    (text, like) => pattern(like.join('')).matches(text.join('')) === matches(text, like),
  );
  fc.assert(property, { seed, numRuns: 10_000 });
  t.pass('none differs');
});

t.test(
  'patterns that made others try for ever look at a text a bounded number of times',
  async (t) => {
    const length = 4_000;
    const text = 'a'.repeat(length);
    const hard = [
      `${'%a'.repeat(30)}%b`,
      `${'a%'.repeat(30)}b`,
      `%${'a'.repeat(500)}b%`,
      `%${'a'.repeat(500)}b%${'a'.repeat(400)}c%`,
      `%${'_'.repeat(30)}b%`,
      `${'%_a'.repeat(100)}%b`,
      '%aab%aab%',
    ];
    for (const like of hard) {
      const read = pattern(like);
      t.notOk(read.matches(text));
      t.ok(read.steps <= 2 * length + like.length, `${like.slice(0, 20)}: ${read.steps} steps`);
    }
    // A piece with _ follows 32 characters at once.
    const long = pattern(`%${'a_'.repeat(320)}b%`);
    t.notOk(long.matches(text));
    t.ok(long.steps <= length * Math.ceil(641 / 32) + 2 * 641, `${long.steps} steps`);
    const twice = pattern('%aab%');
    twice.matches(text);
    const once = twice.steps;
    twice.matches(text + text);
    t.ok(twice.steps - once <= 2 * once + 10, 'twice the text, twice the steps');
  },
);
