/**
 * Work that time makes due: it says when, does a bounded part, and changes
 * nothing where it may not.
 */
import t from 'tap';
import { nextDueMs } from '../../lib/partition/chore.js';
import { Deadlines, type DeadlineHandlers } from '../../lib/partition/ledger/deadlines.js';
import { deadlineKey, DeadlineKind } from '../../lib/partition/rows/keys.js';
import { Turn } from '../../lib/partition/turn.js';
import { Table } from '../../lib/store/contract.js';
import { Rig, op, queueIn, sessionOf } from './support.js';

const media = sessionOf('mail', 'MediaServer');
const agent = sessionOf('ann', 'AgentApplication');
const holdMs = 40_000;
const reconnectTimeoutMs = 60_000;
const may = { write: true, spare: true };
const mayNot = { write: false, spare: false };

/**
 * A partition in which an interaction is on hold, one has a client that was lost, and a pull waits.
 */
async function busy() {
  const rig = await Rig.start({ sessions: [media, agent], settings: { reconnectTimeoutMs } });
  const partition = rig.world.partition(0);
  partition.sessionOpened(agent);
  await rig.ask(media, op.submit(queueIn(0)));
  await rig.ask(agent, op.pull(queueIn(0)));
  await rig.ask(media, op.submit(queueIn(0), { Hold: true }));
  const held = rig.send(agent, op.pull(queueIn(0), { WaitTimeoutMs: 20_000 }));
  await rig.quiet();
  return { rig, partition, held };
}

t.test('each of them is due when it says, and not before', async (t) => {
  const { rig, partition, held } = await busy();
  const { core } = partition;
  const id = [...core.store.range(Table.interaction, {})].at(-1)![0];
  const begunMs = core.time.nowMs();
  await rig.ask(media, op.hold(id, { HoldUntil: core.time.wallMs + holdMs }));
  t.equal(core.waitingPulls.dueMs, begunMs + 20_000, 'the pull');
  t.equal(core.deadlines.dueMs, begunMs + holdMs, 'the hold');
  t.equal(nextDueMs(core.allChores), Math.min(...core.allChores.map(({ dueMs }) => dueMs)));
  await rig.pass(20_000 - 1);
  t.equal(rig.answersTo(held).length, 0, 'a moment before');
  await rig.pass(1);
  t.equal(rig.answersTo(held).length, 1);
  t.equal(core.waitingPulls.dueMs, Infinity);
  await rig.pass(holdMs);
  t.equal(core.deadlines.dueMs, Infinity);
  t.strictSame(rig.world.faults(), []);
});

t.test('what may not write changes nothing, and is still due', async (t) => {
  const { rig, partition } = await busy();
  const { core } = partition;
  const id = [...core.store.range(Table.interaction, {})].at(-1)![0];
  await rig.ask(media, op.hold(id, { HoldUntil: core.time.wallMs + holdMs }));
  partition.sessionClosed(agent, false);
  await rig.quiet();
  rig.world.advance(reconnectTimeoutMs);
  core.time.look();
  const { wallMs } = core.time;
  for (const chore of core.allChores) {
    const { dueMs } = chore;
    const turn = new Turn(core.store, core.time.nowMs(), wallMs);
    chore.work(turn, mayNot);
    t.notOk(turn.hasChanges, chore.constructor.name);
    if (chore !== core.waitingPulls && chore !== core.retryKeys) t.equal(chore.dueMs, dueMs);
  }
  t.ok(core.deadlines.dueMs <= core.time.nowMs(), 'the hold has ended');
  t.ok(core.owners.dueMs <= core.time.nowMs(), 'the time to come back, too');
  await rig.pass(1);
  t.equal(nextDueMs([core.deadlines, core.owners]), Infinity, 'with room they are done');
  t.strictSame(rig.world.faults(), []);
});

t.test('a deadline of a kind that nobody handles is no reason to go on', async (t) => {
  const { partition } = await busy();
  const { store, time, ledger } = partition.core;
  const done: string[] = [];
  const note = (_ledger: unknown, _turn: unknown, id: string): void => void done.push(id);
  const kinds = Object.values(DeadlineKind).map((kind) => [kind, note] as const);
  const handlers = Object.fromEntries(kinds) as unknown as DeadlineHandlers;
  const deadlines = new Deadlines(store, time, ledger, handlers);
  const turn = new Turn(store, time.nowMs(), time.wallMs);
  turn.put(Table.deadline, deadlineKey(1, 'r', 'known'), new Uint8Array(0));
  deadlines.work(turn, may);
  t.strictSame(done, ['known'], 'by its kind');
  turn.put(Table.deadline, deadlineKey(1, 'x' as DeadlineKind, 'unknown'), new Uint8Array(0));
  t.throws(() => deadlines.work(turn, may), /no deadline is of kind x/);
});
