/** Changes of the configuration under load; the long form is change-campaign.ts. */
import { join } from 'node:path';
import t from 'tap';
import { directoryOf } from '../fixture/directory.js';
import { runChanges } from './changes.js';

t.test('changes at random under load: nothing lost, and the way back leads back', async (t) => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  t.comment(`seed ${seed}`);
  const data = join(directoryOf(t), 'data');
  const { complaints, ...report } = await runChanges({ changes: 15, seed, data });
  t.comment(JSON.stringify(report));
  t.strictSame(complaints, [], `seed ${seed}`);
  t.ok(report.applied > 0 && report.submitted > 0 && report.stopped > 0);
});
