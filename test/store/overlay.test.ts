/** Layers: what they say to what lies below is what was done, without what came and went. */
import fc from 'fast-check';
import t from 'tap';
import { Table, type Change } from '../../lib/store/contract.js';
import { Draft } from '../../lib/store/draft.js';
import { MemoryDisk, MemoryStore } from '../../lib/store/memory.js';
import { Layer } from '../../lib/store/overlay.js';
import { Model, plain, row } from './conformance.js';

const change = fc.record({
  table: fc.constantFrom(Table.state, Table.order),
  key: fc.constantFrom('a', 'b', 'c', 'd'),
  value: fc.option(fc.uint8Array({ minLength: 1, maxLength: 2 }), { nil: undefined }),
  isNew: fc.boolean(),
});

const all = (model: Model): string[][] =>
  [Table.state, Table.order].map((table) => plain(model.range(table, {})));

t.test('layers handed down one after the other leave what was done', async (test) => {
  fc.assert(
    fc.property(fc.array(fc.array(change, { maxLength: 8 }), { maxLength: 6 }), (batches) => {
      const model = new Model();
      const below = new Model();
      for (const batch of batches) {
        const layer = new Layer();
        // Some come one by one, some with a layer of their own, as a draft's do.
        const draft = new Layer();
        const changes = model.apply(batch);
        const half = changes.length >> 1;
        for (const each of changes.slice(0, half)) layer.take(each);
        for (const each of changes.slice(half)) draft.take(each);
        for (const each of draft.changes()) layer.take(each);
        below.apply(layer.changes());
        test.same(all(below), all(model));
      }
    }),
  );
});

const isNew = (one: Change): Change => ({ ...one, isNew: true });
const keysOf = (layer: Layer): string[] => layer.changes().map(({ key }) => key);

t.test('what came and went is no change', async (test) => {
  const layer = new Layer();
  layer.take(isNew(row(Table.state, 'a', 'x')));
  layer.take(row(Table.state, 'a', 'y'));
  layer.take(row(Table.state, 'a', undefined));
  layer.take(row(Table.state, 'b', undefined));
  test.same(keysOf(layer), ['b']);
  test.equal(layer.get(Table.state, 'a'), null, 'it is still known to be gone');
  layer.take(isNew(row(Table.state, 'a', 'z')));
  test.same(keysOf(layer), ['a', 'b'], 'and may come again');
});

t.test('what is said to be new where something was deleted is deleted below', async (test) => {
  const layer = new Layer();
  layer.take(row(Table.state, 'a', undefined));
  layer.take(isNew(row(Table.state, 'a', 'x')));
  layer.take(row(Table.state, 'a', undefined));
  test.same(keysOf(layer), ['a']);
});

t.test('a draft takes a row for new only where its caller says so', async (test) => {
  const draft = new Draft(new MemoryStore(new MemoryDisk()));
  draft.put(Table.state, 'a', Buffer.of(1));
  draft.put(Table.state, 'b', Buffer.of(1), true);
  for (const key of ['a', 'b']) draft.delete(Table.state, key);
  const { changes } = draft.seal(0, 1, 1);
  test.same(
    [...changes].map(({ key, value }) => [key, value]),
    [['a', undefined]],
  );
});
