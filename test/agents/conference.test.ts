/** Conferences, leaving and intrusions over TCP: exact messages, order, recipients. */
import t from 'tap';
import { errorTable, type ErrorName } from '../../lib/errors.js';
import { errorOf, eventually } from '../net/harness.js';
import { answerTo, byId, done, next, Scene, type Worker } from './scene.js';
import { startAgents } from './support.js';

const code = (name: ErrorName): number => errorTable[name].code;
const server = await startAgents(t);

/** Ann has an interaction and invites Bea; the ticket. */
async function invited(scene: Scene, ann: Worker, bea: Worker, more: object = {}) {
  const id = await scene.inHand(ann);
  const sent = ann.desk.send(111, { InteractionId: id, AgentId: bea.id, ...more });
  const invitation = await next(bea.desk, 'EventInvite');
  await scene.about(id, 1);
  return { id, sent, ticket: invitation['TicketId'] };
}

/** Ann has an interaction, and Bea takes part. */
async function shared(scene: Scene, ann: Worker, bea: Worker, more: object = {}) {
  const { id, sent, ticket } = await invited(scene, ann, bea, more);
  done(await byId(bea.desk, 128, { InteractionId: id, TicketId: ticket }));
  done(await answerTo(ann.desk, sent));
  await next(ann.desk, 'EventPartyAdded');
  await scene.about(id, 1);
  for (const { desk } of [ann, bea]) desk.told();
  return id;
}

t.test('Conference, accepted', async (t) => {
  const scene = await Scene.open(t, server);
  const [ann, bea] = [await scene.agent(), await scene.agent()];
  const id = await scene.inHand(ann);
  const Extension = { operation: 'conference' };
  const sent = ann.desk.send(111, { InteractionId: id, AgentId: bea.id, Extension });
  const invitation = await next(bea.desk, 'EventInvite');
  t.match(invitation, { Operation: 2, VisibilityMode: 1, ActorId: ann.id, Extension });
  t.match(invitation, { Interaction: { InteractionId: id, AssignedTo: ann.id } });
  t.match(await scene.about(id, 1), [
    ['EventAgentInvited', { PartyId: bea.id, Operation: 2, VisibilityMode: 1 }],
  ]);
  const { TicketId } = invitation;
  t.equal(errorOf(await byId(bea.desk, 128, { InteractionId: id, TicketId })), 0);
  t.equal(errorOf(await answerTo(ann.desk, sent)), 0, 'EventAck comes with the acceptance');
  t.match(await scene.about(id, 1), [
    [
      'EventPartyAdded',
      {
        PartyType: 2,
        PartyId: bea.id,
        PlaceId: bea.place,
        Operation: 2,
        VisibilityMode: 1,
        InteractionState: 3,
      },
    ],
  ]);
  t.match(await next(ann.desk, 'EventPartyAdded'), {
    InteractionId: id,
    PartyId: bea.id,
    Operation: 2,
    VisibilityMode: 1,
  });
  t.match(await scene.properties(id), { AssignedTo: ann.id, InteractionState: 3 });
  t.equal(errorOf(await byId(bea.desk, 103, { InteractionId: id, ExternalId: 'by Bea' })), 0);
  t.match(await scene.about(id, 1), [['EventPropertiesChanged', { ActorId: bea.id }]]);
  const again = await ann.desk.ask(111, { InteractionId: id, AgentId: bea.id });
  t.equal(errorOf(again), code('InteractionOffered'), 'it has it already');
  done(await byId(bea.desk, 112, { InteractionId: id }));
  t.match(await scene.about(id, 1), [
    ['EventPartyRemoved', { PartyId: bea.id, Operation: 9, InteractionState: 3 }],
  ]);
  t.match(await next(ann.desk, 'EventPartyRemoved'), { PartyId: bea.id, Operation: 9 });
  const over = await byId(bea.desk, 103, { InteractionId: id, ExternalId: 'again' });
  t.equal(errorOf(over), code('HeldByAnother'));
  t.equal(errorOf(await byId(bea.desk, 112, { InteractionId: id })), code('NotInRequiredState'));
  await scene.inHand(bea);
});

