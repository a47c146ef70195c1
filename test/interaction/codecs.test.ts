/** Rows of an interaction come back as they were, whatever stands in them. */
import { KeyedKind } from '../../lib/interaction/keyed-result.js';
import { limits } from '../../lib/limits.js';
import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import {
  packKeyValues,
  unpackKeyValues,
  type KeyValues,
} from '../../lib/interaction/attached-data.js';
import { unpackItem } from '../../lib/pack/items.js';
import { packedMap, PairWriter } from '../../lib/pack/pairs.js';
import { PackReader } from '../../lib/pack/reader.js';
import { isTextOf, readText } from '../../lib/pack/text.js';
import {
  bodyOfRow,
  encodeRow,
  packBody,
  stateNow,
  stateOfRow,
  unpackProperties,
  type BodyProperties,
} from '../../lib/interaction/body.js';
import { homeOf, IdentifierSource, isValidIdentifier } from '../../lib/interaction/identifier.js';
import { packedBytesMax, packProperties } from '../../lib/interaction/properties.js';
import { decodeState, encodeState, type StateRecord } from '../../lib/interaction/state-record.js';
import {
  bitsSet,
  maskOfTimes,
  noTimes,
  packTimes,
  timeNames,
  type Times,
} from '../../lib/interaction/times.js';
import { filed, WorkbinOwner } from '../../lib/interaction/state-sections.js';
import { noBytes } from '../../lib/pack/sections.js';
import { sectionsOf } from './section-arbitraries.js';

const seedOfRun = process.env['IXION_SEED'];
const seed = seedOfRun === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(seedOfRun);
const parameters = { seed, numRuns: 300 };

const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const i32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const time = fc.integer({ min: 0, max: 8_640_000_000_000_000 });
const sequence = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
/** Well-formed, also beyond ASCII, at most 255 bytes. */
const name = fc
  .string({ unit: 'grapheme', maxLength: 30 })
  .filter((text) => Buffer.byteLength(text) <= 255);
const bytes16 = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes));
/** Records as literals make them, so that they compare with what a decoder makes. */
const recordOf = ((model: object, constraints: object = {}) =>
  fc.record(model as never, { ...constraints, noNullPrototype: true })) as typeof fc.record;
const optional = <Value>(arbitrary: fc.Arbitrary<Value>) =>
  fc.option(arbitrary, { nil: undefined });

const times: fc.Arbitrary<Times> = recordOf(
  Object.fromEntries(timeNames.map((each) => [each, time])),
  { requiredKeys: [] },
).map((set) => ({ ...noTimes(), ...set }));

const owner = fc.oneof(
  fc.constant({ owner: '', assignedTo: '' }),
  recordOf({ owner: bytes16.map((bytes) => bytes.toString('hex')), assignedTo: name }),
);

const state: fc.Arbitrary<StateRecord> = fc
  .tuple(
    recordOf({
      state: fc.constantFrom(0, 1, 2, 3) as fc.Arbitrary<StateRecord['state']>,
      isHeld: fc.boolean(),
      isLocked: fc.boolean(),
      isOnline: fc.boolean(),
      chosenId: fc.boolean(),
      hasRow: fc.constant(true),
      version: u32,
      assignment: u32,
      move: u32,
      queue: u32,
      tenantId: u32,
      priority: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      submitSeq: sequence,
      placeSeq: fc.oneof(fc.constant(0), sequence),
      times,
      orderAt: optional(time),
      sections: sectionsOf(4, 127),
      results: fc.array(
        recordOf({
          clientName: fc.oneof(fc.constantFrom('ann', 'mail'), name),
          requestKey: bytes16.map((bytes) => bytes.toString('latin1')),
          kind: fc.constantFrom(...Object.values(KeyedKind)),
          digest: i32,
          servedSeconds: i32,
        }),
        { maxLength: limits.resultsPerInteraction + limits.resultsOnTheirWay },
      ),
    }),
    owner,
  )
  .map(([record, held]) => ({ ...record, ...held }))
  // As most are: placed when they were submitted.
  .chain((record) =>
    fc.boolean().map((isFirst) => (isFirst ? { ...record, placeSeq: record.submitSeq } : record)),
  );

