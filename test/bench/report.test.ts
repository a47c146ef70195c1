/** Pages and comparisons of stored figures, from figures that are made up. */
import t from 'tap';
import { barChart, lineChart, ticksOf, tickText } from '../../bench/report/charts.js';
import { collect } from '../../bench/report/collected.js';
import { compareRuns } from '../../bench/report/compare.js';
import { goalOf, readFigures, verdictOf } from '../../bench/report/figures.js';
import { htmlOf } from '../../bench/report/html.js';
import { markdownOf } from '../../bench/report/markdown.js';
import { onToOff } from '../../bench/counters/counters.js';

const machine = {
  processors: 2,
  processor: 'A & B',
  system: 'linux',
  node: '20',
  date: '2026-01-02',
};
const summary = (median: number, noise = 0.1) => ({
  median,
  least: median * (1 - noise),
  greatest: median * (1 + noise),
});

/** What `all` writes, with these ratios. */
const runOf = (toFloor: number, perSecond: number, form = 'short') => ({
  bench: 'all',
  form,
  machine,
  benches: {
    submit: {
      ratioToFloor: toFloor,
      ratioToFloorSpread: summary(toFloor),
      ixion: { perSecond: summary(perSecond), processorUs: { client: 1, serverMain: 2 } },
      sweep: [1, 16, 256].map((inFlight) => ({ inFlight, perSecond: summary(inFlight * 100) })),
    },
    start: {
      ratioToEmpty: 1.5,
      backlogs: [1, 1_000].map((interactions) => ({ interactions, deliveryMs: summary(100) })),
      full: { phasesMs: { load: 60, threads: 40 } },
      ratiosToEmpty: { '10000000': 1.2 },
    },
    floor: { error: 'it failed' },
  },
});

t.test('reports are joined, the last counts, what failed is left out', async (t) => {
  const single = { bench: 'submit', ratioToFloor: 0.5, machine };
  const { form, benches } = collect([runOf(0.9, 1_000), single]);
  t.equal(form, 'mixed');
  t.same(Object.keys(benches), ['submit', 'start']);
  t.match(benches['submit'], { ratioToFloor: 0.5, machine });
  t.match(benches['start'], { ratioToEmpty: 1.5, machine });
});

t.test('a figure beside its target', async (t) => {
  const verdicts = (toFloor: number): unknown[] =>
    readFigures(collect([runOf(toFloor, 1)])).map((read) => [read.figure.bench, verdictOf(read)]);
  t.same(verdicts(0.9), [
    ['submit', 'yes'],
    ['start', 'yes'],
    ['start', undefined],
  ]);
  t.same(verdicts(0.6), [
    ['submit', 'no'],
    ['start', 'yes'],
    ['start', undefined],
  ]);
  t.same(verdicts(0.75), [
    ['submit', 'unsure'],
    ['start', 'yes'],
    ['start', undefined],
  ]);
});

t.test('a stop may take 1.3 times as long, or 30 ms more', async (t) => {
  const verdictAt = (ratio: number, restarted: number): unknown => {
    const stop = { bench: 'stop', machine, stopRatioToEmpty: ratio, differenceMs: { restarted } };
    return readFigures(collect([stop])).map((read) => [verdictOf(read), goalOf(read.figure)]);
  };
  t.strictSame(verdictAt(1.2, 50), [['yes', '≤ 1.3 or 30 ms more']]);
  t.strictSame(verdictAt(1.5, 20), [['yes', '≤ 1.3 or 30 ms more']]);
  t.strictSame(verdictAt(1.5, 50), [['no', '≤ 1.3 or 30 ms more']]);
});

t.test('the peers stand by name beside their targets, and on the pages', async (t) => {
  const one = { perSecond: summary(9_000), isDurable: true, durability: 'a sync', end: 'a reply' };
  const names = ['rabbitmq-quorum', 'bullmq-always'];
  const cycle = {
    ratioMeans: 'ours / theirs',
    bestDurable: names[0],
    contestants: Object.fromEntries(['ixion', ...names].map((name) => [name, one])),
    ratioTo: { [names[0]!]: 1.7, [names[1]!]: 2.5 },
    ratioToSpread: { [names[0]!]: summary(1.7, 0.01), [names[1]!]: summary(2.5, 0.01) },
  };
  const versions = { [names[0]!]: '3.10' };
  const skipped = { 'jetstream-always': 'too old' };
  const peers = collect([{ bench: 'peers', machine, cycle, versions, skipped }]);
  const read = readFigures(peers).map((each) => [each.figure.path, verdictOf(each)]);
  t.strictSame(read, [
    ['cycle.ratioTo.rabbitmq-quorum', 'yes'],
    ['cycle.ratioTo.bullmq-always', 'no'],
  ]);
  const page = markdownOf(peers);
  t.match(page, /\| bullmq-always \| 9,000 .* \| 2\.5 .* \| yes \| a sync; end: a reply \|/);
  t.match(page, /rabbitmq-quorum 3\.10/);
  t.match(page, /Not measured: jetstream-always, too old/);
  t.equal(htmlOf(peers).match(/<svg /g)?.length, 6, 'a chart of the cycles besides');
});

