/** Files that cannot be read or written: one line that names them, and the code of the table. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { formatEndpoint } from '../../lib/config/endpoint.js';
import { startServer } from '../../lib/index.js';
import { directoryOf } from '../fixture/directory.js';
import { runHere } from './support.js';

async function serving(t: Test) {
  const directory = directoryOf(t, { file: 'x' });
  const server = await startServer({
    data: join(directory, 'data'),
    create: 'demo',
    listen: '127.0.0.1:0',
    admin: '127.0.0.1:0',
    partitions: 1,
    threads: 1,
  });
  t.teardown(() => server.stop());
  mkdirSync(join(directory, 'folder'));
  return {
    directory,
    server: ['--server', formatEndpoint(server.address)],
    admin: ['--admin', formatEndpoint(server.adminAddress!)],
  };
}

type Row = readonly [path: string, code: number, what: RegExp];

const unreadable: readonly Row[] = [
  ['none', 65, /none cannot be read: no such file or directory \(ENOENT\)\. Check the path\.\n$/],
  ['folder', 65, /folder cannot be read: .*\(EISDIR\)\. Give the path of a file\.\n$/],
  ['file/x', 65, /file\/x cannot be read: not a directory \(ENOTDIR\)\. Check the path\.\n$/],
  [`${'n'.repeat(300)}`, 65, /cannot be read: .*\(ENAMETOOLONG\)\. Check the path\.\n$/],
];
const unwritable: readonly Row[] = [
  ['none/x', 65, /none\/x cannot be written: .*\(ENOENT\)\. Make its directory, or check the path/],
  ['file/x', 65, /file\/x cannot be written: not a directory \(ENOTDIR\)\. Check the path\.\n$/],
];

t.test('each command says the same of the same file', async (t) => {
  const { directory, server, admin } = await serving(t);
  const readers = [
    ['import', server],
    ['config diff', admin],
    ['config apply', admin],
    ['simulate', server],
  ] as const;
  const writers = [
    ['export', server],
    ['config export', admin],
    ['simulate generate', []],
  ] as const;
  for (const [commands, rows] of [
    [readers, unreadable],
    [writers, unwritable],
  ] as const) {
    for (const [command, place] of commands) {
      for (const [path, code, error] of rows) {
        const [name = '', ...verb] = command.split(' ');
        const words = [...verb, join(directory, path), ...place];
        const ended = await runHere(name, ...words);
        t.match(ended, { code, out: '', error }, `${command} ${path.slice(0, 20)}`);
        t.equal(ended.error.trim().split('\n').length, 1, command);
      }
      const [name = '', ...verb] = command.split(' ');
      t.match(await runHere(name, ...verb, '', ...place), {
        code: 64,
        out: '',
        error: /FILE: the path is empty; give a path\. See "ixion .* --help"/,
      });
    }
  }
  t.same(
    readdirSync(directory).toSorted(),
    ['data', 'file', 'folder'],
    'nothing is left half made',
  );
});

t.test('a disk without room, what is there already, and a directory', async (t) => {
  const { directory, admin } = await serving(t);
  const full = await runHere('config', 'export', '/dev/full', ...admin);
  t.match(full, { code: 74, out: '', error: /\/dev\/full cannot be written: .*\(ENOSPC\)\. Free/ });
  const file = join(directory, 'file');
  t.match(await runHere('simulate', 'generate', file), {
    code: 65,
    error: /file cannot be written: file already exists \(EEXIST\)\. Name another file/,
  });
  const folder = join(directory, 'folder');
  t.match(await runHere('config', 'export', folder, ...admin), { code: 65, error: /EISDIR/ });
  t.match(await runHere('store', 'restore', '', '--data', folder), { code: 64, error: /DIR: the/ });
  writeFileSync(join(directory, 'ca.pem'), Uint8Array.of(0xff));
  for (const [name, what] of [
    ['ca.pem', /not a text/],
    ['none', /--tls-ca: \S+none cannot be read: no such file or directory \(ENOENT\)/],
  ] as const) {
    const pinged = await runHere('ping', '--tls-ca', join(directory, name));
    t.match(pinged, { code: 64, error: what });
  }
  const told = await runHere('import', join(directory, 'none'), '--json');
  t.match(JSON.parse(told.error), {
    error: { name: 'data', exitCode: 65, message: /ENOENT/, remedy: 'Check the path.' },
  });
});
