/** Versions: random changes, interrupted anywhere, and the way back. */
import fc from 'fast-check';
import t from 'tap';
import { type Fault, ObjectsRefused } from '../../lib/objects/fault.js';
import { compareModels, emptyModel, type Model } from '../../lib/objects/model.js';
import { objectPrefix, objectsEnd, readObjectKey, startObjectsOf } from '../../lib/objects/rows.js';
import { ConfigService } from '../../lib/objects/config-service.js';
import { writeModel } from '../../lib/objects/yaml-write.js';
import { workbinTypeOf } from '../../lib/text/index.js';
import { anyModel } from './arbitraries.js';
import { MemoryConfigStore } from './memory-config-store.js';

const textOf = (model: Model): string => [...writeModel(model)].join('');
const options = { who: 'test', comment: '', dryRun: false, merge: false, prune: true };
const quiet = (): void => undefined;

/** What the partitions have is what the objects say. */
function checkQueues(store: MemoryConfigStore, model: Model): boolean {
  const objects = model.get('queue')!;
  const types = model.get('workbinType')!;
  const count = objects.size + types.size;
  const numbers = new Set(store.placed.queues.map(({ number }) => number));
  type Fields = { businessProcess?: string; owner?: string; queue?: string };
  const fieldsOf = (json = '{}'): Fields => JSON.parse(json) as Fields;
  return (
    store.placed.queues.length === count &&
    numbers.size === count &&
    store.placed.queues.every(({ name, businessProcess, number, owner, kind }) => {
      if (number > store.placed.highest) return false;
      if (kind === undefined) {
        return fieldsOf(objects.get(name)).businessProcess === businessProcess;
      }
      // The queue under a type of workbins.
      const type = fieldsOf(types.get(workbinTypeOf(name)));
      const process = fieldsOf(objects.get(type.queue ?? '')).businessProcess;
      return type.owner === owner && process === businessProcess;
    })
  );
}

/** Why a change was refused. */
async function faultsOf(change: Promise<unknown>): Promise<readonly Fault[]> {
  const error: unknown = await change.catch((reason: unknown) => reason);
  if (!(error instanceof ObjectsRefused)) throw new Error('it was not refused', { cause: error });
  return error.faults;
}

