/**
 * Benches that stand several things beside each other run, in miniature, or have
 * their parts tested.
 */
import t from 'tap';
import { sideNames, sides } from '../../bench/actor/sides.js';
import { limitOf } from '../../bench/support/busy.js';
import { bench, checkFigures, loadFigures, runMiniatures } from './miniature.js';

t.test('actors and partitions', async (t) => {
  const { actor, partitions } = await runMiniatures(t, ['actor', 'partitions']);
  checkFigures(t, actor, 'ratioToBareTell', 'ratioToBareAsk', 'ratioToBareTellSpread.median');
  const { sides: measured, skipped } = actor as unknown as Record<string, object>;
  for (const name of sideNames) {
    const isMeasured = name in measured!;
    t.not(isMeasured, name in skipped!, `${name} is measured, or skipped by name`);
    if (!isMeasured) continue;
    checkFigures(t, measured!, `${name}.tell.perSecond.median`, `${name}.ask.ratioTo`);
  }
  const own = sideNames.filter((name) => !sides[name].isInstalled);
  t.strictSame(
    own.filter((name) => name in skipped!),
    [],
    'what needs no package of the bench is measured',
  );

  checkFigures(t, partitions, 'ratioTwoActorsToOne', 'ratioTwoThreadsToOne', 'ratioAllToOne');
  checkFigures(t, partitions, ...[0, 1, 2].flatMap((at) => loadFigures(`actors.${at}`)));
  t.match(partitions, { spread: [{ used: 1, limit: String }, { used: 2 }] });
  t.match(partitions, { actors: [{ threads: 1 }, { threads: 1, used: 2 }, { threads: 2 }] });
});

t.test('shapes of data', async (t) => {
  const report = await bench(t, 'shapes', '--data-bytes', '102400', '--queues', '2');
  const kinds = [{ shape: 'pass-through' }, { shape: 'backlog', backlog: 20 }];
  t.match(report, { rows: [...kinds, { shape: 'distribution', dataBytes: 102_400, queues: 2 }] });
  checkFigures(t, report, ...[0, 1, 2].flatMap((at) => loadFigures(`rows.${at}`)));
});

t.test('what limits a run follows from who was busy', async (t) => {
  const idle = { client: 0.2, serverMain: 0.2, serverOther: 0.3, busiestOther: 0.2 };
  const busy = { ...idle, others: 0, disk: 0.1 };
  t.match(limitOf(busy, 2), /wait for one another/);
  t.match(limitOf({ ...busy, disk: 0.95 }, 2), /disk/);
  t.match(limitOf({ ...busy, client: 0.9 }, 2), /client/);
  t.match(limitOf({ ...busy, serverMain: 0.9 }, 2), /main thread/);
  t.match(limitOf({ ...busy, serverOther: 0.9, busiestOther: 0.9 }, 4), /thread of an actor/);
  t.equal(limitOf({ ...busy, client: 0.9, serverOther: 0.9 }, 2), 'the processors');
  t.match(limitOf({ ...busy, others: 1.2 }, 2), /others/);
});
