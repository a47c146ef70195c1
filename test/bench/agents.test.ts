/** The bench of agents runs, in miniature, and reports the figures that others read. */
import t from 'tap';
import { runMiniatures } from './miniature.js';

t.test('the bench of agents', async (t) => {
  const { agents } = await runMiniatures(t, ['agents']);
  for (const way of ['one', 'each']) {
    const figures = (agents as Record<string, Record<string, number>>)[way]!;
    for (const name of ['loginSeconds', 'pingP99Ms', 'offers', 'offerP99Ms']) {
      t.ok(figures[name]! > 0, `${way}: ${name} is ${figures[name]}`);
    }
    t.type(figures['kibibytesPerAgent'], 'number');
  }
});
