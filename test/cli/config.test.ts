/**
 * `ixion config` against a real server: what is shown, what is changed, and what is asked before.
 */
import t, { type Test } from 'tap';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatEndpoint } from '../../lib/config/endpoint.js';
import { startServer } from '../../lib/index.js';
import { directoryOf } from '../fixture/directory.js';
import { type Outcome, runHere } from './support.js';

const objects = (...places: readonly string[]): string =>
  `places:\n${places.map((name) => `  - { name: ${name} }\n`).join('')}`;

interface Serving {
  config(...argv: readonly string[]): Promise<Outcome>;
  /** A file with these places; its path. */
  places(...names: readonly string[]): string;
}

async function serving(t: Test): Promise<Serving> {
  const directory = directoryOf(t);
  const server = await startServer({
    data: join(directory, 'data'),
    create: 'init',
    listen: '127.0.0.1:0',
    admin: '127.0.0.1:0',
    threads: 1,
    partitions: 1,
  });
  t.teardown(() => server.stop());
  const admin = ['--admin', formatEndpoint(server.adminAddress!)];
  let files = 0;
  return {
    config: (...argv) => runHere('config', ...argv, ...admin),
    places(...names) {
      const file = join(directory, `${++files}.yaml`);
      writeFileSync(file, objects(...names));
      return file;
    },
  };
}

const versionOf = async ({ config }: Serving): Promise<number> => {
  const { out } = await config('history', '--json', '--count', '1');
  return (JSON.parse(out) as { versions: { version: number }[] }).versions[0]?.version ?? 0;
};

t.test('nothing is removed unless that is said', async (t) => {
  const server = await serving(t);
  const { config, places } = server;
  t.match(await config('apply', places('a', 'b', 'c')), { code: 0, out: /3 added/ });
  const version = await versionOf(server);
  const refused = await config('apply', places('a'));
  t.match(refused, { code: 78, out: '' });
  t.match(
    refused.error,
    /^ixion: .*1?\.yaml: would remove place b, place c\. Merge keeps .*--merge.*--prune[^\n]*\n$/,
  );
  const json = await config('apply', places('a'), '--json');
  t.match(JSON.parse(json.error), {
    error: { name: 'configuration', exitCode: 78, faults: [{ what: /would remove/ }] },
  });
  t.equal(await versionOf(server), version);
  t.match(await config('apply', places('a'), '--merge'), { code: 0, out: /no difference/ });
  t.match(await config('apply', places('a'), '--prune', '--dry-run'), { out: /2 removed/ });
  t.equal(await versionOf(server), version);
  t.match(await config('apply', places('a'), '--prune'), { code: 0, out: /2 removed/ });
  t.equal(await versionOf(server), version + 1);
  const both = await config('apply', places('a'), '--prune', '--merge');
  t.match(both, { code: 64, error: /--merge and --prune exclude each other/ });
});

t.test('diff and dry runs change nothing, and diff can say so by its code', async (t) => {
  const server = await serving(t);
  const { config, places } = server;
  await config('apply', places('a', 'b'));
  const version = await versionOf(server);
  t.match(await config('diff', places('a')), { code: 0, out: /- place b/ });
  t.match(await config('diff', places('a'), '--exit-code'), { code: 1, out: /- place b/ });
  t.match(await config('diff', places('a', 'b'), '--exit-code'), { code: 0 });
  t.match(await config('rollback', '0', '--dry-run'), { code: 0, out: /would be.*2 removed/ });
  t.match(await config('apply', places('x'), '--dry-run'), { code: 0, out: /would be/ });
  t.equal(await versionOf(server), version);
  t.match(await config('rollback', '0'), { code: 0, out: /version 2: .*2 removed/ });
});

t.test('versions are named by argument or option, as the help says', async (t) => {
  const server = await serving(t);
  const { config, places } = server;
  for (const names of [['a'], ['a', 'b'], ['a', 'b', 'c']]) await config('apply', places(...names));
  t.match(await config('history', '2'), { code: 0, out: 'added place b\n' });
  const two = await config('history', '--count', '2');
  t.equal(two.out.split('\n').length, 4, two.out);
  t.match(await config('export', '--version', '1'), { code: 0, out: /name: a\n/ });
  t.notMatch((await config('export', '--version', '1')).out, /name: b/);
  for (const argv of [
    ['history', '9'],
    ['export', '--version', '9'],
    ['rollback', '9'],
  ]) {
    const { code, error } = await config(...argv);
    t.equal(code, 78, argv.join(' '));
    t.match(error, /^ixion: .*there is no version 9\. There are 0 \(nothing\) to 3\.\n$/);
  }
});

t.test('every fault of a file is told with its place', async (t) => {
  const server = await serving(t);
  const { config, places } = server;
  const file = places('a', 'a');
  const one = await config('apply', file, '--merge');
  t.match(one, { code: 78, out: '' });
  t.match(one.error, new RegExp(`^ixion: ${file}:3:\\d+ [^\\n]+\\.\\n$`));
  writeFileSync(file, 'places:\n  - { nam: a }\n  - { name: b, colour: red }\n');
  const several = await config('apply', file, '--merge');
  t.match(
    several.error,
    /^ixion: .* faults; nothing was changed\. Correct them:\n(.*:2:.*\n)+.*:3:/,
  );
  const json = await config('apply', file, '--merge', '--json');
  t.match(JSON.parse(json.error), {
    error: { exitCode: 78, faults: [{ line: 2, what: String, remedy: String }] },
  });
  t.match(await config('apply', `${file}.gone`), { code: 65, error: /cannot be read: .*ENOENT/ });
});
