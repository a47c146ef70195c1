/** Several agents that have one interaction: over kills, lost agents, and any order of acts. */
import t from 'tap';
import { seededRandom } from '../../lib/clock.js';
import { agentKeyOf } from '../../lib/interaction/agent-key.js';
import { parties } from '../../lib/interaction/state-sections.js';
import { limits } from '../../lib/limits.js';
import { readRecord } from '../../lib/partition/ledger/interactions.js';
import { agentWork } from '../../lib/partition/requests/invite.js';
import type { SessionInfo } from '../../lib/partition/request.js';
import { Table } from '../../lib/store/contract.js';
import { agentOf, kindsOf, offerIn, orderFor, takeIn, ticketIn, ticketOf } from './offers.js';
import { errorOf, idAtHome, op, queueIn, Rig, sessionOf } from './support.js';

const router = sessionOf('urs', 'RoutingEngine');
const mail = sessionOf('mail', 'MediaServer');
const plain = sessionOf('worker', 'AgentApplication');
const [ann, bea, cleo] = ['ann', 'bea', 'cleo'].map(agentOf) as [
  SessionInfo,
  SessionInfo,
  SessionInfo,
];
const sessions = [router, mail, plain, ann, bea, cleo];
const id = 'one';

const recordOf = (rig: Rig) => readRecord(rig.world.partition(0).turnFor(0), id);
const agentsOf = (rig: Rig): string[] =>
  (parties.of(recordOf(rig)!) ?? []).map(({ owner, role }) => `${owner[0]} ${role}`);

/** Ann has it, Bea with her, and Cleo listens. */
async function shared(): Promise<Rig> {
  const rig = await Rig.start({ sessions });
  await rig.ask(mail, op.submit(queueIn(0), { InteractionId: id }));
  ticketOf(await offerIn(rig, 0, orderFor(id, ann), router));
  await rig.ask(ann, op.accept(id, 1));
  ticketOf(await offerIn(rig, 0, orderFor(id, bea, { kind: 'conference' }), ann));
  await rig.ask(bea, op.accept(id, 2));
  ticketOf(await offerIn(rig, 0, orderFor(id, cleo, { kind: 'intrude', mode: 2 }), cleo));
  await rig.ask(cleo, op.accept(id, 3));
  rig.world.outcomes.length = 0;
  return rig;
}

t.test('who takes part does so over a kill', async (t) => {
  const rig = await shared();
  await rig.world.kill();
  await rig.pass(1);
  t.strictSame(agentsOf(rig), ['ann 2', 'bea 2', 'cleo 4']);
  t.strictSame(agentWork(rig.world.partition(0).turnFor(0), undefined, 10).work, [
    { interactionId: id, agentId: 'ann', medium: 'email', number: 0 },
    { interactionId: id, agentId: 'bea', medium: 'email', number: 0 },
    { interactionId: id, agentId: 'cleo', medium: 'email', number: 0, mode: 2 },
  ]);
  t.equal(errorOf(await rig.ask(bea, op.change(id, { ExternalId: 'x' }))), 'ack');
  await rig.world.settle();
  t.strictSame(rig.world.faults(), []);
});

t.test('the desk takes it from one after the other', async (t) => {
  const rig = await shared();
  await takeIn(rig, 0, id, 'ann');
  t.match(recordOf(rig), { state: 3, assignedTo: 'bea', owner: agentKeyOf('bea') });
  t.match(rig.world.outcomes, [
    { what: 'removed', agentId: 'ann' },
    { what: 'party-removed', agentId: 'ann', operation: 13, tell: ['bea', 'cleo'] },
  ]);
  t.strictSame(agentsOf(rig), ['bea 2', 'cleo 4']);
  rig.world.outcomes.length = 0;
  await takeIn(rig, 0, id, 'bea');
  t.strictSame(kindsOf(rig.world.outcomes), ['removed', 'removed'], 'who listens keeps nothing');
  t.match(recordOf(rig), { state: 0, owner: '', assignedTo: '' });
  t.equal(rig.world.partition(0).turnFor(0).range(Table.party, {}).length, 0, 'no row is left');
  t.strictSame(rig.eventNames(id).slice(-3), ['PartyRemoved', 'PartyRemoved', 'PlacedInQueue']);
  await rig.world.settle();
  t.strictSame(rig.world.faults(), []);
});

t.test('a client that is lost for good leaves it to the agent that has joined', async (t) => {
  const rig = await Rig.start({ sessions });
  await rig.ask(mail, op.submit(queueIn(0), { InteractionId: id }));
  await rig.ask(plain, op.pullById(id));
  ticketOf(await offerIn(rig, 0, orderFor(id, bea, { kind: 'intrude', mode: 1 }), bea));
  await rig.ask(bea, op.accept(id, 1));
  rig.world.partition(0).sessionClosed(plain, true);
  await rig.pass(1);
  t.match(recordOf(rig), { state: 3, assignedTo: 'bea' });
  t.equal(errorOf(await rig.ask(bea, op.stop(id))), 'ack');
  await rig.world.settle();
  t.strictSame(rig.world.faults(), []);
});

