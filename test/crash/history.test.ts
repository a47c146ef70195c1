/**
 * Clients that repeat their requests in every way, on a server that is killed and whose actors
 * crash: each keyed request is done at most once, once if it was ever acknowledged, and
 * answered the same. A failing seed is printed and gives the same decisions of clients again
 * with IXION_SEED=n.
 */
import t from 'tap';
import { directoryOf } from '../fixture/directory.js';
import { runHistory } from './history-run.js';

const seedOfRun = process.env['IXION_SEED'];
const seed = seedOfRun === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(seedOfRun);

t.setTimeout(180_000);

t.test('requests that are repeated, under kills and crashes', async (t) => {
  t.comment(`IXION_SEED=${seed}`);
  const directory = directoryOf(t);
  const options = { seconds: 14, roundSeconds: 7, clients: 8, seed, directory };
  const { complaints, counts } = await runHistory(options);
  t.comment(JSON.stringify(counts));
  t.strictSame(complaints.slice(0, 10), [], `IXION_SEED=${seed}`);
  for (const what of ['acknowledged', 'answered again', 'kills', 'events']) {
    t.ok(counts[what]! > 0, `${what}: ${counts[what]}`);
  }
});
