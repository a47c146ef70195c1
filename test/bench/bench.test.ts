/** Every bench runs, in miniature, and its last line has the figures that others read. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';
import { submitBody, requestKeys } from '../../lib/client/bodies.js';
import { encodeBody } from '../../lib/protocol/encode.js';
import { messageByName } from '../../lib/protocol/registry.js';
import { makeRecord, recordMaker } from '../../bench/support/record.js';
import { median, quantile } from '../../bench/support/statistics.js';

const run = promisify(execFile);
const main = join(import.meta.dirname, '../../bench/main.js');
const miniature = ['--seconds', '0.1', '--warm-up', '0.1', '--rounds', '1', '--in-flight', '16'];

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
  for (const shape of ['pass-through', 'backlog', 'distribution']) {
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

t.test('start', async (t) => {
  const report = await bench(t, 'start', '--interactions', '20');
  const figures = ['full.replyMs.median', 'empty.replyMs.median', 'full.stopMs.median'];
  checkFigures(t, report, 'ratioToEmpty', 'stopRatioToEmpty', ...figures, 'bareNodeMs');
  t.match(report, { full: { interactions: 20, phasesMs: Object }, empty: { interactions: 1 } });
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

t.test('figures of samples', async (t) => {
  t.equal(median([3, 1, 2]), 2);
  t.equal(median([4, 1, 2, 3]), 2.5);
  t.equal(quantile(Float64Array.of(1, 2, 3, 4), 0.5), 3);
  t.equal(quantile(Float64Array.of(1, 2, 3, 4), 0.99), 4);
});
