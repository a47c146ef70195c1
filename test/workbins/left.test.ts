/**
 * What agents leave goes into their workbins where its medium says so; and what is handed in
 * straight into a workbin. Over TCP.
 */
import t from 'tap';
import { errorTable, type ErrorName } from '../../lib/errors.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { as, byId, done, next, Scene, type Worker } from '../agents/scene.js';
import { apply, desktop } from '../agents/support.js';
import { errorOf } from '../net/harness.js';
import { applications } from '../security/secured-server.js';
import { content, idsOf, place, startWorkbins, take } from './support.js';

const code = (name: ErrorName): number => errorTable[name].code;

/** Letters go into a workbin, faxes when their agent is lost, chats never. */
const media = `
media:
  - {name: email, workbin: drafts, onAgentLost: workbin, disconnectGraceSeconds: 0}
  - {name: fax, workbin: later, onLogout: return, onAgentLost: workbin, disconnectGraceSeconds: 0}
  - {name: chat, online: true, workbin: drafts, disconnectGraceSeconds: 0}
`;
const server = await startWorkbins(t, { applications });
await apply(server, media);

/** Something that an agent has pulled, whose events are read. */
async function pulled(scene: Scene, { desk }: Worker, MediaType: string): Promise<string> {
  const id = await scene.submit({ MediaType, IsOnline: MediaType === 'chat' });
  done(await take(desk, id));
  await scene.about(id, 3);
  return id;
}

const agentOf = (scene: Scene): Promise<Worker> =>
  scene.agent({ email: 1, fax: 1, chat: 1 }, as('agent'));

t.test('a logout leaves offline work in the workbin of the agent', async (t) => {
  const scene = await Scene.secured(t, server);
  const ann = await agentOf(scene);
  const [email, fax] = [await pulled(scene, ann, 'email'), await pulled(scene, ann, 'fax')];
  done(await ann.desk.ask(136));
  const why = { ReasonSystemName: 'AgentLoggedOut' };
  t.match(await scene.about(email, 3), [
    ['EventPartyRemoved', { PartyId: ann.id, Operation: 13, ...why }],
    ['EventPlacedInQueue', { OldQueue: 'in', Queue: 'drafts/PrivateQueue', ...why }],
    ['EventPlacedInWorkbin', { WorkbinTypeId: 'drafts', WorkbinAgentId: ann.id }],
  ]);
  t.match(await scene.properties(email), { Workbin: 'drafts', AssignedTo: ann.id });
  await scene.about(fax, 2);
  t.match(await scene.properties(fax), { Queue: 'in', InteractionState: 0 });
  done(await ann.desk.login(ann.id, { MediaList: { email: 1 } }));
  t.strictSame(idsOf(done(await content(ann.desk, 'drafts'))), [email]);
  done(await take(ann.desk, email));
});

t.test('online work is refused, and by a supervisor not', async (t) => {
  const scene = await Scene.secured(t, server);
  const ann = await agentOf(scene);
  const [chat, email] = [await pulled(scene, ann, 'chat'), await pulled(scene, ann, 'email')];
  t.equal(errorOf(await ann.desk.ask(136)), code('AgentHasWork'));
  const forced = { AgentIds: [ann.id], AgentState: 'logged-out', ReasonSystemName: 'Closing' };
  const boss = await desktop(t, server, as('supervisor'));
  t.match((await boss.ask(1133, forced)).body, { Done: 1 });
  await scene.about(chat, 2);
  await scene.about(email, 3);
  t.match(await scene.properties(chat), { Queue: 'in', InteractionState: 0 });
  t.match(await scene.properties(email), { Workbin: 'drafts', WorkbinAgentId: ann.id });
});

t.test('what a lost agent had goes there when its time is over', async (t) => {
  const scene = await Scene.secured(t, server);
  const ann = await agentOf(scene);
  const ids = [
    await pulled(scene, ann, 'fax'),
    await pulled(scene, ann, 'email'),
    await pulled(scene, ann, 'chat'),
  ] as const;
  const [fax, email, chat] = ids;
  await ann.desk.lose();
  const why = { ReasonSystemName: 'ConnectionLost' };
  t.match(await scene.about(fax, 3), [
    ['EventPartyRemoved', { PartyId: ann.id, Operation: 13, ...why }],
    ['EventPlacedInQueue', why],
    ['EventPlacedInWorkbin', { WorkbinTypeId: 'later', WorkbinAgentId: ann.id }],
  ]);
  await scene.about(email, 3);
  await scene.about(chat, 2);
  t.match(await scene.properties(email), { Workbin: 'drafts' });
  t.match(await scene.properties(chat), { Queue: 'in', InteractionState: 0 });
});

t.test('what came from a workbin goes back there, what others have stays with them', async (t) => {
  const scene = await Scene.secured(t, server);
  const [ann, bea] = [await agentOf(scene), await agentOf(scene)];
  const back = await pulled(scene, ann, 'email');
  done(await place(ann.desk, back, 'desk'));
  done(await take(ann.desk, back));
  await scene.about(back, 6);
  const shared = await pulled(scene, ann, 'email');
  const invite = { InteractionId: shared, AgentId: bea.id };
  const sent = ann.desk.send(111, invite);
  const { TicketId } = (await next(bea.desk, 'EventInvite')) as { TicketId: number };
  done(await byId(bea.desk, 128, { InteractionId: shared, TicketId }));
  await ann.desk.client.until(() =>
    ann.desk.client.received.some(({ reference }) => reference === sent),
  );
  done(await ann.desk.ask(136));
  await scene.about(back, 3);
  t.match(await scene.properties(back), { Workbin: 'desk', WorkbinPlaceId: ann.place });
  while ((await scene.properties(shared))['AssignedTo'] !== bea.id);
  t.match(await scene.properties(shared), { InteractionState: 3, Workbin: undefined });
});