t.test(`state records; IXION_SEED=${seed}`, async () => {
  fc.assert(
    fc.property(state, (record) => {
      const got = decodeState(encodeState(record));
      deepStrictEqual({ ...got, sections: Buffer.from(got.sections) }, record);
    }),
    parameters,
  );
});

t.test('a mask has a bit for each time of the table', async () => {
  const masks = timeNames.map((one) => maskOfTimes({ ...noTimes(), [one]: 0 }));
  deepStrictEqual(
    masks,
    timeNames.map((_, index) => 2 ** index),
  );
  const all = Object.fromEntries(timeNames.map((one) => [one, 1])) as Times;
  strictEqual(bitsSet(maskOfTimes(all)), timeNames.length);
  for (const mask of [0, 1, 2 ** 31, 2 ** 32 - 1, 0x5000_0001]) {
    strictEqual(bitsSet(mask), [...mask.toString(2)].filter((bit) => bit === '1').length);
  }
});

t.test('each time of the table is among the properties, in its order', async () => {
  const writer = new PairWriter();
  packTimes(writer, Object.fromEntries(timeNames.map((one, index) => [one, index])) as Times);
  const packed = packedMap(writer.take());
  deepStrictEqual(
    Object.entries(unpackItem(new PackReader().reset(packed, 0, packed.length)) as object),
    timeNames.map((one, index) => [one, index]),
  );
});

t.test('what has no sections has the bytes of its head and of its times', async () => {
  const record: StateRecord = {
    ...fc.sample(state, { seed: 1, numRuns: 1 })[0]!,
    times: { ...noTimes(), ReceivedAt: 1, SubmittedAt: 2 },
    orderAt: undefined,
    owner: '',
    assignedTo: '',
    results: [],
    sections: Buffer.alloc(0),
    submitSeq: 64,
    placeSeq: 64,
  };
  strictEqual(encodeState(record).length, 40 + 16);
  strictEqual(encodeState({ ...record, placeSeq: 0 }).length, 40 + 16 + 8);
});

/** Keys and values that look like the name of the attribute itself. */
const tricky = fc.constantFrom('OutQueues', '\u00e9OutQueues', '\u00a9OutQueues', 'a', 'b');
const outQueues = fc.dictionary(
  tricky,
  fc.oneof(tricky, fc.integer(), fc.dictionary(tricky, tricky)),
  {
    maxKeys: 4,
  },
) as fc.Arbitrary<KeyValues>;

const properties: fc.Arbitrary<BodyProperties> = recordOf(
  {
    SubmittedBy: name,
    MediaType: name,
    InteractionType: name,
    InteractionSubtype: name,
    ExternalId: fc.oneof(
      name,
      tricky,
      fc.string({ unit: 'grapheme', minLength: 100, maxLength: 400 }),
    ),
    ParentId: name,
    ServiceObjective: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    InQueues: outQueues.map((values) => packKeyValues(values)),
    OutQueues: outQueues.map((values) => packKeyValues(values)),
  },
  { requiredKeys: [] },
);

t.test(`bodies, OutQueues byte by byte; IXION_SEED=${seed}`, async () => {
  fc.assert(
    fc.property(properties, optional(outQueues), state, (given, userData, record) => {
      const packed = userData && packKeyValues(userData);
      const row = encodeRow(record, packBody(given, packed));
      const body = bodyOfRow(row);
      const { sections, ...stored } = stateOfRow(row);
      deepStrictEqual({ ...stored, sections: Buffer.from(sections) }, { ...record, hasRow: false });
      deepStrictEqual(stateNow(row, encodeState({ ...record, state: 3 })).state, 3);
      const { InQueues: gotIn, OutQueues: gotOut, ...got } = unpackProperties(body);
      const { InQueues: givenIn, OutQueues: givenOut, ...rest } = given;
      deepStrictEqual(got, rest);
      deepStrictEqual(gotIn && Buffer.from(gotIn), givenIn && Buffer.from(givenIn));
      deepStrictEqual(gotOut && Buffer.from(gotOut), givenOut && Buffer.from(givenOut));
      deepStrictEqual(Buffer.from(body.userData), Buffer.from(packed ?? []));
      const again = packBody(unpackProperties(body), body.userData).properties;
      strictEqual(again.count, body.properties.count);
      deepStrictEqual(Buffer.from(again.bytes), Buffer.from(body.properties.bytes));
    }),
    parameters,
  );
});

