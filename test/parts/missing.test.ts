/**
 * A part that is not installed fails the run and says what to do, instead of skipping its tests.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { directoryOf } from '../fixture/directory.js';

const parts = fileURLToPath(new URL('../project/parts.js', import.meta.url));

for (const environment of [{}, { CI: 'true' }]) {
  t.test(`without strace, ${JSON.stringify(environment)}`, async (t) => {
    const env = { PATH: directoryOf(t), ...environment };
    const { status, stdout } = spawnSync(process.execPath, [parts], { env, encoding: 'utf8' });
    t.equal(status, 1);
    t.match(stdout, /not ok - strace is not here; apt-get install strace/);
  });
}
