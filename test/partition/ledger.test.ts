/** The ledger takes every transition of the table and no other, and notices what contradicts it. */
import t from 'tap';
import { packPairs } from '../../lib/pack/pairs.js';
import { AssertionError } from '../../lib/assert.js';
import { seededRandom } from '../../lib/clock.js';
import { packBody } from '../../lib/interaction/body.js';
import { isPresent, Stage, Transition, transitions } from '../../lib/interaction/lifecycle.js';
import {
  InteractionState,
  noResults,
  type StateRecord,
} from '../../lib/interaction/state-record.js';
import { noTimes } from '../../lib/interaction/times.js';
import { limits } from '../../lib/limits.js';
import { Ledger } from '../../lib/partition/ledger/ledger.js';
import { readRecord } from '../../lib/partition/ledger/interactions.js';
import { Queues } from '../../lib/partition/ledger/queues.js';
import { Sequences } from '../../lib/partition/ledger/sequences.js';
import type { SessionInfo } from '../../lib/partition/request.js';
import { Turn } from '../../lib/partition/turn.js';
import { noBytes } from '../../lib/pack/sections.js';
import { newOwnOrder } from '../../lib/partition/rows/index-row.js';
import { orderKeyOf } from '../../lib/partition/rows/keys.js';
import { Table } from '../../lib/store/contract.js';
import { LayeredStore } from '../../lib/store/layered.js';
import { MemoryDisk, MemoryMedium } from '../../lib/store/memory.js';
import { Watch } from './ledger-watch.js';
import { conferences, offerIn, orderFor, takeIn, ticketIn, transfers } from './offers.js';
import { locked } from './locked.js';
import { supervised } from './supervised.js';
import { Rig, idAtHome, op, queueIn, sessionOf } from './support.js';

const all: readonly Transition[] = Object.values(transitions);
const states = [InteractionState.queued, InteractionState.routed, InteractionState.handled];
const body = packBody({ MediaType: 'email' }, undefined);
const id = 'one';

/** A record as it may be in a state. */
const recordIn = (state: InteractionState, more: Partial<StateRecord> = {}): StateRecord => ({
  state,
  isHeld: false,
  isLocked: false,
  isOnline: false,
  chosenId: false,
  version: 1,
  assignment: 1,
  move: 0,
  queue: 7,
  tenantId: 2,
  priority: 0,
  submitSeq: 64,
  placeSeq: 64,
  times: noTimes(),
  orderAt: undefined,
  owner: state === InteractionState.queued ? '' : 'a'.repeat(32),
  assignedTo: state === InteractionState.queued ? '' : 'ann',
  results: noResults,
  sections: noBytes,
  hasRow: false,
  ...more,
});

/** What a transition makes of it, as far as the table says. */
function follow(record: StateRecord, { to, hold, lock }: Transition): void {
  const end = to?.find(isPresent) ?? record.state;
  Object.assign(record, { ...recordIn(end as InteractionState), version: record.version });
  if (hold === 'begins') record.isHeld = true;
  record.isLocked = lock === 'begins';
}

function newLedger(): { ledger: Ledger; queues: Queues; turn: Turn } {
  const store = new LayeredStore(new MemoryMedium(new MemoryDisk(), (work) => work()));
  const queues = new Queues(store);
  const ledger = new Ledger(queues, new Sequences(store, 0));
  return { ledger, queues, turn: new Turn(store, 1_000) };
}

/** A ledger that has the record. */
function ledgerWith(record: StateRecord): { ledger: Ledger; queues: Queues; turn: Turn } {
  const made = newLedger();
  const { ledger, turn } = made;
  const waiting = { ...record, ...recordIn(InteractionState.queued), tenantId: record.tenantId };
  waiting.isHeld = record.isHeld;
  waiting.isLocked = record.isLocked && record.state === InteractionState.queued;
  ledger.close(ledger.open(turn, id, waiting, transitions.arriveSubmitted), body);
  if (record.state === InteractionState.queued) return made;
  const isRouted = record.state === InteractionState.routed;
  const taken = ledger.open(turn, id, waiting, isRouted ? transitions.route : transitions.pull);
  Object.assign(waiting, { ...record, isLocked: false, version: 1, assignment: 1 });
  ledger.close(taken);
  return made;
}

/** What must be before a transition that ends it. */
const before = ({ hold, lock }: Transition): Partial<StateRecord> => ({
  isHeld: hold === 'ends',
  isLocked: lock === 'ends',
});

const details = packPairs({});

t.test('from a state that a transition does not name nothing is changed', async (t) => {
  for (const transition of all.filter(({ isFromPresent }) => isFromPresent)) {
    for (const state of states) {
      const record = recordIn(state, before(transition));
      const { ledger, turn } = ledgerWith(record);
      const open = (): unknown => ledger.open(turn, id, record, transition);
      const what = `${transition.name} from ${state}`;
      if (transition.from.includes(state)) t.doesNotThrow(open, what);
      else t.throws(open, new AssertionError('a transition from a state that has none such'), what);
    }
  }
});

