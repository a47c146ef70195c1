/** Children of interactions, and the queues that are suggested for both, over TCP. */
import t from 'tap';
import { errorTable } from '../../lib/errors.js';
import { errorOf } from '../net/harness.js';
import { byId, done, next, Scene } from './scene.js';
import { startAgents } from './support.js';

const server = await startAgents(t);
const { code: invalid } = errorTable.InvalidInteractionId;

t.test('A router suggests queues, and an agent creates a child', async (t) => {
  const scene = await Scene.open(t, server);
  const worker = await scene.agent();
  const parent = await scene.submit({ OutQueues: { replies: '', drafts: '' } });
  const InQueues = { 'to the bank': '', __STOP__: '' };
  done(await byId(scene.router, 103, { InteractionId: parent, InQueues }));
  t.match(await scene.about(parent, 2), [
    ['EventInteractionSubmitted', {}],
    ['EventPropertiesChanged', { ChangedSystem: { InQueues } }],
  ]);
  done(await scene.router.ask(107, { InteractionId: parent, AgentId: worker.id }));
  t.match(await next(worker.desk, 'EventInvite'), {
    Interaction: { InQueues, OutQueues: { replies: '', drafts: '' } },
  });
  const child = `${parent}.reply`;
  const kind = { Queue: 'in', MediaType: 'email', InteractionType: 'Outbound' };
  const made = { InteractionId: child, InteractionSubtype: 'OutboundReply', ParentId: parent };
  done(await byId(worker.desk, 101, { ...kind, ...made, OutQueues: {} }));
  t.match(await scene.about(child, 2), [
    ['EventInteractionSubmitted', { ParentId: parent, InteractionState: 3 }],
    ['EventPartyAdded', { PartyType: 2, Operation: 6 }],
  ]);
  const properties = await scene.properties(child);
  t.match(properties, { ParentId: parent, InteractionSubtype: 'OutboundReply' });
  t.equal(properties['OutQueues'], undefined, 'none are none');
  done(await byId(scene.mail, 102, { InteractionId: parent }));
  t.match(await scene.properties(child), { ParentId: parent }, 'its parent may end before it');
});

t.test('What cannot be a parent is refused', async (t) => {
  const scene = await Scene.open(t, server);
  const id = await scene.submit();
  const kind = { Queue: 'in', MediaType: 'email', InteractionType: 'Outbound' };
  const own = await byId(scene.mail, 101, { InteractionId: 'own', ParentId: 'own', ...kind });
  t.equal(errorOf(own), invalid);
  t.match(own.body['ErrorDescription'], /own is not its own parent/);
  const wrong = await byId(scene.mail, 101, { InteractionId: 'odd', ParentId: 'a b', ...kind });
  t.equal(errorOf(wrong), invalid);
  for (const ParentId of [id, 'a/b']) {
    t.equal(errorOf(await byId(scene.mail, 103, { InteractionId: id, ParentId })), invalid);
  }
  done(await byId(scene.mail, 103, { InteractionId: id, ParentId: 'gone.long.ago' }));
  t.match(await scene.properties(id), { ParentId: 'gone.long.ago' });
  done(await byId(scene.mail, 103, { InteractionId: id, ParentId: '', InQueues: { a: '' } }));
  t.match(await scene.properties(id), { InQueues: { a: '' } });
  done(await byId(scene.mail, 103, { InteractionId: id, InQueues: {} }));
  t.equal((await scene.properties(id))['InQueues'], undefined);
  const text = await byId(scene.mail, 103, { InteractionId: id, InQueues: 'in' });
  t.equal(errorOf(text), errorTable.WrongAttributeType.code, 'it is a map');
});
