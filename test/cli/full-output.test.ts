/**
 * A stdout that takes nothing: every command that prints says so; only a reader that
 * went away is quiet.
 */
import { spawn } from 'node:child_process';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { launcher } from '../../lib/cli/node-flags.js';
import { formatEndpoint } from '../../lib/config/endpoint.js';
import { startServer } from '../../lib/index.js';
import { directoryOf } from '../fixture/directory.js';

const full = '/dev/full';

interface Ended {
  readonly code: number | null;
  readonly error: string;
}

/** Runs `ixion ...` in a shell, which says where its output goes. */
function inShell(redirection: string, argv: readonly string[], before = ''): Promise<Ended> {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const script = `${before} "$0" "$@" ${redirection}`;
  const child = spawn('/bin/bash', ['-c', script, process.execPath, launcher, ...argv], { env });
  let error = '';
  child.stderr.on('data', (chunk) => (error += String(chunk)));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, error })));
}

const told = {
  code: 74,
  error: /stdout cannot be written: ENOSPC.*; what was printed is not whole\..*\n$/m,
};

t.test('every command that prints', async (t) => {
  const directory = directoryOf(t);
  const server = await startServer({
    data: join(directory, 'data'),
    create: 'init',
    listen: '127.0.0.1:0',
    admin: '127.0.0.1:0',
    threads: 1,
    partitions: 1,
    businessProcesses: [{ name: 'all', queues: [{ name: 'one' }] }],
  });
  t.teardown(() => server.stop());
  const client = ['--server', formatEndpoint(server.address)];
  const admin = [`--admin=${formatEndpoint(server.adminAddress!)}`];
  const file = join(directory, 'one.jsonl');
  const properties = { Queue: 'one', MediaType: 'email', InteractionType: 'Inbound' };
  writeFileSync(file, `${JSON.stringify({ InteractionId: 'A', ...properties })}\n`);
  const yaml = join(directory, 'ixion.yaml');
  writeFileSync(yaml, 'threads: 1\n');
  const submit = ['interaction', 'submit', '--queue', 'one', '--media', 'email', '--type'];
  const commands: string[][] = [
    ['--help'],
    ['--version'],
    ['start', '--help'],
    ['queue', '--help'],
    ['token', 'create'],
    ['config', 'check', yaml],
    ['config', 'check', yaml, '--json'],
    ['import', file, ...client],
    ['import', file, ...client, '--json'],
    [...submit, 'Inbound', ...client],
    ['interaction', 'show', 'A', ...client],
    ['queue', 'list', ...client],
    ['queue', 'list', ...client, '--json'],
    ['ping', ...client],
    ['export', join(directory, 'out.csv'), ...client],
    ['status', ...admin],
    ['status', ...admin, '--json'],
    ['config', 'export', ...admin],
    ['config', 'history', ...admin],
  ];
  for (const argv of commands) {
    t.match(await inShell(`>${full}`, argv), told, argv.slice(0, 2).join(' '));
  }
  t.match(await inShell(`>${full} 2>${full}`, ['--help']), { code: 74, error: '' });
  t.match(await inShell(`2>${full}`, ['import', file, ...client]), { code: 0 }, 'stderr alone');
  writeFileSync(file, `${JSON.stringify({ ...properties, Queue: 'none' })}\n`);
  const both = await inShell(`>${full}`, ['import', file, ...client]);
  t.match(both, { code: 65, error: told.error }, 'what went wrong before counts');
});

t.test('a disk that takes a part of what is printed', async (t) => {
  const file = join(directoryOf(t), 'help');
  closeSync(openSync(file, 'w'));
  // A kibibyte is all that a file may have here, and the help is longer.
  const { code, error } = await inShell(`>"${file}"`, ['--help'], 'ulimit -f 1;');
  t.equal(code, 74);
  t.match(error, /stdout cannot be written: EFBIG/);
});

t.test('a reader that went away', async (t) => {
  t.match(await inShell('| true; exit "${PIPESTATUS[0]}"', ['--help']), { code: 0, error: '' });
});