t.test('to a state that a transition does not lead to nothing is changed', async (t) => {
  for (const transition of all.filter(({ isToPresent }) => isToPresent)) {
    for (const state of states) {
      const from = transition.from.find(isPresent) as InteractionState | undefined;
      const record = recordIn(from ?? state, before(transition));
      const { ledger, turn } = from === undefined ? newLedger() : ledgerWith(record);
      const change = ledger.open(turn, id, record, transition);
      if (from !== undefined) follow(record, transition);
      const stays = transition.to === undefined;
      const leads = stays ? state === record.state : transition.to.includes(state);
      if (from !== undefined) Object.assign(record, withOwner(state, record));
      const close = (): void => ledger.close(change, body, details);
      const what = `${transition.name} to ${state}`;
      if (leads) t.doesNotThrow(close, what);
      else t.throws(close, AssertionError, what);
    }
  }
});

const withOwner = (state: InteractionState, record: StateRecord): Partial<StateRecord> => {
  const { owner, assignedTo } = recordIn(state);
  return { state, owner, assignedTo, queue: record.queue };
};

const own = (record: StateRecord, owner = 'a'.repeat(32)): void =>
  void Object.assign(record, recordIn(InteractionState.handled, { owner, isHeld: record.isHeld }));

/**
 * What is done to a record in between, and how it is noticed; of one that waits, or
 * that somebody has.
 */
const broken: readonly [string, Transition, (record: StateRecord) => void, InteractionState?][] = [
  [
    'an interaction has an owner and waits, or has none and does not wait',
    transitions.hold,
    (record) => (record.owner = 'b'.repeat(32)),
  ],
  ['a hold has an end and is none', transitions.change, (record) => (record.times.HoldUntil = 5)],
  ['an interaction without a version', transitions.arrivePlaced, () => undefined],
  ['a state is changed in passing', transitions.hold, own],
  [
    'an owner is changed in passing',
    transitions.hold,
    (record) => own(record, 'b'.repeat(32)),
    InteractionState.handled,
  ],
  ['an interaction leaves its partition with its owner', transitions.placeElsewhere, own],
  ['a hold is changed in passing', transitions.change, (record) => (record.isHeld = true)],
  ['a hold that has not begun', transitions.hold, (record) => (record.isHeld = false)],
  ['a hold that has not ended', transitions.resume, (record) => (record.isHeld = true)],
  ['a lock is changed in passing', transitions.change, (record) => (record.isLocked = true)],
  ['a lock is changed in passing', transitions.lock, () => undefined],
  ['a queue is changed in passing', transitions.hold, (record) => (record.queue = 8)],
  [
    'a place in the order is changed in passing',
    transitions.change,
    (record) => (record.priority = 5),
  ],
  ['a tenant is changed', transitions.hold, (record) => (record.tenantId = 3)],
  [
    'a version is counted by another than the ledger',
    transitions.hold,
    (record) => record.version++,
  ],
  [
    'an assignment is counted by another than the ledger',
    transitions.hold,
    (record) => record.assignment++,
  ],
  [
    'an interaction is placed by another than the ledger',
    transitions.hold,
    (record) => record.placeSeq++,
  ],
  [
    'an interaction without a number of its submit',
    transitions.hold,
    (record) => (record.submitSeq = 0),
  ],
  [
    'an interaction waits and was not placed after its submit',
    transitions.hold,
    (record) => (record.submitSeq = 128),
  ],
  [
    'an owner, queue or state is changed and not counted',
    new Transition('uncounted', { from: [0], to: [3], owner: 'new', keepsVersion: true, by: '' }),
    own,
  ],
];

t.test('what a change does in passing is noticed when it is closed', async (t) => {
  for (const [message, transition, breakIt, state = InteractionState.queued] of broken) {
    const isHeld = transition.hold === 'ends';
    const version = transition === transitions.arrivePlaced ? 0 : 1;
    const record = recordIn(state, { isHeld, version });
    const { ledger, turn } = transition.isFromPresent ? ledgerWith(record) : newLedger();
    const change = ledger.open(turn, id, record, transition);
    if (transition.changesHold) record.isHeld = transition.hold === 'begins';
    breakIt(record);
    t.throws(() => ledger.close(change, body, details), new AssertionError(message), message);
  }
});

