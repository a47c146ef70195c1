/** What is read of conditions and orders is kept for the parts of a search, within bounds. */
import t from 'tap';
import { SearchLanguage } from '../../lib/search/search.js';

const texts = (count: number, bytes = 0): string[] =>
  Array.from({ length: count }, (_, at) => `ExternalId = '${at}${'x'.repeat(bytes)}'`);

t.test('the conditions of a burst of snapshots are read once', async (t) => {
  const language = new SearchLanguage();
  const all = texts(200);
  const first = all.map((text) => language.read(text));
  t.ok(all.every((text, at) => language.read(text) === first[at]));
});

t.test('much text is not kept for ever', async (t) => {
  const language = new SearchLanguage();
  const [one = '', ...others] = texts(20, 60_000);
  const first = language.read(one);
  t.equal(language.read(one), first);
  for (const text of others) language.read(text);
  t.not(language.read(one), first);
  const many = texts(600);
  const few = language.read(many[0]!);
  for (const text of many.slice(1)) language.read(text);
  t.not(language.read(many[0]!), few);
});
