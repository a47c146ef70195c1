/** Offers to agents over TCP: the model sequences of delivery, with what each client is told. */
import t from 'tap';
import type { Test } from 'tap';
import { errorTable, type ErrorName } from '../../lib/errors.js';
import type { Server } from '../../lib/index.js';
import { RouteKind } from '../../lib/protocol/message.js';
import { errorOf, eventually } from '../net/harness.js';
import { desktop, person, reporting, setOption, startAgents, type Desktop } from './support.js';

const code = (name: ErrorName): number => errorTable[name].code;
const server = await startAgents(t);
await setOption(server, 'ixion/reject-delay', 20);

/** A client that is asked by identifier or queue. */
const ask = (
  { client, proxyClient }: Desktop,
  message: number,
  body: Record<string, unknown>,
  key = String(body['InteractionId'] ?? ''),
  kind: RouteKind = RouteKind.id,
) => client.ask(message, (reference += 1), body, { kind, key, proxyClient });
let reference = 5_000;
let submitted = 0;

/** A media server, a router, a reporting client, and an agent that is ready for voice. */
async function cast(t: Test, on: Server = server, media: object = { voice: 1 }) {
  const mail = await desktop(t, on, { ClientType: 'MediaServer', ClientName: 'mail' });
  const router = await desktop(t, on, { ClientType: 'RoutingEngine', ClientName: 'urs' });
  const ann = await desktop(t, on);
  const { id: agent, place } = person();
  await ann.login(agent, { MediaList: media });
  await ann.until(2);
  const stat = await reporting(t, on);
  return { mail, router, ann, agent, place, stat };
}

/** Hands in an interaction. */
async function submit(mail: Desktop, more: object = {}): Promise<string> {
  const id = `chat.${process.pid}.${(submitted += 1)}`;
  const body = { InteractionId: id, Queue: 'in', MediaType: 'voice', InteractionType: 'Inbound' };
  const answer = await ask(mail, 101, { ...body, ...more }, id);
  if (errorOf(answer) !== 0) throw new Error(JSON.stringify(answer.body));
  mail.told();
  return id;
}

const pull = (router: Desktop, id: string) =>
  ask(router, 108, { ViewId: '_system_', PullParameters: { [id]: '' } }, id);

type Told = readonly [name: string, body: Readonly<Record<string, unknown>>];

/** The next events about an interaction; those of agents that other tests leave behind are not. */
async function about(stat: Desktop, id: string, count: number): Promise<Told[]> {
  const found: Told[] = [];
  while (found.length < count) {
    for (const one of await stat.until(1)) {
      const { InteractionId, AgentId } = one[1];
      if (InteractionId === id || AgentId === id) found.push(one);
    }
  }
  return found;
}

/** Submits, pulls and delivers; the ticket. */
async function invite({ mail, router, ann, agent, stat }: Awaited<ReturnType<typeof cast>>) {
  const id = await submit(mail, { IsOnline: true });
  await pull(router, id);
  router.told();
  const answer = await router.ask(107, { InteractionId: id, AgentId: agent });
  if (errorOf(answer) !== 0) throw new Error(JSON.stringify(answer.body));
  await eventually(() => ann.client.received.some(({ message }) => message === 127));
  ann.told();
  router.told();
  await about(stat, id, 5);
  return { id, ticket: (answer.body['Extension'] as { TicketId: number }).TicketId };
}

const named = (told: readonly (readonly [string, object])[]): string[] =>
  told.map(([name]) => name);

t.test('Deliver, invite', async (t) => {
  const { mail, router, ann, agent, place, stat } = await cast(t);
  const id = await submit(mail, { IsOnline: true, UserData: { Lang: 'de' } });
  await pull(router, id);
  router.told();
  await about(stat, id, 3);
  const Extension = { operation: 'route' };
  const answer = await router.ask(107, { InteractionId: id, AgentId: agent, Extension });
  t.match(answer.body, { Extension: { TicketId: 1 } });
  t.strictSame(router.names(), ['EventAck'], 'EventRouteUsed comes with the outcome');
  const told = await ann.until(2);
  t.match(told.find(([name]) => name === 'EventInvite')![1], {
    InteractionId: id,
    TicketId: 1,
    AgentId: agent,
    PlaceId: place,
    VisibilityMode: 1,
    Operation: 4,
    ActorId: 'urs',
    Extension,
    Interaction: { InteractionId: id, InteractionState: 2, UserData: { Lang: 'de' } },
  });
  t.match(told.find(([name]) => name === 'EventCurrentAgentStatus')![1], {
    MediaCapacityList: { voice: 0 },
  });
  t.match(await about(stat, id, 2), [
    ['EventAgentInvited', { PartyId: agent, PlaceId: place, TicketId: 1, InteractionState: 2 }],
    ['EventPartyRemoved', { PartyType: 1, PartyId: 'urs', Operation: 4, InteractionState: 2 }],
  ]);
});

