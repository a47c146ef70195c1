/**
 * What is locked: who may do what with it, how the lock ends, and that none is left without its
 * snapshot, whatever is killed.
 */
import t from 'tap';
import type { IxionError } from '../../lib/errors.js';
import { EventNumber } from '../../lib/interaction/event.js';
import { unlockStep } from '../../lib/partition/ledger/locks.js';
import type { Operation, SessionInfo } from '../../lib/partition/request.js';
import { lockIn, releaseIn } from './locked.js';
import { offerIn, orderFor } from './offers.js';
import { restoreIn, superviseIn, superviseOrder } from './supervised.js';
import {
  errorOf,
  idAtHome,
  op,
  propertiesOf,
  pulledIds,
  queueIn,
  Rig,
  sessionOf,
} from './support.js';

const ann = sessionOf('ann', 'AgentApplication');
const bea = sessionOf('bea', 'AgentApplication');
const boss = { ...sessionOf('boss', 'AgentApplication'), supervises: true as const };
const rita = sessionOf('rita', 'RoutingEngine');
const mail = sessionOf('mail', 'MediaServer');
const stat = sessionOf('stat', 'ReportingEngine');
const sessions = [ann, bea, boss, rita, mail, stat];
const id = 'one';

/** A partition that has freed what was locked before it began. */
async function start(partitions = 1): Promise<Rig> {
  const rig = await Rig.start({ partitions, sessions });
  await rig.pass(0);
  return rig;
}

async function withLocked(more: object = {}): Promise<Rig> {
  const rig = await start();
  await rig.ask(mail, op.submit(queueIn(0), { InteractionId: id, ...more }));
  t.strictSame(await lockIn(rig, 0, { ids: [id] }, ann), [true]);
  return rig;
}

const isLocked = async (rig: Rig): Promise<unknown> =>
  propertiesOf(await rig.ask(stat, op.get(id)))['IsLocked'];

/** What is refused as a whole. */
const errorNameOf = (work: Promise<unknown>): Promise<unknown> =>
  work.catch((error: IxionError) => error.errorName);

/** What each may do with what ann has locked; of a request that is executed its answer. */
const table: readonly [string, Operation, Readonly<Record<string, string>>][] = [
  [
    'get',
    op.get(id),
    {
      ann: 'properties',
      bea: 'properties',
      rita: 'properties',
      mail: 'properties',
      boss: 'properties',
    },
  ],
  [
    'pull by identifier',
    op.pullById(id),
    { ann: 'pulled', bea: 'locked', rita: 'locked', boss: 'locked' },
  ],
  [
    'pull on hold',
    op.pullById(id, { IgnoreHold: true }),
    { ann: 'pulled', bea: 'locked', rita: 'locked' },
  ],
  [
    'place',
    op.place(id, queueIn(0, true)),
    { ann: 'ack', bea: 'locked', rita: 'locked', mail: 'ack', boss: 'locked' },
  ],
  [
    'place back',
    op.place(id, '__BACK__'),
    { ann: 'NotInRequiredState', bea: 'locked', rita: 'locked', boss: 'locked' },
  ],
  ['stop', op.stop(id), { ann: 'ack', bea: 'locked', rita: 'locked', mail: 'ack', boss: 'locked' }],
  [
    'change',
    op.change(id, { ExternalId: 'x' }),
    { ann: 'ack', bea: 'locked', rita: 'locked', mail: 'ack', boss: 'locked' },
  ],
  ['another priority', op.change(id, { Priority: 9 }), { ann: 'ack', bea: 'locked', mail: 'ack' }],
  ['hold', op.hold(id), { ann: 'ack', bea: 'locked', rita: 'locked', mail: 'ack', boss: 'locked' }],
  [
    'resume',
    op.resume(id),
    { ann: 'NotOnHold', bea: 'locked', rita: 'locked', mail: 'NotOnHold', boss: 'locked' },
  ],
  ['accept', op.accept(id, 1), { ann: 'WrongTicket', bea: 'locked' }],
  ['reject', op.reject(id, 1), { ann: 'WrongTicket', bea: 'locked' }],
  ['leave', op.leave(id), { bea: 'locked', boss: 'locked' }],
];
/** What ends the lock. */
const ends = new Set(['pull by identifier', 'pull on hold', 'place', 'stop']);

