/** What is taken and nobody goes on with: nothing, whatever happens; and it is told if there is. */
import t from 'tap';
import { agentKeyOf } from '../../lib/interaction/agent-key.js';
import { PartyKind } from '../../lib/interaction/state-sections.js';
import { partyKey, sessionPartyKey } from '../../lib/partition/rows/party-key.js';
import { moveKey } from '../../lib/partition/rows/keys.js';
import { Table } from '../../lib/store/contract.js';
import { agentOf, offerIn, orderFor } from './offers.js';
import { op, queueIn, Rig, sessionOf } from './support.js';

const router = sessionOf('urs', 'RoutingEngine');
const mail = sessionOf('mail', 'MediaServer');
const worker = sessionOf('worker', 'AgentApplication');
const ann = agentOf('ann');
const bea = agentOf('bea');
const sessions = [router, mail, worker, ann, bea];
const noValue = new Uint8Array(0);
const lookMs = 10_000;

/** Lets whole looks pass, and says what the last one found. */
async function stuckIn(rig: Rig) {
  const { stuckLook } = rig.world.partition(0).core;
  const before = stuckLook.looks;
  for (let steps = 0; steps < 20 && stuckLook.looks < before + 2; steps++) {
    await rig.pass(lookMs);
  }
  t.ok(stuckLook.looks > before, 'it was looked at');
  return stuckLook.stuck;
}

/** One with a router, one with a client, one offered, one in an agent's hands, one on hold. */
async function busy(): Promise<Rig> {
  const settings = { reconnectTimeoutMs: 3_600_000 };
  const rig = await Rig.start({ sessions, settings });
  const names = ['routed', 'pulled', 'offered', 'handled', 'held', 'waiting'];
  for (const InteractionId of names) await rig.ask(mail, op.submit(queueIn(0), { InteractionId }));
  await rig.ask(router, op.pullById('routed'));
  await rig.ask(worker, op.pullById('pulled'));
  const times = { deliveringMs: 3_600_000, handlingMs: 3_600_000 };
  await offerIn(rig, 0, orderFor('offered', ann, times), router);
  await offerIn(rig, 0, orderFor('handled', bea, times), router);
  await rig.ask(bea, op.accept('handled', 1));
  await rig.ask(mail, op.hold('held'));
  return rig;
}

t.test('whatever is taken has somebody, or a time', async (t) => {
  const rig = await busy();
  t.strictSame(await stuckIn(rig), { interactions: 0, ids: [] });
  rig.world.partition(0).sessionClosed(worker, false);
  rig.world.partition(0).sessionClosed(router, false);
  await rig.quiet();
  t.strictSame(await stuckIn(rig), { interactions: 0, ids: [] }, 'lost clients may come back');
  await rig.world.kill();
  t.strictSame(await stuckIn(rig), { interactions: 0, ids: [] }, 'after a start too');
  t.strictSame(rig.world.faults(), []);
});

t.test('with nothing taken there is nothing to look for', async (t) => {
  const rig = await Rig.start({ sessions });
  await rig.ask(mail, op.submit(queueIn(0), { InteractionId: 'one' }));
  await stuckIn(rig);
  const { core } = rig.world.partition(0);
  t.equal(core.stuckLook.dueMs, Infinity);
  await rig.ask(worker, op.pullById('one'));
  t.ok(core.stuckLook.dueMs < Infinity, 'until something is taken');
});

t.test('a fault of the rows is counted and named', async (t) => {
  const rig = await busy();
  const disk = rig.world.disk(0);
  const { store } = rig.world.partition(0).core;
  const party = disk.table(Table.party);
  const owner = 'ab'.repeat(16);
  party.set(sessionPartyKey(owner, 'gone'), noValue);
  party.set(sessionPartyKey(owner, 'waiting'), noValue);
  party.set(partyKey(PartyKind.agentAtPlace, ['ann', 'desk of ann'], 'handled'), noValue);
  const [deadline] = store.range(Table.deadline, { from: '\x01' });
  t.ok(deadline, 'the offer has an end');
  disk.table(Table.deadline).set(deadline![0], undefined);
  disk.table(Table.transit).set(moveKey('lost', 1), noValue);
  const { interactions, ids } = await stuckIn(rig);
  t.equal(interactions, 5);
  t.strictSame([...ids].sort(), ['gone', 'handled', 'lost', 'offered', 'waiting']);
});

t.test('an owner whom nobody knows is told, too', async (t) => {
  const rig = await busy();
  const { owners } = rig.world.partition(0).core;
  t.ok(owners.isKept(agentKeyOf('nobody')), 'not before the look after the start is done');
  await rig.pass(3_700_000);
  t.notOk(owners.isKept(agentKeyOf('nobody')));
});
