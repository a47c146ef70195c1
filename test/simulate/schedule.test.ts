import assert from 'node:assert/strict';
import t from 'tap';
import fc from 'fast-check';
import { EventHeap } from '../../lib/simulate/heap.js';
import { Rank, Schedule } from '../../lib/simulate/schedule.js';
import { ManualClock } from './manual-clock.js';

interface Entry {
  readonly at: number;
  readonly rank: number;
  readonly order: number;
}
const byAll = (a: Entry, b: Entry): number => a.at - b.at || a.rank - b.rank || a.order - b.order;

t.test('a heap gives what went in, by time, then rank, then order of entry', async () => {
  const entry = fc.record({ at: fc.nat(20), rank: fc.nat(3) });
  const operation = fc.oneof(entry, fc.constant('pop' as const));
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 200 }), (operations) => {
      const heap = new EventHeap<Entry>();
      const model: Entry[] = [];
      for (const [order, what] of operations.entries()) {
        if (what === 'pop') {
          const expected = model.toSorted(byAll)[0];
          assert.equal(heap.nextAt(), expected?.at);
          assert.equal(heap.pop(), expected);
          if (expected !== undefined) model.splice(model.indexOf(expected), 1);
        } else {
          const item = { ...what, order };
          heap.push(item.at, item, item.rank);
          model.push(item);
        }
        assert.equal(heap.size, model.length);
      }
    }),
  );
});

t.test('things happen at their simulated time, in order', async () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1_000)), fc.constantFrom(1, 100, 2_000), (times, speed) => {
      const clock = new ManualClock();
      const schedule = new Schedule(clock, { speed }, 500);
      const happened: number[] = [];
      for (const time of times) {
        schedule.at(time, Rank.comes, () => {
          happened.push(time);
          assert.ok(schedule.nowSeconds() >= time - speed / 1_000, 'at most a timer early');
        });
      }
      assert.deepEqual(happened, [], 'never within the call');
      clock.advanceTo((1_000 / speed) * 1_000);
      assert.deepEqual(
        happened,
        times.toSorted((a, b) => a - b),
      );
    }),
  );
});

t.test('simulated time runs as many times faster as it is told', async (t) => {
  const clock = new ManualClock();
  const schedule = new Schedule(clock, { speed: 2_000 }, 30_000);
  clock.advanceTo(1_500);
  t.equal(schedule.nowSeconds(), 33_000);
});

t.test('an earlier thing added later, and from within another, still comes first', async (t) => {
  const clock = new ManualClock();
  const schedule = new Schedule(clock, { speed: 1 }, 0);
  const happened: string[] = [];
  schedule.at(10, Rank.comes, () => {
    happened.push('ten');
    schedule.at(12, Rank.comes, () => happened.push('twelve'));
    schedule.at(3, Rank.comes, () => happened.push('past'));
  });
  schedule.at(11, Rank.comes, () => happened.push('eleven'));
  schedule.at(5, Rank.comes, () => happened.push('five'));
  clock.advanceTo(20_000);
  t.same(happened, ['five', 'ten', 'past', 'eleven', 'twelve']);
});

t.test('after the stop nothing happens', async (t) => {
  const clock = new ManualClock();
  const schedule = new Schedule(clock, { speed: 1 }, 0);
  schedule.at(1, Rank.comes, () => t.fail('stopped'));
  schedule.stop();
  schedule.at(2, Rank.comes, () => t.fail('stopped'));
  clock.advanceTo(5_000);
  t.equal(clock.now, 5_000);
});

t.test('one by one: what follows from a thing is over before the next of its moment', async (t) => {
  const clock = new ManualClock();
  const schedule = new Schedule(clock, { speed: 1, oneByOne: true }, 0);
  const happened: string[] = [];
  const note = (what: string): void => void happened.push(what);
  schedule.at(1, Rank.workBegins, () => note('begins'));
  schedule.at(1, Rank.comes, () => {
    note('comes');
    // As the clock of a virtual day: a timer of no time comes when all else is over.
    clock.setTimer(0, () => note('and what follows'));
  });
  schedule.at(1, Rank.givesUp, () => note('gives up'));
  schedule.at(1, Rank.serviceEnds, () => note('ends'));
  clock.advanceTo(1_000);
  t.same(happened, ['gives up', 'ends', 'comes', 'and what follows', 'begins']);
  t.same(schedule.lateness, { meanSeconds: 0, greatestSeconds: 0 });
});
