/** `bench against` in miniature: another revision is built, and both are measured. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { directoryOf } from '../fixture/directory.js';

t.setTimeout(400_000);

t.test('this revision beside itself, in miniature', async (t) => {
  const main = join(import.meta.dirname, '../../bench/main.js');
  const sizes = '--seconds 0.1 --warm-up 0 --rounds 1 --most 1 --in-flight 8 --interactions 5';
  const { stdout } = await promisify(execFile)(process.execPath, [
    main,
    'against',
    'HEAD',
    '--json',
    ...sizes.split(' '),
    '--benches',
    'submit,cycle,latency,start',
    '--rate',
    '100',
    '--bar',
    '0.9',
    '--directory',
    directoryOf(t),
  ]);
  const report = JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as object;
  const figure = { ratio: Number, control: { ratio: Number }, old: Number, new: Number };
  t.match(report, {
    verdict: 'open',
    submit: { rounds: 1, perSecond: { ...figure, verdict: 'open' }, clientUs: figure },
    cycle: { perSecond: figure, serverMainUs: figure },
    latency: { deliveryP50Ms: figure, deliveryP99Ms: figure, serverUs: figure },
    start: { deliveryMs: figure, stopMs: figure },
  });
});
