/** Agents who go with work in hand: a lost link, and the return; a logout. */
import t from 'tap';
import { errorTable, type ErrorName } from '../../lib/errors.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { errorOf } from '../net/harness.js';
import { about, ask, Cast, good, pull, stateOf, submit, until } from './cast.js';
import { desktop, reporting, startAgents, type Desktop } from './support.js';

const code = (name: ErrorName): number => errorTable[name].code;
const queues = [{ name: 'in' }, { name: 'later' }, { name: 'many' }];
const server = await startAgents(t, { businessProcesses: [{ name: 'p', queues }] });

/** An agent who has pulled interactions of these media. */
async function busy(...media: string[]) {
  const cast = await Cast.open(t, server, { chat: 1, email: 1, voice: 1 });
  const ids: string[] = [];
  for (const MediaType of media) {
    const id = await submit(cast.mail, { MediaType, IsOnline: MediaType !== 'email' });
    good(await pull(cast.ann, id));
    ids.push(id);
  }
  const { mail, ann, agent, place, stat } = cast;
  return { cast, ids, mail, ann, agent, place, stat };
}

const isWaiting = async (by: Desktop, id: string): Promise<boolean> =>
  (await stateOf(by, id))[0] === 0;

t.test('what an agent pulls or makes is its own, and counts, however much it is', async (t) => {
  const { cast, mail, ann, agent, stat, ids } = await busy('voice', 'chat');
  t.match((await about(stat, ids[0]!, 3))[2], [
    'EventPartyAdded',
    { PartyId: agent, ActorId: agent },
  ]);
  const own = await submit(ann, { MediaType: 'email' });
  await until(async () => Object.values(await cast.current()).join() === '1,1,1');
  const { body } = await mail.ask(1021, { AgentId: agent });
  t.match(body, { Agents: [{ Exceeded: 2 }] }, 'a second online one, and a letter beside it');
  for (const id of [...ids, own]) {
    t.strictSame(await stateOf(mail, id), [3, agent]);
    t.equal(errorOf(await ask(ann, 102, { InteractionId: id })), 0);
  }
  await until(async () => Object.values(await cast.current()).join() === '0,0,0');
});

t.test('a second client of an agent works on what the first has pulled', async (t) => {
  const { agent, ann, ids } = await busy('email');
  const [InteractionId] = ids;
  const more = await desktop(t, server);
  const answer = await more.login(agent, { MediaList: { email: 1 } });
  t.match(answer.body, { Extension: { HeldInteractions: ids } });
  t.equal(errorOf(await ask(more, 103, { InteractionId, ExternalId: 'x' })), 0);
  await ann.lose();
  t.equal(errorOf(await ask(more, 102, { InteractionId })), 0);
});

t.test('who comes back within the time has it all, from anywhere', async (t) => {
  const { mail, ann, agent, ids } = await busy('voice', 'email');
  await ann.lose();
  const back = await desktop(t, server, { ClientName: 'another desktop' });
  const change = { InteractionId: ids[0], ExternalId: 'x' };
  t.equal(errorOf(await ask(back, 103, change)), code('HeldByAnother'), 'not before its login');
  const answer = await back.login(agent, { PlaceId: 'spare', MediaList: { voice: 1 } });
  const { HeldInteractions } = answer.body['Extension'] as { HeldInteractions: string[] };
  t.strictSame([...HeldInteractions].sort(), [...ids].sort());
  for (const id of ids) t.strictSame(await stateOf(mail, id), [3, agent]);
  t.equal(errorOf(await ask(back, 102, { InteractionId: ids[0] })), 0);
  t.equal(errorOf(await ask(back, 105, { InteractionId: ids[1], Queue: 'in' })), 0);
  await until(async () => errorOf(await back.ask(136)) === 0);
});

