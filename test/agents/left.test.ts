/** Customers who leave, however that is told, over TCP: what is counted, and what becomes of it. */
import t, { type Test } from 'tap';
import type { Server } from '../../lib/index.js';
import { errorTable } from '../../lib/errors.js';
import { errorOf } from '../net/harness.js';
import { byId, done, next, Scene, type Worker } from './scene.js';
import { desktop, setOption, startAgents, type Desktop } from './support.js';

const server = await startAgents(t);

/** Totals of the queue. */
async function totals({ mail }: Scene): Promise<Readonly<Record<string, unknown>>> {
  const { body } = done(
    await mail.client.ask(1003, 900_000_000 + (asked += 1), { Queues: ['in'] }),
  );
  return (body['Queues'] as Record<string, unknown>[])[0]!;
}
let asked = 0;

const leaves = async ({ mail }: Scene, InteractionId: string): Promise<void> =>
  void done(await byId(mail, 103, { InteractionId, IsOnline: false }));
const comes = async ({ mail }: Scene, InteractionId: string): Promise<void> =>
  void done(await byId(mail, 103, { InteractionId, IsOnline: true }));
const abandons = async ({ mail }: Scene, InteractionId: string): Promise<void> =>
  void done(await byId(mail, 102, { InteractionId, ReasonSystemName: 'Abandoned' }));

/** How many more are counted as abandoned by what is done. */
async function counted(scene: Scene, what: () => Promise<void>): Promise<number> {
  const before = Number((await totals(scene))['Abandoned']);
  await what();
  return Number((await totals(scene))['Abandoned']) - before;
}

async function offered(scene: Scene, { id: AgentId }: Worker): Promise<string> {
  const id = await scene.submit();
  done(await scene.router.ask(107, { InteractionId: id, AgentId }));
  return id;
}

t.test('who leaves while waiting is counted once, however that is told', async (t) => {
  const scene = await Scene.open(t, server);
  const [one, two] = [await scene.submit(), await scene.submit()];
  t.equal(await counted(scene, () => leaves(scene, one)), 1, 'IsOnline becomes false');
  t.equal(await counted(scene, () => leaves(scene, one)), 0, 'again');
  t.equal(await counted(scene, () => abandons(scene, one)), 0, 'the stop that follows');
  t.equal(await counted(scene, () => abandons(scene, two)), 1, 'a stop alone');
  const back = await scene.submit();
  await leaves(scene, back);
  await comes(scene, back);
  t.equal(await counted(scene, () => leaves(scene, back)), 0, 'who is back and leaves again');
  const sent = await scene.submit();
  const stop = async (): Promise<void> =>
    void done(await byId(scene.mail, 102, { InteractionId: sent }));
  t.equal(await counted(scene, stop), 0, 'a stop for another reason');
});

t.test('who leaves while offered is counted, and the offer is taken back', async (t) => {
  const scene = await Scene.open(t, server);
  const ann = await scene.agent();
  const id = await offered(scene, ann);
  t.equal(await counted(scene, () => leaves(scene, id)), 1);
  t.match(await next(ann.desk, 'EventRevoked'), {
    InteractionId: id,
    ReasonSystemName: 'CustomerLeft',
  });
  t.match(await scene.properties(id), { InteractionState: 0, IsOnline: 0 });
  const again = await scene.router.ask(107, { InteractionId: id, AgentId: ann.id });
  t.equal(errorOf(again), errorTable.CustomerLeft.code, 'it is offered no more');
  const other = await offered(scene, ann);
  t.equal(await counted(scene, () => abandons(scene, other)), 1, 'by a stop, too');
});

t.test('who leaves an agent has not abandoned the queue', async (t) => {
  const scene = await Scene.open(t, server);
  const ann = await scene.agent();
  const [inHand, stopped] = [await scene.inHand(ann), await scene.submit()];
  t.equal(await counted(scene, () => leaves(scene, inHand)), 0);
  done(await byId(ann.desk, 102, { InteractionId: inHand }));
  const bea = await scene.agent();
  done(await scene.router.ask(107, { InteractionId: stopped, AgentId: bea.id }));
  const { TicketId } = (await next(bea.desk, 'EventInvite')) as { TicketId: number };
  done(await byId(bea.desk, 128, { InteractionId: stopped, TicketId }));
  t.equal(await counted(scene, () => abandons(scene, stopped)), 0);
});