const letter = { Queue: 'in', MediaType: 'email', InteractionType: 'Outbound' };
/** Hands in one whose identifier the server makes. */
async function submitNew({ desk }: Worker, more: object): Promise<string> {
  const route = { kind: RouteKind.queue, proxyClient: desk.proxyClient };
  const body = { ...letter, ...more };
  const answer = done(
    await desk.client.ask(101, (asked += 1), body, { ...route, key: body.Queue }),
  );
  return (answer.body['Extension'] as { InteractionId: string }).InteractionId;
}
let asked = 600_000_000;

t.test('what is handed in straight into a workbin is in it, and in nobody’s hands', async (t) => {
  const scene = await Scene.secured(t, server);
  const [ann, bea] = [await agentOf(scene), await agentOf(scene)];
  const own = await submitNew(ann, { WorkbinTypeId: 'later' });
  t.match(await scene.about(own, 2), [
    ['EventInteractionSubmitted', { Queue: 'later/PrivateQueue', InteractionState: 0 }],
    ['EventPlacedInWorkbin', { WorkbinTypeId: 'later', WorkbinAgentId: ann.id }],
  ]);
  t.match(await scene.properties(own), {
    Workbin: 'later',
    WorkbinAgentId: ann.id,
    InteractionState: 0,
    AssignedTo: ann.id,
    SubmittedBy: 'agent',
  });
  const HoldUntil = Date.now() + 3_600_000;
  const held = { Hold: true, HoldUntil, Queue: 'there' };
  const there = await submitNew(ann, { WorkbinTypeId: 'later', ...held });
  t.match(await scene.properties(there), { Workbin: 'later', IsHeld: 1, HoldUntil });
  const chosen = await scene.submit({ WorkbinTypeId: 'later', WorkbinAgentId: ann.id });
  const other = await submitNew(bea, { WorkbinTypeId: 'desk', WorkbinPlaceId: ann.place });
  t.strictSame(idsOf(done(await content(ann.desk, 'later'))), [own, there, chosen]);
  t.strictSame(idsOf(done(await content(ann.desk, 'desk'))), [other]);
  t.equal(errorOf(await take(bea.desk, own)), code('NotWorkbinOwner'));
  done(await take(ann.desk, own));
});

t.test('it is done once, and what is wrong is refused', async (t) => {
  const scene = await Scene.secured(t, server);
  const ann = await agentOf(scene);
  const RequestKey = Buffer.from('straight in 0001');
  const one = await submitNew(ann, { WorkbinTypeId: 'later', RequestKey });
  const again = await submitNew(ann, { WorkbinTypeId: 'later', RequestKey, RetryAgeMs: 5 });
  t.equal(again, one);
  t.strictSame(idsOf(done(await content(ann.desk, 'later'))), [one]);
  const wrong: readonly [object, ErrorName][] = [
    [{ WorkbinTypeId: 'nowhere' }, 'UnknownWorkbin'],
    [{ WorkbinTypeId: 'closed' }, 'UnknownWorkbin'],
    [{ WorkbinTypeId: 'team' }, 'MissingAttribute'],
    [{ WorkbinTypeId: 'later', WorkbinAgentId: 'nobody' }, 'UnknownWorkbinOwner'],
    [{ WorkbinTypeId: 'later', WorkbinGroupId: 'sales' }, 'UnknownWorkbin'],
    [{ WorkbinAgentId: ann.id }, 'MissingAttribute'],
    [{ WorkbinTypeId: 'later', Queue: 'nowhere' }, 'UnknownQueue'],
  ];
  for (const [more, name] of wrong) {
    const body = { InteractionId: `wrong.${process.pid}`, ...letter, ...more };
    t.equal(errorOf(await byId(ann.desk, 101, body)), code(name), JSON.stringify(more));
  }
  t.equal(errorOf(await byId(ann.desk, 1001, { InteractionId: `wrong.${process.pid}` })), 43);
});

/** The last one, since objects change. */
t.test('where there is no such workbin, it goes back to its queue', async (t) => {
  const scene = await Scene.secured(t, server);
  const [ann, bea] = [await agentOf(scene), await agentOf(scene)];
  const [closed, nobodys] = [await pulled(scene, ann, 'email'), await pulled(scene, bea, 'email')];
  await apply(server, `agents:\n  - {name: ${bea.id}, enabled: false}\n`);
  done(await bea.desk.ask(136));
  t.match(await scene.about(nobodys, 2), [{}, ['EventPlacedInQueue', { Queue: 'in' }]]);
  await apply(
    server,
    'workbinTypes:\n  - {name: drafts, owner: agent, queue: in, enabled: false}\n',
  );
  done(await ann.desk.ask(136));
  t.match(await scene.about(closed, 2), [{}, ['EventPlacedInQueue', { Queue: 'in' }]]);
  const wrong: readonly [string, RegExp][] = [
    ['{name: x, onLogout: workbin}', /no workbin is named/],
    ['{name: x, onAgentLost: workbin}', /no workbin is named/],
    ['{name: x, workbin: team}', /not owned by agents/],
    ['{name: x, workbin: nowhere}', /there is no workbinType called/],
  ];
  for (const [object, message] of wrong) {
    await t.rejects(apply(server, `media:\n  - ${object}\n`), { message }, object);
  }
});
