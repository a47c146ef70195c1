/** The parts of the benches that measure nothing. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { seededRandom } from '../../lib/clock.js';
import { submitBody, requestKeys } from '../../lib/client/bodies.js';
import { encodeBody } from '../../lib/protocol/encode.js';
import { messageByName } from '../../lib/protocol/registry.js';
import { recoverySeconds } from '../../bench/overload/recovery.js';
import { parseSmaps } from '../../bench/support/memory.js';
import { makeRecord, recordMaker } from '../../bench/support/record.js';
import { bootstrapInterval, median, quantile } from '../../bench/support/statistics.js';

const run = promisify(execFile);
const main = join(import.meta.dirname, '../../bench/main.js');
t.test('private memory is read without the maps of stores', async (t) => {
  const smaps = [
    '7f0000000000-7f0000001000 rw-p 00000000 00:00 0 ',
    'Rss:                  12 kB',
    'Private_Clean:         4 kB',
    'Private_Dirty:         8 kB',
    '7f1000000000-7f1000001000 r--s 00000000 fe:00 42                 /data/p00/data.mdb',
    'Rss:                 100 kB',
    'Private_Clean:        90 kB',
    '7f2000000000-7f2000001000 r-xp 00000000 fe:00 43                 /usr/bin/node',
    'Private_Clean:         1 kB',
  ].join('\n');
  t.same(parseSmaps(smaps), { privateBytes: 13 * 1_024, mappedBytes: 100 * 1_024 });
});

t.test('recovery is the end of the last second that was not quiet', async (t) => {
  const quiet = { accepted: 10, refused: 0, p99Ms: 5 };
  const refusing = { ...quiet, refused: 1 };
  const slow = { ...quiet, p99Ms: 100 };
  t.equal(recoverySeconds([quiet, quiet], 5), 0);
  t.equal(recoverySeconds([refusing, quiet, slow, quiet], 5), 3);
  t.equal(recoverySeconds([quiet, slow], 5), undefined);
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
