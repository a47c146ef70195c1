/** Benches of loads run, in miniature, and report the figures that others read. */
import t from 'tap';
import { checkFigures, loadFigures, runMiniatures } from './miniature.js';

t.test('benches of loads', async (t) => {
  const reports = await runMiniatures(t, ['floor', 'submit', 'cycle', 'invite', 'latency']);
  const { floor, submit, cycle, invite, latency } = reports;
  checkFigures(t, floor, 'ratioOfBToA', ...loadFigures('floorA'), ...loadFigures('floorB'));
  checkFigures(t, floor, 'yardsticks.fdatasyncPerSecond', 'yardsticks.echoPerSecond');

  const submits = ['ixion', 'floorA', 'floorB'].flatMap(loadFigures);
  checkFigures(t, submit, 'ratioToFloor', 'ratioToFloorA', 'sweep.0.perSecond.median', ...submits);
  t.match(submit, { sweep: [{ inFlight: 1 }, { inFlight: 4 }], options: { processes: 2 } });

  checkFigures(t, cycle, 'ratioToSubmit', ...loadFigures('cycle'), ...loadFigures('submit'));
  t.match(cycle, { shape: 'distribution' });

  checkFigures(t, invite, 'ratioToPull', ...loadFigures('invite'), ...loadFigures('pull'));
  t.match(invite, { agents: 63, unfinished: 16 });

  const latencies = ['delivery', 'accept', 'bare'].flatMap((name) => [
    `${name}.p50Ms.median`,
    `${name}.p99Ms.median`,
  ]);
  checkFigures(t, latency, 'ratioToBareP50', 'ratioToBareP99', ...latencies);
});
