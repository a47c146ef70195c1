/** Placing in workbins, what is in them, and taking it out again, over TCP. */
import t from 'tap';
import { errorTable, type ErrorName } from '../../lib/errors.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { byId, done, Scene } from '../agents/scene.js';
import { apply, type Told } from '../agents/support.js';
import { errorOf } from '../net/harness.js';
import { content, group, idsOf, place, pulled, startWorkbins, take } from './support.js';

const code = (name: ErrorName): number => errorTable[name].code;
const server = await startWorkbins(t);
const names = (told: readonly Told[]): string[] => told.map(([name]) => name);

t.test('Place in a workbin', async (t) => {
  const scene = await Scene.open(t, server);
  const ann = await scene.agent();
  const id = await pulled(scene, ann);
  const before = await scene.properties(id);
  done(await place(ann.desk, id, 'drafts', { ReasonSystemName: 'Later', Extension: { a: 1 } }));
  const why = { ReasonSystemName: 'Later', ActorId: ann.id, Queue: 'drafts/PrivateQueue' };
  t.match(await scene.about(id, 3), [
    ['EventPartyRemoved', { PartyId: ann.id, Operation: 11, ...why, Extension: { a: 1 } }],
    ['EventPlacedInQueue', { OldQueue: 'in', InteractionState: 0, ...why }],
    ['EventPlacedInWorkbin', { WorkbinTypeId: 'drafts', WorkbinAgentId: ann.id, ...why }],
  ]);
  const inside = { Workbin: 'drafts', WorkbinAgentId: ann.id, Queue: 'drafts/PrivateQueue' };
  const after = await scene.properties(id);
  t.match(after, { ...inside, InteractionState: 0, AssignedTo: ann.id });
  t.equal(after['PlaceInQueueSeq'], before['PlaceInQueueSeq'], 'a workbin gives no new number');
  t.equal(after['AssignedAt'], before['AssignedAt']);
  done(await byId(scene.mail, 105, { InteractionId: id, Queue: 'there' }));
  t.strictSame(names(await scene.about(id, 2)), ['EventTakenFromWorkbin', 'EventPlacedInQueue']);
  const { Workbin, WorkbinAgentId, AssignedTo } = await scene.properties(id);
  t.strictSame([Workbin, WorkbinAgentId, AssignedTo], [undefined, undefined, undefined]);
});

t.test('Place in a workbin by a router', async (t) => {
  const scene = await Scene.open(t, server);
  const ann = await scene.agent();
  const id = await scene.submit({ Queue: 'there' });
  done(await take(scene.router, id));
  await scene.about(id, 3);
  const nobody = await place(scene.router, id, 'drafts');
  t.equal(errorOf(nobody), code('MissingAttribute'), 'a router has none of its own');
  done(await place(scene.router, id, 'drafts', { WorkbinAgentId: ann.id }));
  t.match(await scene.about(id, 3), [
    ['EventPartyRemoved', { PartyId: 'urs', PartyType: 1, Operation: 11 }],
    ['EventPlacedInQueue', { OldQueue: 'there' }],
    ['EventPlacedInWorkbin', { WorkbinTypeId: 'drafts', WorkbinAgentId: ann.id }],
  ]);
  t.strictSame(idsOf(done(await content(ann.desk, 'drafts'))), [id]);
});

t.test('Pull from a workbin', async (t) => {
  const scene = await Scene.open(t, server);
  const ann = await scene.agent();
  const ids = [await pulled(scene, ann), await pulled(scene, ann, 'there')];
  for (const id of ids) done(await place(ann.desk, id, 'drafts'));
  const [first, second] = ids as [string, string];
  await scene.about(second, 3);
  const answer = done(await take(ann.desk, second));
  t.match(answer.body, { Interactions: [{ InteractionId: second, InteractionState: 3 }] });
  t.match(await scene.about(second, 3), [
    ['EventTakenFromQueue', { PartyType: 2, Queue: 'drafts/PrivateQueue' }],
    ['EventPartyAdded', { PartyId: ann.id, Operation: 5 }],
    ['EventTakenFromWorkbin', { WorkbinTypeId: 'drafts', WorkbinAgentId: ann.id }],
  ]);
  t.strictSame(idsOf(done(await content(ann.desk, 'drafts'))), [first], 'the rest is in it');
});

t.test('Back to the workbin that it was taken from', async (t) => {
  const scene = await Scene.open(t, server);
  const ann = await scene.agent();
  const id = await pulled(scene, ann);
  done(await place(ann.desk, id, 'drafts'));
  const placed = await scene.properties(id);
  done(await take(ann.desk, id));
  await scene.about(id, 6);
  done(await byId(ann.desk, 105, { InteractionId: id, Queue: '__BACK__' }));
  t.match(await scene.about(id, 3), [
    ['EventPartyRemoved', { Operation: 12 }],
    ['EventPlacedInQueue', { OldQueue: 'drafts/PrivateQueue', Queue: 'drafts/PrivateQueue' }],
    ['EventPlacedInWorkbin', { WorkbinTypeId: 'drafts', WorkbinAgentId: ann.id }],
  ]);
  const back = await scene.properties(id);
  t.equal(back['MovedToQueueAt'], placed['MovedToQueueAt'], 'the same place');
  done(await take(ann.desk, id));
  await scene.about(id, 3);
  done(await byId(ann.desk, 112, { InteractionId: id }));
  await scene.about(id, 3);
  t.match(await scene.properties(id), { Workbin: 'drafts', WorkbinAgentId: ann.id });
});

