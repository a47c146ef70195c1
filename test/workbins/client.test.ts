/** Workbins by the client library and the command line, against a real server. */
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { workbinContent, workbins as workbinsShape } from '../../lib/cli/json/workbin.js';
import { connect, type Client, type WorkbinChange } from '../../lib/client/index.js';
import type { ErrorName } from '../../lib/errors.js';
import { formatEndpoint } from '../../lib/config/endpoint.js';
import { person } from '../agents/support.js';
import { directoryOf } from '../fixture/directory.js';
import { runHere } from '../cli/support.js';
import { applications, tokenOf } from '../security/secured-server.js';
import { startWorkbins } from './support.js';

const server = await startWorkbins(t, { applications });
const address = formatEndpoint(server.address);

async function dial(t: Test, clientName: string): Promise<Client> {
  const client = await connect({
    server: address,
    clientName,
    clientType: 'AgentApplication',
    credentials: tokenOf(clientName),
  });
  t.teardown(() => client.close());
  return client;
}

/** A client with an agent that is logged in. */
async function agentOf(t: Test) {
  const client = await dial(t, 'agent');
  const { id: agentId } = person();
  const agent = await client.login({ agentId, media: { voice: true } });
  return { client, agent, agentId };
}

/** What a promise rejects with. */
const refusal = (errorName: ErrorName): Error => ({ errorName }) as unknown as Error;
const submission = { queue: 'in', mediaType: 'voice', interactionType: 'Inbound' };

t.test('place, content, changes and counts', async (t) => {
  const { client, agentId } = await agentOf(t);
  const own = { type: 'drafts' };
  const changes = client.workbins.changes(own);
  const next = async (): Promise<WorkbinChange> => (await changes.next()).value as WorkbinChange;
  t.strictSame(await next(), { what: 'begun' });
  const { interactionId } = await client.submit(submission);
  await client.placeInWorkbin(interactionId, own, { added: { Note: 'x' } });
  t.match(await next(), { what: 'placed', interactionId, actorId: agentId });
  const found: string[] = [];
  for await (const one of client.workbins.content(own)) found.push(one.InteractionId);
  t.strictSame(found, [interactionId]);
  t.match(await client.workbins.counts(['drafts']), [{ type: 'drafts', agentId, interactions: 1 }]);
  t.match(
    (await client.workbins.types()).find(({ type }) => type === 'drafts'),
    {
      displayName: 'Drafts',
      ownerKind: 'agent',
      isEnabled: true,
    },
  );
  await client.pullById(interactionId);
  t.match(await next(), { what: 'taken', interactionId });
  await client.placeInQueue(interactionId, '__BACK__');
  t.match(await next(), { what: 'placed', interactionId });
  await changes.return!();
  await t.rejects(client.workbins.changes({ type: 'nowhere' }).next(), refusal('UnknownWorkbin'));
  await t.rejects(client.placeInWorkbin(interactionId, {} as never), refusal('MissingAttribute'));
});

t.test('who logs out is told of its workbin no more', async (t) => {
  const { client, agent } = await agentOf(t);
  const changes = client.workbins.changes({ type: 'drafts' });
  await changes.next();
  await agent.logout();
  await t.rejects(changes.next(), refusal('NotWorkbinOwner'));
});

t.test('ixion workbin list and show', async (t) => {
  const { client, agentId } = await agentOf(t);
  const { interactionId } = await client.submit(submission);
  await client.placeInWorkbin(interactionId, { type: 'later' });
  const access = ['--application', 'supervisor', '--token', tokenOf('supervisor')];
  const run = (...argv: readonly string[]) =>
    runHere('workbin', ...argv, '--server', address, ...access);
  const { out } = await run('list', 'later');
  t.match(out, new RegExp(`later +${agentId} +1 +\\d{4}-`));
  const listed = workbinsShape.parse(JSON.parse((await run('list', '--json')).out));
  t.match(
    listed.find((one) => one.agentId === agentId && one.type === 'later'),
    { interactions: 1, isOrphan: false },
  );
  t.match(await run('show', 'later', '--agent', agentId), { code: 0, out: interactionId });
  const shown = await run('show', 'later', '--agent', agentId, '--json');
  const [row] = workbinContent.parse(JSON.parse(shown.out));
  t.match(row, { InteractionId: interactionId, Workbin: 'later', WorkbinAgentId: agentId });
  t.match(await run('show', 'nowhere', '--agent', agentId), {
    code: 1,
    error: /no type of workbins/,
  });
});