t.test('tables of shapes, partitions and actors', async (t) => {
  const load = {
    perSecond: summary(500),
    processorUs: { client: 1, serverMain: 2, serverOther: 3 },
  };
  const rows = ['pass-through', 'backlog'].flatMap((shape) =>
    [1, 8].map((queues) => ({ shape, dataBytes: 200, queues, ...load })),
  );
  const layout = { name: '1 actor', ...load, busy: { client: 0.5, disk: 0.1 }, limit: 'the disk' };
  const side = { tell: { perSecond: summary(7), ratioTo: 2 }, ask: {}, does: 'in one thread' };
  const page = markdownOf(
    collect([
      { bench: 'shapes', machine, rows },
      { bench: 'partitions', machine, spread: [], actors: [layout] },
      { bench: 'actor', machine, sides: { nact: side }, skipped: { comedy: 'no network' } },
    ]),
  );
  t.match(page, /\| 200 \| 8 \| 500 \(450 to 550\) \| 6 \| 500 \(450 to 550\) \| 6 \|/);
  t.match(page, /\| 1 actor \|.*\| the disk \|/);
  t.match(page, /\| nact \| 7 .*\| 2 \|.*in one thread \|/);
  t.match(page, /Not measured: comedy, no network/);
  t.notMatch(page, /undefined|NaN/);
});

t.test('what moved by more than its noise', async (t) => {
  const before = collect([runOf(0.9, 1_000)]);
  const movementsTo = (run: object) => compareRuns(before, collect([run])).movements;
  t.same(movementsTo(runOf(0.92, 1_050)), [], 'within the noise');
  const worse = movementsTo(runOf(0.6, 1_000));
  t.same(worse, [{ name: 'submit ratioToFloor', before: 0.9, now: 0.6, isWorse: true }]);
  t.match(movementsTo(runOf(1.2, 2_000)), [
    { name: 'submit ratioToFloor', isWorse: false },
    { name: 'submit.ixion.perSecond', before: 1_000, now: 2_000, isWorse: undefined },
  ]);
});

t.test('a bench is compared with one of the same size, whatever ran beside it', async (t) => {
  const submit = (seconds: number, ratioToFloor: number) => ({
    bench: 'submit',
    machine,
    ratioToFloor,
    options: { seconds, rounds: seconds },
  });
  const cycle = { bench: 'cycle', machine, ratioToSubmit: 0.3, options: { seconds: 1 } };
  const before = collect([runOf(0.9, 1_000), submit(1, 0.9), cycle]);
  t.equal(before.form, 'mixed');
  t.match(compareRuns(before, collect([submit(1, 0.5)])).movements, [{ isWorse: true }]);
  const longer = compareRuns(before, collect([submit(3, 0.5), cycle]));
  t.strictSame(longer, { movements: [], ofOtherSize: ['submit'] });
  t.throws(() => compareRuns(before, collect([submit(3, 0.5)])), /no bench of the same size/);
});

t.test('the pages show figures, charts and what they were measured on', async (t) => {
  const collected = collect([runOf(0.6, 1_234)]);
  const page = markdownOf(collected);
  t.match(page, /\| `submit` \| durable submits \/ floor B \| 0\.6 .* \*\*no\*\* \|/);
  t.match(page, /short form/);
  t.match(page, /1,234/);
  t.match(page, /2 x A & B/);
  const html = htmlOf(collected);
  t.equal(html.match(/<svg /g)?.length, 5);
  t.equal(html.match(/<\/svg>/g)?.length, 5);
  t.match(html, /A &amp; B/);
  t.match(html, /not measured/, 'charts without figures say so');
  t.notMatch(html, /NaN|undefined|Infinity/);
});

t.test('charts place values between their ticks', async (t) => {
  t.same(ticksOf(0, 93, 'linear'), [0, 25, 50, 75, 100]);
  t.same(ticksOf(3, 200, 'log'), [1, 10, 100, 1_000]);
  t.same([950, 1_500, 2_000_000].map(tickText), ['950', '1.5k', '2M']);
  const chart = lineChart({
    title: 'a < b',
    xLabel: 'x',
    yLabel: 'y',
    x: 'log',
    y: 'linear',
    series: [
      {
        name: 'one',
        points: [
          [1, 0],
          [1_000, 100],
        ],
      },
    ],
  });
  t.match(chart, /a &lt; b/);
  t.match(chart, /<circle cx="92\.0" cy="270\.0"/, 'the least value in the corner');
  t.match(chart, /<circle cx="600\.0" cy="44\.0"/, 'the greatest opposite');
  const bars = barChart('phases', 'ms', [
    {
      name: 'start',
      parts: [
        ['load', 30],
        ['rest', 10],
      ],
    },
  ]);
  const widths = [...bars.matchAll(/<rect [^>]*width="([\d.]+)" height="1[3-9]\d/g)];
  t.equal(Number(widths[0]?.[1]) / Number(widths[1]?.[1]) > 2.9, true);
});

t.test('on by off, with its interval', async (t) => {
  const slice = (isOn: boolean, perSecond: number) => ({ isOn, perSecond, serverUs: 10 });
  const pairs = Array.from({ length: 60 }, (_, index) => ({
    on: slice(true, 980 + (index % 7)),
    off: slice(false, 1_000 + (index % 5)),
  }));
  const { ratioOnToOff, ratioOnToOffLower, ratioOnToOffUpper, processorOnToOff } = onToOff(pairs);
  t.ok(ratioOnToOff > 0.97 && ratioOnToOff < 0.99, String(ratioOnToOff));
  t.ok(ratioOnToOffLower <= ratioOnToOff && ratioOnToOff <= ratioOnToOffUpper);
  t.ok(ratioOnToOffUpper - ratioOnToOffLower < 0.01);
  t.equal(processorOnToOff, 1);
});
