/** Every bench runs, in miniature, and its last line has the figures that others read. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';
import { seededRandom } from '../../lib/clock.js';
import { submitBody, requestKeys } from '../../lib/client/bodies.js';
import { encodeBody } from '../../lib/protocol/encode.js';
import { messageByName } from '../../lib/protocol/registry.js';
import { makeRecord, recordMaker } from '../../bench/support/record.js';
import { bootstrapInterval, median, quantile } from '../../bench/support/statistics.js';

const run = promisify(execFile);
const main = join(import.meta.dirname, '../../bench/main.js');
const miniature = ['--seconds', '0.1', '--warm-up', '0', '--rounds', '1', '--in-flight', '16'];

async function bench(
  test: Test,
  name: string,
  ...more: string[]
): Promise<Record<string, unknown>> {
  const directory = test.testdir();
  const command = [main, name, '--json', '--directory', directory, ...miniature, ...more];
  const { stdout } = await run(process.execPath, command);
  return JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as Record<string, unknown>;
}

/** Whether every named figure, `a.b.c`, is a number above 0. */
function checkFigures(test: Test, report: object, ...names: string[]): void {
  for (const name of names) {
    let value: unknown = report;
    for (const part of name.split('.')) value = (value as Record<string, unknown>)[part];
    test.ok(typeof value === 'number' && value > 0, `${name} is ${String(value)}`);
  }
}

const loadNames = (contestant: string): string[] =>
  ['perSecond.median', 'p50Ms', 'p99Ms', 'processorUs.client'].map(
    (name) => `${contestant}.${name}`,
  );

t.test('floor', async (t) => {
  const report = await bench(t, 'floor');
  checkFigures(t, report, 'ratioOfBToA', ...loadNames('floorA'), ...loadNames('floorB'));
  checkFigures(t, report, 'yardsticks.fdatasyncPerSecond', 'yardsticks.echoPerSecond');
});

t.test('submit', async (t) => {
  const report = await bench(t, 'submit', '--processes', '2');
  const names = [...loadNames('ixion'), ...loadNames('floorA'), ...loadNames('floorB')];
  checkFigures(t, report, 'ratioToFloor', 'ratioToFloorA', ...names);
});

t.test('submit of another size, with other numbers in flight', async (t) => {
  const report = await bench(t, 'submit', '--data-bytes', '4000', '--sweep', '1,4');
  t.match(report, { sweep: [{ inFlight: 1 }, { inFlight: 4 }], options: { dataBytes: 4_000 } });
  checkFigures(t, report, 'ratioToFloor', 'sweep.0.perSecond.median');
});

t.test('cycle', async (t) => {
  for (const shape of ['backlog', 'distribution']) {
    const report = await bench(t, 'cycle', '--shape', shape, '--interactions', '50');
    checkFigures(t, report, 'ratioToSubmit', ...loadNames('cycle'), ...loadNames('submit'));
  }
});

t.test('latency', async (t) => {
  const report = await bench(t, 'latency', '--rate', '200');
  const names = ['delivery', 'accept', 'bare'].flatMap((name) => [
    `${name}.p50Ms.median`,
    `${name}.p99Ms.median`,
  ]);
  checkFigures(t, report, 'ratioToBareP50', 'ratioToBareP99', ...names);
});

t.test('archive', async (t) => {
  const keep = mkdtempSync(join(tmpdir(), 'ixion-bench-test-'));
  t.teardown(() => rmSync(keep, { recursive: true }));
  const options = ['--interactions', '50', '--rate', '200', '--keep', keep];
  const loaded = await bench(t, 'archive', ...options);
  checkFigures(t, loaded, 'pullP99Ratio', 'cycleP99Ratio', 'full.pull.p99Ms.median', 'loadSeconds');
  const found = await bench(t, 'archive', ...options);
  checkFigures(t, found, 'pullP99Ratio');
  t.equal(found['loadSeconds'], undefined, 'the store was kept');
});

