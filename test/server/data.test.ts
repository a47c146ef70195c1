/** The data directory: which store a start opens, and who has it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { seededRandom } from '../../lib/clock.js';
import { beginStore, planData } from '../../lib/data/directory.js';
import { lockData } from '../../lib/data/lock.js';
import { completeManifest, readManifest } from '../../lib/data/manifest.js';
import { StartRefused } from '../../lib/refusal.js';
import { directoryOf } from '../fixture/directory.js';

const plan = (data: string, creation?: 'init' | 'demo', partitions?: number) =>
  planData({ data, creation, partitions, random: seededRandom(1) });

/** `kind: message`, or "fine". */
function refusalOf(action: () => unknown): string {
  try {
    action();
    return 'fine';
  } catch (error) {
    if (error instanceof StartRefused) return `${error.kind}: ${error.message}`;
    throw error;
  }
}

function makeStore(directory: string, partitions: number): void {
  mkdirSync(directory, { recursive: true });
  beginStore(plan(directory, 'init', partitions));
  completeManifest(directory);
}

t.test('a path without a store is refused, and nothing is made', async (t) => {
  const directory = directoryOf(t, { empty: {} });
  const missing = join(directory, 'dtaa');
  t.match(
    refusalOf(() => plan(missing)),
    /^configuration: .*dtaa does not exist.*add --init/,
  );
  t.equal(existsSync(missing), false);
  t.match(
    refusalOf(() => plan(join(directory, 'empty'))),
    /^configuration: .*is empty/,
  );
  t.match(
    refusalOf(() => plan(directory, 'init')),
    /^data: .*is not a store.*other things, as empty/,
  );
});

t.test('a store is made once and then opened', async (t) => {
  const data = join(directoryOf(t), 'data');
  makeStore(data, 3);
  const opened = plan(data);
  t.equal(opened.isNew, false);
  t.equal(opened.manifest.partitions, 3);
  t.match(opened.manifest.storeId, /^[0-9a-f]{32}$/);
  t.equal(plan(data, 'demo').isNew, false, '--demo opens what is there');
  t.match(
    refusalOf(() => plan(data, 'init')),
    /^configuration: --init makes a new store, and/,
  );
  t.match(
    refusalOf(() => plan(data, undefined, 4)),
    /^configuration: .*has 3 partitions, and 4/,
  );
  t.equal(
    refusalOf(() => plan(data, undefined, 3)),
    'fine',
  );
});

t.test('a creation that was cut short is begun again, never opened', async (t) => {
  const data = directoryOf(t);
  beginStore(plan(data, 'init', 2));
  writeFileSync(join(data, 'p00', 'data.mdb'), 'half');
  t.match(
    refusalOf(() => plan(data)),
    /^configuration: .*never finished.*add --init/,
  );
  const again = plan(data, 'init', 4);
  t.equal(again.isNew, true);
  beginStore(again);
  t.equal(existsSync(join(data, 'p00', 'data.mdb')), false);
  completeManifest(data);
  t.equal(plan(data).manifest.partitions, 4);
});

t.test('damage and other versions are refused as such', async (t) => {
  const data = join(directoryOf(t), 'data');
  makeStore(data, 1);
  const made: object = JSON.parse(readFileSync(join(data, 'ixion.json'), 'utf8'));
  const manifest = (text: string): string => {
    writeFileSync(join(data, 'ixion.json'), text);
    return refusalOf(() => plan(data));
  };
  t.match(manifest('{"format":'), /^data: .*damaged\. Restore/);
  t.match(manifest('7'), /^data: .*damaged/);
  t.match(manifest('{"format":1,"partitions":65,"storeId":"a"}'), /^data: .*damaged/);
  t.match(manifest('{"format":2,"partitions":1}'), /^data: .*has data format 2; this version/);
  t.match(manifest(JSON.stringify({ ...made, partitions: 2 })), /^data: .*p01 is missing/);
  t.match(manifest('{"format":1,"partitions":1,"storeId":"a"}'), /damaged/, 'of no timeline');
  t.equal(manifest(JSON.stringify(made)), 'fine');
  t.match(readManifest(data), { format: 1, partitions: 1, timeline: { count: 1 } });
});

t.test('one at a time has a directory, over whatever path', async (t) => {
  const top = directoryOf(t);
  const data = join(top, 'data');
  const lock = await lockData(data);
  symlinkSync(data, join(top, 'link'));
  await t.rejects(lockData(data), { message: /in use by process \d+/ });
  await t.rejects(lockData(join(top, 'link')), { message: /in use/ });
  const other = await lockData(join(top, 'other'));
  await other.release();
  await lock.release();
  const next = await lockData(data);
  await next.release();
});

t.test('a lock is gone with its owner, and what he left is no lock', async (t) => {
  const data = directoryOf(t);
  const module = new URL('../../lib/data/lock.js', import.meta.url).href;
  const script = `import { lockData } from '${module}';
    await lockData(process.argv[1]); process.stdout.write('locked'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, data], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {},
  });
  await once(child.stdout, 'data');
  const message = new RegExp(`in use by process ${child.pid}`);
  await t.rejects(lockData(data), { message });
  child.kill('SIGKILL');
  await once(child, 'exit');
  t.ok(existsSync(join(data, 'ixion.lock')), 'the file is still there');
  const lock = await lockData(data);
  await lock.release();
  t.notOk(existsSync(join(data, 'ixion.lock')));
});

t.test('a half written lock file is no lock', async (t) => {
  const data = directoryOf(t, { 'ixion.lock': '{"pid": 1' });
  const lock = await lockData(data);
  await lock.release();
});
