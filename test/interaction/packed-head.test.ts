import * as fc from 'fast-check';
import t from 'tap';
import { PackWriter } from '../../lib/pack/writer.js';
import { encodeEvents, timeOfEvents } from '../../lib/interaction/event.js';
import { headNumbers } from '../../lib/pack/head.js';

const numbers = fc.oneof(
  fc.nat(),
  fc.maxSafeNat(),
  fc.constantFrom(0, 127, 128, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32),
  fc.double({ min: 0, noNaN: true }),
);

t.test('numbers at the head of an array are read as they were written', async () => {
  fc.assert(
    fc.property(fc.array(numbers, { minLength: 1, maxLength: 14 }), (values) => {
      const writer = new PackWriter();
      writer.arrayHead(values.length + 1);
      for (const value of values) writer.number(value);
      writer.string('what follows');
      const read = headNumbers(writer.take(), values.length);
      return values.every((value, index) => Object.is(read[index], value));
    }),
  );
});

t.test('the time of a row of events, whatever follows it', async (t) => {
  for (const timeMs of [1, 1_000_000, 1_800_000_000_000]) {
    const row = encodeEvents({ firstSequence: 70_000, timeMs, events: [] });
    t.equal(timeOfEvents(row), timeMs);
    t.equal(timeOfEvents(row.subarray(0, row.length - 1)), timeMs, 'the events are not looked at');
  }
  t.throws(() => headNumbers(Buffer.from([0x80]), 1));
  t.throws(() => headNumbers(Buffer.from([0x91, 0xff]), 1));
});
