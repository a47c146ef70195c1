/** Offers to agents in a partition: every state with every request, kills, timers. */
import t from 'tap';
import { IxionError } from '../../lib/errors.js';
import { readRecord } from '../../lib/partition/ledger/interactions.js';
import { agentWork } from '../../lib/partition/requests/invite.js';
import { counts, offer, parties } from '../../lib/interaction/state-sections.js';
import { Table } from '../../lib/store/contract.js';
import { agentOf, kindsOf, offerIn, orderFor, takeIn, ticketOf } from './offers.js';
import { Rig, errorOf, op, propertiesOf, queueIn, sessionOf } from './support.js';

const media = sessionOf('mail', 'MediaServer');
const router = sessionOf('urs', 'RoutingEngine');
const ann = sessionOf('ann', 'AgentApplication');
const bea = sessionOf('bea', 'AgentApplication');
const cleo = agentOf('cleo');
const dora = agentOf('dora');
const plain = sessionOf('worker', 'AgentApplication');
const sessions = [media, router, ann, bea, cleo, dora, plain];
const id = 'one';

const newRig = () => Rig.start({ sessions });

/** How an interaction comes into each state, from its submit on. */
const states = {
  queued: async () => undefined,
  held: (rig: Rig) => rig.ask(media, op.hold(id)),
  routed: (rig: Rig) => rig.ask(router, op.pullById(id)),
  invited: (rig: Rig) => offerIn(rig, 0, orderFor(id, ann), router),
  pulled: (rig: Rig) => rig.ask(plain, op.pullById(id)),
  handled: async (rig: Rig) => {
    await states.invited(rig);
    await rig.ask(ann, op.accept(id, 1));
  },
  transferring: async (rig: Rig) => {
    await states.handled(rig);
    await offerIn(rig, 0, orderFor(id, bea, { kind: 'transfer' }), ann);
  },
  /** Ann has it, Cleo has joined it, and Dora listens. */
  shared: async (rig: Rig) => {
    await states.handled(rig);
    await offerIn(rig, 0, orderFor(id, cleo, { kind: 'conference' }), ann);
    await rig.ask(cleo, op.accept(id, 2));
    await offerIn(rig, 0, orderFor(id, dora, { kind: 'intrude', mode: 2 }), dora);
    await rig.ask(dora, op.accept(id, 3));
  },
  ended: (rig: Rig) => rig.ask(media, op.stop(id)),
} as const;
type State = keyof typeof states;

const offering = async (...args: Parameters<typeof offerIn>): Promise<string> => {
  const answer = await offerIn(...args);
  return answer instanceof IxionError ? answer.errorName : answer.result;
};
const asking =
  (session: typeof media, operation: ReturnType<typeof op.stop>) =>
  async (rig: Rig): Promise<string> =>
    errorOf(await rig.ask(session, operation));