t.test('who does not come back leaves it to its queue, medium by medium', async (t) => {
  const { mail, ann, agent, ids, place, stat } = await busy('chat', 'email');
  const [chat, email] = ids as [string, string];
  const own = await reporting(t, server, agent);
  await about(stat, chat, 3);
  await ann.lose();
  t.match(await own.until(2), [
    ['EventAgentConnectionClosed', { AgentId: agent, PlaceId: place }],
    ['EventAgentLogout', { ReasonSystemName: 'ConnectionLost' }],
  ]);
  t.match(await about(stat, chat, 2), [
    ['EventPartyRemoved', { PartyId: agent, Operation: 13, ReasonSystemName: 'ConnectionLost' }],
    ['EventPlacedInQueue', { Queue: 'in' }],
  ]);
  t.strictSame(await stateOf(mail, email), [3, agent], 'a letter has more time');
  const back = await desktop(t, server);
  const answer = await back.login(agent, { MediaList: { email: 1 } });
  t.match(answer.body, { Extension: { HeldInteractions: [email] } }, 'also after the logout');
  t.equal(errorOf(await ask(back, 102, { InteractionId: email })), 0);
});

t.test('what is offered to who is lost is taken back at once, and not counted', async (t) => {
  const cast = await Cast.open(t, server, { voice: 1 });
  const { mail, router, ann, agent } = cast;
  const { id } = await cast.invite();
  await ann.lose();
  t.match(await router.until(1), [
    ['EventRouteUsed', { Outcome: 'taken-back', ReasonSystemName: 'ConnectionLost' }],
  ]);
  t.ok(await isWaiting(mail, id));
  const back = await desktop(t, server);
  await back.login(agent);
  const again = await router.ask(107, { InteractionId: id, AgentId: agent });
  t.match(again.body, { Extension: { TicketId: 2 } }, 'it is ready as before, and does not rest');
});

t.test('a logout with online work in hand is refused, and says with what', async (t) => {
  const { mail, ann, ids } = await busy('voice', 'email');
  const [call, letter] = ids as [string, string];
  const { body } = await ann.ask(136);
  t.match(body, { ErrorCode: code('AgentHasWork') });
  t.match(body['ErrorDescription'], call);
  t.notMatch(body['ErrorDescription'], letter, 'which may be left behind');
  t.equal(errorOf(await ask(ann, 102, { InteractionId: call })), 0);
  await until(async () => errorOf(await ann.ask(136)) === 0);
  await until(() => isWaiting(mail, letter));
});

t.test('a client that unregisters leaves all of it at once', async (t) => {
  const { mail, ann, ids } = await busy('voice', 'email');
  t.equal(errorOf(await ann.client.ask(174, 77)), 0);
  for (const id of ids) await until(() => isWaiting(mail, id));
});

t.test('what an agent leaves is taken back in parts, however much it is', async (t) => {
  const { cast, mail, ann, ids } = await busy('voice');
  const count = 150;
  const all: string[] = [];
  while (all.length < count) all.push(await submit(mail, { Queue: 'many', MediaType: 'email' }));
  for (let have = 0; have < count;) {
    const body = { ViewId: 'many', Count: 100 };
    const got = good(await ask(ann, 108, body, 'many', RouteKind.queue));
    have += Object.keys(got.body['Interactions'] as object).length;
  }
  for (let more = 0; more < 20; more++) good(await pull(ann, await submit(mail)));
  await until(async () => (await cast.current())['voice'] === 21);
  const { body } = await ann.ask(136);
  t.match(body['ErrorDescription'], ids[0]);
  t.match(body['ErrorDescription'], / and 11 more$/, 'a refusal does not name all');
  t.equal(errorOf(await ann.client.ask(174, 77)), 0);
  for (const id of [...all, ...ids]) await until(() => isWaiting(mail, id));
  const { details } = (await server.status()).services['agents']!;
  const { takenBackAtOnce } = details as { takenBackAtOnce: number };
  t.ok(takenBackAtOnce > 1 && takenBackAtOnce <= 64, `${takenBackAtOnce} at once`);
});

t.test('a pull that waits is not for who logs out meanwhile', async (t) => {
  const { mail, ann } = await Cast.open(t, server, { voice: 1 });
  const route = { kind: RouteKind.queue, key: 'later' };
  ann.client.send(108, 77, { ViewId: 'later', WaitTimeoutMs: 60_000 }, route);
  t.equal(errorOf(await ann.ask(136)), 0);
  t.strictSame((await ann.client.answer(77)).body['Interactions'], [], 'it gets nothing');
  t.ok(await isWaiting(mail, await submit(mail, { Queue: 'later' })));
});
