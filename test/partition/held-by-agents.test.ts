/** What agents have: through any of their clients, over lost links and kills, over partitions. */
import t from 'tap';
import { readRecord } from '../../lib/partition/ledger/interactions.js';
import { agentWork } from '../../lib/partition/requests/invite.js';
import type { SessionInfo } from '../../lib/partition/request.js';
import { packKeyValues } from '../../lib/interaction/attached-data.js';
import { InteractionState } from '../../lib/interaction/state-record.js';
import { takeIn } from './offers.js';
import { errorOf, idAtHome, op, queueIn, Rig, sessionOf } from './support.js';

const reconnectTimeoutMs = 60_000;
const key = 'a9'.repeat(16);
const agent = { id: 'ann', place: 'desk 1', key };
const [first, second] = [1, 2].map((at): SessionInfo => {
  return { ...sessionOf(`desktop ${at}`, 'AgentApplication'), agent };
}) as [SessionInfo, SessionInfo];
const mail = sessionOf('mail', 'MediaServer');
const sessions = [mail, first, second];
const settings = { reconnectTimeoutMs };

const stateIn = (rig: Rig, partition: number, id: string) => {
  const record = readRecord(rig.world.partition(partition).turnFor(0), id);
  return record && [record.state, record.assignedTo, record.owner];
};
const inHand = [InteractionState.handled, 'ann', key];

t.test('a lost client gives nothing back, a kill neither; any client works on it', async (t) => {
  const rig = await Rig.start({ sessions, settings });
  await rig.ask(mail, op.submit(queueIn(0), { InteractionId: 'one', MediaType: 'chat' }));
  await rig.ask(first, op.pullById('one'));
  t.match(rig.world.outcomes, [
    { what: 'taken', interactionId: 'one', agentId: 'ann', medium: 'chat', number: 0 },
  ]);
  rig.world.partition(0).sessionClosed(first, false);
  await rig.pass(reconnectTimeoutMs * 2);
  t.strictSame(stateIn(rig, 0, 'one'), inHand);
  await rig.world.kill();
  await rig.pass(reconnectTimeoutMs * 2);
  t.strictSame(stateIn(rig, 0, 'one'), inHand);
  const { work } = agentWork(rig.world.partition(0).turnFor(0), undefined, 10);
  t.strictSame(work, [{ interactionId: 'one', agentId: 'ann', medium: 'chat', number: 0 }]);
  await rig.world.settle();
  t.strictSame(rig.world.faults(), []);
  const stranger = { ...first, agent: undefined };
  t.equal(errorOf(await rig.ask(stranger, op.stop('one'))), 'HeldByAnother');
  t.equal(errorOf(await rig.ask(second, op.stop('one'))), 'ack');
  await rig.world.settle();
  t.strictSame(rig.world.faults(), []);
});

t.test('the desk takes it back, in its place', async (t) => {
  const rig = await Rig.start({ sessions, settings });
  for (const id of ['one', 'two']) {
    await rig.ask(mail, op.submit(queueIn(0), { InteractionId: id }));
  }
  await rig.ask(first, op.pullById('one'));
  t.equal(await takeIn(rig, 0, 'one', 'ann'), true);
  t.match(rig.world.outcomes.at(-1), { what: 'removed', interactionId: 'one' });
  const answer = await rig.ask(second, op.pull(queueIn(0)));
  t.equal(answer.kind, 'pulled');
  t.strictSame(stateIn(rig, 0, 'one'), inHand, 'the first is the first again');
});

t.test('what it makes in a queue of another partition arrives in its hands', async (t) => {
  const rig = await Rig.start({ sessions, settings, partitions: 2 });
  const id = idAtHome(0, 2);
  const more = { InteractionId: id, MediaType: 'email' };
  t.equal(errorOf(await rig.ask(first, op.submit(queueIn(1), more))), 'ack');
  await rig.quiet();
  t.strictSame(stateIn(rig, 1, id), inHand);
  t.match(rig.world.outcomes, [{ what: 'taken', interactionId: id, medium: 'email' }]);
  await rig.world.settle();
  t.strictSame(rig.world.faults(), []);
  t.equal(errorOf(await rig.ask(second, op.place(id, queueIn(0)))), 'ack');
  await rig.world.settle();
  t.strictSame(stateIn(rig, 0, id)?.slice(0, 2), [InteractionState.queued, '']);
  t.strictSame(rig.world.faults(), []);
});

t.test(
  'what its agent forgets goes back: by itself, its medium, the option, in this order',
  async (t) => {
    const rig = await Rig.start({ sessions, settings });
    const { invitations: lasting } = rig.world.partition(0).core.lasting;
    lasting.usualMs = 180_000;
    const submit = (id: string, more: object = {}) =>
      rig.ask(mail, op.submit(queueIn(0), { InteractionId: id, ...more }));
    await submit('own', { UserData: packKeyValues({ 'handling-timeout': 1 }) });
    await submit('medium');
    await submit('usual');
    for (const id of ['own', 'medium', 'usual']) await rig.ask(first, op.pullById(id));
    const at = rig.world.partition(0);
    const tell = (id: string): void =>
      at.forDesk(
        (core, turn) => core.invitations.lasts(turn, id, 120_000),
        () => undefined,
      );
    tell('own');
    tell('medium');
    at.commit();
    const waiting = () =>
      ['own', 'medium', 'usual'].filter(
        (id) => stateIn(rig, 0, id)?.[0] === InteractionState.queued,
      );
    await rig.pass(59_000);
    t.strictSame(waiting(), []);
    await rig.pass(20_000);
    t.strictSame(waiting(), ['own']);
    await rig.pass(60_000);
    t.strictSame(waiting(), ['own', 'medium']);
    await rig.pass(60_000);
    t.strictSame(waiting(), ['own', 'medium', 'usual']);
  },
);

t.test('after a start the option of now holds, however long the server was down', async (t) => {
  const rig = await Rig.start({ sessions, settings });
  await rig.ask(mail, op.submit(queueIn(0), { InteractionId: 'one' }));
  await rig.ask(first, op.pullById('one'));
  await rig.world.kill();
  await rig.pass(20_000_000);
  t.strictSame(stateIn(rig, 0, 'one'), inHand, 'not before it is known');
  rig.world.partition(0).core.lasting.invitations.usualMs = 300_000;
  await rig.pass(1_000);
  await rig.pass(20_000);
  t.equal(stateIn(rig, 0, 'one')?.[0], InteractionState.queued);
});
