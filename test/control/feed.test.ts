/** The feed under every order of changes, crashes, answers and timers: no change is lost. */
import fc from 'fast-check';
import t from 'tap';
import { FeedWorld, type Step } from './feed-world.js';

const actors = 2;
const seedOfRun = process.env['IXION_SEED'];
const seed = seedOfRun === undefined ? Date.now() & 0x7fff_ffff : Number(seedOfRun);
const numRuns = Number(process.env['IXION_RUNS'] ?? 30);

const name = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const actor = fc.nat(actors - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constant('change'), names: fc.array(name) }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('get'), name }) },
  fc.record({ type: fc.constantFrom('crash', 'rebuild'), actor }),
  fc.record({ type: fc.constant('source'), isUp: fc.boolean() }),
) as fc.Arbitrary<Step>;

/** Lets everything happen that is due, in the scheduler's order. */
async function drain(s: fc.Scheduler): Promise<void> {
  for (;;) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (s.count() === 0) return;
    await s.waitNext(1);
  }
}

t.test(`no change is lost, no object is older than told; IXION_SEED=${seed}`, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(step, { maxLength: 25 }),
      fc.integer({ min: 1, max: 5 }),
      async (s, steps, entriesMax) => {
        const world = new FeedWorld(s, actors, entriesMax);
        world.start();
        await drain(s);
        const builders = [...steps.map((one) => () => world.take(one)), () => world.mend()];
        s.scheduleSequence(builders.map((take) => async () => take()));
        await drain(s);
        world.getAll();
        await drain(s);
        const wrong = world.check();
        if (wrong.length > 0) throw new Error(wrong.join('\n'));
      },
    ),
    { seed, numRuns },
  );
});