t.test('OutQueues that holds its own name is found whole', async () => {
  for (const values of [
    { OutQueues: 'x' },
    { a: 'OutQueues' },
    { a: { OutQueues: 'OutQueues' } },
  ]) {
    const OutQueues = packKeyValues(values);
    const InQueues = packKeyValues({ InQueues: '\u00e9OutQueues', ...values });
    const body = packBody({ InQueues, OutQueues }, undefined);
    deepStrictEqual(Buffer.from(unpackProperties(body).InQueues!), Buffer.from(InQueues));
    deepStrictEqual(unpackKeyValues(unpackProperties(body).OutQueues!), values);
  }
});

t.test(`text is told from other bytes; IXION_SEED=${seed}`, async () => {
  const text = fc.string({
    unit: fc.constantFrom('a', 'b', 'é', '€', '😀', '\ud800'),
    maxLength: 4,
  });
  fc.assert(
    fc.property(
      fc.oneof(
        text.map((each) => Buffer.from(each)),
        fc.uint8Array({ maxLength: 4 }),
      ),
      text,
      (bytes, other) => {
        strictEqual(
          isTextOf(bytes, 0, bytes.length, other),
          readText(bytes, 0, bytes.length) === other,
        );
      },
    ),
    parameters,
  );
});

t.test(`properties are never larger than foretold; IXION_SEED=${seed}`, async () => {
  const longest = 'x'.repeat(255);
  fc.assert(
    fc.property(properties, optional(outQueues), state, (given, userData, record) => {
      const body = packBody(given, userData && packKeyValues(userData));
      const largest = { ...record, sections: noBytes, assignedTo: longest };
      filed.put(largest, { type: 1, ownerKind: WorkbinOwner.agentGroup, owner: longest });
      const packed = packProperties('x'.repeat(64), largest, longest, body);
      ok(packed.length <= packedBytesMax(body));
      strictEqual(unpackKeyValues(packed)['InteractionVersion'], record.version);
    }),
    parameters,
  );
});

t.test(`identifiers ascend and lead home; IXION_SEED=${seed}`, async () => {
  const steps = fc.array(fc.oneof(fc.constant(0), fc.nat(3), fc.nat(100_000)), { maxLength: 200 });
  fc.assert(
    fc.property(fc.nat(63), time, steps, (partition, startMs, passing) => {
      const source = new IdentifierSource(partition);
      let nowMs = Math.min(startMs, 36 ** 9 - 36 ** 6);
      let latest = '';
      for (const stepMs of passing) {
        const id = source.next((nowMs += stepMs));
        match(id, /^[0-9A-Z]{16}$/);
        ok(id > latest && isValidIdentifier(id));
        strictEqual(homeOf(id, 64), partition);
        latest = id;
      }
    }),
    { ...parameters, numRuns: 50 },
  );
});

t.test(`any identifier has one home; IXION_SEED=${seed}`, async () => {
  fc.assert(
    fc.property(name, fc.integer({ min: 1, max: 64 }), (id, partitions) => {
      const home = homeOf(id, partitions);
      ok(Number.isInteger(home) && home >= 0 && home < partitions);
      strictEqual(homeOf(id, partitions), home);
    }),
    parameters,
  );
  deepStrictEqual(
    ['a', 'x.1', 'ZZZZZZZZZZZZZZZZ', ''].map((id) => homeOf(id, 64)),
    [44, 14, 5, 5],
  );
});
