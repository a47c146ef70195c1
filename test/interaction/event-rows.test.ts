/** Rows of events come back as they were; what is passed over is what nobody wanted. */
import { deepStrictEqual, ok, strictEqual, throws } from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { eventFilter, isForOthers, isWanted } from '../../lib/host/event-filter.js';
import {
  bytesUpToEvents,
  decodeEvents,
  PackedEventRow,
  timeOfEvents,
} from '../../lib/interaction/event-row.js';
import { encodeEvents } from '../../lib/interaction/event-row-writer.js';
import {
  ActorType,
  eventBytesMax,
  EventNumber,
  noTenant,
  type Cause,
  type InteractionEvent,
} from '../../lib/interaction/event.js';
import { packPairs, type PackedPairs } from '../../lib/pack/pairs.js';

const seedOfRun = process.env['IXION_SEED'];
const seed = seedOfRun === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(seedOfRun);
const parameters = { seed, numRuns: 200 };

const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const whole = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
/** Well-formed, also beyond ASCII, at most 255 bytes. */
const name = fc
  .string({ unit: 'grapheme', maxLength: 30 })
  .filter((text) => Buffer.byteLength(text) <= 255);
const recordOf = ((model: object) =>
  fc.record(model as never, { noNullPrototype: true })) as typeof fc.record;
const optional = <Value>(arbitrary: fc.Arbitrary<Value>) =>
  fc.option(arbitrary, { nil: undefined });
const actorType = fc.constantFrom(...Object.values(ActorType));

const pairs = (values: fc.Arbitrary<unknown>): fc.Arbitrary<PackedPairs> =>
  fc.dictionary(name, values, { maxKeys: 3 }).map(packPairs);

const cause: fc.Arbitrary<Cause> = recordOf({
  actorType,
  actorId: name,
  actorPlace: optional(name),
  actorRouter: optional(name),
  reasonSystemName: optional(name),
  reasonDescription: optional(name),
  extension: optional(fc.uint8Array({ maxLength: 40 })),
});

const common = recordOf({
  interactionId: name,
  version: u32,
  state: fc.nat(3),
  queue: name,
  cause,
  identity: optional(pairs(name)),
});

const own = recordOf({
  event: fc.constantFrom(...Object.values(EventNumber)),
  tenantId: fc.oneof(fc.constantFrom(1, 70_000, noTenant), u32),
  party: optional(
    recordOf({
      type: actorType,
      id: name,
      operation: fc.nat(200),
      place: optional(name),
      router: optional(name),
    }),
  ),
  details: optional(
    pairs(fc.oneof(name, whole, fc.boolean(), fc.uint8Array(), fc.array(name, { maxLength: 3 }))),
  ),
  carried: optional(pairs(name)),
});

/** Some changes, each with some events. */
const events = (most: number): fc.Arbitrary<InteractionEvent[]> =>
  fc
    .array(fc.tuple(common, fc.array(own, { minLength: 1, maxLength: 3 })), { maxLength: most })
    .map((changes) =>
      changes.flatMap(([shared, told]) => told.map((one) => ({ ...shared, ...one }))),
    );

const head = recordOf({
  timeline: fc
    .uint8Array({ minLength: 8, maxLength: 8 })
    .map((bytes) => Buffer.from(bytes).toString('hex')),
  firstSequence: whole,
  timeMs: whole,
});

/** Bytes are views, of whatever kind: compared by what is in them. */
const plain = (event: InteractionEvent): unknown => {
  const text = (bytes: Uint8Array | undefined): string | undefined =>
    bytes && Buffer.from(bytes).toString('hex');
  const of = (one: PackedPairs | undefined) => one && [one.count, text(one.bytes)];
  const { details, identity, carried, ...rest } = event;
  const extension = text(event.cause.extension);
  return {
    ...rest,
    cause: { ...rest.cause, extension },
    details: of(details),
    identity: of(identity),
    carried: of(carried),
  };
};