t.test('what comes back from an agent was answered, until it is placed anew', async (t) => {
  const scene = await Scene.open(t, server);
  const ann = await scene.agent();
  const [back, moved] = [await scene.inHand(ann), await scene.submit()];
  done(await byId(ann.desk, 105, { InteractionId: back, Queue: '__BACK__' }));
  t.match(await scene.properties(back), { InteractionState: 0 });
  t.equal(await counted(scene, () => leaves(scene, back)), 0, 'its visit goes on');
  done(await byId(scene.mail, 102, { InteractionId: back }));
  const bea = await scene.agent();
  done(await scene.router.ask(107, { InteractionId: moved, AgentId: bea.id }));
  const { TicketId } = (await next(bea.desk, 'EventInvite')) as { TicketId: number };
  done(await byId(bea.desk, 128, { InteractionId: moved, TicketId }));
  done(await byId(bea.desk, 105, { InteractionId: moved, Queue: 'in' }));
  t.equal(await counted(scene, () => leaves(scene, moved)), 1, 'this is another visit');
});

const chatServer = (t: Test, on: Server, SubmittedBy: string): Promise<Desktop> =>
  desktop(t, on, { ClientType: 'MediaServer', ClientName: `of ${SubmittedBy}`, SubmittedBy });

/** Hands in one by a media server of a name. */
async function by(who: Desktop, id: string): Promise<string> {
  const kind = { Queue: 'in', MediaType: 'voice', InteractionType: 'Inbound', IsOnline: true };
  done(await byId(who, 101, { InteractionId: id, ...kind }));
  return id;
}

const isOnline = async (scene: Scene, id: string): Promise<unknown> =>
  (await scene.properties(id))['IsOnline'];

/** Resolves when the customer has left. */
async function left(scene: Scene, id: string): Promise<void> {
  while ((await isOnline(scene, id)) !== 0) await new Promise((go) => setTimeout(go, 20));
}

t.test('the customers of a submitter that is gone for long have left', async (t) => {
  const own = await startAgents(t);
  await setOption(own, 'ixion/submitter-gone', 1);
  const scene = await Scene.open(t, own);
  const ann = await scene.agent();
  const [one, twin] = [await chatServer(t, own, 'chat'), await chatServer(t, own, 'chat')];
  const other = await chatServer(t, own, 'video');
  const [stays, goes, kept] = [
    await by(one, 'a.1'),
    await by(other, 'b.1'),
    await by(other, 'b.2'),
  ];
  const letter = { InteractionId: 'c.1', Queue: 'in', MediaType: 'email', InteractionType: 'x' };
  done(await byId(other, 101, letter));
  done(await scene.router.ask(107, { InteractionId: goes, AgentId: ann.id }));
  await next(ann.desk, 'EventInvite');
  const before = Number((await totals(scene))['Abandoned']);
  await one.lose();
  await other.lose();
  t.match(await next(ann.desk, 'EventRevoked'), {
    InteractionId: goes,
    ReasonSystemName: 'CustomerLeft',
  });
  await left(scene, kept);
  t.equal(await isOnline(scene, stays), 1, 'another instance is there');
  t.equal(await isOnline(scene, 'c.1'), 0, 'what was not online is as it was');
  t.ok((await scene.properties(goes))['AbandonedAt']);
  t.equal(Number((await totals(scene))['Abandoned']) - before, 2);
  const told = (await scene.about(goes, 8)).find(([name]) => name === 'EventPropertiesChanged');
  t.match(told?.[1], {
    ReasonSystemName: 'SubmitterGone',
    ChangedSystem: { IsOnline: false },
  });
  const status = (await own.status()).partitions.map((one) => 'orphans' in one && one.orphans);
  t.strictSame(status, [0, 0]);
  done(await byId(twin, 102, { InteractionId: stays }));
});

t.test('a submitter that is back in time loses nothing, over a restart too', async (t) => {
  const own = await startAgents(t);
  await setOption(own, 'ixion/submitter-gone', 1);
  const scene = await Scene.open(t, own);
  const [one, other] = [await chatServer(t, own, 'chat'), await chatServer(t, own, 'video')];
  const [stays, goes] = [await by(one, 'a.1'), await by(other, 'b.1')];
  await one.lose();
  await other.lose();
  await chatServer(t, own, 'chat');
  await left(scene, goes);
  t.equal(await isOnline(scene, stays), 1);
  const again = await by(await chatServer(t, own, 'video'), 'b.2');
  const { data } = own;
  await own.stop({ drainMs: 0 });
  const later = await startAgents(t, { data }, false);
  const then = await Scene.open(t, later);
  await chatServer(t, later, 'chat');
  await left(then, again);
  t.equal(await isOnline(then, stays), 1);
});
