/** A store made without a server, and a start that makes one only where there is none. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { initStore, startServer, type StartRefused } from '../../lib/index.js';
import { directoryOf } from '../fixture/directory.js';

const quiet = { listen: '127.0.0.1:0', withAdmin: false, threads: 1 } as const;

/** `kind: message` of the refusal that a promise ends with. */
const refusalOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'fine',
    ({ kind, message }: StartRefused) => `${kind}: ${message}`,
  );

t.test('a store is made, and a server opens it', async (t) => {
  const data = join(directoryOf(t), 'new', 'store');
  const made = await initStore({ data, partitions: 2 });
  t.match(made, { data, partitions: 2, created: true });
  t.match(made.storeId, /^[0-9a-f]{32}$/);
  t.strictSame(readdirSync(data).sort(), ['ixion.json', 'p00', 'p01']);
  const server = await startServer({ ...quiet, data });
  t.equal((await server.status()).storeId, made.storeId);
  await server.stop();
});

t.test('one that is there is never touched', async (t) => {
  const data = join(directoryOf(t), 'store');
  const { storeId } = await initStore({ data, partitions: 1 });
  t.match(await refusalOf(initStore({ data })), /^configuration: .* holds a store already/);
  t.strictSame(await initStore({ data, ifMissing: true }), {
    data,
    storeId,
    partitions: 1,
    created: false,
  });
  const other = initStore({ data, ifMissing: true, partitions: 2 });
  t.match(await refusalOf(other), /^configuration: .* has 1 partitions, and 2 are configured/);
});

t.test('nor is what is no store, or one in use', async (t) => {
  const directory = directoryOf(t);
  writeFileSync(join(directory, 'letter.txt'), 'dear');
  t.match(await refusalOf(initStore({ data: directory, ifMissing: true })), /^data: .*letter\.txt/);
  t.strictSame(readdirSync(directory), ['letter.txt']);
  const data = join(directory, 'store');
  const server = await startServer({ ...quiet, data, create: 'if-missing', partitions: 1 });
  t.match(await refusalOf(initStore({ data })), /holds a store already/);
  t.equal((await initStore({ data, ifMissing: true })).created, false, 'asks no lock');
  await server.stop();
});

t.test('what cannot be made leaves nothing', async (t) => {
  const directory = directoryOf(t);
  writeFileSync(join(directory, 'file'), '');
  const data = join(directory, 'file', 'store');
  t.match(await refusalOf(initStore({ data })), /^data: .*file.store.* ENOTDIR/);
  t.match(await refusalOf(initStore({ data: join(directory, 'x'), partitions: 65 })), /partitions/);
  t.equal(existsSync(join(directory, 'x')), false);
  // Files of at most 20 KiB: the first pages of a partition fit, its tables do not.
  const script = `process.on('SIGXFSZ', () => {});
    import { initStore } from ${JSON.stringify(new URL('../../lib/index.js', import.meta.url).href)};
    await initStore({ data: process.argv[1] }).catch((error) => console.log(error.message));`;
  const limited = 'ulimit -f 20; exec "$0" --input-type=module -e "$1" "$2"';
  const x = join(directory, 'x');
  const child = spawnSync('bash', ['-c', limited, process.execPath, script, x]);
  t.match(
    String(child.stdout),
    /x: the store cannot be made: Input.output error/,
    String(child.stderr),
  );
  t.equal(existsSync(x), false, 'with half a store in it');
});

t.test('a start makes a store where there is none, and opens it the next time', async (t) => {
  const data = join(directoryOf(t), 'store');
  const first = await startServer({ ...quiet, data, create: 'if-missing', partitions: 2 });
  const { storeId } = await first.status();
  await first.stop();
  const second = await startServer({ ...quiet, data, create: 'if-missing' });
  t.equal((await second.status()).storeId, storeId);
  await second.stop();
});
