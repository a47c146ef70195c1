/** Sequences of client calls against a real server; the long form is `campaign.ts`. */
import t from 'tap';
import { directoryOf } from '../fixture/directory.js';
import { runSequences } from './sequences.js';

const seedOfRun = process.env['IXION_SEED'];
const seed = seedOfRun === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(seedOfRun);
const sequences = Number(process.env['IXION_RUNS'] ?? 200);

t.test('the server does what the model does', { timeout: 300_000 }, async (t) => {
  const report = await runSequences(directoryOf(t), { seed, sequences });
  t.equal(report.failure, undefined, `IXION_SEED=${seed}`);
  t.equal(report.sequences, sequences);
  t.comment(`${report.sequences} sequences, ${report.calls} calls, IXION_SEED=${seed}`);
});
