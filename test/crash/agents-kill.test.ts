/** A kill -9 while agents are at work; `agents-kill-campaign.ts` does it with 1,000 of them. */
import t from 'tap';
import { directoryOf } from '../fixture/directory.js';
import { killWithAgents } from './agents-kill.js';

t.test('all are logged in again, ready as before, with what they had accepted', async (t) => {
  const { faults, inHand } = await killWithAgents(directoryOf(t), 60);
  t.same(faults, []);
  t.ok(inHand >= 10, `${inHand} were in hand`);
});