t.test('random changes, cut short at any write; every version can be had again', async (t) => {
  const step = fc.record({ model: anyModel, cutAfter: fc.option(fc.nat(3), { freq: 3 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
      const store = new MemoryConfigStore();
      let service = new ConfigService(store);
      let current: Model = emptyModel();
      const versions = [textOf(current)];
      for (const { model, cutAfter } of steps) {
        const differs = compareModels(current, model).length > 0;
        if (cutAfter !== null) {
          store.writesLeft = cutAfter;
          await service.apply(textOf(model), options, quiet).then(
            (result) => {
              if (!differs) return;
              if (!result.isApplied) throw new Error('a change that differs was not made');
              current = model;
              versions.push(textOf(model));
            },
            () => undefined,
          );
          store.writesLeft = Number.POSITIVE_INFINITY;
          // The process is gone; another one finds what is there.
          service = new ConfigService(store);
        } else {
          const result = await service.apply(textOf(model), options, quiet);
          if (result.isApplied !== differs) return false;
          if (differs) versions.push(textOf(model));
          current = model;
        }
        const again = await service.model();
        if (textOf(again) !== textOf(current) || !checkQueues(store, again)) return false;
        const rows = await store.read(objectPrefix, objectsEnd, 10_000);
        if (rows.some(([key]) => readObjectKey(key).version >= versions.length)) return false;
      }
      for (const [version, text] of versions.entries()) {
        if (textOf(await service.model(version)) !== text) return false;
      }
      const back = versions.length >> 1;
      await service.rollback(back, options, quiet);
      return (
        textOf(await service.model()) === versions[back] &&
        checkQueues(store, await service.model())
      );
    }),
    { numRuns: 25 },
  );
  t.pass();
});

t.test('merge touches only what is named, and dry runs touch nothing', async (t) => {
  const store = new MemoryConfigStore();
  const service = new ConfigService(store);
  await service.apply('places:\n  - name: a\n  - name: b\n', options, quiet);
  const rows = new Map(store.rows);
  const dry = await service.apply('places: []\n', { ...options, dryRun: true }, quiet);
  t.match(dry, { isApplied: false, version: 1, added: 0, changed: 0, removed: 2 });
  t.strictSame(store.rows, rows);
  const file = 'places:\n  - name: b\n    enabled: false\n  - name: c\n';
  const merged = await service.apply(file, { ...options, merge: true, comment: 'why' }, quiet);
  t.match(merged, { isApplied: true, version: 2, added: 1, changed: 1, removed: 0 });
  t.strictSame(merged.changes, [
    {
      kind: 'place',
      name: 'b',
      change: 'changed',
      fields: [{ field: 'enabled', before: undefined, after: false }],
    },
    { kind: 'place', name: 'c', change: 'added', fields: [] },
  ]);
  t.match(await service.history(10), [
    { version: 2, who: 'test', comment: 'why', added: 1, changed: 1, removed: 0, at: 2_000 },
    { version: 1, added: 2, at: 1_000 },
  ]);
  t.match(await service.history(1), [{ version: 2 }]);
  t.strictSame(await service.changesOf(2), [
    ['place', 'b', 'changed'],
    ['place', 'c', 'added'],
  ]);
  await t.rejects(service.changesOf(3), ObjectsRefused);
  await t.rejects(service.rollback(3, options, quiet), /there is no version 3/);
});

t.test('a queue that holds interactions is not removed; it moves with them', async (t) => {
  const store = new MemoryConfigStore();
  const service = new ConfigService(store);
  const queues = (...lines: string[]): string =>
    `businessProcesses:\n  - name: p\nqueues:\n${lines.map((line) => `  - ${line}\n`).join('')}`;
  const a = '{name: a, businessProcess: p, partition: 1}';
  const b = '{name: b, businessProcess: p, partition: 1}';
  await service.apply(queues(a, b), options, quiet);
  store.filled.set('a', 3);
  for (const dryRun of [true, false]) {
    const removal = service.apply(queues(b), { ...options, dryRun }, quiet);
    t.match(await faultsOf(removal), [{ path: 'queues.a', what: /has 3 interactions/ }]);
  }
  t.strictSame(store.closed, [], 'the queue takes interactions again');
  t.equal(store.placed.version, 1);
  await service.apply(queues(a), options, quiet);
  const moving = [{ queue: 'a', from: 1, to: 0, interactions: 3 }];
  const elsewhere = queues(a.replace('1}', '0}'));
  t.match(await service.apply(elsewhere, { ...options, dryRun: true }, quiet), { moving });
  t.match(store.placed.queues, [{ partition: 1 }]);
  t.match(await service.apply(elsewhere, options, quiet), { isApplied: true, moving });
  t.match(
    store.placed.queues,
    [{ number: 1, partition: 0, formerly: [1] }],
    'it is the same queue',
  );
  t.strictSame(store.closed, [], 'it was open all the time');
  await service.apply(queues('{name: a, businessProcess: p}'), options, quiet);
  t.match(store.placed.queues, [{ partition: 0 }], 'it stays where it is');
  const archive = queues('{name: a, businessProcess: p, placement: archive}');
  t.match(await service.apply(archive, options, quiet), { moving: [{ from: 0, to: 3 }] });
  t.match(store.placed.queues, [{ placement: 'archive', formerly: [1, 0] }]);
  await service.apply(queues('{name: a, businessProcess: p, placement: vip}'), options, quiet);
  await service.rollback(3, options, quiet);
  t.match(store.placed.queues, [{ number: 1, partition: 0, formerly: [1, 3, 2] }]);
  t.match(await faultsOf(service.apply(archive.replace('archive', 'elsewhere'), options, quiet)), [
    { path: 'queues.0.placement', what: /no placement elsewhere/, remedy: /archive, .*, vip/ },
  ]);
  const both = queues('{name: a, businessProcess: p, partition: 1, placement: flow}');
  t.match(await faultsOf(service.apply(both, options, quiet)), [{ path: 'queues.0.placement' }]);
});

t.test('queues that were added without objects become objects', async (t) => {
  const store = new MemoryConfigStore();
  const service = new ConfigService(store);
  await service.apply('places:\n  - name: a\n', options, quiet);
  const home = store.placements.homeOf('p', false);
  const added = ['q', 'r'].map((name, at) => ({
    number: at + 1,
    name,
    businessProcess: 'p',
    partition: home + at,
  }));
  store.placed = { version: 5, highest: 2, queues: added };
  const model = await service.model();
  t.strictSame(
    [...model.get('queue')!],
    [
      ['q', '{"businessProcess":"p"}'],
      ['r', `{"businessProcess":"p","partition":${home + 1}}`],
    ],
  );
  t.match(await service.history(1), [{ version: 2, who: 'server', added: 3 }]);
  const placed = [{ ...added[0]!, placement: 'vip' }, added[1]!];
  store.placed = { version: 6, highest: 2, queues: placed };
  const again = await service.model();
  t.equal(again.get('queue')!.get('q'), '{"businessProcess":"p","placement":"vip"}');
  t.match(await service.history(1), [{ version: 3, who: 'server', added: 0, changed: 1 }]);
});

t.test('a start reads the options of the version that counts', async (t) => {
  const store = new MemoryConfigStore();
  const service = new ConfigService(store);
  const text = 'options:\n  settings:\n    collect-error-counters: true\n    routing-timeout: 30\n';
  const result = await service.apply(
    `${text}  health-service:\n    enable-keepalive: true\n`,
    options,
    quiet,
  );
  t.strictSame(startObjectsOf([...store.rows]).options, {
    'settings/collect-error-counters': true,
    'settings/routing-timeout': 30,
    'health-service/enable-keepalive': true,
  });
  t.match(result.effects, { now: 1, restart: [], kept: { length: 2 } });
  await service.rollback(0, options, quiet);
  t.strictSame(startObjectsOf([...store.rows]).options, {});
});