t.test('what is wrong before a change is noticed when it is opened', async (t) => {
  const owner = 'an interaction has an owner and waits, or has none and does not wait';
  const cases = [
    [recordIn(InteractionState.queued, { owner: 'a'.repeat(32) }), transitions.change, owner],
    [recordIn(InteractionState.handled, { owner: '' }), transitions.change, owner],
    [recordIn(InteractionState.queued), transitions.resume, 'the end of a hold that is not'],
    [recordIn(InteractionState.queued), transitions.unlock, 'the end of a lock that is not'],
    [recordIn(0, { assignment: 2 }), transitions.change, 'more assignments than versions'],
  ] as const;
  for (const [record, transition, message] of cases) {
    const { ledger, turn } = ledgerWith(recordIn(record.state));
    const open = (): unknown => ledger.open(turn, id, record, transition);
    t.throws(open, new AssertionError(message), message);
  }
});

t.test('one change is open at a time, and each is closed once', async (t) => {
  const record = recordIn(InteractionState.queued);
  const { ledger, turn } = ledgerWith(record);
  t.doesNotThrow(() => ledger.checkClosed());
  const change = ledger.open(turn, id, record, transitions.change);
  t.throws(() => ledger.checkClosed(), new AssertionError('a change is begun and not ended'));
  const within = (): unknown => ledger.open(turn, 'two', record, transitions.change);
  t.throws(within, new AssertionError('a change is begun within another one'));
  ledger.close(change, undefined, details);
  const again = (): void => ledger.close(change, undefined, details);
  t.throws(again, new AssertionError('a change is ended that is not under way'));
});

t.test('no total falls below zero, of a queue or of a tenant in it', async (t) => {
  for (const state of states) {
    const record = recordIn(state);
    const { ledger, queues, turn } = newLedger();
    const stop = (): unknown => ledger.open(turn, id, record, transitions.stop);
    t.throws(stop, { message: /^fewer than no interactions/ }, `the queue, state ${state}`);
    const other = recordIn(state, { tenantId: 1 });
    queues.enter(turn, 'two', other, undefined);
    queues.enter(turn, 'three', other, undefined);
    const ofTenant = (): void => queues.leave(turn, id, record, false);
    t.throws(ofTenant, { message: /^fewer than no interactions/ }, `the tenant, state ${state}`);
  }
});

t.test('totals below zero are not stored', async (t) => {
  const { queues, turn } = newLedger();
  queues.totals(turn, 7).waiting--;
  const store = (): void => queues.storeTotals(turn);
  t.throws(store, new AssertionError('totals of a queue are below zero'));
});

t.test('a pull takes nothing that is listed and cannot be pulled', async (t) => {
  const agent = sessionOf('ann', 'AgentApplication');
  const rig = await Rig.start({ sessions: [agent] });
  await rig.ask(agent, op.submit(queueIn(0), { InteractionId: 'mine' }));
  const partition = rig.world.partition(0);
  const turn = partition.turnFor(0);
  const record = readRecord(turn, 'mine')!;
  t.equal(record.state, InteractionState.handled);
  const { number } = newOwnOrder(turn, record.queue);
  turn.put(Table.order, orderKeyOf(number, 'mine', record), new Uint8Array(0));
  const pull = (): unknown => rig.send(agent, op.pull(queueIn(0)));
  t.throws(pull, new AssertionError('what is listed cannot be pulled'));
});

t.test('a hold leaves no deadline behind, however it ends', async (t) => {
  const media = sessionOf('mail', 'MediaServer');
  const rig = await Rig.start({ partitions: 2, sessions: [media] });
  const HoldUntil = rig.world.clock.nowMs() + 60_000;
  const ends = [
    (held: string) => op.resume(held),
    (held: string) => op.hold(held, { HoldUntil: HoldUntil + 1 }),
    (held: string) => op.place(held, queueIn(1)),
    (held: string) => op.place(held, queueIn(0, true), { Hold: false }),
    (held: string) => op.place(held, queueIn(1), { Hold: true }),
    (held: string) => op.place(held, queueIn(0), { Hold: true, HoldUntil: HoldUntil + 5 }),
    (held: string) => op.stop(held),
  ];
  for (const [index, end] of ends.entries()) {
    const held = idAtHome(0, 2, `held${index}.`);
    await rig.ask(media, op.submit(queueIn(0), { InteractionId: held }));
    await rig.ask(media, op.hold(held, { HoldUntil }));
    await rig.ask(media, end(held));
    await rig.quiet();
    t.strictSame(rig.world.faults(), [], `end ${index}`);
  }
});

t.test('a transition is inside a partition or outside, at each of its ends', async (t) => {
  const { queued, ended } = Stage;
  const message = 'a transition begins, and ends, inside a partition or outside';
  const half = (): unknown =>
    new Transition('half', { from: [queued], to: [queued, ended], by: '' });
  t.throws(half, new AssertionError(message));
});