t.test('what is locked, by every request', async (t) => {
  for (const [what, operation, outcomes] of table) {
    for (const [name, outcome] of Object.entries(outcomes)) {
      const rig = await withLocked();
      const session = sessions.find(({ clientName }) => clientName === name)!;
      const answer = await rig.ask(session, operation);
      const expected = outcome === 'locked' ? 'InteractionLocked' : outcome;
      t.equal(errorOf(answer), expected, `${what} by ${name}`);
      if (outcome === 'locked') {
        t.match(answer, { detail: `ann has locked ${id}, by snapshot 17` }, 'it says who');
      }
      const isOver = ends.has(what) && outcome !== 'locked';
      const names = rig.eventNames(id);
      t.equal(names.includes('Unlocked'), isOver, `${what} by ${name}: told`);
      if (!(isOver && what === 'stop')) {
        t.equal(await isLocked(rig), isOver ? 0 : 1, `${what} by ${name}: locked after it`);
      }
      await rig.quiet();
      t.strictSame(rig.world.faults(), []);
    }
  }
});

t.test('no pull from its queue takes it, and it is in its place when it is free', async (t) => {
  const rig = await withLocked({ Priority: 5 });
  await rig.ask(mail, op.submit(queueIn(0), { InteractionId: 'two' }));
  for (const session of [ann, bea, rita]) {
    t.strictSame(rig.world.orderOf(queueIn(0)).length, 1, 'only the other one is listed');
    const answer = await rig.ask(session, op.pull(queueIn(0)));
    t.equal(pulledIds(answer).includes(id), false);
    await rig.ask(session, op.place('two', '__BACK__'));
  }
  const waiting = rig.send(bea, op.pullById('two', { WaitTimeoutMs: 60_000 }));
  await rig.quiet();
  t.equal(rig.answersTo(waiting).length, 1);
  const pull = rig.send(rita, op.pull(queueIn(0), { WaitTimeoutMs: 60_000 }));
  await rig.quiet();
  t.strictSame(rig.answersTo(pull), [], 'a pull waits, and does not get it');
  t.strictSame(await lockIn(rig, 0, { ids: [id], isLocking: false }, ann), [true]);
  t.strictSame(pulledIds(rig.answersTo(pull)[0]!), [id], 'it is given to who waits');
  t.strictSame(rig.eventNames(id), [
    'InteractionSubmitted',
    'Locked',
    'Unlocked',
    'TakenFromQueue',
    'PartyAdded',
  ]);
  await rig.quiet();
  t.strictSame(rig.world.faults(), []);
});

t.test('a lock stays through a hold, its end, and another priority', async (t) => {
  const rig = await withLocked();
  const HoldUntil = rig.world.clock.nowMs() + 5_000;
  t.equal(errorOf(await rig.ask(mail, op.hold(id, { HoldUntil }))), 'ack');
  t.equal(errorOf(await rig.ask(mail, op.change(id, { Priority: 3 }))), 'ack');
  await rig.pass(6_000);
  t.match(propertiesOf(await rig.ask(mail, op.get(id))), { IsHeld: 0, IsLocked: 1, Priority: 3 });
  t.strictSame(rig.world.orderOf(queueIn(0)), []);
  t.strictSame(rig.world.faults(), []);
  await releaseIn(rig, 0, 17);
  t.equal(rig.world.orderOf(queueIn(0)).length, 1);
});

t.test(
  'a supervisor, a router that delivers: whoever has not locked it is told who has',
  async (t) => {
    const rig = await withLocked();
    for (const act of ['requeue', 'stop', 'assign', 'pull-back'] as const) {
      const order = superviseOrder(act, id, act === 'assign' ? bea : undefined, {
        queue: queueIn(0, true),
      });
      t.equal(await errorNameOf(superviseIn(rig, 0, order, boss, bea)), 'InteractionLocked', act);
    }
    t.match(await offerIn(rig, 0, orderFor(id, bea), rita), { errorName: 'InteractionLocked' });
    const order = superviseOrder('requeue', id, undefined, { queue: queueIn(0, true) });
    t.match(await superviseIn(rig, 0, order, ann), { result: 'done' }, 'who has locked it may');
    t.equal(await isLocked(rig), 0);
  },
);

