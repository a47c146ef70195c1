import assert from 'node:assert/strict';
import t from 'tap';
import fc from 'fast-check';
import { EventHeap } from '../../lib/simulate/heap.js';
import { Schedule } from '../../lib/simulate/schedule.js';
import { ManualClock } from './manual-clock.js';

t.test('a heap gives what went in, by time and then by order of entry', async () => {
  const operation = fc.oneof(fc.nat(20), fc.constant('pop' as const));
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 200 }), (operations) => {
      const heap = new EventHeap<{ at: number; order: number }>();
      const model: { at: number; order: number }[] = [];
      for (const [order, at] of operations.entries()) {
        if (at === 'pop') {
          const expected = model.toSorted((a, b) => a.at - b.at || a.order - b.order)[0];
          assert.equal(heap.nextAt(), expected?.at);
          assert.equal(heap.pop(), expected);
          if (expected !== undefined) model.splice(model.indexOf(expected), 1);
        } else {
          const item = { at, order };
          heap.push(at, item);
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
      const schedule = new Schedule(clock, speed, 500);
      const happened: number[] = [];
      for (const time of times) {
        schedule.at(time, () => {
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
  const schedule = new Schedule(clock, 2_000, 30_000);
  clock.advanceTo(1_500);
  t.equal(schedule.nowSeconds(), 33_000);
});

t.test('an earlier thing added later, and from within another, still comes first', async (t) => {
  const clock = new ManualClock();
  const schedule = new Schedule(clock, 1, 0);
  const happened: string[] = [];
  schedule.at(10, () => {
    happened.push('ten');
    schedule.at(12, () => happened.push('twelve'));
    schedule.at(3, () => happened.push('past'));
  });
  schedule.at(11, () => happened.push('eleven'));
  schedule.at(5, () => happened.push('five'));
  clock.advanceTo(20_000);
  t.same(happened, ['five', 'ten', 'past', 'eleven', 'twelve']);
});

t.test('after the stop nothing happens', async (t) => {
  const clock = new ManualClock();
  const schedule = new Schedule(clock, 1, 0);
  schedule.at(1, () => t.fail('stopped'));
  schedule.stop();
  schedule.at(2, () => t.fail('stopped'));
  clock.advanceTo(5_000);
  t.equal(clock.now, 5_000);
});
