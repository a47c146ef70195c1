/** `ixion store` where nobody serves: making stores, and what the system does not allow. */
import t from 'tap';
import { spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { connect } from '../../lib/client/index.js';
import { formatEndpoint } from '../../lib/config/endpoint.js';
import { startServer } from '../../lib/index.js';
import { launcher } from '../../lib/cli/node-flags.js';
import { refusalExit } from '../../lib/cli/refusal-exit.js';
import { initStore } from '../../lib/data/init.js';
import { StartRefused } from '../../lib/refusal.js';
import { directoryOf } from '../fixture/directory.js';
import { type Outcome, outcomeOf, runHere } from './support.js';

t.test('init makes a store, and twice only if that is asked for', async (t) => {
  const data = join(directoryOf(t), 'a', 'data');
  const made = await runHere('store', 'init', '--data', data, '--partitions', '2', '--json');
  t.equal(made.code, 0, made.error);
  t.match(JSON.parse(made.out), { data, storeId: /^[0-9a-f]{32}$/, partitions: 2, created: true });
  const { storeId } = JSON.parse(made.out) as { storeId: string };
  t.match(await runHere('store', 'verify', '--data', data), { code: 0, out: /the store is sound/ });
  const again = await runHere('store', 'init', '--data', data);
  t.match(again, {
    code: 78,
    out: '',
    error: /^ixion: .*holds a store already[^\n]+--if-missing[^\n]+\n$/,
  });
  const same = await runHere('store', 'init', '--data', data, '--if-missing', '--json');
  t.match(JSON.parse(same.out), { storeId, created: false });
  const other = ['--if-missing', '--partitions', '3'];
  t.match(await runHere('store', 'init', '--data', data, ...other), {
    code: 78,
    error: /has 2 partitions, and 3 are configured/,
  });
});

t.test('init leaves what is not its own alone', async (t) => {
  const directory = directoryOf(t, { 'letter.txt': 'dear' });
  t.match(await runHere('store', 'init', '--data', directory), { code: 65, error: /letter\.txt/ });
  t.same(readdirSync(directory), ['letter.txt']);
});

t.test('a path that leads nowhere is told in one line', async (t) => {
  const directory = directoryOf(t);
  symlinkSync(join(directory, 'gone'), join(directory, 'link'));
  const below = join(directory, 'link', 'data');
  const none = join(directory, 'none');
  const rows: readonly (readonly [argv: string[], code: number, what: RegExp])[] = [
    [['store', 'init', '--data', below], 78, /link to nothing/],
    [['store', 'restore', directory, '--data', below], 65, /holds no complete backup/],
    [['store', 'verify', '--data', below], 78, /there is no store/],
    [['store', 'stats', '--data', none], 78, /there is no store/],
    [['store', 'compact', '--data', none], 78, /there is no store/],
    [
      ['start', '--init', '--data', below, '--listen', '127.0.0.1:0', '--admin', '127.0.0.1:0'],
      78,
      /link to nothing/,
    ],
  ];
  for (const [[name = '', ...argv], code, what] of rows) {
    const ended = await runHere(name, ...argv);
    t.match(ended, { code, error: what }, argv.join(' '));
    t.match(ended.error, /^ixion: [^\n]+\.\n$/);
  }
  t.notOk(existsSync(join(directory, 'gone')));
});

/** Runs it as who these tests run as. */
const runOwn = ([name = '', ...argv]: readonly string[]): Promise<Outcome> =>
  runHere(name, ...argv);

/** Runs it as a user who is not root, as whom these tests may run. */
function asNobody(argv: readonly string[]): Promise<Outcome> {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const identity = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  return outcomeOf(spawn(process.execPath, [launcher, ...argv], { env, ...identity }));
}

/** A store with something in it, as a process leaves it that was killed; of two partitions. */
async function leftBehind(directory: string): Promise<string> {
  const data = join(directory, 'live');
  const server = await startServer({
    data,
    create: 'demo',
    listen: '127.0.0.1:0',
    withAdmin: false,
    partitions: 2,
    threads: 1,
  });
  const client = await connect({
    server: formatEndpoint(server.address),
    clientName: 'm',
    clientType: 'MediaServer',
  });
  const submission = { queue: 'demo.menu', mediaType: 'email', interactionType: 'Inbound' };
  for (let at = 0; at < 20; at++) await client.submit(submission);
  const left = join(directory, 'left');
  // What is acknowledged is in these files now, be it in the journal only.
  cpSync(data, left, { recursive: true });
  rmSync(join(left, 'ixion.lock'), { force: true });
  await client.close();
  await server.stop();
  return left;
}

/** All of a tree, its directories last, so that they may still be entered. */
function everythingIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .toReversed()
    .map((entry) => join(entry.parentPath, entry.name))
    .concat(directory);
}

t.test('a store that may only be read is verified, and nothing is written', async (t) => {
  const data = await leftBehind(directoryOf(t));
  const paths = everythingIn(data);
  const modes = paths.map((path) => statSync(path).mode);
  const content = (): string[] =>
    paths.map((path) => {
      const { mtimeMs, size } = statSync(path);
      return `${path} ${mtimeMs} ${size}`;
    });
  const before = content();
  for (const path of paths) chmodSync(path, statSync(path).isDirectory() ? 0o555 : 0o444);
  t.teardown(() => paths.toReversed().forEach((path, at) => chmodSync(path, modes.at(-1 - at)!)));
  const run = process.getuid?.() === 0 ? asNobody : runOwn;
  if ((await run(['--version'])).code !== 0) {
    return t.comment('nobody else may enter this checkout, and root may write whatever it is');
  }
  const verified = await run(['store', 'verify', '--data', data]);
  t.match(verified, { code: 0, error: '', out: /20 interactions[^]*the store is sound/ });
  for (const verb of ['stats', 'compact']) {
    const ended = await run(['store', verb, '--data', data]);
    t.match(ended, { code: 77, out: '', error: /cannot be used: EACCES.* user who may/ }, verb);
  }
  t.same(content(), before);
});

t.test('what belongs to another user: 77 and one line', async (t) => {
  const directory = directoryOf(t);
  const data = join(directory, 'data');
  await initStore({ data, partitions: 1 });
  const closed = join(directory, 'closed');
  mkdirSync(closed);
  for (const path of [data, closed]) chmodSync(path, 0);
  t.teardown(() => [data, closed].forEach((path) => chmodSync(path, 0o700)));
  const inside = join(closed, 'x');
  const refusal = refusalExit(new StartRefused('denied', `${data} cannot be used: EACCES`));
  t.equal(refusal.code, 77);
  // A checkout below a home that nobody else may enter.
  if ((await asNobody(['--version'])).code !== 0) return;
  for (const argv of [
    ['store', 'verify', '--data', data],
    ['store', 'stats', '--data', data],
    ['store', 'compact', '--data', data],
    ['store', 'init', '--data', inside],
    ['store', 'restore', closed, '--data', join(directory, 'new')],
    ['start', '--data', data, '--listen', '127.0.0.1:0', '--admin', '127.0.0.1:0'],
    ['start', '--init', '--data', inside, '--listen', '127.0.0.1:0', '--admin', '127.0.0.1:0'],
  ]) {
    const ended = await asNobody(argv);
    t.equal(ended.code, 77, `${argv.join(' ')}: ${ended.error}`);
    t.match(ended.error, /^ixion: [^\n]*(EACCES|EPERM)[^\n]*\.\n$/);
  }
});
