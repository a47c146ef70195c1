/** The window of a queue against a sorted list. */
import { deepStrictEqual, ok } from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { limits } from '../../lib/limits.js';
import {
  countStop,
  decodeTotals,
  encodeTotals,
  foldReasons,
  hasChosenReasons,
  knownReasons,
  noTotals,
  totalsBytesMax,
  TotalsSection,
} from '../../lib/queue/totals.js';
import { QueueWindow } from '../../lib/queue/window.js';
import { sectionsOf } from '../interaction/section-arbitraries.js';

const seedOfRun = process.env['IXION_SEED'];
const seed = seedOfRun === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(seedOfRun);

/** An index and its window; `faults` says where they first differ. */
class Queue {
  /** Sorted: what would be on disk. */
  readonly keys: string[] = [];
  readonly window = new QueueWindow((after, count) => {
    const from = after === undefined ? 0 : this.#position(`${after}\0`);
    return this.keys.slice(from, from + count);
  });

  add(key: string): void {
    const at = this.#position(key);
    if (this.keys[at] === key) return;
    this.keys.splice(at, 0, key);
    this.window.added(key);
  }

  remove(key: string | undefined): void {
    if (key === undefined) return;
    this.keys.splice(this.#position(key), 1);
    this.window.removed(key);
  }

  #position(key: string): number {
    let [low, high] = [0, this.keys.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.keys[middle]! < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

type Step =
  | { readonly kind: 'add'; readonly count: number; readonly at: number; readonly step: number }
  | { readonly kind: 'take'; readonly count: number }
  | { readonly kind: 'remove'; readonly at: number }
  | { readonly kind: 'look' };

const step = (largest: number): fc.Arbitrary<Step> =>
  fc.oneof(
    fc.record({
      kind: fc.constant('add' as const),
      count: fc.integer({ min: 1, max: largest }),
      at: fc.nat(999_999),
      step: fc.constantFrom(1, 3, 7),
    }),
    fc.record({ kind: fc.constant('take' as const), count: fc.integer({ min: 1, max: largest }) }),
    fc.record({ kind: fc.constant('remove' as const), at: fc.nat(1_000_000) }),
    fc.constant({ kind: 'look' as const }),
  );

const keyOf = (number: number): string => String(number % 1_000_000).padStart(6, '0');

/** False: window and list differ. */
function agrees(steps: readonly Step[]): boolean {
  const queue = new Queue();
  const isSame = (): boolean => queue.window.first() === queue.keys[0];
  for (const each of steps) {
    if (each.kind === 'add') {
      for (let n = 0; n < each.count; n++) queue.add(keyOf(each.at + n * each.step));
    } else if (each.kind === 'take') {
      for (let n = 0; n < each.count && queue.keys.length > 0; n++) {
        if (!isSame()) return false;
        queue.remove(queue.keys[0]);
      }
    } else if (each.kind === 'remove') {
      queue.remove(queue.keys[each.at % Math.max(1, queue.keys.length)]);
    } else if (!isSame()) return false;
  }
  while (queue.keys.length > 0) {
    if (!isSame()) return false;
    queue.remove(queue.keys[0]);
  }
  return isSame();
}

for (const [name, largest, numRuns] of [
  ['small queues', 20, 300],
  ['queues far above the limit of a window', 6_000, 40],
] as const) {
  t.test(`${name}; IXION_SEED=${seed}`, async (t) => {
    fc.assert(
      fc.property(fc.array(step(largest), { maxLength: 12 }), (steps) => agrees(steps)),
      { seed, numRuns },
    );
    t.pass();
  });
}

t.test('totals come back as they were', async (t) => {
  const totals = { ...noTotals(), submitted: 7, entered: 6, left: 5, waiting: 4, processing: 3 };
  totals.abandoned = 2;
  countStop(totals, 'Normal');
  countStop(totals, 'Normal');
  countStop(totals, 'constructor');
  t.strictSame(decodeTotals(encodeTotals(totals)), totals);
  t.strictSame(totals.stopped, { Normal: 2, constructor: 1 });
});

t.test(`totals are rewritten with what others put into their row; IXION_SEED=${seed}`, async () => {
  const count = fc.integer({ min: 0, max: 2 ** 48 - 1 });
  const small = fc.integer({ min: 0, max: 2 ** 32 - 1 });
  const reason = fc
    .string({ unit: 'grapheme', maxLength: 20 })
    .filter((one) => one !== '__proto__');
  const totals = fc.record(
    {
      submitted: count,
      entered: count,
      left: count,
      waiting: small,
      processing: small,
      stopped: fc.dictionary(reason, count, { noNullPrototype: true, maxKeys: 5 }),
      abandoned: count,
      sections: fc
        .tuple(
          sectionsOf(TotalsSection.interval, TotalsSection.ages),
          sectionsOf(TotalsSection.abandoned + 1, 127),
        )
        .map((all) => Buffer.concat(all)),
    },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(totals, (given) => {
      const row = encodeTotals(given);
      ok(row.length <= totalsBytesMax(given));
      const got = decodeTotals(row);
      deepStrictEqual({ ...got, sections: Buffer.from(got.sections) }, given);
      got.submitted = 1;
      deepStrictEqual(Buffer.from(decodeTotals(encodeTotals(got)).sections), given.sections);
    }),
    { seed, numRuns: 200 },
  );
});

t.test('reasons beyond the counted ones are counted together, none is lost', async (t) => {
  const totals = noTotals();
  for (let reason = 0; reason < 100; reason++) countStop(totals, `reason ${reason}`);
  countStop(totals, '__proto__');
  countStop(totals, 'reason 3');
  const sum = Object.values(totals.stopped).reduce((all, count) => all + count, 0);
  t.equal(sum, 102);
  t.equal(totals.stopped['reason 3'], 2);
  t.ok(Object.keys(totals.stopped).length <= limits.stopReasonsPerQueue + 1);
  for (const reason of knownReasons) t.equal(countStop(totals, reason), reason);
});

t.test('a row of totals is short, however long the reasons are', async (t) => {
  const totals = noTotals();
  const long = 'ü'.repeat(limits.stopReasonBytes / 2);
  t.equal(countStop(totals, long), long);
  t.equal(countStop(totals, `${long}x`), 'other', 'bytes count, not characters');
  for (let reason = 0; reason < 64; reason++) {
    countStop(totals, String(reason).padEnd(limits.stopReasonBytes, 'x'));
  }
  const bytes = encodeTotals(totals).length;
  t.ok(bytes < limits.stopReasonsBytesPerQueue + 8 * limits.stopReasonsPerQueue, `${bytes} bytes`);
});

t.test(
  'reasons that clients chose can be counted together, as rows of before need it',
  async (t) => {
    const totals = { ...noTotals(), stopped: { ['r'.repeat(255)]: 2, Sent: 3, other: 4 } };
    t.ok(hasChosenReasons(totals));
    foldReasons(totals);
    t.strictSame(totals.stopped, { Sent: 3, other: 6 });
    t.notOk(hasChosenReasons(totals));
  },
);
