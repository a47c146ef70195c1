/**
 * Views by keys of attached data: their indexes are as every row says while the columns are filled
 * and others come and go, whatever changes meanwhile, and whatever is killed in the middle.
 */
import t from 'tap';
import { seededRandom } from '../../lib/clock.js';
import { packKeyValues, type KeyValue } from '../../lib/interaction/attached-data.js';
import type { MappedKey } from '../../lib/interaction/mapped-keys.js';
import { isAvailable } from '../../lib/interaction/record-changes.js';
import type { Core } from '../../lib/partition/core.js';
import { firstOfView } from '../../lib/partition/views/selection.js';
import type { PlacedView } from '../../lib/partition/views/view-table.js';
import type { Turn } from '../../lib/partition/turn.js';
import { Subject } from '../../lib/search/index.js';
import { Table } from '../../lib/store/contract.js';
import { doneAsDesk } from './ask-as-desk.js';
import { op, queueIn, Rig, sessionOf } from './support.js';

const seeds = (process.env['IXION_SEED'] ?? '1,2').split(',').map(Number);
const media = sessionOf('mail', 'MediaServer');
const agent = sessionOf('ann', 'AgentApplication');
const queue = queueIn(0);
const used: readonly MappedKey[] = [
  { number: 1, key: 'Lang', type: 'text' },
  { number: 2, key: 'the amount', column: 'amount', type: 'number' },
];
const views = {
  german: { condition: "Lang = 'de'", order: 'amount DESC' },
  any: { condition: "Lang IN ('de', 'en') AND amount > 2", order: 'Lang, Priority DESC' },
  none: { condition: 'Lang IS NULL', order: 'amount' },
  aged: { condition: "_age() > 20 AND Lang <> 'de'", order: 'ReceivedAt - 60 * amount' },
} as const;
const names = Object.keys(views);

/** What every row says. */
function expected(core: Core, turn: Turn, { view, queue: number }: PlacedView): string[] {
  const { condition, order } = view;
  return core.store
    .range(Table.interaction, {})
    .map(([id, row]) => {
      const subject = new Subject((one) => core.queues.nameOf(one));
      subject.take(id, row, core.store.get(Table.state, id));
      return subject;
    })
    .filter(({ record }) => record.queue === number && isAvailable(record))
    .filter((subject) => condition.holds(subject, turn.wallMs))
    .sort((a, b) => order.compare(a, b, turn.wallMs) || a.record.placeSeq - b.record.placeSeq)
    .map(({ id }) => id);
}

/** What is wrong with the views; and how many of them were answered by a live index. */
const compare = (rig: Rig): Promise<{ faults: string[]; live: number }> =>
  doneAsDesk(
    rig,
    0,
    (core, turn) => {
      const placed = names.map((name) => core.views.table.named(turn, name));
      const faults = placed.flatMap((one) => {
        const [got, wanted] = [
          firstOfView(core, turn, agent, one, 1_000),
          expected(core, turn, one),
        ];
        return `${got}` === `${wanted}` ? [] : [`${one.view.name}: ${got} not ${wanted}`];
      });
      const live = placed.filter(
        ({ plan, queue: at }) =>
          plan.kind === 'index' && core.views.indexes.live(at, plan.name) !== undefined,
      );
      return { faults, live: live.length };
    },
    'reads',
  );

for (const seed of seeds) {
  t.test(`as every row says; IXION_SEED=${seed}`, async (t) => {
    const random = seededRandom(seed);
    const below = (most: number): number => Math.floor(random.fraction() * most);
    const one = <T>(of: readonly T[]): T => of[below(of.length)]!;
    const rig = await Rig.start({ sessions: [media, agent], seed });
    const ids: string[] = [];
    const values = (): Uint8Array => {
      const pairs: [string, KeyValue | undefined][] = [
        ['Lang', one([undefined, 'de', 'en', 5, ''])],
        ['the amount', one([undefined, 1, 2.5, 7, 'many', '12'])],
      ];
      return packKeyValues(
        Object.fromEntries(
          pairs.filter((pair): pair is [string, KeyValue] => pair[1] !== undefined),
        ),
      );
    };
    const submit = (): void => {
      const InteractionId = `i${ids.push(`i${ids.length}`) - 1}`;
      rig.send(media, op.submit(queue, { InteractionId, UserData: values(), Priority: below(3) }));
    };
    for (let at = 0; at < 150; at += 1) submit();
    await rig.quiet();
    let highest = 2;
    const map = async (): Promise<void> => {
      const other: MappedKey = { number: (highest += 1), key: 'other', type: 'text' };
      const more = below(2) === 0 ? [] : [other];
      void rig.world.partition(0).replaceColumns([...used, ...more]);
      await rig.quiet();
    };
    await map();
    const changes = Object.entries(views).map(
      ([name, view]) => [name, JSON.stringify({ queue, ...view })] as const,
    );
    void rig.world.partition(0).changeViews({ changes, version: 1 });
    await rig.quiet();
    let live = 0;
    for (let step = 0; step < 60; step += 1) {
      const id = one(ids);
      const doing = below(14);
      if (doing < 2) submit();
      else if (doing < 4) rig.send(media, op.change(id, { ChangedProperties: values() }));
      else if (doing === 4) rig.send(media, below(2) === 0 ? op.hold(id) : op.resume(id));
      else if (doing === 5) rig.send(agent, op.pull(one(names)));
      else if (doing === 6) await map();
      else if (doing === 7) await rig.world.kill();
      await rig.quiet();
      await rig.pass(one([0, 300, 1_000]));
      for (let rounds = below(8); rounds > 0; rounds -= 1) await rig.pass(8);
      const found = await compare(rig);
      t.strictSame(found.faults, [], `step ${step}`);
      live += found.live;
    }
    t.ok(live > 60, `${live} answers by an index`);
    t.strictSame(rig.world.faults(), []);
  });
}
