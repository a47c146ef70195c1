/** Single properties of a row are those that unpacking all of them gives. */
import fc from 'fast-check';
import t from 'tap';
import { packKeyValues } from '../../lib/interaction/attached-data.js';
import { encodeRow, packBody } from '../../lib/interaction/body.js';
import { mapInRow, numberInRow, textInRow } from '../../lib/interaction/row-property.js';
import { columnAt, columns, type Columns } from '../../lib/interaction/state-sections.js';
import { noResults, type StateRecord } from '../../lib/interaction/state-record.js';
import { noTimes } from '../../lib/interaction/times.js';
import { noBytes } from '../../lib/pack/sections.js';

const recordOf = (): StateRecord => ({
  state: 0,
  isHeld: false,
  isLocked: false,
  isOnline: false,
  chosenId: false,
  version: 1,
  assignment: 1,
  move: 0,
  queue: 1,
  tenantId: 1,
  priority: 0,
  submitSeq: 1,
  placeSeq: 1,
  times: noTimes(),
  orderAt: undefined,
  owner: '',
  assignedTo: '',
  results: noResults,
  sections: noBytes,
  hasRow: false,
});
const texts = [
  'SubmittedBy',
  'MediaType',
  'InteractionType',
  'InteractionSubtype',
  'ExternalId',
  'ParentId',
] as const;

t.test('as they were packed', (t) => {
  const text = fc.option(
    fc.oneof(fc.constantFrom(...texts, 'InQueues', ''), fc.string({ maxLength: 80 })),
    { nil: undefined },
  );
  const queues = fc.option(
    fc.dictionary(fc.constantFrom('a', 'MediaType', 'ä'), fc.integer({ min: 0, max: 9 })),
    { nil: undefined },
  );
  const properties = fc.record({
    ...Object.fromEntries(texts.map((name) => [name, text])),
    ServiceObjective: fc.option(fc.integer({ min: 0, max: 1e9 }), { nil: undefined }),
    InQueues: queues,
  });
  fc.assert(
    fc.property(properties, ({ InQueues, ServiceObjective, ...named }) => {
      const given = named as Record<string, string | undefined>;
      const packed = InQueues === undefined ? undefined : packKeyValues({ ...InQueues });
      const body = packBody({ ...given, ServiceObjective, InQueues: packed }, undefined);
      const row = encodeRow(recordOf(), body);
      const found = mapInRow(row, 'InQueues');
      return (
        texts.every((name) => textInRow(row, name) === given[name]) &&
        numberInRow(row, 'ServiceObjective') === ServiceObjective &&
        (found === undefined ? packed === undefined : Buffer.compare(found, packed!) === 0)
      );
    }),
  );
  t.end();
});

t.test('a column is read as all of them are', (t) => {
  const value = fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.double({ noNaN: true }),
    fc.constant(null),
    fc.integer().map((timeMs) => ({ timeMs })),
  );
  const all = fc.array(fc.tuple(fc.integer({ min: 1, max: 70_000 }), value), { maxLength: 12 });
  fc.assert(
    fc.property(all, fc.integer({ min: 1, max: 70_000 }), (pairs, other) => {
      const values: Columns = new Map(pairs);
      const record = recordOf();
      columns.put(record, values.size === 0 ? undefined : values);
      return [...values.keys(), other].every((number) => {
        const wanted = values.get(number);
        const plain = typeof wanted === 'object' && wanted !== null ? wanted.timeMs : wanted;
        return Object.is(columnAt(record, number), plain);
      });
    }),
  );
  t.end();
});
