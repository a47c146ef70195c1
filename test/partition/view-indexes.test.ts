/**
 * The indexes of views give exactly what evaluating the condition on every row gives, in the same
 * order: whatever rows and views come, change and go, while indexes are built and dropped, and
 * whatever is killed in the middle.
 */
import t from 'tap';
import type { Condition, Order } from '../../lib/condition/index.js';
import { seededRandom } from '../../lib/clock.js';
import { isAvailable } from '../../lib/interaction/record-changes.js';
import type { Core } from '../../lib/partition/core.js';
import { IndexState, readIndexes } from '../../lib/partition/rows/index-row.js';
import {
  readViewRow,
  viewNamesAfter,
  type ViewChange,
} from '../../lib/partition/rows/view-rows.js';
import { firstOfView } from '../../lib/partition/views/selection.js';
import type { Turn } from '../../lib/partition/turn.js';
import { Subject } from '../../lib/search/index.js';
import { Table } from '../../lib/store/contract.js';
import { doneAsDesk } from './ask-as-desk.js';
import { op, queueIn, Rig, sessionOf } from './support.js';

const seeds = (process.env['IXION_SEED'] ?? '1,2').split(',').map(Number);
const steps = 120;

const conditions = [
  '',
  "MediaType = 'chat'",
  "MediaType = 'email'",
  "MediaType IN ('email', 'chat')",
  "MediaType = 'chat' AND InteractionSubtype = 'es'",
  "InteractionSubtype = 'de' AND Priority > 0",
  'Priority > 2 OR InteractionSubtype IS NULL',
  "NOT MediaType = 'chat'",
  '_age() > 30',
  "_age() < 40 AND MediaType = 'email'",
  '_age() > 20 AND _age() < 60',
  "InteractionSubtype LIKE '%e%'",
  '_age() * _age() > 400',
] as const;
const orders = [
  '',
  'Priority DESC, ReceivedAt',
  'ReceivedAt DESC',
  'InteractionSubtype, Priority',
  'InteractionSubtype DESC, MediaType',
  'ReceivedAt - 60 * Priority',
  '_age() DESC',
  '_age() * Priority',
] as const;
const subtypes = [undefined, 'es', 'de', 'd\u{1f600}e', '\ufffd', 'd'] as const;

const media = sessionOf('mail', 'MediaServer');
const agent = sessionOf('ann', 'AgentApplication');
const queues = [queueIn(0), queueIn(0, true)] as const;

/** What every row says. */
function expected(
  core: Core,
  turn: Turn,
  queue: number,
  condition: Condition<Subject>,
  order: Order<Subject>,
): string[] {
  const rows = core.store.range(Table.interaction, {}).map(([id, row]) => {
    const subject = new Subject((number) => core.queues.nameOf(number));
    subject.take(id, row, core.store.get(Table.state, id));
    return subject;
  });
  return rows
    .filter(({ record }) => record.queue === queue && isAvailable(record))
    .filter((subject) => condition.holds(subject, turn.wallMs))
    .sort((a, b) => order.compare(a, b, turn.wallMs) || a.record.placeSeq - b.record.placeSeq)
    .map(({ id }) => id);
}

/** Compares all views; tells how many were answered by a live index. */
async function compare(rig: Rig, where: string): Promise<number> {
  let live = 0;
  const faults = await doneAsDesk(
    rig,
    0,
    (core, turn) =>
      viewNamesAfter(turn, undefined).flatMap((name) => {
        const placed = core.views.table.named(turn, name);
        const { view, queue, plan } = placed;
        if (plan.kind === 'index' && core.views.indexes.live(queue, plan.name)) live++;
        const got = firstOfView(core, turn, agent, placed, 1_000);
        const wanted = expected(core, turn, queue, view.condition, view.order);
        if (`${got}` === `${wanted}`) return [];
        return [`${where}, ${name} ${readViewRow(turn, name)}: ${got} not ${wanted}`];
      }),
    'reads',
  );
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return live;
}

for (const seed of seeds) {
  t.test(`as every row says; IXION_SEED=${seed}`, async (t) => {
    const random = seededRandom(seed);
    const below = (most: number): number => Math.floor(random.fraction() * most);
    const one = <T>(of: readonly T[]): T => of[below(of.length)]!;
    const rig = await Rig.start({ sessions: [media, agent], seed });
    const viewNames = Array.from({ length: 12 }, (_, at) => `view${at}`);
    let version = 0;
    const ids: string[] = [];
    let live = 0;
    const changeView = (): void => {
      const view = { queue: one(queues), condition: one(conditions), order: one(orders) };
      const fields = Object.fromEntries(Object.entries(view).filter(([, text]) => text !== ''));
      const json = below(5) === 0 ? undefined : JSON.stringify(fields);
      const changes: ViewChange[] = [[one(viewNames), json]];
      void rig.world.partition(0).changeViews({ changes, version: ++version });
    };
    const act = async (): Promise<void> => {
      const id = ids.length === 0 ? '' : one(ids);
      switch (below(9)) {
        case 0:
          return changeView();
        case 1:
        case 2:
        case 3: {
          const InteractionSubtype = one(subtypes);
          const more = { MediaType: one(['email', 'chat', 'sms']), Priority: below(5) - 1 };
          const InteractionId = `i${ids.push(`i${ids.length}`) - 1}`;
          const subtype = InteractionSubtype === undefined ? {} : { InteractionSubtype };
          rig.send(media, op.submit(one(queues), { InteractionId, ...more, ...subtype }));
          return;
        }
        case 4:
          return void (id !== '' && rig.send(media, op.change(id, { Priority: below(6) })));
        case 5:
          return void (id !== '' && rig.send(media, op.place(id, one(queues))));
        case 6:
          if (id === '') return;
          return void rig.send(media, below(2) === 0 ? op.hold(id) : op.resume(id));
        case 7:
          return void (id !== '' && below(2) === 0 && rig.send(media, op.stop(id)));
        default:
          rig.send(agent, op.pull(one(viewNames)));
          if (below(4) === 0) await rig.world.kill();
      }
    };
    for (let step = 0; step < steps; step++) {
      for (let acts = 0; acts < 4; acts++) await act();
      await rig.quiet();
      await rig.pass(one([0, 8, 500, 5_000]));
      live += await compare(rig, `step ${step}`);
    }
    t.ok(live > steps, `${live} answers by an index`);
    t.strictSame(rig.world.faults(), []);
    const { store } = rig.world.partition(0).core;
    await rig.pass(1_000);
    for (let pass = 0; pass < 40; pass++) await rig.pass(8);
    const states = readIndexes(store).map(({ state }) => state);
    t.ok(
      states.every((state) => state === IndexState.live),
      'nothing is left half done',
    );
  });
}