t.test('only what waits, and is as it was, is locked; once', async (t) => {
  const rig = await start(2);
  const [here, taken, gone] = ['here', 'taken', 'gone'].map((name) => idAtHome(0, 2, name));
  for (const each of [here!, taken!]) {
    await rig.ask(mail, op.submit(queueIn(0), { InteractionId: each }));
  }
  await rig.ask(bea, op.pullById(taken!));
  const away = idAtHome(0, 2, 'away');
  await rig.ask(mail, op.submit(queueIn(1), { InteractionId: away }));
  await rig.quiet();
  const ids = [here!, taken!, gone!, away];
  const first = await lockIn(rig, 0, { ids, assignments: [1, 1, 1, 1] }, ann);
  t.match(first, [true, { error: 'NotInRequiredState' }, { error: 'UnknownInteraction' }, 1]);
  t.strictSame(await lockIn(rig, 0, { ids: [here!] }, ann), [true], 'again: it is');
  const other = await lockIn(rig, 0, { ids: [here!], snapshot: 18 }, bea);
  t.match(other, [{ error: 'InteractionLocked', detail: /^ann has locked here/ }]);
  const free = await lockIn(rig, 0, { ids: [here!], snapshot: 18, isLocking: false }, bea);
  t.match(free, [{ error: 'NotLocked' }]);
  t.equal(await errorNameOf(lockIn(rig, 0, { ids: [here!] }, stat)), 'WrongClientType');
  await rig.ask(ann, op.pullById(here!));
  await rig.ask(ann, op.place(here!, '__BACK__'));
  const late = await lockIn(rig, 0, { ids: [here!], assignments: [1] }, ann);
  t.match(late, [{ error: 'NotInRequiredState' }], 'somebody has had it');
});

t.test('a snapshot with much locked is freed step by step', async (t) => {
  const rig = await start();
  const ids = Array.from({ length: unlockStep + 1 }, (_, at) => `many.${at}`);
  for (const each of ids) await rig.ask(mail, op.submit(queueIn(0), { InteractionId: each }));
  await lockIn(rig, 0, { ids }, ann);
  t.strictSame(rig.world.orderOf(queueIn(0)), []);
  t.equal(await releaseIn(rig, 0, 17), 2);
  t.equal(rig.world.orderOf(queueIn(0)).length, ids.length);
  t.strictSame(rig.world.faults(), []);
});

t.test('after a kill all is free before anything is locked anew, and told', async (t) => {
  const rig = await withLocked();
  await rig.world.kill();
  await rig.pass(0);
  t.equal(await isLocked(rig), 0);
  t.match(rig.events().at(-1), {
    event: EventNumber.Unlocked,
    cause: { reasonSystemName: 'ServerRestarted' },
  });
  t.equal(rig.world.orderOf(queueIn(0)).length, 1);
  const { locks } = rig.world.partition(0).core.lasting;
  locks.isFreed = false;
  const order = { ids: [id], snapshot: 18 };
  t.equal(await errorNameOf(lockIn(rig, 0, order, bea)), 'Busy', 'until then nothing is locked');
  await rig.pass(0);
  t.strictSame(await lockIn(rig, 0, order, bea), [true]);
  t.strictSame(rig.world.faults(), []);
});

t.test('of a queue that moves what is locked follows when it is free', async (t) => {
  const rig = await start(2);
  const ids = [idAtHome(0, 2, 'stays'), idAtHome(0, 2, 'goes')];
  for (const each of ids) await rig.ask(mail, op.submit(queueIn(0), { InteractionId: each }));
  await lockIn(rig, 0, { ids: [ids[0]!] }, ann);
  rig.world.moveQueue(queueIn(0), 1);
  await rig.pass(5_000);
  await rig.pass(5_000);
  t.equal(rig.world.leftBehind(), 1);
  await releaseIn(rig, 0, 17);
  await rig.pass(5_000);
  await rig.pass(5_000);
  t.equal(rig.world.leftBehind(), 0);
  await rig.world.settle();
  t.strictSame(rig.world.faults(), []);
});

t.test('what is stopped while it is locked is kept free, and restored so', async (t) => {
  const rig = await withLocked();
  rig.world.partition(0).core.keptMs = 60_000;
  await superviseIn(rig, 0, superviseOrder('stop', id), {
    ...boss,
    sessionKey: ann.sessionKey,
  } as SessionInfo);
  await restoreIn(rig, 0, id, boss);
  t.equal(await isLocked(rig), 0);
  t.equal(rig.world.orderOf(queueIn(0)).length, 1);
  t.strictSame(rig.world.faults(), []);
});
