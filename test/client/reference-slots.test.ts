/** Slots by reference against a Map, over random additions and deletions. */
import fc from 'fast-check';
import t from 'tap';
import { ReferenceSlots } from '../../lib/client/reference-slots.js';

interface Item {
  readonly reference: number;
}

/** Few and far references, so that many share a slot and wrap around the end. */
const reference = fc.oneof(
  fc.integer({ min: 1, max: 200 }),
  fc.integer({ min: 0, max: 20 }).map((step) => 0xffff_ffff - step * 64),
);
const step = fc.record({ reference, add: fc.boolean() });

t.test('finds what was added and not deleted', async (t) => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const slots = new ReferenceSlots<Item>();
      const model = new Map<number, Item>();
      for (const { reference, add } of steps) {
        const item = { reference };
        if (!add) {
          slots.delete(reference);
          model.delete(reference);
        } else if (!model.has(reference)) {
          slots.add(item);
          model.set(reference, item);
        }
        if (slots.get(reference) !== model.get(reference)) return false;
      }
      const items = slots.items();
      return (
        slots.size === model.size &&
        items.length === model.size &&
        [...model.values()].every((item) => slots.get(item.reference) === item)
      );
    }),
    { numRuns: 500 },
  );
  t.pass('as the model has it');
});
