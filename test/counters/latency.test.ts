import t from 'tap';
import {
  latencyRanges,
  latencySlots,
  slotUsMax,
  slotOfTime,
  summarizeLatency,
} from '../../lib/counters/latency.js';

t.test('a slot holds the times up to its longest, at most a sixteenth apart', async (test) => {
  for (let slot = 1; slot < latencySlots; slot++) {
    const longest = slotUsMax(slot);
    const shortest = slotUsMax(slot - 1) + 1;
    test.ok(longest - shortest <= Math.max(0, shortest / 16), `${shortest} to ${longest}`);
    test.equal(slotOfTime(longest / 1_000), slot);
    test.equal(slotOfTime(shortest / 1_000), slot);
  }
  test.equal(slotOfTime(1e12), latencySlots - 1, 'longer ones count in the last');
  test.equal(slotOfTime(-1), 0, 'a clock that went back');
});

t.test('a histogram says what share was how fast', async (test) => {
  const slots = new Float64Array(latencySlots);
  test.match(summarizeLatency(slots), { Count: 0, P99Us: 0, MaxUs: 0 });
  slots[slotOfTime(0.005)]! += 98;
  slots[slotOfTime(1)]! += 1;
  slots[slotOfTime(50)]! += 1;
  const summary = summarizeLatency(slots);
  test.match(summary, { Count: 100, P50Us: 5, P90Us: 5 });
  test.equal(summary.P99Us, slotUsMax(slotOfTime(1)));
  test.equal(summary.MaxUs, slotUsMax(slotOfTime(50)));
  test.same(latencyRanges(slots), [
    [5, 98],
    [slotUsMax(slotOfTime(1)), 1],
    [slotUsMax(slotOfTime(50)), 1],
  ]);
});