t.test('Deliver, accepted', async (t) => {
  const all = await cast(t);
  const { router, ann, agent, stat } = all;
  const { id, ticket } = await invite(all);
  t.equal(errorOf(await ask(ann, 128, { InteractionId: id, TicketId: ticket })), 0);
  const [used] = await router.until(1);
  t.match(used, ['EventRouteUsed', { InteractionId: id, AgentId: agent, Outcome: 'accepted' }]);
  t.match(await about(stat, id, 1), [
    ['EventPartyAdded', { PartyType: 2, PartyId: agent, Operation: 4, InteractionState: 3 }],
  ]);
  const { body } = await ask(ann, 188, { InteractionId: id });
  t.match(body, { Interaction: { InteractionState: 3, AssignedTo: agent } });
  const again = await ask(ann, 128, { InteractionId: id, TicketId: ticket });
  t.equal(errorOf(again), code('WrongTicket'), 'an old ticket');
  t.equal(errorOf(await ask(ann, 102, { InteractionId: id })), 0);
  t.match(await about(stat, id, 2), [
    ['EventPartyRemoved', { PartyType: 2, PartyId: agent, Operation: 10 }],
    ['EventProcessingStopped', { InteractionId: id }],
  ]);
  t.strictSame(stat.told(), [], 'Stop C: nothing else');
  t.strictSame(router.told(), [], 'EventRouteUsed comes once');
  t.notOk(ann.names().includes('EventRevoked'), 'who stops it knows');
  const next = await invite(all);
  t.equal(next.ticket, 1, 'its place is free again');
});

t.test('Deliver, rejected', async (t) => {
  const all = await cast(t);
  const { router, ann, agent, stat } = all;
  const { id, ticket } = await invite(all);
  const wrong = await ask(ann, 129, { InteractionId: id, TicketId: ticket + 1 });
  t.equal(errorOf(wrong), code('WrongTicket'), 'never given');
  const other = await desktop(t, server);
  const foreign = await ask(other, 128, { InteractionId: id, TicketId: ticket });
  t.equal(errorOf(foreign), code('WrongTicket'), 'not invited');
  const why = { ReasonSystemName: 'TooHard' };
  t.equal(errorOf(await ask(ann, 129, { InteractionId: id, TicketId: ticket, ...why })), 0);
  t.match(await router.until(1), [
    ['EventRouteUsed', { Outcome: 'rejected', TicketId: ticket, ...why }],
  ]);
  t.match(await about(stat, id, 2), [
    ['EventRejected', { PartyId: agent, TicketId: ticket, InteractionState: 0, ...why }],
    ['EventPlacedInQueue', { Queue: 'in', OldQueue: 'in' }],
  ]);
  const rests = await router.ask(107, { InteractionId: id, AgentId: agent });
  t.equal(errorOf(rests), code('AgentRests'));
  const left = Number(rests.body['RetryAfterMs']);
  t.ok(left > 1_000 && left <= 20_000, `the time left is told: ${left}`);
  const bea = await desktop(t, server);
  const second = person();
  await bea.login(second.id, { MediaList: { voice: 1 } });
  const elsewhere = await router.ask(107, { InteractionId: id, AgentId: second.id });
  t.match(elsewhere.body, { Extension: { TicketId: 2 } }, 'others may be offered it');
});

t.test('Deliver, timeout', async (t) => {
  const all = await cast(t);
  const { mail, router, ann, agent, stat } = all;
  const UserData = { 'delivering-timeout': 1 };
  const id = await submit(mail, { IsOnline: true, UserData });
  ann.told();
  const answer = await router.ask(107, { InteractionId: id, AgentId: agent });
  t.equal(errorOf(answer), 0, 'one that waits is pulled with it');
  router.told();
  t.match(await about(stat, id, 5), [
    ['EventInteractionSubmitted', {}],
    ['EventTakenFromQueue', { PartyType: 1 }],
    ['EventPartyAdded', { PartyType: 1, PartyId: 'urs', Operation: 5 }],
    ['EventAgentInvited', { PartyId: agent }],
    ['EventPartyRemoved', { PartyId: 'urs' }],
  ]);
  t.match(await router.until(1), [['EventRouteUsed', { Outcome: 'expired' }]]);
  t.match(await about(stat, id, 2), [
    ['EventRevoked', { PartyId: agent, ReasonSystemName: 'Expired', InteractionState: 0 }],
    ['EventPlacedInQueue', { Queue: 'in' }],
  ]);
  await eventually(() => ann.client.received.some(({ message }) => message === 190));
  const told = ann.told();
  const wanted = ['EventInvite', 'EventRevoked', 'EventForcedAgentStateChange'];
  t.strictSame(
    named(told).filter((name) => wanted.includes(name)),
    wanted,
  );
  t.match(told.find(([name]) => name === 'EventRevoked')![1], {
    InteractionId: id,
    TicketId: 1,
    ReasonSystemName: 'Expired',
    Interaction: { InteractionState: 0 },
  });
  const closed = await router.ask(107, { InteractionId: id, AgentId: agent });
  t.equal(errorOf(closed), code('AgentNotAvailable'), 'not ready for it');
});