t.test(`rows of events; IXION_SEED=${seed}`, async () => {
  fc.assert(
    fc.property(events(5), head, whole, (given, says, before) => {
      const bytes = encodeEvents(given, says, Math.floor(before / 2));
      const { events: found, ...rest } = decodeEvents(bytes);
      deepStrictEqual(rest, says);
      deepStrictEqual(found.map(plain), given.map(plain));
      strictEqual(timeOfEvents(bytes), says.timeMs);
      strictEqual(bytesUpToEvents(bytes), Math.floor(before / 2) + bytes.length);
      new PackedEventRow(bytes).check();
      const most = given.reduce((sum, event) => sum + eventBytesMax(event), 64);
      ok(bytes.length <= most, `${bytes.length} bytes, at most ${most} were said`);
    }),
    parameters,
  );
});

t.test(`what is passed by head and index is what is not wanted; IXION_SEED=${seed}`, async () => {
  const few = <Value>(values: readonly Value[]) => optional(fc.subarray([...values]));
  const tenants = [1, 70_000, noTenant];
  fc.assert(
    fc.property(events(6), few(tenants), few(Object.values(EventNumber)), (given, of, kinds) => {
      const filter = eventFilter(of, kinds);
      const wanted = given.filter(
        ({ event, tenantId }) =>
          (of === undefined || of.includes(tenantId)) &&
          (kinds === undefined || kinds.includes(event)),
      );
      const row = new PackedEventRow(encodeEvents(given));
      const places = given.map((_, index) => index).filter((one) => isWanted(filter, row, one));
      deepStrictEqual(
        places.map((index) => plain(row.event(index))),
        wanted.map(plain),
      );
      if (isForOthers(filter, row)) strictEqual(wanted.length, 0, 'a row is passed wrongly');
    }),
    parameters,
  );
});

const eventOf = (interactionId: string, tenantId: number): InteractionEvent => ({
  event: EventNumber.Held,
  interactionId,
  version: 1,
  state: 0,
  queue: 'mail',
  tenantId,
  cause: serverCause,
  party: undefined,
  details: packPairs({ HoldUntil: 1e12 }),
  identity: undefined,
  carried: undefined,
});
const serverCause: Cause = { actorType: ActorType.server, actorId: '' };

t.test('what events of one change have in common is there once', async (t) => {
  const id = 'an-identifier-that-is-long';
  const row = Buffer.from(encodeEvents([1, 2, 3].map(() => eventOf(id, 1))));
  t.equal(row.indexOf(id), row.lastIndexOf(id));
  t.equal(row.indexOf('mail'), row.lastIndexOf('mail'));
});

t.test('a row of more tenants, or more bytes, than a narrow index takes', async (t) => {
  for (const [count, tenantOf] of [
    [300, (index: number) => index],
    [1_000, () => 1],
    [3_000, (index: number) => index % 700],
  ] as const) {
    const given = Array.from({ length: count }, (_, index) =>
      eventOf(`interaction-${'x'.repeat(60)}${index}`, tenantOf(index)),
    );
    const row = new PackedEventRow(encodeEvents(given));
    row.check();
    t.equal(row.tenants.length, new Set(given.map(({ tenantId }) => tenantId)).size);
    for (const index of [0, 1, count >> 1, count - 1]) {
      t.equal(row.event(index).interactionId, given[index]!.interactionId);
      t.equal(row.tenantOf(index), tenantOf(index));
    }
  }
});

t.test(`a row cut short, or with more behind it, is found; IXION_SEED=${seed}`, async () => {
  fc.assert(
    fc.property(events(3), fc.double({ min: 0, max: 1, maxExcluded: true }), (given, part) => {
      const row = encodeEvents(given);
      const cut = row.subarray(0, Math.floor(row.length * part));
      throws(() => new PackedEventRow(cut).check(), { name: 'AssertionError' });
      const longer = Buffer.concat([row, Buffer.of(0)]);
      throws(() => new PackedEventRow(longer).check(), /longer than its events/);
    }),
    parameters,
  );
});

t.test('a row of an unknown version is refused', async (t) => {
  for (const version of [0, 2, 0x94]) {
    const row = Uint8Array.from(encodeEvents([eventOf('a', 1)]));
    row[0] = version;
    for (const read of [(one: Uint8Array) => new PackedEventRow(one), decodeEvents, timeOfEvents]) {
      t.throws(() => read(row), /event row of unknown version/);
    }
  }
});
