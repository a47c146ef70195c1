/** Hold and HoldUntil in one request with what is done, and placing back, over TCP. */
import t from 'tap';
import { errorTable, type ErrorName } from '../../lib/errors.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { errorOf } from '../net/harness.js';
import { answerTo, byId, done, next, Scene } from './scene.js';
import { startAgents } from './support.js';

const code = (name: ErrorName): number => errorTable[name].code;
const queues = [{ name: 'in' }, { name: 'callbacks' }, { name: 'other' }];
const businessProcesses = [{ name: 'p', queues }];
const server = await startAgents(t, { businessProcesses });

const pull = (scene: Scene, queue: string) =>
  scene.router.client.ask(
    108,
    600_000 + (pulls += 1),
    { ViewId: queue },
    { kind: RouteKind.queue, key: queue, proxyClient: 1 },
  );
let pulls = 0;

t.test('Submit on hold until a time', async (t) => {
  const scene = await Scene.open(t, server);
  const HoldUntil = Date.now() + 1_500;
  const id = await scene.submit({ Queue: 'callbacks', Hold: true, HoldUntil });
  t.match(await scene.about(id, 1), [
    ['EventInteractionSubmitted', { IsHeld: true, HoldUntil, InteractionState: 0 }],
  ]);
  t.match(await scene.properties(id), { IsHeld: 1, HoldUntil });
  const none = await pull(scene, 'callbacks');
  t.strictSame(none.body, { Interactions: [] }, 'no pull takes it');
  const second = await scene.submit({ Queue: 'callbacks' });
  const [resumed] = await scene.about(id, 1);
  t.match(resumed, ['EventResumed', {}]);
  t.ok(Number(resumed![1]['EventTime']) >= HoldUntil, 'not before');
  for (const one of [id, second]) {
    const { body } = await pull(scene, 'callbacks');
    t.match(body, { Interactions: [{ InteractionId: one }] }, 'it has kept its place');
  }
});

t.test('An end of no hold is refused, one that has passed ends it at once', async (t) => {
  const scene = await Scene.open(t, server);
  const worker = await scene.agent();
  const id = await scene.inHand(worker);
  const HoldUntil = Date.now() + 60_000;
  const kind = { Queue: 'in', MediaType: 'voice', InteractionType: 'Inbound' };
  for (const more of [{ HoldUntil }, { Hold: false, HoldUntil }]) {
    const submit = { InteractionId: 'never', ...kind, ...more };
    const answers = [
      await byId(scene.mail, 101, submit),
      await byId(worker.desk, 105, { InteractionId: id, Queue: 'callbacks', ...more }),
      await worker.desk.ask(110, { InteractionId: id, AgentId: 'agent 160', ...more }),
    ];
    for (const answer of answers) {
      t.equal(errorOf(answer), code('MissingAttribute'));
      t.match(answer.body['ErrorDescription'], /HoldUntil is given without Hold/);
    }
  }
  t.strictSame(scene.rest(id), [], 'nothing was changed');
  const past = await scene.submit({ Hold: true, HoldUntil: 1 });
  t.match(await scene.about(past, 2), [
    ['EventInteractionSubmitted', { IsHeld: true }],
    ['EventResumed', { InteractionState: 0 }],
  ]);
});

t.test('Place in queue', async (t) => {
  const scene = await Scene.open(t, server);
  const { desk, id: AgentId } = await scene.agent();
  const id = await scene.inHand({ desk, id: AgentId, place: '' }, { UserData: { old: 1, a: 1 } });
  const lists = {
    AddedProperties: { Category: 'bill' },
    ChangedProperties: { a: 2 },
    DeletedProperties: { old: '' },
  };
  const HoldUntil = Date.now() + 600_000;
  const place = { InteractionId: id, Queue: 'callbacks', Hold: true, HoldUntil, ...lists };
  t.equal(errorOf(await byId(desk, 105, place)), 0);
  t.match(await scene.about(id, 4), [
    ['EventPropertiesChanged', { Changed: { Category: 'bill', a: 2 }, Deleted: ['old'] }],
    ['EventPartyRemoved', { PartyType: 2, PartyId: AgentId, Operation: 12 }],
    ['EventPlacedInQueue', { Queue: 'callbacks', OldQueue: 'in', InteractionState: 0 }],
    ['EventHeld', { HoldUntil }],
  ]);
  t.match(await scene.properties(id), { IsHeld: 1, HoldUntil, UserData: { Category: 'bill' } });
  const off = { InteractionId: id, Queue: 'other', Hold: false };
  t.equal(errorOf(await byId(scene.mail, 105, off)), 0);
  t.match(await scene.about(id, 2), [
    ['EventPlacedInQueue', { OldQueue: 'callbacks' }],
    ['EventResumed', {}],
  ]);
  t.equal((await scene.properties(id))['HoldUntil'], undefined);
  t.equal(errorOf(await byId(scene.mail, 105, { InteractionId: id, Queue: 'in' })), 0);
  t.strictSame(
    (await scene.about(id, 1)).map(([name]) => name),
    ['EventPlacedInQueue'],
  );
  t.strictSame(scene.rest(id), [], 'a hold that stays as it is is not told');
});

