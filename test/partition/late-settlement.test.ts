/**
 * A hand-off that its source does not see the end of for longer than tombstones are kept: the
 * interaction has ended, home has forgotten it, and the source offers it once more.
 */
import t from 'tap';
import { limits } from '../../lib/limits.js';
import { Rig, idAtHome, op, queueIn, sessionOf } from './support.js';

const partitions = 3;
const [target, home, source] = [0, 1, 2];
const media = sessionOf('mail', 'MediaServer');
/** Each has its messages and commits in another order. */
const seeds = Number(process.env['IXION_RUNS'] ?? 40);

t.test('an end is not undone by an offer that is repeated long after it', async (t) => {
  let unsettled = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const rig = await Rig.start({ partitions, sessions: [media], seed });
    const id = idAtHome(home, partitions);
    await rig.ask(media, op.submit(queueIn(source), { InteractionId: id }));
    await rig.ask(media, op.place(id, queueIn(target)));
    rig.world.holdDisk(source);
    const stop = rig.send(media, op.stop(id));
    await rig.quiet();
    await rig.world.kill();
    if (rig.answersTo(stop).length === 1 && rig.world.leftovers() > 0) unsettled++;
    rig.world.advance(limits.retryKeyMs * 1.2);
    await rig.world.settle();
    const faults = [...rig.world.faults(), `${rig.world.leftovers()} rows left`];
    t.strictSame(faults, ['0 rows left'], `seed ${seed}`);
  }
  t.ok(unsettled > 0, `${unsettled} had ended and were offered again`);
});