t.test('start', async (t) => {
  const report = await bench(t, 'start', '--interactions', '20', '--backlogs', '5');
  const figures = ['full.deliveryMs.median', 'empty.deliveryMs.median', 'full.stopMs.median'];
  const ratios = ['ratioToEmpty', 'ratioToBare', 'stopRatioToEmpty'];
  checkFigures(t, report, ...ratios, ...figures, 'bareMs.median', 'bareNodeMs');
  t.match(report, { backlogs: [{ interactions: 20 }, { interactions: 5 }, { interactions: 1 }] });
  t.match(report, { full: { interactions: 20, phasesMs: Object }, empty: { interactions: 1 } });
});

t.test('stop', async (t) => {
  const report = await bench(t, 'stop', '--interactions', '20');
  const times = ['full.wroteMs.median', 'empty.restartedMs.median', 'underLoad.stopMs.median'];
  checkFigures(t, report, 'stopRatioToEmpty', 'stopRatioToEmptyWrote', ...times);
  checkFigures(t, report, 'underLoad.acknowledged');
  t.match(report, { underLoad: { lost: 0, doubled: 0 } });
});

t.test('crash-start', async (t) => {
  const report = await bench(t, 'crash-start', '--interactions', '20');
  checkFigures(t, report, 'ratioToClean', 'killed.deliveryMs.median', 'killed.acknowledged');
  t.match(report, { killed: { lost: 0, doubled: 0 }, stopped: { lost: 0, doubled: 0 } });
});

t.test('start with many configuration objects', async (t) => {
  const report = await bench(t, 'start', '--objects', 'some');
  const figures = ['many.readyMs.median', 'few.readyMs.median', 'applySeconds', 'firstChangeMs'];
  checkFigures(t, report, 'ratioToSmall', 'optionChangeMs', ...figures);
  t.match(report, { objects: { queues: 100, views: 300, agents: 200 } });
});

t.test('a bench that there is not', async (t) => {
  const failure = await run(process.execPath, [main, 'unheard-of']).catch(
    (error: unknown) => error,
  );
  const stderr = /no bench "unheard-of"; there are: floor, submit/;
  t.match(failure, { code: 64, stdout: /Usage: npm run bench/, stderr });
});

t.test('a record with attached data of a given size', async (t) => {
  for (const bytes of [200, 1_000, 10_000, 102_400]) {
    const record = recordMaker(bytes)(777, 'bench.queue-1');
    const { number } = messageByName('RequestSubmit');
    const { length } = encodeBody(number, submitBody(record, requestKeys()(), undefined));
    const bare = encodeBody(
      number,
      submitBody({ ...record, userData: {} }, requestKeys()(), undefined),
    );
    const share = (length - bare.length) / bytes;
    t.ok(share > 0.9 && share < 1.1, `${share} of ${bytes}`);
  }
});

t.test('a record has a body of about 1 KiB, 14 strings and 6 numbers', async (t) => {
  for (const index of [0, 777, 1_000_000]) {
    const record = makeRecord(index, 'bench.queue-1');
    const { number } = messageByName('RequestSubmit');
    const { length } = encodeBody(number, submitBody(record, requestKeys()(), undefined));
    t.ok(length > 980 && length < 1_070, `${length} bytes`);
    const types = Object.values(record.userData!).map((value) => typeof value);
    t.equal(types.filter((type) => type === 'string').length, 14);
    t.equal(types.filter((type) => type === 'number').length, 6);
  }
});

t.test(
  'an interval of resampled samples holds the mean, and narrows with their number',
  async (t) => {
    const mean = (values: readonly number[]): number =>
      values.reduce((sum, value) => sum + value, 0) / values.length;
    const widthOf = (count: number): number => {
      const { fraction } = seededRandom(7);
      const samples = Array.from({ length: count }, () => 10 + fraction());
      const { lower, upper } = bootstrapInterval(samples, mean, fraction);
      t.ok(lower < mean(samples) && mean(samples) < upper, `${lower} to ${upper}`);
      return upper - lower;
    };
    const [few, many] = [widthOf(10), widthOf(1_000)];
    t.ok(many < few / 5, `${few} with 10, ${many} with 1,000`);
  },
);

t.test('figures of samples', async (t) => {
  t.equal(median([3, 1, 2]), 2);
  t.equal(median([4, 1, 2, 3]), 2.5);
  t.equal(quantile(Float64Array.of(1, 2, 3, 4), 0.5), 3);
  t.equal(quantile(Float64Array.of(1, 2, 3, 4), 0.99), 4);
});
