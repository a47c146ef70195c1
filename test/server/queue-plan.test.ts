/** Which queues a configuration adds. */
import t from 'tap';
import { demoProcess } from '../../lib/control/demo-process.js';
import { homeOfProcess, Placements } from '../../lib/objects/placement.js';
import { planQueues } from '../../lib/control/queue-plan.js';

t.test('queues of a process share a partition unless they name another', async (t) => {
  const queues = [{ name: 'a' }, { name: 'b', partition: 0 }, { name: 'c' }];
  const { added, conflicts } = planQueues([], [{ name: 'mail', queues }], new Placements(8));
  const home = homeOfProcess('mail', 8);
  t.strictSame(conflicts, []);
  t.strictSame(
    added.map(({ number, name, partition }) => [number, name, partition]),
    [
      [1, 'a', home],
      [2, 'b', 0],
      [3, 'c', home],
    ],
  );
});

t.test('the home of a process is the same in every version', async (t) => {
  t.strictSame(
    ['demo', 'mail', 'Ünïcode'].map((name) => homeOfProcess(name, 64)),
    [54, 46, 11],
  );
});

t.test('what the store has stays; numbers go on after the highest', async (t) => {
  const stored = [{ number: 7, name: 'a', businessProcess: 'mail', partition: 1 }];
  const queues = [{ name: 'a' }, { name: 'b' }];
  const { added, conflicts } = planQueues(stored, [{ name: 'mail', queues }], new Placements(2));
  t.strictSame(conflicts, []);
  t.strictSame(
    added.map(({ number, name }) => [number, name]),
    [[8, 'b']],
  );
});

t.test(
  'a queue goes where the declaration says; contradictions are told, and change nothing',
  async (t) => {
    const stored = [{ number: 1, name: 'a', businessProcess: 'mail', partition: 1 }];
    const moved = { name: 'a', partition: 0 };
    const plan = planQueues(stored, [{ name: 'mail', queues: [moved] }], new Placements(2));
    t.match(plan, { conflicts: [], moved: [{ queue: 'a', from: 1, to: 0 }] });
    t.match(plan.queues, [{ number: 1, partition: 0, formerly: [1] }]);
    const queues = [moved, { name: 'b', partition: 2 }, { name: 'c', placement: 'vip' }];
    const wrong = planQueues(stored, [{ name: 'mail', queues }], new Placements(2, { other: [7] }));
    t.match(wrong, { isChanged: false, added: [], moved: [] });
    t.match(wrong.conflicts, [
      /placement other: there is no partition 7/,
      /there is no partition 2/,
      /there is no placement vip; name one of archive, flow, distribution, other/,
    ]);
  },
);

t.test('archives are kept apart, distribution queues spread, a process flows in one', async (t) => {
  for (const partitions of [1, 2, 4, 8, 9, 64]) {
    const placements = new Placements(partitions);
    const names = ['x', 'y', 'z', 'w'];
    const declared = names.map((process) => ({
      name: process,
      queues: ['archive', 'flow', 'distribution', undefined].flatMap((placement) =>
        [1, 2].map((at) => ({ name: `${process}.${placement}.${at}`, placement })),
      ),
    }));
    const { queues, conflicts } = planQueues([], declared, placements);
    t.strictSame(conflicts, []);
    const where = (kind: string, process = ''): number[] => [
      ...new Set(
        queues.flatMap(({ name, partition }) =>
          name.startsWith(`${process}.`.slice(process === '' ? 1 : 0)) && name.includes(kind)
            ? [partition]
            : [],
        ),
      ),
    ];
    const archives = new Set(where('archive'));
    const live = ['flow', 'distribution', 'undefined'].flatMap((kind) => where(kind));
    if (partitions > 1) t.notOk(live.some((partition) => archives.has(partition)));
    t.equal(archives.size, Math.min(8, Math.ceil(partitions / 8)));
    if (partitions > 3) t.ok(where('distribution').length > 1);
    for (const process of names) t.equal(where('flow', process).length, 1);
    const again = planQueues(queues, declared, placements);
    t.notOk(again.isChanged, 'nothing moves without a reason');
  }
});

t.test('a queue follows its placement when that is configured otherwise', async (t) => {
  const declared = [{ name: 'p', queues: [{ name: 'a', placement: 'vip' }] }];
  const { queues } = planQueues([], declared, new Placements(4, { vip: [1] }));
  t.match(queues, [{ partition: 1, placement: 'vip' }]);
  t.match(planQueues(queues, [], new Placements(4, { vip: [1, 2] })), { isChanged: false });
  const moved = planQueues(queues, [], new Placements(4, { vip: [2, 3] }));
  t.match(moved.moved, [{ queue: 'a', from: 1, to: 2 }]);
  t.match(planQueues(queues, [], new Placements(4)), { isChanged: false, conflicts: [] });
});

t.test('the demo spreads over two partitions, if there are two', async (t) => {
  for (const partitions of [1, 2, 4]) {
    const { added, conflicts } = planQueues(
      [],
      [demoProcess(partitions)],
      new Placements(partitions),
    );
    t.strictSame(conflicts, []);
    t.equal(added.length, 7);
    t.equal(new Set(added.map(({ partition }) => partition)).size, Math.min(2, partitions));
  }
});
