/** Kills -9 while workbins and locks are in use; `workbins-kill-campaign.ts` does more of them. */
import t from 'tap';
import { directoryOf } from '../fixture/directory.js';
import { killWithWorkbins } from './workbins-kill.js';

t.test('workbins are as was acknowledged, and no lock outlives the process', async (t) => {
  const seed = Number(process.env['IXION_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  const options = { seed, agents: 3, kills: 1, acts: 40 };
  const { faults, acts } = await killWithWorkbins(directoryOf(t), options);
  t.same(faults, [], `IXION_SEED=${seed}`);
  t.ok(acts >= 80, `${acts} acts`);
});
