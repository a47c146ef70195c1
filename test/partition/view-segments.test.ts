/** Segments of views: what routers have of each value is limited, whatever comes and goes. */
import t from 'tap';
import { seededRandom } from '../../lib/clock.js';
import { stateNow } from '../../lib/interaction/body.js';
import { InteractionState } from '../../lib/interaction/state-record.js';
import { segments } from '../../lib/interaction/segments.js';
import { Table } from '../../lib/store/contract.js';
import { op, pulledIds, queueIn, Rig, sessionOf } from './support.js';

const seeds = (process.env['IXION_SEED'] ?? '1,2,3,4,5,6').split(',').map(Number);
const steps = 60;
const media = sessionOf('mail', 'MediaServer');
const agent = sessionOf('ann', 'AgentApplication');
const routers = [sessionOf('urs1', 'RoutingEngine'), sessionOf('urs2', 'RoutingEngine')] as const;
const queue = queueIn(0);

async function rigWith(view: object, seed = 1): Promise<Rig> {
  const rig = await Rig.start({ sessions: [media, agent, ...routers], seed });
  const json = JSON.stringify({ queue, ...view });
  void rig.world.partition(0).changeViews({ changes: [['view', json]], version: 1 });
  await rig.pass(2_000);
  return rig;
}

/** The media type and segments of what routers have. */
function routed(rig: Rig) {
  const { store } = rig.world.partition(0).core;
  return store
    .range(Table.interaction, {})
    .map(([id, row]) => ({ id, record: stateNow(row, store.get(Table.state, id)) }))
    .filter(({ record }) => record.state === InteractionState.routed)
    .map(({ id, record }) => ({ value: id.split('.')[0]!, names: segments.of(record)?.names }));
}

t.test('a full segment is passed over, and its room is free again', async (t) => {
  const rig = await rigWith({ segmentation: { InteractionSubtype: 1 }, segmentTotalLimit: 3 });
  for (const id of ['de.1', 'de.2', 'none.1', 'es.1', 'at.1', 'none.2']) {
    const subtype = id.split('.')[0]!;
    const more = subtype === 'none' ? {} : { InteractionSubtype: subtype };
    await rig.ask(media, op.submit(queue, { InteractionId: id, ...more }));
  }
  const pull = async (by = routers[0] as typeof agent, Count = 9) =>
    pulledIds(await rig.ask(by, op.pull('view', { Count })));
  t.strictSame(await pull(), ['de.1', 'none.1', 'es.1'], 'one of each, three in all');
  t.strictSame(await pull(routers[1]), [], 'for all routers together');
  const waiting = rig.send(routers[1], op.pull('view', { WaitTimeoutMs: 60_000 }));
  await rig.quiet();
  t.strictSame(rig.answersTo(waiting), []);
  await rig.ask(routers[0], op.stop('none.1'));
  await rig.quiet();
  t.strictSame(pulledIds(rig.answersTo(waiting)[0]!), ['at.1'], 'what is first of those with room');
  t.strictSame(await pull(agent, 1), ['de.2'], 'an agent is not limited');
  await rig.world.kill();
  t.strictSame(await pull(), [], 'after a start as well');
  await rig.ask(routers[0], op.place('de.1', queueIn(0, true)));
  t.strictSame(await pull(), ['none.2'], 'what is placed elsewhere counts no more');
  t.strictSame(rig.world.faults(), []);
});

for (const seed of seeds) {
  t.test(`no segment has more than its limit; IXION_SEED=${seed}`, async (t) => {
    const random = seededRandom(seed);
    const below = (most: number): number => Math.floor(random.fraction() * most);
    const one = <T>(of: readonly T[]): T => of[below(of.length)]!;
    const [limit, total] = [1 + below(3), 2 + below(5)];
    const order = one(['', 'InteractionSubtype', 'ReceivedAt DESC']);
    const rig = await rigWith({
      segmentation: { InteractionSubtype: limit },
      segmentTotalLimit: total,
      ...(order !== '' && { order }),
    }, seed); // prettier-ignore
    const ids: string[] = [];
    let most = 0;
    const act = async (): Promise<void> => {
      const id = one(ids);
      switch (below(8)) {
        case 0:
        case 1: {
          const InteractionSubtype = one(['de', 'es', 'fr']);
          const InteractionId = `${InteractionSubtype}.${ids.length}`;
          ids.push(InteractionId);
          return void rig.send(media, op.submit(queue, { InteractionId, InteractionSubtype }));
        }
        case 2:
        case 3: {
          const more = { Count: 1 + below(4), WaitTimeoutMs: one([0, 30_000]) };
          return void rig.send(one(routers), op.pull('view', more));
        }
        case 4:
          return void (id !== undefined && rig.send(one(routers), op.stop(id)));
        case 5:
          return void (id !== undefined && rig.send(one(routers), op.place(id, queue)));
        case 6:
          return void (id !== undefined && rig.send(media, op.change(id, { Priority: below(3) })));
        default:
          if (below(3) === 0) await rig.world.kill();
      }
    };
    for (let step = 0; step < steps; step++) {
      for (let acts = 0; acts < 4; acts++) await act();
      await rig.quiet();
      await rig.pass(one([0, 50, 1_000]));
      const counts = new Map<string, number>();
      const all = routed(rig).filter(({ names }) => names !== undefined);
      for (const { value } of all) counts.set(value, (counts.get(value) ?? 0) + 1);
      const greatest = Math.max(0, ...counts.values());
      if (greatest > limit || all.length > total) t.fail(`step ${step}: ${greatest} ${all.length}`);
      most = Math.max(most, all.length);
    }
    t.equal(most, Math.min(total, 3 * limit), 'as many as may be');
    t.strictSame(rig.world.faults(), []);
  });
}
