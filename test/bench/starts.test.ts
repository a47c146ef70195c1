/** Benches of starts and stops run, in miniature, and report the figures that others read. */
import t from 'tap';
import { checkFigures, runMiniatures } from './miniature.js';

t.test('benches of starts and stops', async (t) => {
  const reports = await runMiniatures(t, 'start', 'stop', 'crash-start');
  const { start, stop } = reports;
  const starts = ['full.deliveryMs.median', 'empty.deliveryMs.median', 'full.stopMs.median'];
  const ratios = ['ratioToEmpty', 'ratioToBare', 'stopRatioToEmpty'];
  checkFigures(t, start, ...ratios, ...starts, 'bareMs.median', 'bareNodeMs');
  t.match(start, { backlogs: [{ interactions: 20 }, { interactions: 5 }, { interactions: 1 }] });

  const stops = ['full.wroteMs.median', 'empty.restartedMs.median', 'underLoad.stopMs.median'];
  checkFigures(t, stop, 'stopRatioToEmpty', 'stopRatioToEmptyWrote', ...stops);
  checkFigures(t, stop, 'underLoad.acknowledged');
  t.match(stop, { underLoad: { lost: 0, doubled: 0 } });

  const crash = reports['crash-start'];
  checkFigures(t, crash, 'ratioToClean', 'killed.deliveryMs.median', 'killed.acknowledged');
  t.match(crash, { killed: { lost: 0, doubled: 0 }, stopped: { lost: 0, doubled: 0 } });
});
