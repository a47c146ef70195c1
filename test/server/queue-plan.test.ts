/** Which queues a configuration adds. */
import t from 'tap';
import { demoProcess } from '../../lib/server/demo-process.js';
import { homeOfProcess, planQueues } from '../../lib/server/queue-plan.js';

t.test('queues of a process share a partition unless they name another', async (t) => {
  const queues = [{ name: 'a' }, { name: 'b', partition: 0 }, { name: 'c' }];
  const { added, conflicts } = planQueues([], [{ name: 'mail', queues }], 8);
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
  const { added, conflicts } = planQueues(stored, [{ name: 'mail', queues }], 2);
  t.strictSame(conflicts, []);
  t.strictSame(
    added.map(({ number, name }) => [number, name]),
    [[8, 'b']],
  );
});

t.test('contradictions are told, and change nothing', async (t) => {
  const stored = [{ number: 1, name: 'a', businessProcess: 'mail', partition: 1 }];
  const queues = [
    { name: 'a', partition: 0 },
    { name: 'b', partition: 2 },
  ];
  const { added, conflicts } = planQueues(stored, [{ name: 'mail', queues }], 2);
  t.strictSame(added, []);
  t.match(conflicts, [/queue a is in partition 1 of the store, not 0/, /there is no partition 2/]);
});

t.test('the demo spreads over two partitions, if there are two', async (t) => {
  for (const partitions of [1, 2, 4]) {
    const { added, conflicts } = planQueues([], [demoProcess(partitions)], partitions);
    t.strictSame(conflicts, []);
    t.equal(added.length, 7);
    t.equal(new Set(added.map(({ partition }) => partition)).size, Math.min(2, partitions));
  }
});
