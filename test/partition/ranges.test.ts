/**
 * A queue is read from its index, which must show what is not on disk yet, at
 * each stage of its way.
 */
import t from 'tap';
import { Rig, queueIn, sessionOf } from './support.js';

const submissions = 5;

t.test('a pull finds what was submitted, wherever its write set is', async (t) => {
  for (let seed = 1; seed <= 40; seed++) {
    const media = sessionOf('media', 'MediaServer');
    const agent = sessionOf('agent', 'AgentApplication');
    const rig = await Rig.start({ seed, sessions: [media, agent] });
    const attributes = { Queue: queueIn(0), MediaType: 'email', InteractionType: 'Inbound' };
    for (let count = 0; count < submissions; count++) {
      rig.send(media, { kind: 'submit', attributes });
    }
    for (let step = 0; step < seed % 5; step++) await rig.world.step();
    const attributesOfPull = { ViewId: queueIn(0), Count: 100 };
    const pull = rig.send(agent, { kind: 'pull', attributes: attributesOfPull });
    await rig.quiet();
    const [answer] = rig.answersTo(pull);
    const pulled = answer?.kind === 'pulled' ? answer.interactions.length : answer;
    if (pulled !== submissions) t.fail(`seed ${seed}: ${JSON.stringify(pulled)}`);
  }
  t.pass('40 seeds');
});