t.test('Stop A', async (t) => {
  const all = await cast(t);
  const { mail, ann, agent, stat } = all;
  const { id, ticket } = await invite(all);
  await ask(ann, 128, { InteractionId: id, TicketId: ticket });
  await about(stat, id, 1);
  ann.told();
  const why = { ReasonSystemName: 'Abandoned' };
  t.equal(errorOf(await ask(mail, 102, { InteractionId: id, ...why })), 0);
  t.match(await about(stat, id, 2), [
    ['EventPartyRemoved', { PartyId: agent, Operation: 10 }],
    ['EventProcessingStopped', why],
  ]);
  await eventually(() => ann.client.received.some(({ message }) => message === 134));
  const revoked = ann.told().find(([name]) => name === 'EventRevoked');
  t.match(revoked?.[1], { InteractionId: id, AgentId: agent, ...why });
});

t.test('Stop while it is offered', async (t) => {
  const all = await cast(t);
  const { mail, router, ann, agent, stat } = all;
  const { id, ticket } = await invite(all);
  t.equal(errorOf(await ask(mail, 102, { InteractionId: id })), 0);
  t.match(await about(stat, id, 2), [
    ['EventRevoked', { PartyId: agent, ReasonSystemName: 'Stopped' }],
    ['EventProcessingStopped', { InteractionId: id }],
  ]);
  t.match(await router.until(1), [['EventRouteUsed', { Outcome: 'taken-back' }]]);
  await eventually(() => ann.client.received.some(({ message }) => message === 134));
  const late = await ask(ann, 128, { InteractionId: id, TicketId: ticket });
  t.equal(errorOf(late), code('UnknownInteraction'));
  const next = await invite(all);
  t.equal(next.ticket, 1, 'nobody was set not ready, and the place is free');
});

t.test('What is refused', async (t) => {
  const all = await cast(t);
  const { mail, router, ann, agent, place } = all;
  const deliver = (body: object) => router.ask(107, body);
  const id = await submit(mail, { IsOnline: true });
  const unknown = await deliver({ InteractionId: 'chat.nothing', AgentId: agent });
  t.equal(errorOf(unknown), code('UnknownInteraction'));
  const nobody = await deliver({ InteractionId: id, AgentId: person().id });
  t.equal(errorOf(nobody), code('AgentNotLoggedIn'));
  t.equal(errorOf(await deliver({ InteractionId: id })), code('MissingAttribute'));
  const letter = await submit(mail, { MediaType: 'email' });
  const medium = await deliver({ InteractionId: letter, AgentId: agent });
  t.equal(errorOf(medium), code('AgentNotAvailable'), 'it does not have this medium');
  const held = await submit(mail, { IsOnline: true, Hold: true });
  const onHold = await deliver({ InteractionId: held, AgentId: agent });
  t.equal(errorOf(onHold), code('NotInRequiredState'));
  await ask(mail, 103, { InteractionId: id, IsOnline: false });
  t.equal(errorOf(await deliver({ InteractionId: id, AgentId: agent })), code('CustomerLeft'));
  const good = await submit(mail, { IsOnline: true });
  const byPlace = await deliver({ InteractionId: good, PlaceId: place });
  t.equal(errorOf(byPlace), 0, JSON.stringify(byPlace.body));
  const twice = await deliver({ InteractionId: good, AgentId: agent, MediaTypeName: 'voice' });
  t.equal(errorOf(twice), code('InteractionOffered'));
  const more = await submit(mail, { IsOnline: true });
  const full = await deliver({ InteractionId: more, AgentId: agent });
  t.equal(errorOf(full), code('AgentNotAvailable'), 'it has all that its capacity allows');
  router.told();
  await ann.lose();
  t.match(await router.until(1), [
    ['EventRouteUsed', { Outcome: 'taken-back', ReasonSystemName: 'ConnectionLost' }],
  ]);
});