t.test('Place in queue by a router', async (t) => {
  const scene = await Scene.open(t, server);
  const id = await scene.submit();
  const PullParameters = { [id]: '' };
  const wanted = { InteractionId: id, ViewId: '_system_', PullParameters };
  const { InteractionId: _, ...body } = wanted;
  const route = { kind: RouteKind.id, key: id, proxyClient: 1 };
  done(await scene.router.client.ask(108, 700_001, body, route));
  await scene.about(id, 3);
  t.equal(errorOf(await byId(scene.router, 105, { InteractionId: id, Queue: 'other' })), 0);
  t.match(await scene.about(id, 2), [
    ['EventPartyRemoved', { PartyType: 1, PartyId: 'urs', Operation: 12, InteractionState: 0 }],
    ['EventPlacedInQueue', { Queue: 'other', OldQueue: 'in' }],
  ]);
});

t.test('Place back where it was taken from', async (t) => {
  const scene = await Scene.open(t, server);
  const { desk, id: agent, place } = await scene.agent();
  const id = await scene.inHand({ desk, id: agent, place });
  const before = await scene.properties(id);
  const behind = await scene.submit();
  t.equal(errorOf(await byId(desk, 105, { InteractionId: id, Queue: '__BACK__' })), 0);
  t.match(await scene.about(id, 2), [
    ['EventPartyRemoved', { PartyId: agent, Operation: 12 }],
    ['EventPlacedInQueue', { Queue: 'in', OldQueue: 'in' }],
  ]);
  const after = await scene.properties(id);
  for (const name of ['PlaceInQueueSeq', 'MovedToQueueAt', 'DeliveredAt']) {
    t.ok(before[name] !== undefined, name);
    t.equal(after[name], before[name], `${name} stays`);
  }
  const again = await byId(scene.mail, 105, { InteractionId: id, Queue: '__BACK__' });
  t.equal(errorOf(again), code('NotInRequiredState'), 'nobody has taken it');
  const anew = await byId(scene.mail, 105, { InteractionId: id, Queue: 'in' });
  t.equal(errorOf(anew), 0);
  t.ok(Number((await scene.properties(id))['PlaceInQueueSeq']) > Number(before['PlaceInQueueSeq']));
  await byId(scene.mail, 102, { InteractionId: behind });
  await byId(scene.mail, 102, { InteractionId: id });
});

t.test('Transfer on hold until a time', async (t) => {
  const scene = await Scene.open(t, server);
  const [ann, bea] = [await scene.agent(), await scene.agent()];
  const id = await scene.inHand(ann);
  const HoldUntil = Date.now() + 700;
  const transfer = { InteractionId: id, AgentId: bea.id, Hold: true, HoldUntil };
  const sent = ann.desk.send(110, transfer);
  const { TicketId } = await next(bea.desk, 'EventInvite');
  t.match(await scene.properties(id), { IsHeld: 0 }, 'not before it is accepted');
  t.equal(errorOf(await byId(bea.desk, 128, { InteractionId: id, TicketId })), 0);
  t.equal(errorOf(await answerTo(ann.desk, sent)), 0);
  t.match(await scene.about(id, 5), [
    ['EventAgentInvited', { PartyId: bea.id }],
    ['EventPartyAdded', { PartyId: bea.id, Operation: 1 }],
    ['EventPartyRemoved', { PartyId: ann.id, Operation: 1 }],
    ['EventHeld', { HoldUntil, InteractionState: 3 }],
    ['EventResumed', { InteractionState: 3 }],
  ]);
});

t.test('Agent submit', async (t) => {
  const scene = await Scene.open(t, server);
  const { desk } = await scene.agent();
  const id = `made.${process.pid}`;
  const kind = { Queue: 'in', MediaType: 'email', InteractionType: 'Outbound' };
  const answer = await byId(desk, 101, { InteractionId: id, ...kind });
  t.match(answer.body, { Extension: { InteractionId: id } });
  t.match(await scene.about(id, 2), [
    ['EventInteractionSubmitted', { InteractionState: 3 }],
    ['EventPartyAdded', { PartyType: 2, Operation: 6, InteractionState: 3 }],
  ]);
  const made = await scene.properties(id);
  t.equal(made['PlaceInQueueSeq'], undefined, 'it was never placed');
  t.equal(made['DeliveredAt'], made['SubmittedAt']);
  t.equal(made['AssignedAt'], made['SubmittedAt']);
});

t.test('DeliveredAt is the first offer', async (t) => {
  const scene = await Scene.open(t, server);
  const worker = await scene.agent();
  const id = await scene.submit();
  const offered = done(await scene.router.ask(107, { InteractionId: id, AgentId: worker.id }));
  const first = (await scene.properties(id))['DeliveredAt'];
  t.ok(first !== undefined, 'though nobody has accepted it');
  const { TicketId } = offered.body['Extension'] as { TicketId: number };
  done(await byId(worker.desk, 129, { InteractionId: id, TicketId }));
  t.equal((await scene.properties(id))['DeliveredAt'], first);
  const other = await scene.agent();
  await scene.inHand(other);
  done(await byId(scene.mail, 102, { InteractionId: id }));
});
