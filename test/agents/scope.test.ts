/** A supervisor that is bound to groups of agents and to queues: what is outside is not there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { errorTable, type ErrorName } from '../../lib/errors.js';
import { hashOfToken } from '../../lib/security/token.js';
import { directoryOf } from '../fixture/directory.js';
import { errorOf, eventually } from '../net/harness.js';
import { applications, tokenOf } from '../security/secured-server.js';
import { as, byId, done, next, Scene, type Worker } from './scene.js';
import { apply, desktop, startAgents, type Desktop } from './support.js';

const code = (name: ErrorName): number => errorTable[name].code;
const data = join(directoryOf(t), 'data');
const businessProcesses = [{ name: 'p', queues: [{ name: 'in' }, { name: 'out' }] }];
const server = await startAgents(t, { data, applications, businessProcesses });

/** The lead sees the members of a group, through another one, and one queue. */
const bind = (members: readonly string[], more = ''): Promise<void> =>
  apply(
    server,
    `agentGroups:
  - {name: inner, agents: ${JSON.stringify(members)}}
  - {name: team, groups: [inner]}
applications:
  - name: lead
    type: AgentApplication
    role: supervisor
    tenants: [main]
    credentials: ["${hashOfToken(tokenOf('lead'))}"]
    agentGroups: [team]
${more}`,
  );

await apply(server, 'tenants:\n  - {name: main, id: 1}\n');
await bind([]);

const lead = (): Promise<Desktop> => desktop(t, server, as('lead'));
const act = (boss: Desktop, Act: string, id: string, more: object = {}) =>
  boss.ask(1131, { Act, InteractionIds: [id], ReasonSystemName: 'Test', ...more });
const refusedIn = async (answer: ReturnType<typeof act>): Promise<unknown> =>
  ((await answer).body['Interactions'] as { ErrorCode?: number }[] | undefined)?.[0]?.ErrorCode;
const namesIn = async (boss: Desktop): Promise<unknown[]> =>
  ((await boss.ask(1021)).body['Agents'] as { AgentId: string }[]).map(({ AgentId }) => AgentId);

async function cast() {
  const scene = await Scene.secured(t, server);
  const [ann, bea] = [
    await scene.agent({ voice: 1 }, as('agent')),
    await scene.agent({ voice: 1 }, as('agent')),
  ];
  await bind([ann.id]);
  return { scene, ann, bea, boss: await lead() };
}

t.test('agents outside of its groups are not there', async (t) => {
  const { ann, bea, boss } = await cast();
  t.strictSame(await namesIn(boss), [ann.id]);
  t.strictSame((await boss.ask(1021, { AgentId: bea.id })).body['Agents'], []);
  const force = (AgentId: string) => boss.ask(1020, { AgentId, AgentState: 'not-ready' }, AgentId);
  t.equal(errorOf(await force(bea.id)), code('AgentNotLoggedIn'));
  t.equal(errorOf(await force(ann.id)), 0);
  const many = await boss.ask(1133, {
    AgentIds: [ann.id, bea.id],
    AgentState: 'ready',
    ReasonSystemName: 'Test',
  });
  t.match(many.body, { Agents: [{}, { ErrorCode: code('AgentNotLoggedIn') }] });
  await bind([ann.id, bea.id]);
  t.strictSame(
    (await namesIn(boss)).sort(),
    [ann.id, bea.id].sort(),
    'a new member counts at once',
  );
});

t.test('so is what they have', async (t) => {
  const { scene, ann, bea, boss } = await cast();
  const [mine, theirs] = [await scene.inHand(ann), await scene.inHand(bea)];
  for (const one of ['pull-back', 'stop', 'requeue']) {
    const more = one === 'requeue' ? { Queue: 'in' } : {};
    t.equal(await refusedIn(act(boss, one, theirs, more)), code('UnknownInteraction'), one);
  }
  const given = await act(boss, 'assign', mine, { AgentId: bea.id });
  t.equal(errorOf(given), code('AgentNotLoggedIn'));
  t.equal(errorOf(await byId(boss, 102, { InteractionId: theirs })), code('HeldByAnother'));
  t.match(await scene.properties(theirs), { AssignedTo: bea.id }, 'nothing was done to it');
  const waits = await scene.submit();
  const offered = done(
    await scene.router.ask(107, { InteractionId: waits, AgentId: await free() }),
  );
  t.ok(offered);
  t.equal(await refusedIn(act(boss, 'pull-back', waits)), code('UnknownInteraction'), 'an offer');
  t.equal(await refusedIn(act(boss, 'pull-back', mine)), undefined);
  t.match(await scene.properties(mine), { InteractionState: 0 });
  done(await byId(scene.mail, 102, { InteractionId: theirs }));

  async function free(): Promise<string> {
    return (await scene.agent({ voice: 1 }, as('agent'))).id;
  }
});