const requests = {
  deliver: (rig: Rig) => offering(rig, 0, orderFor(id, bea), router),
  deliverOther: (rig: Rig) => offering(rig, 0, orderFor(id, bea, { medium: 'chat' }), router),
  transfer: (rig: Rig) => offering(rig, 0, orderFor(id, bea, { kind: 'transfer' }), ann),
  conference: (rig: Rig) => offering(rig, 0, orderFor(id, bea, { kind: 'conference' }), ann),
  conferenceByJoined: (rig: Rig) =>
    offering(rig, 0, orderFor(id, bea, { kind: 'conference' }), cleo),
  conferenceByListener: (rig: Rig) =>
    offering(rig, 0, orderFor(id, bea, { kind: 'conference' }), dora),
  conferenceWithListener: (rig: Rig) =>
    offering(rig, 0, orderFor(id, dora, { kind: 'conference' }), ann),
  transferByJoined: (rig: Rig) => offering(rig, 0, orderFor(id, bea, { kind: 'transfer' }), cleo),
  intrude: (rig: Rig) => offering(rig, 0, orderFor(id, bea, { kind: 'intrude', mode: 3 }), bea),
  intrudeByOwner: (rig: Rig) =>
    offering(rig, 0, orderFor(id, ann, { kind: 'intrude', mode: 3 }), ann),
  leaveByAnn: asking(ann, op.leave(id)),
  leaveByJoined: asking(cleo, op.leave(id)),
  leaveByListener: asking(dora, op.leave(id)),
  leaveByPlain: asking(plain, op.leave(id)),
  stopByJoined: asking(cleo, op.stop(id)),
  placeByJoined: asking(cleo, op.place(id, queueIn(0, true))),
  changeByJoined: asking(cleo, op.change(id, { ExternalId: 'x' })),
  changeByListener: asking(dora, op.change(id, { ExternalId: 'x' })),
  accept: asking(ann, op.accept(id, 1)),
  acceptTransfer: asking(bea, op.accept(id, 2)),
  acceptFuture: asking(ann, op.accept(id, 9)),
  reject: asking(ann, op.reject(id, 1)),
  rejectTransfer: asking(bea, op.reject(id, 2)),
  pull: asking(plain, op.pullById(id)),
  placeByMedia: asking(media, op.place(id, queueIn(0, true))),
  placeByAnn: asking(ann, op.place(id, queueIn(0, true))),
  placeBackByMedia: asking(media, op.place(id, '__BACK__')),
  placeBackByAnn: asking(ann, op.place(id, '__BACK__')),
  placeOnHold: asking(media, op.place(id, queueIn(0, true), { Hold: true, HoldUntil: 2e12 })),
  placeWithEndOnly: asking(media, op.place(id, queueIn(0, true), { HoldUntil: 2e12 })),
  stopByMedia: asking(media, op.stop(id)),
  stopByAnn: asking(ann, op.stop(id)),
  hold: asking(media, op.hold(id)),
  resume: asking(media, op.resume(id)),
  change: asking(media, op.change(id, { ExternalId: 'x' })),
} as const;

const gone = 'UnknownInteraction';
const by = 'HeldByAnother';
const need = 'NotInRequiredState';
const [ticket, offered] = ['WrongTicket', 'InteractionOffered'];
const stopped = 'ack ended';
const placed = 'ack 0';

/** What each request gets in each state, and the state number afterwards where it may change. */
const table: Readonly<Record<keyof typeof requests, Readonly<Record<State, string>>>> = {
  deliver: row('invited 2', need, 'invited 2', offered, need, need, offered, need, gone),
  deliverOther: row(...Array<string>(8).fill('medium'), gone),
  transfer: row(need, need, need, need, by, 'invited 3', offered, 'invited 3', gone),
  accept: row(ticket, ticket, ticket, 'ack 3', ticket, ticket, ticket, ticket, gone),
  acceptTransfer: row(ticket, ticket, ticket, ticket, ticket, ticket, 'ack 3', ticket, gone),
  conference: row(need, need, need, need, by, 'invited 3', offered, 'invited 3', gone),
  conferenceByJoined: row(need, need, need, need, by, by, by, 'invited 3', gone),
  conferenceByListener: row(need, need, need, need, by, by, by, by, gone),
  conferenceWithListener: row(need, need, need, need, by, 'invited 3', offered, need, gone),
  transferByJoined: row(need, need, need, need, by, by, by, by, gone),
  intrude: row(need, need, need, need, 'invited 3', 'invited 3', offered, 'invited 3', gone),
  intrudeByOwner: row(need, need, need, need, 'invited 3', need, offered, need, gone),
  leaveByAnn: row(need, need, need, need, need, 'ack 0', 'ack 0', 'ack 3', gone),
  leaveByJoined: row(...Array<string>(7).fill(need), 'ack 3', gone),
  leaveByListener: row(...Array<string>(7).fill(need), 'ack 3', gone),
  leaveByPlain: row(need, need, need, need, 'ack 0', need, need, need, gone),
  stopByJoined: row(stopped, stopped, by, by, by, by, by, stopped, gone),
  placeByJoined: row(placed, placed, by, by, by, by, by, placed, gone),
  changeByJoined: row('ack', 'ack', by, by, by, by, by, 'ack', gone),
  changeByListener: row('ack', 'ack', by, by, by, by, by, by, gone),
  acceptFuture: row(...Array<string>(8).fill(ticket), gone),
  reject: row(ticket, ticket, ticket, 'ack 0', ticket, ticket, ticket, ticket, gone),
  rejectTransfer: row(ticket, ticket, ticket, ticket, ticket, ticket, 'ack 3', ticket, gone),
  pull: row('pulled 3', need, by, by, by, by, by, by, gone),
  placeByMedia: row(...Array<string>(8).fill(placed), gone),
  placeByAnn: row(placed, placed, by, by, by, placed, placed, placed, gone),
  placeBackByMedia: row(need, need, placed, offered, placed, placed, placed, placed, gone),
  placeBackByAnn: row(need, need, by, by, by, placed, placed, placed, gone),
  placeOnHold: row(...Array<string>(8).fill(placed), gone),
  placeWithEndOnly: row(...Array<string>(8).fill('MissingAttribute'), gone),
  stopByMedia: row(...Array<string>(8).fill(stopped), gone),
  stopByAnn: row(stopped, stopped, by, by, by, stopped, stopped, stopped, gone),
  hold: row(...Array<string>(8).fill('ack'), gone),
  resume: row('NotOnHold', 'ack', ...Array<string>(6).fill('NotOnHold'), gone),
  change: row(...Array<string>(8).fill('ack'), gone),
};

