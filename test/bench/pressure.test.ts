/** Benches of a server that is busy run, in miniature, and report the figures that others read. */
import t from 'tap';
import { checkDifferences, checkFigures, runMiniatures } from './miniature.js';

t.test('benches of a busy server', async (t) => {
  const { counters, overload } = await runMiniatures(t, ['counters', 'overload']);
  checkFigures(t, counters, 'onPerSecond.median');
  checkDifferences(t, counters, 'ratioOnToOff', 'ratioOnToOffLower', 'nsPerCount');
  t.match(counters, { pairs: 4 });

  const ratios = ['acceptP99RatioToQuiet', 'stopP99RatioToQuiet', 'capacityPerSecond'];
  checkFigures(t, overload, ...ratios, 'acknowledged', 'acceptedPerSecond.median');
  t.match(overload, { lost: 0, notAcknowledged: 0, unanswered: 0 });
});
