/** What views cost those who submit: entries, which views share as far as they can. */
import t from 'tap';
import { limits } from '../../lib/limits.js';
import type { ViewChange } from '../../lib/partition/rows/view-rows.js';
import { explain, type ViewAnswer } from '../../lib/partition/views/explaining.js';
import { Table } from '../../lib/store/contract.js';
import { doneAsDesk } from './ask-as-desk.js';
import { op, pulledIds, queueIn, Rig, sessionOf } from './support.js';

const media = sessionOf('mail', 'MediaServer');
const agent = sessionOf('ann', 'AgentApplication');
const queue = queueIn(0);

async function rigWith(views: readonly object[]): Promise<Rig> {
  const rig = await Rig.start({ sessions: [media, agent] });
  const changes = views.map((view, at): ViewChange => [
    `view${at}`,
    JSON.stringify({ queue, ...view }),
  ]);
  void rig.world.partition(0).changeViews({ changes, version: 1 });
  await rig.pass(2_000);
  for (let pass = 0; pass < 40; pass++) await rig.pass(8);
  return rig;
}

const entries = (rig: Rig): number =>
  rig.world.partition(0).core.store.range(Table.order, {}).length;

t.test('of 100 views that differ in constants three match: three entries', async (t) => {
  const shapes = [
    (at: number) => ({ condition: `InteractionSubtype = 's${at}'`, order: 'ReceivedAt' }),
    (at: number) => ({ condition: `MediaType = 'm${at}' AND Priority >= 0` }),
    (at: number) => ({ condition: `ExternalId = 'e${at}'`, order: 'Priority' }),
  ];
  const views = Array.from({ length: 100 }, (_, at) => shapes[at % 3]!(Math.floor(at / 3)));
  const rig = await rigWith(views);
  for (let at = 0; at < 20; at++) {
    const before = entries(rig);
    const one = { InteractionSubtype: `s${at}`, MediaType: `m${at}`, ExternalId: `e${at}` };
    await rig.ask(media, op.submit(queue, { InteractionId: `i${at}`, ...one }));
    t.equal(entries(rig) - before, 1 + 3, 'the order of the queue, and three');
  }
  await rig.ask(media, op.submit(queue, { InteractionId: 'none', Priority: -1 }));
  t.equal(entries(rig), 20 * 4 + 1, 'nothing for what no view can select');
  t.strictSame(pulledIds(await rig.ask(agent, op.pull('view15', { Count: 9 }))), ['i5']);
  t.strictSame(rig.world.faults(), []);
});

t.test('no more indexes than a queue may have; what has none says so', async (t) => {
  const views = Array.from({ length: limits.indexesPerQueue + 2 }, (_, at) => ({
    condition: `Priority > ${at}`,
    order: 'ReceivedAt DESC',
  }));
  const rig = await rigWith(views);
  const before = entries(rig);
  await rig.ask(media, op.submit(queue, { InteractionId: 'one', Priority: 99 }));
  t.equal(entries(rig) - before, 1 + limits.indexesPerQueue);
  const told = (await doneAsDesk(
    rig,
    0,
    (core, turn) => explain(core, turn, { kind: 'list', queue }),
    'reads',
  )) as ViewAnswer & { kind: 'list' };
  const others = told.views.filter(({ answeredBy }) => answeredBy === 'rows');
  t.equal(others.length, 2);
  t.match(others[0], { why: /has 8 indexes for other views/ });
  const pulled = await rig.ask(agent, op.pull(others[0]!.view));
  t.strictSame(pulledIds(pulled), ['one'], 'it is answered all the same');
  t.strictSame(rig.world.faults(), []);
});
