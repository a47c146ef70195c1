import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import t from 'tap';
import {
  counterGroupEnabled,
  createCounterBlock,
  openLane,
  readCounters,
  setCounterGroup,
} from '../../lib/counters/index.js';
import type { Counting } from './worker.js';

const groups = { requests: 2_048, errors: 2_048, small: 3 };

t.test('sums are exact while threads count at the same time', async (t) => {
  const addition = fc
    .constantFrom(...Object.entries(groups))
    .chain(([group, slots]) =>
      fc.tuple(
        fc.constant(group),
        fc.oneof(fc.nat(slots - 1), fc.constant(0), fc.constant(slots - 1)),
        fc.integer({ min: 1, max: 1_000 }),
      ),
    );
  const lanes = 3;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(addition, { maxLength: 30 }), { minLength: lanes, maxLength: lanes }),
      async (additionsOfLanes) => {
        const block = createCounterBlock({ groups, lanes });
        const rounds = 5_000;
        const workers = additionsOfLanes.map((additions, laneIndex) => {
          const { NODE_OPTIONS: _, ...env } = process.env;
          const workerData: Counting = { block, laneIndex, rounds, additions };
          const module = new URL('./worker.js', import.meta.url);
          return new Worker(module, { execArgv: [], env, workerData });
        });
        const exits = Promise.all(workers.map((worker) => once(worker, 'exit')));
        await Promise.all(workers.map((worker) => once(worker, 'message')));
        const sums = readCounters(block);
        await exits;
        const expected = Object.fromEntries(
          Object.entries(groups).map(([group, slots]) => [group, new Float64Array(slots)]),
        );
        for (const [group, slot, count] of additionsOfLanes.flat()) {
          const sum = expected[group] as Float64Array;
          sum[slot] = (sum[slot] as number) + count * rounds;
        }
        for (const [group, sum] of Object.entries(expected)) {
          if (!sum.every((value, slot) => value === sums[group]?.[slot])) return false;
        }
        return true;
      },
    ),
    { numRuns: 12 },
  );
  t.pass();
});

t.test('a group is switched for all lanes at once, and keeps what it counted', async (t) => {
  const block = createCounterBlock({ groups, lanes: 2 });
  const lanes = [openLane(block, 0), openLane(block, 1)];
  const states = (): boolean[] => lanes.map((lane) => lane.enabled('errors'));
  t.same(states(), [false, false]);
  setCounterGroup(block, 'errors', true);
  t.same(states(), [true, true]);
  t.ok(counterGroupEnabled(block, 'errors'));
  t.notOk(lanes[0]?.enabled('requests'));
  lanes[0]?.add('errors', 7);
  lanes[1]?.add('errors', 7, 4);
  setCounterGroup(block, 'errors', false);
  t.same(states(), [false, false]);
  setCounterGroup(block, 'errors', true);
  t.equal(readCounters(block)['errors']?.[7], 5);
});

t.test('a lane opened again goes on', async (t) => {
  const block = createCounterBlock({ groups, lanes: 1 });
  openLane(block, 0).add('small', 2, 2 ** 53 - 2);
  openLane(block, 0).add('small', 2);
  t.equal(readCounters(block)['small']?.[2], 2 ** 53 - 1);
});

t.test('what a block does not have is a programmer error', async (t) => {
  const block = createCounterBlock({ groups, lanes: 1 });
  const lane = openLane(block, 0);
  t.throws(() => openLane(block, 1), /lane/);
  t.throws(() => lane.add('small', 3), /no such counter/);
  t.throws(() => lane.add('small', -1), /no such counter/);
  t.throws(() => lane.add('other', 0), /no such counter/);
  t.throws(() => lane.enabled('other'), /no counter group/);
  t.throws(() => createCounterBlock({ groups: { none: 0 }, lanes: 1 }), /slots/);
});