t.test('What is refused too often is set aside', async (t) => {
  const queues = [{ name: 'in' }, { name: 'aside' }, { name: 'aside too' }];
  const own = await startAgents(t, { businessProcesses: [{ name: 'p', queues }] });
  await setOption(own, 'ixion/reject-delay', 0);
  await setOption(own, 'ixion/max-failed-offers', 2);
  await setOption(own, 'ixion/set-aside-queue', 'aside');
  const all = await cast(t, own);
  const { mail, router, ann, agent, stat } = all;
  const id = await submit(mail, { IsOnline: true });
  for (const TicketId of [1, 2]) {
    await router.ask(107, { InteractionId: id, AgentId: agent });
    t.equal(errorOf(await ask(ann, 129, { InteractionId: id, TicketId })), 0);
  }
  t.match((await about(stat, id, 14))[13], [
    'EventPlacedInQueue',
    { Queue: 'aside', OldQueue: 'in', ReasonSystemName: 'SetAside', InteractionState: 0 },
  ]);
  const { body } = await ask(mail, 188, { InteractionId: id });
  t.match(body, { Interaction: { Queue: 'aside', InteractionState: 0 } });
});

/** Two agents; the first has an interaction in hand. */
async function two(t: Test) {
  const all = await cast(t);
  const { id, ticket } = await invite(all);
  await ask(all.ann, 128, { InteractionId: id, TicketId: ticket });
  const bea = await desktop(t, server);
  const second = person();
  await bea.login(second.id, { MediaList: { voice: 1 } });
  await bea.until(2);
  await about(all.stat, id, 1);
  all.ann.told();
  return { ...all, id, bea, beaId: second.id };
}

t.test('Transfer, accepted', async (t) => {
  const { ann, agent, bea, beaId, id, stat } = await two(t);
  const Extension = { operation: 'transferAgent' };
  const reference = ann.send(110, { InteractionId: id, AgentId: beaId, Extension });
  await eventually(() => bea.client.received.some(({ message }) => message === 127));
  const invited = bea.told().find(([name]) => name === 'EventInvite')![1];
  t.match(invited, { Operation: 1, ActorId: agent, Extension, TicketId: 2 });
  t.match(invited, { Interaction: { InteractionState: 3, AssignedTo: agent } });
  t.match(await about(stat, id, 1), [
    ['EventAgentInvited', { PartyId: beaId, InteractionState: 3 }],
  ]);
  const other = await ask(ann, 103, { InteractionId: id, ExternalId: 'still mine' });
  t.equal(errorOf(other), 0, 'until then the giver has it');
  await about(stat, id, 1);
  t.equal(errorOf(await ask(bea, 128, { InteractionId: id, TicketId: 2 })), 0);
  await eventually(() => ann.client.received.some((one) => one.reference === reference));
  const answer = ann.client.received.find((one) => one.reference === reference)!;
  t.equal(errorOf(answer), 0, 'EventAck comes with the acceptance');
  t.match(await about(stat, id, 2), [
    ['EventPartyAdded', { PartyId: beaId, Operation: 1, InteractionState: 3 }],
    ['EventPartyRemoved', { PartyId: agent, Operation: 1 }],
  ]);
  t.notOk(ann.names().includes('EventRevoked'));
  t.equal(errorOf(await ask(ann, 102, { InteractionId: id })), code('HeldByAnother'));
  t.equal(errorOf(await ask(bea, 102, { InteractionId: id })), 0);
});

t.test('Transfer, rejected', async (t) => {
  const { ann, agent, bea, beaId, id, stat } = await two(t);
  const reference = ann.send(110, { InteractionId: id, AgentId: beaId });
  await eventually(() => bea.client.received.some(({ message }) => message === 127));
  t.equal(errorOf(await ask(bea, 129, { InteractionId: id, TicketId: 2 })), 0);
  await eventually(() => ann.client.received.some((one) => one.reference === reference));
  const answer = ann.client.received.find((one) => one.reference === reference)!;
  t.equal(errorOf(answer), code('InvitationFailed'));
  t.match(await about(stat, id, 2), [
    ['EventAgentInvited', {}],
    ['EventRejected', { PartyId: beaId, InteractionState: 3 }],
  ]);
  const { body } = await ask(ann, 188, { InteractionId: id });
  t.match(body, { Interaction: { AssignedTo: agent } }, 'nothing moved');
  await bea.ask(136);
  const nobody = await ann.ask(110, { InteractionId: id, AgentId: beaId });
  t.equal(errorOf(nobody), code('AgentNotLoggedIn'), 'an invalid agent');
  const unknown = await bea.ask(110, { InteractionId: 'nothing', AgentId: agent });
  t.equal(errorOf(unknown), code('AgentNotLoggedIn'), 'a client without an agent');
});
