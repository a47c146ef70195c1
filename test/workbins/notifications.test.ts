/** Who is told what of workbins, over TCP. */
import t, { type Test } from 'tap';
import { describeStatus } from '../../lib/cli/commands/status.js';
import { errorTable, type ErrorName } from '../../lib/errors.js';
import type { PartitionStatus } from '../../lib/mail/partition.js';
import { as, byId, done, Scene, type Worker } from '../agents/scene.js';
import { apply, desktop, type Desktop, type Told } from '../agents/support.js';
import { errorOf } from '../net/harness.js';
import { applications } from '../security/secured-server.js';
import {
  content,
  group,
  idsOf,
  place,
  pulled,
  securedAgent,
  startWorkbins,
  take,
} from './support.js';

const code = (name: ErrorName): number => errorTable[name].code;
const server = await startWorkbins(t, { applications });

const isNews = ([name]: Told): boolean =>
  name === 'EventWorkbinContentChanged' || name === 'EventProcessingStopped';

/** The next that a client is told of workbins, and of stops. */
async function news(who: Desktop, count: number): Promise<Told[]> {
  const all: Told[] = [];
  while (all.length < count) all.push(...(await who.until(1)).filter(isNews));
  return all;
}

/** The same: operation, interaction, owner. */
async function told(who: Desktop, count: number): Promise<unknown[]> {
  return (await news(who, count)).map(([, body]) => {
    const owner = Object.entries(body).find(([key]) => /^Workbin(Agent|Group|Place)/.test(key));
    return [body['Operation'], body['InteractionId'], owner?.[1]];
  });
}

const notify = (who: Desktop, WorkbinTypeId: string, more: object = {}) =>
  who.ask(114, { WorkbinTypeId, ...more });
const cancel = (who: Desktop, WorkbinTypeId: string, more: object = {}) =>
  who.ask(115, { WorkbinTypeId, ...more });

async function agents(t: Test, count: number): Promise<Worker[]> {
  const all: Worker[] = [];
  for (let at = 0; at < count; at++) all.push(await securedAgent(t, server));
  return all;
}

t.test('Workbin notification', async (t) => {
  const scene = await Scene.secured(t, server);
  const [ann, bea] = (await agents(t, 2)) as [Worker, Worker];
  done(await notify(ann.desk, 'drafts'));
  done(await notify(bea.desk, 'drafts'));
  const id = await pulled(scene, ann, 'there');
  done(
    await place(ann.desk, id, 'drafts', { AddedProperties: { Note: 'x' }, ReasonSystemName: 'Y' }),
  );
  const [[, body]] = (await news(ann.desk, 1)) as [Told];
  t.match(body, {
    WorkbinTypeId: 'drafts',
    WorkbinAgentId: ann.id,
    Operation: 2,
    InteractionId: id,
    Interaction: { InteractionId: id, AssignedTo: ann.id, UserData: { Note: 'x' } },
    ActorId: ann.id,
    ReasonSystemName: 'Y',
  });
  done(await byId(ann.desk, 103, { InteractionId: id, Priority: 3 }));
  t.strictSame(await told(ann.desk, 1), [[3, id, ann.id]]);
  done(await place(ann.desk, id, 'drafts', { WorkbinAgentId: bea.id }));
  t.strictSame(await told(ann.desk, 1), [[1, id, ann.id]]);
  t.strictSame(await told(bea.desk, 1), [[2, id, bea.id]]);
  done(await take(bea.desk, id));
  t.strictSame(await told(bea.desk, 1), [[1, id, bea.id]]);
  done(await byId(bea.desk, 105, { InteractionId: id, Queue: '__BACK__' }));
  t.strictSame(await told(bea.desk, 1), [[2, id, bea.id]]);
  done(await byId(bea.desk, 102, { InteractionId: id }));
  t.strictSame(await told(bea.desk, 1), [[1, id, bea.id]], 'a stop takes it out');
  done(await cancel(ann.desk, 'drafts'));
  t.equal(errorOf(await cancel(ann.desk, 'drafts')), code('NoWorkbinNotifications'));
  const other = await pulled(scene, ann);
  done(await place(ann.desk, other, 'drafts'));
  done(await content(ann.desk, 'drafts'));
  t.strictSame(ann.desk.told().filter(isNews), [], 'nothing after the answer to the cancel');
});