function row(...results: readonly string[]): Readonly<Record<State, string>> {
  const names = Object.keys(states);
  return Object.fromEntries(names.map((name, at) => [name, results[at]!])) as Record<State, string>;
}

t.test('every state with every request', async (t) => {
  for (const [state, come] of Object.entries(states)) {
    for (const [request, send] of Object.entries(requests)) {
      const rig = await newRig();
      await rig.ask(media, op.submit(queueIn(0), { InteractionId: id }));
      await come(rig);
      const before = readRecord(rig.world.partition(0).turnFor(0), id)?.state;
      const result = await send(rig);
      const after = readRecord(rig.world.partition(0).turnFor(0), id)?.state;
      const [expected, becomes] =
        table[request as keyof typeof requests][state as State].split(' ');
      t.equal(result, expected, `${request} when ${state}`);
      const stays = becomes === undefined ? before : becomes === 'ended' ? undefined : +becomes;
      t.equal(after, stays, `${request} when ${state}: the state`);
      await rig.world.settle();
      t.strictSame(rig.world.faults(), [], `${request} when ${state}: rows`);
    }
  }
});

t.test('a kill takes open invitations back, uncounted, and keeps what was accepted', async (t) => {
  const rig = await newRig();
  for (const one of ['open', 'taken']) {
    await rig.ask(media, op.submit(queueIn(0), { InteractionId: one }));
    ticketOf(await offerIn(rig, 0, orderFor(one, ann), router));
  }
  await rig.ask(ann, op.accept('taken', 1));
  rig.world.outcomes.length = 0;
  await rig.world.kill();
  await rig.pass(1);
  const turn = rig.world.partition(0).turnFor(0);
  const open = readRecord(turn, 'open')!;
  t.equal(open.state, 0);
  t.strictSame(counts.of(open), { offers: 1, refusals: 0, returns: 0 }, 'against nobody');
  t.strictSame(kindsOf(rig.world.outcomes), ['taken-back']);
  t.equal(rig.world.outcomes[0]!.reasonSystemName, 'ServerRestarted');
  t.strictSame(rig.eventNames('open').slice(-2), ['Revoked', 'PlacedInQueue']);
  t.equal(readRecord(turn, 'taken')!.state, 3);
  t.strictSame(agentWork(turn, undefined, 10), {
    work: [{ interactionId: 'taken', agentId: 'ann', medium: 'email', number: 0 }],
    next: undefined,
  });
  t.equal(ticketOf(await offerIn(rig, 0, orderFor('open', ann), router)), 2, 'offered anew');
  const late = await rig.ask(ann, op.accept('open', 1));
  t.equal(errorOf(late), 'WrongTicket', 'an old ticket');
  await rig.world.settle();
  t.strictSame(rig.world.faults(), []);
});

t.test('an agent that refuses rests, over a kill, and no other does', async (t) => {
  const rig = await newRig();
  await rig.ask(media, op.submit(queueIn(0), { InteractionId: id }));
  const order = orderFor(id, ann, { restMs: 30_000 });
  await offerIn(rig, 0, order, router);
  await rig.ask(ann, op.reject(id, 1));
  await rig.world.kill();
  const refused = await offerIn(rig, 0, order, router);
  if (!(refused instanceof IxionError)) throw new Error('not refused');
  t.equal(refused.errorName, 'AgentRests');
  t.ok(refused.retryAfterMs! > 20_000 && refused.retryAfterMs! <= 30_000, 'the time left');
  ticketOf(await offerIn(rig, 0, orderFor(id, bea), router));
  await rig.ask(bea, op.reject(id, 2));
  await rig.pass(30_000);
  t.equal(ticketOf(await offerIn(rig, 0, order, router)), 3);
});