t.test('who has it from a client that is lost may forget it, too', async (t) => {
  const rig = await Rig.start({ sessions });
  const { core } = rig.world.partition(0);
  core.lasting.invitations.usualMs = 5_000;
  await rig.ask(mail, op.submit(queueIn(0), { InteractionId: id }));
  await rig.ask(plain, op.pullById(id));
  ticketOf(await offerIn(rig, 0, orderFor(id, bea, { kind: 'intrude', mode: 1 }), bea));
  await rig.ask(bea, op.accept(id, 1));
  rig.world.partition(0).sessionClosed(plain, true);
  await rig.pass(4_000);
  t.match(recordOf(rig), { state: 3, assignedTo: 'bea' });
  await rig.pass(20_000);
  t.match(recordOf(rig), { state: 0, assignedTo: '' }, 'it has asked for nothing');
});

t.test('a handling timeout ends it for all', async (t) => {
  const rig = await shared();
  await rig.pass(4_000);
  await rig.ask(bea, op.get(id));
  await rig.pass(4_000);
  t.match(recordOf(rig), { state: 3 }, 'what one of them asks counts');
  await rig.pass(30_000);
  t.match(recordOf(rig), { state: 0 });
  t.strictSame(kindsOf(rig.world.outcomes), ['removed', 'removed', 'removed']);
  t.match(rig.events().at(-2), { party: { operation: 8, id: 'cleo' } });
});

t.test('so many may take part, and no more', async (t) => {
  const many = Array.from({ length: limits.partiesPerInteraction + 1 }, (_, at) =>
    agentOf(`a${at}`),
  );
  const rig = await Rig.start({ sessions: [mail, router, ...many] });
  await rig.ask(mail, op.submit(queueIn(0), { InteractionId: id }));
  await offerIn(rig, 0, orderFor(id, many[0]!), router);
  await rig.ask(many[0]!, op.accept(id, 1));
  for (const [at, agent] of many.entries()) {
    if (at === 0) continue;
    const answer = await offerIn(rig, 0, orderFor(id, agent, { kind: 'conference' }), many[0]!);
    if (at === limits.partiesPerInteraction) {
      t.match(answer, { errorName: 'TooManyParties' });
    } else t.equal(errorOf(await rig.ask(agent, op.accept(id, ticketOf(answer)))), 'ack');
  }
  await rig.ask(mail, op.place(id, queueIn(0, true)));
  t.equal(rig.eventNames(id).filter((name) => name === 'PartyRemoved').length, 1 + 16);
  await rig.world.settle();
  t.strictSame(rig.world.faults(), []);
});

const seedOfRun = Number(process.env['IXION_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
t.test(`rows agree after any order of acts; IXION_SEED=${seedOfRun}`, async (t) => {
  for (let run = 0; run < 6; run++) {
    const random = seededRandom(seedOfRun + run);
    const any = <Item>(items: readonly Item[]): Item =>
      items[Math.floor(random.fraction() * items.length)]!;
    const rig = await Rig.start({ sessions, partitions: 2, seed: seedOfRun + run });
    const one = idAtHome(0, 2, 'one');
    for (let step = 0; step < 80; step++) {
      const [agent, other] = [any([ann, bea, cleo]), any([ann, bea, cleo, plain])];
      const kind = any(['deliver', 'transfer', 'conference', 'intrude'] as const);
      const mode = kind === 'deliver' || kind === 'transfer' ? undefined : any([1, 2, 3] as const);
      const asker = kind === 'deliver' ? router : kind === 'intrude' ? agent : other;
      const act = any([
        op.submit(queueIn(0), { InteractionId: one }),
        op.pullById(one),
        op.leave(one),
        op.leave(one),
        op.change(one, { ExternalId: `${step}` }),
        op.place(one, queueIn(any([0, 0, 1]), any([true, false]))),
        op.hold(one),
        op.resume(one),
        op.stop(one),
      ]);
      await offerIn(rig, any([0, 1]), orderFor(one, agent, { kind, mode }), asker);
      await rig.ask(
        agent,
        any([op.accept, op.accept, op.accept, op.reject])(one, ticketIn(rig, one)),
      );
      if (random.fraction() < 0.5) await rig.ask(any([ann, bea, cleo, plain, mail]), act);
      if (random.fraction() < 0.1) await takeIn(rig, 0, one, any(['ann', 'bea', 'cleo']));
      if (random.fraction() < 0.05) await rig.world.kill();
      if (random.fraction() < 0.1) await rig.pass(2_500);
      await rig.world.settle();
      const faults = rig.world.faults();
      if (faults.length > 0) t.fail(`run ${run}, step ${step}: ${faults.join()}`);
    }
  }
  t.pass('no fault');
});