t.test('Removed from one owner, then added to the other', async (t) => {
  const scene = await Scene.secured(t, server);
  const [ann, bea] = (await agents(t, 2)) as [Worker, Worker];
  const boss = await desktop(t, server, as('supervisor'));
  for (const WorkbinAgentId of [ann.id, bea.id]) {
    done(await notify(boss, 'drafts', { WorkbinAgentId }));
  }
  const id = await pulled(scene, ann);
  done(await place(ann.desk, id, 'drafts'));
  done(await place(ann.desk, id, 'drafts', { WorkbinAgentId: bea.id }));
  t.strictSame(await told(boss, 3), [
    [2, id, ann.id],
    [1, id, ann.id],
    [2, id, bea.id],
  ]);
});

t.test(
  'Who may not look into a workbin is not told of it, and no more once that is so',
  async (t) => {
    const scene = await Scene.secured(t, server);
    const [ann, bea] = (await agents(t, 2)) as [Worker, Worker];
    await group(server, 'agent', 'news', [ann.id]);
    const team = { WorkbinGroupId: 'news' };
    t.equal(errorOf(await notify(bea.desk, 'team', team)), code('NotWorkbinOwner'));
    t.equal(errorOf(await notify(bea.desk, 'nowhere')), code('UnknownWorkbin'));
    t.equal(
      errorOf(await notify(bea.desk, 'drafts', { WorkbinAgentId: 'nobody' })),
      code('UnknownWorkbinOwner'),
    );
    done(await notify(ann.desk, 'team', team));
    const id = await pulled(scene, bea);
    done(await place(bea.desk, id, 'team', team));
    t.strictSame(await told(ann.desk, 1), [[2, id, 'news']]);
    await group(server, 'agent', 'news', []);
    t.strictSame(await told(ann.desk, 1), [[0, undefined, 'news']], 'it is told that it ends');
    done(await byId(scene.mail, 102, { InteractionId: id }));
    t.equal(errorOf(await cancel(ann.desk, 'team', team)), code('NoWorkbinNotifications'));
    t.strictSame(ann.desk.told().filter(isNews), []);
    done(await notify(bea.desk, 'drafts'));
    done(await bea.desk.ask(136));
    t.strictSame(await told(bea.desk, 1), [[0, undefined, bea.id]], 'its agent is gone');
  },
);

t.test('Stops are told as well if that is asked for', async (t) => {
  const scene = await Scene.secured(t, server);
  const [ann] = (await agents(t, 1)) as [Worker];
  done(await notify(ann.desk, 'drafts', { Extension: { event_processing_stopped: 1 } }));
  const id = await pulled(scene, ann);
  done(await place(ann.desk, id, 'drafts'));
  done(await byId(scene.mail, 102, { InteractionId: id, ReasonSystemName: 'Sent' }));
  t.match(await news(ann.desk, 3), [
    ['EventWorkbinContentChanged', { Operation: 2 }],
    ['EventWorkbinContentChanged', { Operation: 1 }],
    ['EventProcessingStopped', { InteractionId: id, ReasonSystemName: 'Sent' }],
  ]);
});

t.test('Workbin types', async (t) => {
  const [ann] = (await agents(t, 1)) as [Worker];
  const { body } = done(await ann.desk.ask(178, { TenantId: 1 }));
  const rows = body['Types'] as Record<string, unknown>[];
  t.strictSame(
    rows.map(({ WorkbinTypeId, OwnerKind, IsEnabled }) => [WorkbinTypeId, OwnerKind, IsEnabled]),
    [
      ['closed', 'agent', false],
      ['desk', 'place', true],
      ['drafts', 'agent', true],
      ['later', 'agent', true],
      ['room', 'placeGroup', true],
      ['team', 'agentGroup', true],
    ],
  );
  t.match(rows[2], { DisplayName: 'Drafts', Queue: 'drafts/PrivateQueue', BusinessProcess: 'p' });
  const rest = done(await ann.desk.ask(178, { After: 'later' }));
  t.match(rest.body['Types'], [{ WorkbinTypeId: 'room' }, { WorkbinTypeId: 'team' }]);
});