t.test('Workbin content', async (t) => {
  const scene = await Scene.open(t, server);
  const [ann, bea] = [await scene.agent(), await scene.agent()];
  t.strictSame(idsOf(done(await content(ann.desk, 'later'))), [], 'nothing yet');
  const HoldUntil = Date.now() + 3_600_000;
  const ids: string[] = [];
  for (const [at, Queue] of ['in', 'there', 'there', 'in', 'in'].entries()) {
    const id = await pulled(scene, ann, Queue);
    const held = at === 1 ? { Hold: true, HoldUntil } : {};
    done(await place(ann.desk, id, 'later', { ...held, AddedProperties: { Note: `${at}` } }));
    ids.push(id);
  }
  const all = done(await content(ann.desk, 'later'));
  t.strictSame(idsOf(all), ids, 'of both partitions, in the order in which it came');
  t.match(all.body, { WorkbinTypeId: 'later', WorkbinAgentId: ann.id });
  t.match(all.body['Interactions'], [{}, { IsHeld: 1, HoldUntil, UserData: { Note: '1' } }]);
  t.equal(all.body['Next'], undefined);
  const pages: unknown[] = [];
  for (let After: unknown; ;) {
    const page = done(await content(ann.desk, 'later', { Count: 2, ...(After ? { After } : {}) }));
    t.ok(idsOf(page).length <= 2);
    pages.push(...idsOf(page));
    if ((After = page.body['Next']) === undefined) break;
  }
  t.strictSame(pages, ids, 'by pages');
  const errors = [
    [() => content(ann.desk, 'nowhere'), 'UnknownWorkbin'],
    [() => content(ann.desk, 'later', { WorkbinAgentId: 'nobody' }), 'UnknownWorkbinOwner'],
    [() => content(ann.desk, 'later', { WorkbinPlaceId: ann.place }), 'UnknownWorkbin'],
    [() => content(ann.desk, 'team'), 'MissingAttribute'],
    [() => content(ann.desk, 'later', { After: 'x' }), 'WrongAttributeType'],
    [() => content(bea.desk, 'later', { WorkbinAgentId: ann.id }), 'NotWorkbinOwner'],
  ] as const;
  for (const [ask, name] of errors) t.equal(errorOf(await ask()), code(name), name);
});

t.test('What is in the workbin of another agent is its own', async (t) => {
  const scene = await Scene.open(t, server);
  const [ann, bea] = [await scene.agent(), await scene.agent()];
  const id = await pulled(scene, bea);
  done(await place(bea.desk, id, 'drafts', { WorkbinAgentId: ann.id }));
  const acts = [
    () => take(bea.desk, id),
    () => byId(bea.desk, 102, { InteractionId: id }),
    () => byId(bea.desk, 103, { InteractionId: id, Priority: 5 }),
    () => byId(bea.desk, 105, { InteractionId: id, Queue: 'in' }),
    () => byId(bea.desk, 188, { InteractionId: id }),
    () => byId(bea.desk, 1001, { InteractionId: id }),
    () => place(bea.desk, id, 'drafts'),
  ];
  for (const act of acts) t.equal(errorOf(await act()), code('NotWorkbinOwner'));
  done(await take(ann.desk, id));
  t.equal(errorOf(await take(bea.desk, id)), code('HeldByAnother'));
});

t.test('Group workbins are of each member', async (t) => {
  const scene = await Scene.open(t, server);
  const [ann, bea, cleo] = [await scene.agent(), await scene.agent(), await scene.agent()];
  await group(server, 'agent', 'inner', [bea.id]);
  await group(server, 'agent', 'outer', [ann.id], ['inner']);
  await group(server, 'place', 'hall', [ann.place]);
  const id = await pulled(scene, cleo);
  done(await place(cleo.desk, id, 'team', { WorkbinGroupId: 'outer' }));
  const outer = { WorkbinGroupId: 'outer' };
  t.equal(errorOf(await content(cleo.desk, 'team', outer)), code('NotWorkbinOwner'));
  t.equal(errorOf(await take(cleo.desk, id)), code('NotWorkbinOwner'));
  for (const { desk } of [ann, bea]) {
    t.strictSame(idsOf(done(await content(desk, 'team', outer))), [id]);
  }
  done(await take(bea.desk, id));
  t.match(await scene.properties(id), { AssignedTo: bea.id });
  done(await place(bea.desk, id, 'room', { WorkbinPlaceGroupId: 'hall' }));
  t.equal(errorOf(await take(bea.desk, id)), code('NotWorkbinOwner'));
  done(await take(ann.desk, id));
  done(await place(ann.desk, id, 'desk'));
  t.match(await scene.properties(id), { Workbin: 'desk', WorkbinPlaceId: ann.place });
  t.equal((await scene.properties(id))['AssignedTo'], undefined);
  done(await take(ann.desk, id));
  done(await place(ann.desk, id, 'team', outer));
  // Who is no member any more has no right any more, without a restart.
  await group(server, 'agent', 'inner', []);
  t.equal(errorOf(await take(bea.desk, id)), code('NotWorkbinOwner'));
  t.equal(errorOf(await content(bea.desk, 'team', outer)), code('NotWorkbinOwner'));
});

