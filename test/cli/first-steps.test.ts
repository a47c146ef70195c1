/**
 * What a newcomer types: the commands of the README and of the first page, as they are written
 * there, by a shell in an empty folder. Only ports are others, and `npx` finds this build.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import t, { type Test } from 'tap';
import { launcher } from '../../lib/cli/node-flags.js';
import { directoryOf } from '../fixture/directory.js';
import { type Outcome, outcomeOf } from './support.js';

const root = new URL('../../../', import.meta.url);
const page = (path: string): string => readFileSync(new URL(path, root), 'utf8');

/**
 * The command lines of the blocks below a heading; those that a shell would show its prompt before.
 */
const commandsOf = (text: string): string[] =>
  [...text.matchAll(/^\$ (npx ixion .*)$/gm)].map(([, line]) => line!);

/** An empty folder with an `npx` that runs this build as it would run the one that is installed. */
function emptyFolder(t: Test): { readonly folder: string; readonly path: string } {
  const directory = directoryOf(t);
  const [folder, tools] = [join(directory, 'folder'), join(directory, 'tools')];
  for (const made of [folder, tools]) mkdirSync(made);
  const npx = join(tools, 'npx');
  const run = `[ "$1" = ixion ] && shift && exec "${process.execPath}" "${launcher}" "$@"`;
  writeFileSync(npx, `#!/bin/sh\n${run}\n`);
  chmodSync(npx, 0o755);
  return { folder, path: `${tools}:${process.env['PATH']}` };
}

t.test('they do what they say', async (t) => {
  const { folder, path } = emptyFolder(t);
  const { NODE_OPTIONS: _, ...clean } = process.env;
  const shell = (line: string, env: Record<string, string>) =>
    spawn('sh', ['-c', line], { cwd: folder, env: { ...clean, PATH: path, ...env } });
  const [start = '', ...lines] = commandsOf(page('README.md'));
  const ports = { IXION_LISTEN: '127.0.0.1:0', IXION_ADMIN: '127.0.0.1:0' };
  const server = shell(`exec ${start}`, ports);
  t.teardown(() => server.kill('SIGKILL'));
  let address = '';
  for await (const line of createInterface({ input: server.stdout })) {
    address = /ixion ready on (\S+) /.exec(line)?.[1] ?? '';
    if (address !== '') break;
  }
  server.stdout.resume();
  server.stderr.resume();
  const run = (line: string): Promise<Outcome> => outcomeOf(shell(line, { IXION_SERVER: address }));

  t.ok(lines.length >= 5);
  for (const line of lines) {
    const ended = await run(line);
    t.match(ended, { code: 0 }, `README: ${line}: ${ended.error}`);
  }
  t.ok(existsSync(join(folder, 'day.html')));

  const first = commandsOf(page('docs/start.md'));
  t.ok(first.length >= 5);
  let id = 'ID';
  for (const line of first) {
    const ended = await run(line.replace(/\bID\b/, id));
    t.match(ended, { code: 0 }, `start.md: ${line}: ${ended.error}`);
    if (/ submit /.test(line)) id = ended.out.trim();
  }
  server.kill('SIGINT');
  const [code] = (await once(server, 'exit')) as [number];
  t.equal(code, 0);
});