t.test('Workbin statistics, and the workbins that have something in them', async (t) => {
  const scene = await Scene.secured(t, server);
  const [ann, bea] = (await agents(t, 2)) as [Worker, Worker];
  const boss = await desktop(t, server, as('supervisor'));
  await apply(server, 'agents:\n  - {name: leaves}\n');
  const ids: string[] = [];
  for (const Queue of ['in', 'there', 'there']) {
    ids.push(await pulled(scene, ann, Queue));
    done(await place(ann.desk, ids.at(-1)!, 'later'));
  }
  const orphans = [await pulled(scene, ann), await pulled(scene, ann, 'there')];
  for (const id of orphans) done(await place(ann.desk, id, 'later', { WorkbinAgentId: 'leaves' }));
  const own = done(await ann.desk.ask(180, { WorkbinTypeIds: ['later', 'closed', 'desk'] }));
  t.match(own.body['Workbins'], [
    { WorkbinTypeId: 'later', WorkbinAgentId: ann.id, Interactions: 3 },
    { WorkbinTypeId: 'closed', Interactions: 0 },
    { WorkbinTypeId: 'desk', WorkbinPlaceId: ann.place, Interactions: 0 },
  ]);
  const other = { WorkbinTypeIds: ['later'], WorkbinAgentId: ann.id };
  t.equal(errorOf(await bea.desk.ask(180, other)), code('NotWorkbinOwner'));
  // The version before has no such agent.
  const [, before] = (await server.objects.history(2)) as { version: number }[];
  const why = { who: 'test', comment: '', dryRun: false };
  await server.objects.rollback(before!.version, why, { who: 'test' }, () => undefined);
  const all = done(await boss.ask(1160, { WorkbinTypeId: 'later' }));
  const rows = all.body['Workbins'] as Record<string, unknown>[];
  t.match(
    rows.find(({ WorkbinAgentId }) => WorkbinAgentId === ann.id),
    { Interactions: 3, OldestAt: Number },
  );
  t.match(
    rows.find(({ WorkbinAgentId }) => WorkbinAgentId === 'leaves'),
    { Interactions: 2, IsOrphan: true },
  );
  const alone = done(await boss.ask(1160, { Orphans: true }));
  t.match(alone.body['Workbins'], [{ WorkbinAgentId: 'leaves', IsOrphan: true }]);
  const lines = async (): Promise<string> => describeStatus(await server.status());
  const orphaned = /\norphans +1 workbins without an owner, with 2 interactions: see ixion workbin/;
  while (!orphaned.test(await lines())) await new Promise((go) => setTimeout(go, 20));
  t.notMatch(await lines(), /\nstuck /);
  const status = await server.status();
  const [first, ...others] = status.partitions as PartitionStatus[];
  const partitions = [{ ...first!, stuckInteractions: 3, stuck: ['a', 'b'] }, ...others];
  const told = describeStatus({ ...status, partitions });
  t.match(told, /\nstuck +3 in partition 0: a, b, and 1 more\n/);
  const late = await place(ann.desk, await pulled(scene, ann), 'later', {
    WorkbinAgentId: 'leaves',
  });
  t.equal(errorOf(late), code('UnknownWorkbinOwner'), 'nothing more is placed in it');
  const pages: unknown[] = [];
  for (let After: unknown; ;) {
    const more = After === undefined ? {} : { After };
    const { body } = done(await boss.ask(1160, { WorkbinTypeId: 'later', Count: 1, ...more }));
    pages.push(...(body['Workbins'] as Record<string, unknown>[]));
    if ((After = body['Next']) === undefined) break;
  }
  t.strictSame(pages, rows, 'by pages, the same');
  t.equal(errorOf(await boss.ask(1160, { After: 'x' })), code('WrongAttributeType'));
  t.equal(errorOf(await ann.desk.ask(1160)), code('NotPermitted'));
  t.strictSame(
    idsOf(done(await content(boss, 'later', { WorkbinAgentId: 'leaves' }))),
    orphans,
    'a supervisor looks into all',
  );
  const emptied = done(
    await boss.ask(1131, {
      Act: 'requeue',
      InteractionIds: orphans,
      Queue: 'there',
      ReasonSystemName: 'AgentLeft',
    }),
  );
  t.match(emptied.body, { Done: 2, Refused: 0 });
  t.strictSame(done(await boss.ask(1160, { Orphans: true })).body['Workbins'], []);
});