t.test('and so are queues, for all its acts', async (t) => {
  const { scene, ann } = await cast();
  await bind([ann.id], '    queues: [out]\n');
  const boss = await lead();
  const [inside, outside] = [await scene.submit({ Queue: 'out' }), await scene.submit()];
  t.equal(
    await refusedIn(act(boss, 'assign', outside, { AgentId: ann.id })),
    code('UnknownInteraction'),
  );
  const placed = await act(boss, 'requeue', inside, { Queue: 'in' });
  t.equal(errorOf(placed), code('UnknownQueue'));
  t.equal(await refusedIn(act(boss, 'stop', inside)), undefined);
  const other = await desktop(t, server, as('supervisor'));
  t.equal(await refusedIn(act(other, 'stop', outside)), undefined, 'who is not bound sees all');
  const restore = (InteractionId: string) =>
    boss.ask(1135, { InteractionIds: [InteractionId], ReasonSystemName: 'Mistake' });
  t.equal(await refusedIn(restore(outside)), code('InteractionNotKept'));
  t.equal(await refusedIn(restore(inside)), undefined);
  t.match(await scene.properties(inside), { InteractionState: 0 });
  await bind([ann.id]);
});

t.test('a supervisor that is bound intrudes on its agents only', async (t) => {
  const scene = await Scene.secured(t, server);
  const worker = (registration: object): Promise<Worker> => scene.agent({ voice: 1 }, registration);
  const [ann, bea] = [await worker(as('agent')), await worker(as('agent'))];
  await bind([ann.id]);
  const boss = await worker(as('lead'));
  const [mine, theirs] = [await scene.inHand(ann), await scene.inHand(bea)];
  const intrude = (InteractionId: string) =>
    boss.desk.ask(130, { InteractionId, VisibilityMode: 2 });
  t.equal(errorOf(await intrude(theirs)), code('UnknownInteraction'));
  t.equal(errorOf(await intrude(mine)), 0);
  await next(boss.desk, 'EventInvite');
});

t.test('what a supervisor does singly to what others have is in the audit log', async (t) => {
  const { scene, ann } = await cast();
  const boss = await desktop(t, server, as('supervisor'));
  const id = await scene.inHand(ann);
  const why = { ReasonSystemName: 'Checked' };
  const UserData = { secret: 'what a customer wrote' };
  done(await byId(boss, 103, { InteractionId: id, AddedProperties: UserData, ...why }));
  done(await byId(boss, 1001, { InteractionId: id, ...why }));
  done(await byId(boss, 102, { InteractionId: id, ...why }));
  const own = await scene.submit();
  done(await byId(boss, 102, { InteractionId: own }));
  const lines = (): Record<string, unknown>[] =>
    readFileSync(join(data, 'audit.jsonl'), 'utf8')
      .split('\n')
      .filter((line) => line.includes('"interaction supervised"'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  await eventually(() => lines().some(({ act: done }) => done === 'stop'));
  const mine = lines().filter(({ interaction }) => interaction === id);
  const line = { who: 'supervisor', agent: ann.id, reason: 'Checked', result: 'done' };
  t.match(mine, [
    { ...line, act: 'change' },
    { ...line, act: 'hold' },
    { ...line, act: 'stop' },
  ]);
  t.equal(mine.length, 3);
  t.notOk(JSON.stringify(lines()).includes('customer wrote'), 'no attached data');
  t.strictSame(
    lines().filter(({ interaction }) => interaction === own),
    [],
    'nobody had it',
  );
});