t.test('Conference, rejected', async (t) => {
  const scene = await Scene.open(t, server);
  const [ann, bea] = [await scene.agent(), await scene.agent()];
  const { id, sent, ticket } = await invited(scene, ann, bea);
  t.equal(errorOf(await byId(bea.desk, 129, { InteractionId: id, TicketId: ticket })), 0);
  t.equal(errorOf(await answerTo(ann.desk, sent)), code('InvitationFailed'));
  t.match(await scene.about(id, 1), [
    ['EventRejected', { PartyId: bea.id, Operation: 2, InteractionState: 3 }],
  ]);
  t.match(await scene.properties(id), { AssignedTo: ann.id });
  const anew = ann.desk.send(111, { InteractionId: id, AgentId: bea.id });
  await next(bea.desk, 'EventInvite');
  done(await byId(scene.mail, 102, { InteractionId: id }));
  t.equal(errorOf(await answerTo(ann.desk, anew)), code('InvitationFailed'), 'it has ended');
});

t.test('Conference, timeout', async (t) => {
  const scene = await Scene.open(t, server);
  const [ann, bea] = [await scene.agent(), await scene.agent()];
  const { id, sent } = await invited(scene, ann, bea, { DeliveringTimeoutMs: 1_000 });
  t.equal(errorOf(await answerTo(ann.desk, sent)), code('InvitationFailed'));
  t.match(await scene.about(id, 1), [
    ['EventRevoked', { PartyId: bea.id, ReasonSystemName: 'Expired', InteractionState: 3 }],
  ]);
  t.match(await next(bea.desk, 'EventRevoked'), { ReasonSystemName: 'Expired' });
});

t.test('Conference, the last leaver', async (t) => {
  const scene = await Scene.open(t, server);
  const [ann, bea, cleo] = [await scene.agent(), await scene.agent(), await scene.agent()];
  const id = await shared(scene, ann, bea);
  const before = await scene.properties(id);
  const coach = bea.desk.send(111, { InteractionId: id, AgentId: cleo.id, VisibilityMode: 3 });
  const { TicketId } = await next(cleo.desk, 'EventInvite');
  done(await byId(cleo.desk, 128, { InteractionId: id, TicketId }));
  done(await answerTo(bea.desk, coach));
  t.match((await scene.about(id, 2))[1], ['EventPartyAdded', { VisibilityMode: 3 }]);
  t.match(await next(ann.desk, 'EventPartyAdded'), { PartyId: cleo.id, VisibilityMode: 3 });
  cleo.desk.told();
  const change = await byId(cleo.desk, 103, { InteractionId: id, ExternalId: 'x' });
  t.equal(errorOf(change), code('HeldByAnother'), 'a coach does nothing with it');
  done(await byId(ann.desk, 112, { InteractionId: id }));
  t.match(await scene.about(id, 1), [
    ['EventPartyRemoved', { PartyId: ann.id, Operation: 9, InteractionState: 3 }],
  ]);
  t.match(await scene.properties(id), { AssignedTo: bea.id, InteractionState: 3 });
  t.match(await next(bea.desk, 'EventPartyRemoved'), { PartyId: ann.id });
  done(await byId(bea.desk, 112, { InteractionId: id }));
  t.match(await scene.about(id, 3), [
    ['EventPartyRemoved', { PartyId: bea.id, Operation: 9, InteractionState: 0 }],
    ['EventPartyRemoved', { PartyId: cleo.id, Operation: 9, InteractionState: 0 }],
    ['EventPlacedInQueue', { Queue: 'in', OldQueue: 'in' }],
  ]);
  t.match(await next(cleo.desk, 'EventRevoked'), { InteractionId: id }, 'a coach never has it');
  const after = await scene.properties(id);
  t.equal(after['AssignedTo'], undefined);
  t.equal(after['PlaceInQueueSeq'], before['PlaceInQueueSeq'], 'in its place');
  done(await byId(scene.mail, 102, { InteractionId: id }));
});