t.test('what nobody accepts in time is back in its place', async (t) => {
  const rig = await newRig();
  for (const one of ['first', 'second']) {
    await rig.ask(media, op.submit(queueIn(0), { InteractionId: one }));
  }
  await rig.ask(router, op.pullById('first'));
  await offerIn(rig, 0, orderFor('first', ann), router);
  await rig.pass(1_999);
  t.strictSame(kindsOf(rig.world.outcomes), []);
  await rig.pass(1);
  t.strictSame(kindsOf(rig.world.outcomes), ['expired']);
  t.equal(rig.world.partition(0).core.queues.first(1), 'first');
  await rig.world.settle();
  t.strictSame(rig.world.faults(), []);
});

t.test('Handling timeout', async (t) => {
  const rig = await newRig();
  await rig.ask(media, op.submit(queueIn(0), { InteractionId: id }));
  await offerIn(rig, 0, orderFor(id, ann, { handlingMs: 60_000 }), router);
  await rig.ask(ann, op.accept(id, 1));
  await rig.pass(50_000);
  await rig.ask(ann, op.get(id));
  rig.world.outcomes.length = 0;
  await rig.pass(50_000);
  t.strictSame(kindsOf(rig.world.outcomes), [], 'any request of the agent about it counts');
  await rig.pass(20_000);
  t.match(rig.world.outcomes, [{ what: 'removed', agentId: 'ann', reasonSystemName: 'Expired' }]);
  t.ok(rig.world.outcomes[0]!.interaction, 'the agent is told by EventRevoked');
  t.strictSame(rig.eventNames(id).slice(-2), ['PartyRemoved', 'PlacedInQueue']);
  t.match(rig.events().at(-2), { party: { operation: 8, id: 'ann' } });
  const back = readRecord(rig.world.partition(0).turnFor(0), id)!;
  t.equal(back.state, 0);
  t.equal(counts.of(back)!.returns, 1);
});

t.test('who is lost for good keeps nothing, and the desk hears of it', async (t) => {
  const rig = await newRig();
  const partition = rig.world.partition(0);
  await rig.ask(media, op.submit(queueIn(0), { InteractionId: id }));
  await offerIn(rig, 0, orderFor(id, ann), router);
  partition.sessionClosed(router, true);
  partition.commit();
  await rig.quiet();
  t.match(rig.world.outcomes, [{ what: 'taken-back', reasonSystemName: 'ConnectionLost' }]);
  await offerIn(rig, 0, orderFor(id, ann), router);
  await rig.ask(ann, op.accept(id, 2));
  await offerIn(rig, 0, orderFor(id, bea, { kind: 'transfer' }), ann);
  rig.world.outcomes.length = 0;
  partition.sessionClosed(ann, true);
  partition.commit();
  await rig.quiet();
  t.strictSame(kindsOf(rig.world.outcomes), ['taken-back', 'removed']);
  const record = readRecord(partition.turnFor(0), id)!;
  t.equal(record.state, 0);
  t.equal(offer.of(record) ?? parties.of(record), undefined);
  t.equal(partition.turnFor(0).range(Table.party, {}).length, 0, 'no row is left');
});

t.test('the desk takes from an agent what it has, and nothing else', async (t) => {
  const rig = await newRig();
  await rig.ask(media, op.submit(queueIn(0), { InteractionId: id }));
  await offerIn(rig, 0, orderFor(id, ann), router);
  const take = (agentId: string) => takeIn(rig, 0, id, agentId);
  t.equal(await take('bea'), true);
  t.strictSame(kindsOf(rig.world.outcomes), []);
  t.equal(await take('ann'), true);
  t.strictSame(kindsOf(rig.world.outcomes), ['taken-back']);
  t.match(propertiesOf(await rig.ask(media, op.get(id))), { InteractionState: 0 });
});