t.test('a key of the order is there once, and is there to be removed', async (t) => {
  const record = recordIn(InteractionState.queued);
  const { queues, turn } = ledgerWith(record);
  queues.begin(turn);
  t.equal(queues.first(7), id);
  queues.enter(turn, 'two', recordIn(InteractionState.queued), undefined);
  const twice = (): void => queues.enter(turn, id, record, undefined);
  t.throws(twice, new AssertionError('a key is added that is in the order already'));
  const unknown = (): void => queues.leave(turn, 'three', record, false);
  t.throws(unknown, new AssertionError('a key is removed that is not in the order'));
});

/** An interaction away from home carries more answers than it may, and home notes some. */
async function manyAnswers(watch: Watch, media: SessionInfo): Promise<void> {
  const rig = await Rig.start({ partitions: 2, sessions: [media] });
  for (const partition of [0, 1]) watch.on(rig, partition);
  const away = idAtHome(0, 2, 'away.');
  await rig.ask(media, op.submit(queueIn(1), { InteractionId: away }));
  for (let count = 0; count <= limits.resultsPerInteraction; count++) {
    const RequestKey = Buffer.from(`away ${count}`.padEnd(16));
    await rig.ask(media, op.change(away, { ExternalId: `${count}`, RequestKey }));
  }
  await rig.world.settle();
}

t.test('each transition of the table is taken, each is of the table, none is missed', async (t) => {
  const agent = sessionOf('ann', 'AgentApplication');
  const second = sessionOf('bea', 'AgentApplication');
  const router = sessionOf('rita', 'RoutingEngine');
  const media = sessionOf('mail', 'MediaServer');
  const watch = new Watch();
  await manyAnswers(watch, media);
  await transfers(watch, router, agent, second);
  await conferences(watch, router);
  await supervised(watch, router, agent, second);
  await locked(watch, agent, media);
  const seed = Number(process.env['IXION_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  for (let run = 0; run < 8 || (watch.seen.size < all.length && run < 64); run++) {
    const random = seededRandom(seed + run);
    const sessions = [agent, second, router, media];
    const rig = await Rig.start({ partitions: 2, sessions, seed: seed + run });
    for (const partition of [0, 1]) watch.on(rig, partition);
    const any = <Item>(items: readonly Item[]): Item =>
      items[Math.floor(random.fraction() * items.length)]!;
    const ids = [0, 1, 0, 1].map((home, index) => idAtHome(home, 2, `r${run}.${index}.`));
    for (let step = 0; step < 60; step++) {
      const [one, queue] = [any(ids), queueIn(any([0, 1]), any([true, false]))];
      const HoldUntil = any([undefined, rig.world.clock.nowMs() + 2_000]);
      const RequestKey = any([undefined, Buffer.from(`key ${run} ${step}`.padEnd(16))]);
      const request = any([
        op.submit(queue, { InteractionId: one }),
        op.submit(queue, { InteractionId: one, Hold: true, HoldUntil }),
        op.pull(queue),
        op.pullById(one, { IgnoreHold: true, RequestKey }),
        op.place(one, queue, { RequestKey }),
        op.place(one, '__BACK__', { RequestKey }),
        op.placeInWorkbin(one, 'drafts', { WorkbinAgentId: any(['ann', 'bea']), RequestKey }),
        op.placeInWorkbin(one, 'team', { WorkbinGroupId: 'all', Hold: any([true, false]) }),
        op.place(one, queue, any([{ Hold: true, HoldUntil }, { Hold: false }])),
        op.hold(one, { HoldUntil, RequestKey }),
        any([op.resume(one), op.report(one, { RequestKey })]),
        op.change(one, { Priority: step, RequestKey }),
        op.change(one, { ExternalId: `${step}`, RequestKey }),
        op.stop(one, { RequestKey }),
        op.accept(one, ticketIn(rig, one)),
        op.accept(one, ticketIn(rig, one)),
        op.reject(one, ticketIn(rig, one)),
      ]);
      await rig.ask(any(sessions), request);
      if (random.fraction() < 0.5) {
        const kind = any(['deliver', 'transfer'] as const);
        const giver = kind === 'deliver' ? router : any([agent, second]);
        const order = { ...orderFor(one, any([agent, second])), kind };
        await offerIn(rig, any([0, 1]), order, giver);
        if (random.fraction() < 0.2) await takeIn(rig, any([0, 1]), one, order.agentId);
      }
      if (step % 10 === 9) await rig.pass(3_000);
      if (step % 20 === 13) rig.world.moveQueue(queue, any([0, 1]));
      if (step % 30 === 29) rig.world.partition(any([0, 1])).sessionClosed(any(sessions), true);
    }
    await rig.world.settle();
    t.strictSame(rig.world.faults(), [], `IXION_SEED=${seed}, run ${run}`);
  }
  t.strictSame(watch.faults, [], `IXION_SEED=${seed}`);
  const missed = all.filter(({ name }) => !watch.seen.has(name)).map(({ name }) => name);
  t.strictSame(missed, [], `IXION_SEED=${seed}`);
});
