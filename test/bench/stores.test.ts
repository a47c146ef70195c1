/** Benches of what is stored run, in miniature, and report the figures that others read. */
import t from 'tap';
import { checkFigures, runMiniatures } from './miniature.js';

t.test('benches of what is stored', async (t) => {
  const { memory, store } = await runMiniatures(t, ['memory', 'store']);
  const held = ['full.privateMiB.median', 'empty.privateMiB.median', 'full.mappedMiB.median'];
  checkFigures(t, memory, 'ratioToEmpty', ...held);

  checkFigures(t, store, 'ratioToBodies', 'ratioToFirst', 'churn.perSecond');
  t.match(store, { submits: { eventsRead: 20 }, churn: { isVerified: 1, strangeLines: 0 } });
});
