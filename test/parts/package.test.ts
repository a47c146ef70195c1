/**
 * What `npm pack` makes of a copy without anything built is what users install: with engine-strict,
 * on this Node and on the one that IXION_OTHER_NODE names, as a module and as CommonJS, with types
 * for `nodenext` and `bundler`, and the command. Needs the npm registry.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import t from 'tap';
import { projectRoot } from '../project/source-tree.js';
import { ixion } from '../daemon/daemon.js';

t.setTimeout(600_000);
const top = mkdtempSync(join(tmpdir(), 'ixion-package-'));
t.teardown(() => rmSync(top, { recursive: true, force: true }));

const clean = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => name !== 'NODE_OPTIONS' && !/^(TAP|IXION|NODE_V8|npm_|INIT_CWD)/i.test(name),
  ),
);

/** Runs a program to its end, in a directory; what it printed. */
const run = (directory: string, program: string, ...words: string[]): string =>
  execFileSync(program, words, {
    cwd: directory,
    env: clean,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/**
 * Copies what is under version control, as it is now. No file of tests and benches goes into the
 * package, and that all of them compile is seen elsewhere: to do it here again takes a minute.
 */
function copyOfSources(): string {
  const copy = join(top, 'copy');
  const listed = run(
    projectRoot,
    'git',
    'ls-files',
    '-z',
    '--cached',
    '--others',
    '--exclude-standard',
  );
  for (const path of listed.split('\0')) {
    if (/^$|^(test|bench)\//.test(path)) continue;
    // A file that is removed and not yet committed is listed, too.
    if (!existsSync(join(projectRoot, path))) continue;
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(join(projectRoot, path), join(copy, path));
  }
  return copy;
}

const work = `
  const server = await startServer({
    data: process.argv[2], create: 'init', listen: '127.0.0.1:0', admin: '127.0.0.1:0',
    businessProcesses: [{ name: 'mail', queues: [{ name: 'mail.in' }] }],
    onFatal: (fault) => { throw new Error(fault.message); },
  });
  const { host, port } = server.address;
  const client = await connect({ server: host + ':' + port, clientName: 'a', clientType: 'MediaServer' });
  const agent = await connect({ server: host + ':' + port, clientName: 'b', clientType: 'AgentApplication' });
  const { interactionId } = await client.submit({
    queue: 'mail.in', mediaType: 'email', interactionType: 'Inbound', userData: { customer: 4711 },
  });
  const [pulled] = await agent.pull({ queue: 'mail.in' });
  if (pulled.InteractionId !== interactionId) throw new Error('another one was pulled');
  await agent.stop(interactionId);
  await client.close();
  await agent.close();
  await server.stop({ drainMs: 5000 });
  console.log('done', typeof actor.startActorSystem, typeof protocol.decodeBody, new IxionError('Busy').code);
`;
const typed = `
import { startServer, IxionError, type Server, type StartOptions } from 'ixion';
import { connect, type Client, type ConnectOptions } from 'ixion/client';
import * as actor from 'ixion/actor';
import * as protocol from 'ixion/protocol';
export const options: StartOptions = { data: 'x', onFatal: () => undefined };
export const started: Promise<Server> = startServer(options);
export const where: ConnectOptions = { clientName: 'a', clientType: 'MediaServer' };
export const client: Promise<Client> = connect(where);
export const code: number = new IxionError('Busy').code;
export const parts = [actor, protocol];
type Refused<Value, Type> = Value extends Type ? false : true;
export const refused: Refused<{ data: 1 }, StartOptions> = true;
`;

/** Installs the archive with engine-strict by the npm of this Node; the directory. */
function install(archive: string): string {
  const user = join(top, 'user');
  mkdirSync(user);
  writeFileSync(join(user, 'package.json'), '{ "name": "user", "private": true }\n');
  writeFileSync(join(user, '.npmrc'), 'engine-strict=true\naudit=false\nfund=false\n');
  const { devDependencies } = JSON.parse(
    run(projectRoot, process.execPath, '-p', "JSON.stringify(require('./package.json'))"),
  ) as { devDependencies: Record<string, string> };
  const tools = ['typescript', '@types/node'].map((name) => `${name}@${devDependencies[name]}`);
  run(user, 'npm', 'install', archive, ...tools);
  const names = '{ startServer, IxionError }';
  writeFileSync(
    join(user, 'work.mjs'),
    `import ${names} from 'ixion'; import { connect } from 'ixion/client';` +
      `import * as actor from 'ixion/actor'; import * as protocol from 'ixion/protocol';\n${work}`,
  );
  writeFileSync(
    join(user, 'work.cjs'),
    `const ${names} = require('ixion'); const { connect } = require('ixion/client');` +
      `const actor = require('ixion/actor'), protocol = require('ixion/protocol');\n` +
      `(async () => {${work}})();`,
  );
  for (const ending of ['mts', 'cts']) writeFileSync(join(user, `typed.${ending}`), typed);
  return user;
}

const user = install(
  ((): string => {
    const copy = copyOfSources();
    run(copy, 'npm', 'pack', '--pack-destination', top);
    return join(
      top,
      run(top, 'ls')
        .split('\n')
        .find((name) => name.endsWith('.tgz')) ?? '',
    );
  })(),
);

const other = process.env['IXION_OTHER_NODE'];
for (const node of [process.execPath, ...(other === undefined ? [] : [other])]) {
  const version = run(top, node, '--version').trim();
  for (const ending of ['mjs', 'cjs']) {
    t.test(`${ending} on ${version}`, (t) => {
      const said = run(user, node, `work.${ending}`, join(top, `data-${version}-${ending}`));
      t.equal(said.trim(), 'done function function 1040');
      t.end();
    });
  }
  t.test(`the command on ${version}`, (t) => {
    const command = join(user, 'node_modules', 'ixion', 'dist', 'start', 'ixion.cjs');
    t.match(run(user, node, command, '--version'), /^\d+\.\d+\.\d+/);
    t.match(run(user, node, command, 'demo'), /stopped|done|served|interactions/i);
    t.end();
  });
}

for (const [module, resolution, files] of [
  ['nodenext', 'nodenext', ['typed.mts', 'typed.cts']],
  ['esnext', 'bundler', ['typed.mts']],
] as const) {
  t.test(`types under ${resolution}: ${files.join(', ')}`, (t) => {
    const compiler = join('node_modules', 'typescript', 'bin', 'tsc');
    const flags = ['--noEmit', '--strict', '--target', 'es2023', '--types', 'node'];
    const kind = ['--module', module, '--moduleResolution', resolution, ...files];
    t.equal(run(user, process.execPath, compiler, ...flags, ...kind), '');
    t.end();
  });
}

t.test('the daemon starts from the package and stops in order', async (t) => {
  const file = join(user, 'node_modules', 'ixion', 'dist', 'start', 'ixion.cjs');
  const any = '127.0.0.1:0';
  const data = join(top, 'daemon');
  const words = ['start', '--demo', '--data', data, '--listen', any, '--admin', any];
  const daemon = ixion(words, {}, [], file);
  await daemon.says(/ready on/);
  daemon.child.kill('SIGTERM');
  t.equal((await daemon.ended).code, 0);
});
