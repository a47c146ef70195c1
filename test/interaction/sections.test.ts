/** Sections of state rows: each comes back as it was, and none disturbs another. */
import { deepStrictEqual, strictEqual, throws } from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import {
  noResults,
  decodeState,
  encodeState,
  StateSection,
  type StateRecord,
} from '../../lib/interaction/state-record.js';
import {
  columns,
  countOffer,
  counts,
  lock,
  offer,
  parties,
  PartyKind,
  PartyRole,
  rests,
  routing,
  filed,
  takenFrom,
  workbin,
  WorkbinOwner,
  type SectionOf,
} from '../../lib/interaction/state-sections.js';
import { limits } from '../../lib/limits.js';
import { noTimes } from '../../lib/interaction/times.js';
import {
  noBytes,
  sectionEndAt,
  sectionIn,
  sectionTagAt,
  withSection,
} from '../../lib/pack/sections.js';
import { sectionBytes, sectionsOf } from './section-arbitraries.js';

const seedOfRun = process.env['IXION_SEED'];
const seed = seedOfRun === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(seedOfRun);
const parameters = { seed, numRuns: 200 };

const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const time = fc.integer({ min: 0, max: 8_640_000_000_000_000 });
const name = fc.string({ unit: 'grapheme', maxLength: 20 });
const optional = <Value>(arbitrary: fc.Arbitrary<Value>) =>
  fc.option(arbitrary, { nil: undefined });
const recordOf = ((model: object) =>
  fc.record(model as never, { noNullPrototype: true })) as typeof fc.record;

const inWorkbin = recordOf({
  type: u32,
  ownerKind: fc.constantFrom(...Object.values(WorkbinOwner)),
  owner: name,
});
const number = fc.double({ noNaN: true });
const columnText = fc
  .string({ unit: 'grapheme', maxLength: limits.columnTextBytes })
  .filter((text) => Buffer.byteLength(text) <= limits.columnTextBytes);
const value = fc.oneof(
  fc.constant(null),
  number,
  columnText,
  time.map((timeMs) => ({ timeMs })),
);

interface Section {
  readonly name: string;
  readonly one: SectionOf<unknown>;
  readonly values: fc.Arbitrary<unknown>;
}
const sectionAs = <Value>(
  name: string,
  one: SectionOf<Value>,
  values: fc.Arbitrary<Value>,
): Section => ({ name, one: one as SectionOf<unknown>, values });

/** Every section with values of it. */
const sections: readonly Section[] = [
  sectionAs(
    'parties',
    parties,
    fc.array(
      recordOf({
        kind: fc.constantFrom(...Object.values(PartyKind)),
        owner: fc.array(name, { maxLength: 2 }),
        role: fc.constantFrom(...Object.values(PartyRole)),
        sinceMs: time,
      }),
      { maxLength: 4 },
    ),
  ),
  sectionAs('offer', offer, recordOf({ number: u32, untilMs: time, agent: name, place: name })),
  sectionAs('workbin', workbin, inWorkbin),
  sectionAs('filed', filed, inWorkbin),
  sectionAs('lock', lock, recordOf({ snapshot: time, client: name, untilMs: time })),
  sectionAs(
    'takenFrom',
    takenFrom,
    recordOf({
      queue: u32,
      placeSeq: fc.nat(2 ** 40),
      orderAt: optional(time),
      workbin: optional(inWorkbin),
    }),
  ),
  sectionAs(
    'columns',
    columns,
    fc
      .uniqueArray(fc.tuple(u32, value), { selector: ([column]) => column, maxLength: 8 })
      .map((pairs) => new Map(pairs.toSorted(([left], [right]) => left - right))),
  ),
  sectionAs('routing', routing, recordOf({ router: name, strategy: name })),
  sectionAs('counts', counts, recordOf({ offers: u32, refusals: u32, returns: u32 })),
  sectionAs('rests', rests, fc.array(recordOf({ agent: name, untilMs: time }), { maxLength: 4 })),
];

const record: StateRecord = {
  state: 0,
  isHeld: false,
  isLocked: false,
  isOnline: false,
  chosenId: false,
  version: 1,
  assignment: 1,
  move: 0,
  queue: 7,
  tenantId: 1,
  priority: 0,
  submitSeq: 64,
  placeSeq: 64,
  times: noTimes(),
  orderAt: undefined,
  owner: '',
  assignedTo: '',
  results: noResults,
  sections: noBytes,
  hasRow: true,
};

const reread = (one: StateRecord): StateRecord => decodeState(encodeState(one));