t.test('snapshots show workbins to who may see them, and only if they are asked for', async (t) => {
  const { client, agentId } = await agentOf(t);
  const submitted = await Promise.all([0, 1, 2].map(() => client.submit(submission)));
  const [draft, later, waits] = submitted.map(({ interactionId }) => interactionId) as [
    string,
    string,
    string,
  ];
  await client.placeInWorkbin(draft, { type: 'drafts' }, { hold: true });
  await client.placeInWorkbin(later, { type: 'later' });
  await client.placeInQueue(waits, 'in');
  const idsOf = async (by: Client, condition: string): Promise<string[]> => {
    await using snapshot = await by.takeSnapshot({ condition });
    const ids: string[] = [];
    for await (const { InteractionId } of snapshot.interactions()) ids.push(InteractionId);
    return ids.filter((id) => [draft, later, waits].includes(id)).sort();
  };
  const own = `WorkbinAgentId = '${agentId}'`;
  const cases: readonly [condition: string, ids: string[]][] = [
    [own, [draft, later]],
    [`${own} AND Workbin = 'drafts'`, [draft]],
    [`${own} AND Workbin <> 'drafts'`, [later]],
    [`${own} AND Workbin = 'drafts' AND IsHeld = 0`, []],
    ["Queue = 'drafts/PrivateQueue'", [draft]],
    ["Queue = 'in'", [waits]],
    ["Queue = 'in' AND _empty(Workbin)", [waits]],
    [`AssignedTo = '${agentId}'`, [draft, later]],
    ["MediaType = 'voice'", [draft, later, waits]],
  ];
  const boss = await dial(t, 'supervisor');
  for (const [condition, ids] of cases) {
    t.strictSame(await idsOf(boss, condition), ids.toSorted(), condition);
    const seen = ids.filter((id) => id === waits);
    t.strictSame(await idsOf(client, condition), seen, `an agent: ${condition}`);
  }
  await using snapshot = await boss.takeSnapshot({ condition: own });
  const moved = await snapshot.moveAll('there', { reason: { systemName: 'Gone' } });
  t.match(moved, { done: 2, refused: 0 });
  t.strictSame(await idsOf(boss, own), []);
  const { Queue, Workbin } = await client.getProperties(draft);
  t.strictSame([Queue, Workbin], ['there', undefined]);
});

t.test('a submission straight into a workbin', async (t) => {
  const { client, agentId } = await agentOf(t);
  const { interactionId } = await client.submit({ ...submission, workbin: { type: 'drafts' } });
  t.match(await client.getProperties(interactionId), {
    Workbin: 'drafts',
    WorkbinAgentId: agentId,
    InteractionState: 0,
  });
  const reason = { systemName: 'Draft' };
  const team = { ...submission, workbin: { type: 'team', groupId: 'nobody' } };
  await t.rejects(client.submit(team, { reason }), refusal('UnknownWorkbinOwner'));
  const wrong = { ...submission, workbin: { type: 5 } } as never;
  await t.rejects(client.submit(wrong), refusal('WrongAttributeType'));
});

t.test('an export has the workbins, and an import puts back into them', async (t) => {
  const { client, agentId } = await agentOf(t);
  const { interactionId } = await client.submit(submission);
  await client.placeInWorkbin(interactionId, { type: 'desk' });
  const other = await client.submit(submission);
  await client.placeInWorkbin(other.interactionId, { type: 'drafts' }, { hold: true });
  const directory = directoryOf(t);
  const second = await startWorkbins(t, { applications, data: join(directory, 'second') });
  const access = ['--application', 'admin', '--token', tokenOf('admin')];
  for (const file of ['all.jsonl', 'all.csv']) {
    const path = join(directory, file);
    t.match(await runHere('export', path, '--server', address, ...access), { code: 0 }, file);
    const to = formatEndpoint(second.address);
    t.match(await runHere('import', path, '--server', to, ...access), { code: 0 }, file);
    const at = ['drafts', '--agent', agentId, '--server', to, ...access, '--json'];
    const shown = workbinContent.parse(JSON.parse((await runHere('workbin', 'show', ...at)).out));
    const found = shown.find((one) => one.InteractionId === other.interactionId);
    t.match(found, { Workbin: 'drafts', WorkbinAgentId: agentId, IsHeld: 1 }, file);
  }
});
