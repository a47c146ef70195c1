/**
 * A hand-off that its source does not see the end of for longer than tombstones are kept: the
 * interaction has ended, home has forgotten it, and the source offers it once more.
 */
import t from 'tap';
import { limits } from '../../lib/limits.js';
import { Bench, idAtHome, op, queueIn, sessionOf } from './support.js';

const partitions = 3;
const [target, home, source] = [0, 1, 2];
const media = sessionOf('mail', 'MediaServer');
/** Each has its messages and commits in another order. */
const seeds = Number(process.env['IXION_RUNS'] ?? 40);

t.test('an end is not undone by an offer that is repeated long after it', async (t) => {
  let unsettled = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const bench = await Bench.start({ partitions, sessions: [media], seed });
    const id = idAtHome(home, partitions);
    await bench.ask(media, op.submit(queueIn(source), { InteractionId: id }));
    await bench.ask(media, op.place(id, queueIn(target)));
    bench.world.holdDisk(source);
    const stop = bench.send(media, op.stop(id));
    await bench.quiet();
    await bench.world.kill();
    if (bench.answersTo(stop).length === 1 && bench.world.leftovers() > 0) unsettled++;
    bench.world.advance(limits.retryKeyMs * 1.2);
    await bench.world.settle();
    const faults = [...bench.world.faults(), `${bench.world.leftovers()} rows left`];
    t.strictSame(faults, ['0 rows left'], `seed ${seed}`);
  }
  t.ok(unsettled > 0, `${unsettled} had ended and were offered again`);
});