t.test(`each section comes back as it was, beside all others; IXION_SEED=${seed}`, async () => {
  const all = sections.map(({ values }) => optional(values));
  fc.assert(
    fc.property(
      fc.tuple(...all),
      sectionsOf(100, 127),
      fc.nat(all.length - 1),
      (values, unknown, gone) => {
        const one = { ...record, sections: unknown as Uint8Array };
        for (const [index, given] of values.entries()) sections[index]!.one.put(one, given);
        const got = reread(one);
        for (const [index, given] of values.entries()) {
          deepStrictEqual(sections[index]!.one.of(got), given, sections[index]!.name);
        }
        sections[gone]!.one.put(got, undefined);
        const again = reread(got);
        strictEqual(sections[gone]!.one.of(again), undefined);
        for (const [index, given] of values.entries()) {
          if (index !== gone) deepStrictEqual(sections[index]!.one.of(again), given);
        }
        for (const each of sections) each.one.put(again, undefined);
        deepStrictEqual(Buffer.from(reread(again).sections), unknown);
      },
    ),
    parameters,
  );
});

t.test('columns are held to their limits', async () => {
  const one = { sections: noBytes };
  const put = (values: readonly (readonly [number, string])[]) => () =>
    columns.put(one, new Map(values));
  const longest = 'x'.repeat(limits.columnTextBytes);
  put([[1, longest]])();
  throws(put([[1, `${longest}x`]]), /the text of a column is too long/);
  throws(put([[1, '\u00fc'.repeat(limits.columnTextBytes / 2 + 1)]]), /too long/);
  const many = Array.from({ length: limits.columns }, (_, index) => [index, ''] as const);
  put(many)();
  throws(put([...many, [limits.columns, '']]), /too many columns/);
});

t.test(`unknown tags of a row stay byte for byte, wherever; IXION_SEED=${seed}`, async () => {
  const owner = '0123456789abcdef0123456789abcdef';
  const part = fc.oneof(sectionsOf(60, 80), sectionsOf(81, 127));
  fc.assert(
    fc.property(part, part, part, (first, second, third) => {
      const known = encodeState({ ...record, state: 3, owner, assignedTo: 'ann', orderAt: 5 });
      const head = known.subarray(0, 40);
      const own = known.subarray(40);
      const end = sectionEndAt(own, 0);
      const parts = [first, own.subarray(0, end), second, own.subarray(end), third];
      const row = Buffer.concat([head, ...parts]);
      const got = decodeState(row);
      const { owner: has, assignedTo, orderAt } = got;
      deepStrictEqual({ has, assignedTo, orderAt }, { has: owner, assignedTo: 'ann', orderAt: 5 });
      const unknown = Buffer.concat([first, second, third]);
      got.version++;
      deepStrictEqual(Buffer.from(reread(reread(got)).sections), unknown);
    }),
    parameters,
  );
});

t.test(`a section among others; IXION_SEED=${seed}`, async () => {
  const contents = fc.uint8Array({ maxLength: 9 });
  const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), optional(contents)));
  fc.assert(
    fc.property(steps, (all) => {
      const model = new Map<number, Uint8Array>();
      let packed: Uint8Array = noBytes;
      for (const [tag, content] of all) {
        packed = withSection(packed, tag, content);
        if (content === undefined) model.delete(tag);
        else model.set(tag, content);
        for (let each = 1; each <= 9; each++) {
          const got = sectionIn(packed, each);
          deepStrictEqual(got && [...got], model.get(each) && [...model.get(each)!]);
        }
      }
      const tags: number[] = [];
      for (let at = 0; at < packed.length; at = sectionEndAt(packed, at)) {
        tags.push(sectionTagAt(packed, at));
      }
      deepStrictEqual(tags, [...model.keys()].sort());
    }),
    parameters,
  );
});

t.test('offers of an interaction have numbers that count up', async () => {
  let one = { ...record };
  for (let expected = 1; expected <= 3; expected++) {
    strictEqual(countOffer(one), expected);
    one = reread(one);
  }
  deepStrictEqual(counts.of(one), { offers: 3, refusals: 0, returns: 0 });
});

t.test('what cannot be read is not taken for something else', async () => {
  const row = encodeState({ ...record, sections: sectionBytes(20, Buffer.from('abc')) });
  throws(() => decodeState(row.subarray(0, -1)), /cut short/);
  const cut = { sections: sectionBytes(10, Buffer.from([0, 9, 1])) };
  throws(() => routing.of(cut), /cut short/);
  const odd = { sections: sectionBytes(9, Buffer.from([0, 1, 0, 0, 0, 1, 99])) };
  throws(() => columns.of(odd), /unknown type/);
});

t.test('no length of a damaged section leads back', async () => {
  for (const length of [0x8000_0000, 0xffff_fff0, 0xffff_ffff]) {
    const head = Buffer.of(StateSection.columns | 0x80, 0, 0, 0, 0);
    head.writeUInt32BE(length, 1);
    strictEqual(sectionEndAt(head, 0), 5 + length);
    throws(() => decodeState(Buffer.concat([encodeState(record), head])), /is cut short/);
    strictEqual(sectionIn(head, StateSection.counts), undefined);
  }
});