t.test('What cannot be placed is refused, and stays where it is', async (t) => {
  const scene = await Scene.open(t, server);
  const ann = await scene.agent();
  const id = await pulled(scene, ann);
  await apply(server, 'agents:\n  - {name: gone, enabled: false}\n');
  const cases = [
    ['nowhere', {}, 'UnknownWorkbin'],
    ['closed', {}, 'UnknownWorkbin'],
    ['in', {}, 'UnknownWorkbin'],
    ['drafts', { WorkbinAgentId: 'nobody' }, 'UnknownWorkbinOwner'],
    ['drafts', { WorkbinAgentId: 'gone' }, 'UnknownWorkbinOwner'],
    ['drafts', { WorkbinGroupId: 'outer' }, 'UnknownWorkbin'],
    ['team', { WorkbinGroupId: 'nobody' }, 'UnknownWorkbinOwner'],
    ['team', {}, 'MissingAttribute'],
    ['drafts', { HoldUntil: Date.now() }, 'MissingAttribute'],
  ] as const;
  for (const [type, more, name] of cases) {
    const answer = await place(ann.desk, id, type, more);
    t.equal(errorOf(answer), code(name), `${type} ${JSON.stringify(more)}: ${name}`);
  }
  t.match(await scene.properties(id), { InteractionState: 3, Queue: 'in', AssignedTo: ann.id });
  t.strictSame(scene.rest(id), []);
});

t.test('The queue under workbins is nobody else’s', async (t) => {
  const scene = await Scene.open(t, server);
  const ann = await scene.agent();
  const id = await pulled(scene, ann);
  const Queue = 'drafts/PrivateQueue';
  t.equal(errorOf(await byId(ann.desk, 105, { InteractionId: id, Queue })), code('PrivateQueue'));
  const kind = { MediaType: 'voice', InteractionType: 'Inbound' };
  const submitted = await byId(scene.mail, 101, { InteractionId: 'x', Queue, ...kind });
  t.equal(errorOf(submitted), code('PrivateQueue'));
  const route = { kind: RouteKind.queue, key: Queue, proxyClient: 1 };
  const headed = await scene.router.client.ask(108, 900_000_001, { ViewId: Queue }, route);
  t.equal(errorOf(headed), code('PrivateQueue'));
  done(await place(ann.desk, id, 'drafts'));
  const { body } = done(await scene.mail.client.ask(1003, 900_000_002, { Queues: [Queue] }));
  const [row] = body['Queues'] as { Waiting: number }[];
  t.ok(row!.Waiting >= 1, 'its totals are those of all partitions');
});

t.test('With a key it is done once', async (t) => {
  const scene = await Scene.open(t, server);
  const ann = await scene.agent();
  const id = await pulled(scene, ann, 'there');
  const RequestKey = Buffer.from('workbin key 0001');
  done(await place(ann.desk, id, 'drafts', { RequestKey }));
  await scene.about(id, 3);
  const again = { RequestKey, RetryAgeMs: 5 };
  done(await place(ann.desk, id, 'drafts', again));
  t.strictSame(scene.rest(id), [], 'nothing is told twice');
  const other = await place(ann.desk, id, 'later', again);
  t.equal(errorOf(other), code('RequestKeyReused'));
});

t.test('Requests that follow wait for a right that is asked for, in their order', async (t) => {
  const scene = await Scene.open(t, server);
  const ann = await scene.agent();
  await group(server, 'agent', 'order', [ann.id]);
  const id = await pulled(scene, ann);
  const own = { client: ann.desk.client, proxyClient: ann.desk.proxyClient };
  const route = { kind: RouteKind.id, key: id, proxyClient: own.proxyClient };
  const sent = [
    [106, { InteractionId: id, WorkbinTypeId: 'team', WorkbinGroupId: 'order' }],
    [108, { ViewId: '_system_', PullParameters: { [id]: '' } }],
    [106, { InteractionId: id, WorkbinTypeId: 'drafts', WorkbinAgentId: ann.id }],
    [108, { ViewId: '_system_', PullParameters: { [id]: '' } }],
    [102, { InteractionId: id }],
  ] as const;
  const first = 800_000_000;
  for (const [at, [message, body]] of sent.entries()) {
    own.client.send(message, first + at, { ...body }, route);
  }
  await own.client.until(() => own.client.received.some((one) => one.reference === first + 4));
  const answers = own.client.received.filter(
    (one) => one.reference >= first && one.reference < first + 5,
  );
  t.strictSame(answers.map(errorOf), [0, 0, 0, 0, 0]);
  t.strictSame(
    answers.map(({ reference }) => reference - first),
    [0, 1, 2, 3, 4],
  );
});