t.test('Stop of what several have', async (t) => {
  const scene = await Scene.open(t, server);
  const [ann, bea] = [await scene.agent(), await scene.agent()];
  const id = await shared(scene, ann, bea);
  done(await byId(bea.desk, 102, { InteractionId: id }));
  t.match(await scene.about(id, 3), [
    ['EventPartyRemoved', { PartyId: ann.id, Operation: 10 }],
    ['EventPartyRemoved', { PartyId: bea.id, Operation: 10 }],
    ['EventProcessingStopped', { ActorId: bea.id }],
  ]);
  t.match(await next(ann.desk, 'EventRevoked'), { InteractionId: id });
  t.notOk(bea.desk.names().includes('EventRevoked'), 'who stops it knows');
  for (const one of [ann, bea]) await scene.inHand(one);
});

t.test('Place of what several have', async (t) => {
  const scene = await Scene.open(t, server);
  const [ann, bea] = [await scene.agent(), await scene.agent()];
  const id = await shared(scene, ann, bea);
  done(await byId(ann.desk, 105, { InteractionId: id, Queue: 'in' }));
  t.match(await scene.about(id, 3), [
    ['EventPartyRemoved', { PartyId: ann.id, Operation: 12 }],
    ['EventPartyRemoved', { PartyId: bea.id, Operation: 12 }],
    ['EventPlacedInQueue', {}],
  ]);
  t.match(await next(bea.desk, 'EventRevoked'), { InteractionId: id });
  done(await byId(scene.mail, 102, { InteractionId: id }));
});

t.test('Transfer of what several have', async (t) => {
  const scene = await Scene.open(t, server);
  const [ann, bea, cleo] = [await scene.agent(), await scene.agent(), await scene.agent()];
  const id = await shared(scene, ann, bea);
  const foreign = await bea.desk.ask(110, { InteractionId: id, AgentId: cleo.id });
  t.equal(errorOf(foreign), code('HeldByAnother'), 'only who has it gives it away');
  const sent = ann.desk.send(110, { InteractionId: id, AgentId: cleo.id });
  const { TicketId } = await next(cleo.desk, 'EventInvite');
  done(await byId(cleo.desk, 128, { InteractionId: id, TicketId }));
  done(await answerTo(ann.desk, sent));
  t.match(await scene.about(id, 3), [
    ['EventAgentInvited', { PartyId: cleo.id, Operation: 1 }],
    ['EventPartyAdded', { PartyId: cleo.id, Operation: 1 }],
    ['EventPartyRemoved', { PartyId: ann.id, Operation: 1 }],
  ]);
  await eventually(() => bea.desk.hasMore);
  t.match(await next(bea.desk, 'EventPartyAdded'), { PartyId: cleo.id, Operation: 1 });
  t.match(await scene.properties(id), { AssignedTo: cleo.id });
  done(await byId(bea.desk, 103, { InteractionId: id, ExternalId: 'Bea is still there' }));
  done(await byId(scene.mail, 102, { InteractionId: id }));
});

t.test('An agent that logs out leaves what others go on with', async (t) => {
  const scene = await Scene.open(t, server);
  const [ann, bea] = [await scene.agent({ email: 1 }), await scene.agent({ email: 1 })];
  const id = await scene.inHand(ann, { MediaType: 'email' });
  const sent = ann.desk.send(111, { InteractionId: id, AgentId: bea.id });
  const { TicketId } = await next(bea.desk, 'EventInvite');
  done(await byId(bea.desk, 128, { InteractionId: id, TicketId }));
  done(await answerTo(ann.desk, sent));
  await scene.about(id, 2);
  done(await ann.desk.ask(136));
  t.match(await scene.about(id, 1), [['EventPartyRemoved', { PartyId: ann.id, Operation: 13 }]]);
  t.match(await scene.properties(id), { AssignedTo: bea.id, InteractionState: 3 });
  done(await bea.desk.ask(136));
  t.match(await scene.about(id, 2), [
    ['EventPartyRemoved', { PartyId: bea.id, Operation: 13 }],
    ['EventPlacedInQueue', {}],
  ]);
  done(await byId(scene.mail, 102, { InteractionId: id }));
});
