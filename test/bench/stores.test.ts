/** Benches of what is stored run, in miniature, and report the figures that others read. */
import t from 'tap';
import { checkFigures, runMiniatures } from './miniature.js';

t.test('benches of what is stored', async (t) => {
  const reports = await runMiniatures(t, 'start', 'stop', 'crash-start', 'memory', 'store');
  const { start, stop, memory, store } = reports;
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

  const held = ['full.privateMiB.median', 'empty.privateMiB.median', 'full.mappedMiB.median'];
  checkFigures(t, memory, 'ratioToEmpty', ...held);

  checkFigures(t, store, 'ratioToBodies', 'ratioToFirst', 'churn.perSecond');
  t.match(store, { submits: { eventsRead: 20 }, churn: { isVerified: 1, strangeLines: 0 } });
});
