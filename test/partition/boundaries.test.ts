/** The five steps of a hand-off by their rows, and a kill right after each of them. */
import t from 'tap';
import { unpackLocation } from '../../lib/partition/moves/locations.js';
import { Table } from '../../lib/store/contract.js';
import { Rig, errorOf, idAtHome, keyOf, op, propertiesOf, queueIn, sessionOf } from './support.js';
import { KeyedKind } from '../../lib/interaction/keyed-result.js';
import { digestOfOperation } from './digest.js';

const [source, target, home] = [0, 1, 2];
const media = sessionOf('mail', 'MediaServer');

/** Rows on disk: copies in transit, remembered offers, places known at home. */
interface Rows {
  readonly transit: number;
  readonly taken: number;
  readonly isLocated: boolean;
}

const boundaries: readonly (Rows & { readonly name: string })[] = [
  { name: '1: the source has the copy', transit: 1, taken: 0, isLocated: false },
  { name: '2: the target has the rows', transit: 1, taken: 1, isLocated: false },
  { name: '3: home knows where it is', transit: 1, taken: 1, isLocated: true },
  { name: '4: the source has nothing more', transit: 0, taken: 1, isLocated: true },
  { name: '5: the target forgot the offer', transit: 0, taken: 0, isLocated: true },
];

function rowsOf(rig: Rig, id: string): Rows {
  const count = (partition: number, table: Table): number =>
    rig.world.disk(partition).table(table).size;
  const location = rig.world.disk(home!).table(Table.location).get(id);
  return {
    transit: count(source!, Table.transit),
    taken: count(target!, Table.taken),
    isLocated: location !== undefined && unpackLocation(location).at === target,
  };
}

for (const { name, ...expected } of boundaries) {
  t.test(`killed after step ${name}`, async (t) => {
    const rig = await Rig.start({ partitions: 3, sessions: [media] });
    const id = idAtHome(home!, 3);
    await rig.ask(media, op.submit(queueIn(source!), { InteractionId: id }));
    await rig.world.settle();
    const place = op.place(id, queueIn(target!), { RequestKey: keyOf('place') });
    const first = rig.send(media, place);
    for (let steps = 0; JSON.stringify(rowsOf(rig, id)) !== JSON.stringify(expected); steps++) {
      if (steps > 1_000) return void t.fail('the boundary was never met');
      await rig.world.step();
    }
    await rig.world.kill();
    t.strictSame(rowsOf(rig, id), expected, 'the rows are on disk');
    t.equal(errorOf(await rig.ask(media, place, { retried: true })), 'ack');
    await rig.world.settle();
    t.ok(rig.answersTo(first).length <= 1, 'the first attempt is answered at most once');
    const properties = propertiesOf(await rig.ask(media, op.get(id)));
    t.match(properties, { Queue: queueIn(target!), InteractionState: 0, InteractionVersion: 2 });
    t.strictSame(rig.eventNames(id), ['InteractionSubmitted', 'PlacedInQueue']);
    t.strictSame(rig.world.faults(), []);
    t.equal(rig.world.leftovers(), 0);
  });
}

t.test('requests that come while it is on its way are answered where it has gone', async (t) => {
  const rig = await Rig.start({ partitions: 3, sessions: [media] });
  const id = idAtHome(home!, 3);
  await rig.ask(media, op.submit(queueIn(source!), { InteractionId: id }));
  await rig.quiet();
  rig.send(media, op.place(id, queueIn(target!)));
  const changes = Array.from({ length: 5 }, () => rig.send(media, op.change(id, { Priority: 3 })));
  const stop = rig.send(media, op.stop(id));
  await rig.world.settle();
  t.strictSame(
    [...changes, stop].map((reference) => rig.answersTo(reference).map(errorOf)),
    Array.from({ length: 6 }, () => ['ack']),
  );
});

t.test('more requests than may wait for a hand-off are answered busy', async (t) => {
  const rig = await Rig.start({ partitions: 2, sessions: [media] });
  const id = idAtHome(0, 2);
  await rig.ask(media, op.submit(queueIn(0), { InteractionId: id }));
  rig.send(media, op.place(id, queueIn(1)));
  const gets = Array.from({ length: 65 }, () => rig.send(media, op.get(id)));
  await rig.world.settle();
  const answers = gets.map((reference) => rig.answersTo(reference).map(errorOf).join());
  t.strictSame(
    answers.slice(0, 64),
    Array.from({ length: 64 }, () => 'properties'),
  );
  t.equal(answers[64], 'Busy');
});

t.test('a repeated end keeps the result of the first', async (t) => {
  const rig = await Rig.start({ partitions: 2, sessions: [media] });
  const id = idAtHome(0, 2);
  await rig.ask(media, op.submit(queueIn(0), { InteractionId: id }));
  await rig.ask(media, op.place(id, queueIn(1)));
  const stop = op.stop(id, { RequestKey: keyOf('stop') });
  await rig.ask(media, stop);
  await rig.world.settle();
  const home = rig.world.partition(0);
  const { clientName } = media;
  const gone = { type: 'gone', id, move: 1, from: 1, submittedBy: clientName } as const;
  const requestKey = 'stop'.padEnd(16);
  const digest = digestOfOperation(stop);
  home.peer({ ...gone, results: [{ clientName, requestKey, kind: KeyedKind.stop, digest }] });
  await rig.quiet();
  t.equal(errorOf(await rig.ask(media, stop)), 'ack');
  t.equal(errorOf(await rig.ask(media, op.stop(id))), 'UnknownInteraction', 'without the key');
});
