import assert from 'node:assert/strict';
import t from 'tap';
import fc from 'fast-check';
import { classify, journeyOf } from '../../lib/simulate/journey.js';
import { readRecords } from '../../lib/simulate/reader.js';
import { type ContactRecord, recordedOutcomes } from '../../lib/simulate/record.js';
import { mergeSpans, rosterOf, totalSeconds } from '../../lib/simulate/roster.js';
import { drawServiceSeconds } from '../../lib/simulate/order.js';
import { trapFile, trapRows } from './days.js';

const journeys = readRecords(trapFile).map(journeyOf);
const journey = (name: keyof typeof trapRows) => {
  const found = journeys[Object.keys(trapRows).indexOf(name)];
  if (found === undefined) throw new Error(name);
  return found;
};
const nine = 9 * 3600;

t.test('what each row means', async (t) => {
  t.match(journey('gaveUpInMenu'), { kind: 'abandonedBefore', queued: false });
  t.match(journey('gaveUpAtOnce'), { kind: 'abandonedBefore', queued: false });
  t.match(journey('servedAtOnce'), { kind: 'served', queued: true, waitSeconds: 0 });
  t.match(journey('noAgentNamed'), { kind: 'served', agentName: undefined });
  t.match(journey('gaveUpWithService'), { kind: 'abandonedFromQueue', serviceSeconds: 0 });
  t.match(journey('gaveUpFromQueue'), { kind: 'abandonedFromQueue', waitSeconds: 5 });
  t.match(journey('phantom'), { kind: 'phantom', queued: true, waitSeconds: 45 });
  t.match(
    journey('serviceOfNoTime'),
    { kind: 'served', serviceSeconds: 0, queueExitAtSeconds: nine + 390 },
    'a missing start of service is the end of the wait',
  );
  t.match(
    journey('negativeMenuTime'),
    { submitAtSeconds: nine + 300, menuExitAtSeconds: nine + 300, queueExitAtSeconds: nine + 345 },
    'crossed clocks: the queue is right',
  );
});

const seconds = fc.integer({ min: 0, max: 86_399 });
const duration = fc.integer({ min: 0, max: 5_000 });
const anyRecord: fc.Arbitrary<ContactRecord> = fc.record({
  lineNumber: fc.constant(2),
  date: fc.constant(undefined),
  dayStartSeconds: fc.constantFrom(0, 86_400),
  priority: fc.constantFrom(undefined, 3),
  vruLine: fc.constant('AA'),
  callId: fc.constant('1'),
  type: fc.constantFrom('PS', 'NW'),
  vruEntrySeconds: seconds,
  vruExitSeconds: seconds,
  vruTimeSeconds: fc.integer({ min: -200, max: 900 }),
  queueTimeSeconds: fc.oneof(fc.constant(0), duration),
  outcome: fc.constantFrom(...recordedOutcomes),
  serviceStartSeconds: seconds,
  serviceTimeSeconds: duration,
  agentName: fc.constantFrom('ANNA', 'BERT', undefined),
});

t.test('no journey goes back in time, and each has one kind', async () => {
  fc.assert(
    fc.property(anyRecord, (record) => {
      const steps = journeyOf(record);
      assert.ok(steps.submitAtSeconds <= steps.menuExitAtSeconds);
      assert.ok(steps.menuExitAtSeconds <= steps.queueExitAtSeconds);
      assert.equal(steps.queueExitAtSeconds - steps.menuExitAtSeconds, record.queueTimeSeconds);
      assert.equal(steps.kind, classify(record));
      assert.equal(steps.kind === 'served', record.outcome === 'AGENT');
      assert.equal(steps.kind === 'phantom', record.outcome === 'PHANTOM');
      if (steps.kind === 'abandonedBefore') assert.ok(!steps.queued);
      if (steps.kind === 'abandonedFromQueue' || steps.kind === 'served') assert.ok(steps.queued);
    }),
  );
});

t.test('the roster has spans with breaks between them', async (t) => {
  const roster = rosterOf(journeys, 600);
  t.same(
    roster.map(({ agentName, types }) => [agentName, types]),
    [
      ['ANNA', ['PS']],
      ['BERT', ['NW']],
      ['SPARE', ['TT']],
    ],
  );
  const [anna] = roster;
  t.equal(anna?.spans.length, 2, 'eighteen minutes without a contact are a break');
  t.equal(rosterOf(journeys, 3_600)[0]?.spans.length, 1);
});

t.test('merged spans cover the same time once', async () => {
  const span = fc
    .tuple(fc.nat(300), fc.nat(40))
    .map(([from, length]) => ({ from, to: from + length }));
  fc.assert(
    fc.property(fc.array(span), fc.nat(10), (spans, gap) => {
      const merged = mergeSpans(spans, gap);
      for (const [index, { from }] of merged.entries()) {
        const before = merged[index - 1];
        if (before !== undefined) assert.ok(from - before.to > gap);
      }
      const covered = new Set<number>();
      for (const { from, to } of spans) for (let at = from; at < to; at++) covered.add(at);
      assert.equal(totalSeconds(mergeSpans(spans)), covered.size);
      assert.ok(totalSeconds(merged) >= covered.size);
    }),
  );
});

t.test('drawn service times come from the type, the same for a seed', async (t) => {
  const drawn = drawServiceSeconds(journeys, 7);
  t.same([...drawn.values()], [...drawServiceSeconds(journeys, 7).values()]);
  t.equal(drawn.get(journey('servedAfterWait')), 60, 'the recorded one where there is one');
  const regular = journeys.filter(({ kind, type }) => kind === 'served' && type === 'PS');
  t.ok(regular.some((j) => j.serviceSeconds === drawn.get(journey('gaveUpFromQueue'))));
});
