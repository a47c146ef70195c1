/** Exports to links, stdout, pipes and devices, and imports from them. */
import { spawn } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { launcher } from '../../lib/cli/node-flags.js';
import { runHere } from '../cli/support.js';
import { directoryOf } from '../fixture/directory.js';
import { record, type Running, serverOf, waitingIn } from './support.js';

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

/** A script of the shell, with `ixion` in it, in a directory. */
function inShell(directory: string, script: string): Promise<Ended> {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const ixion = `ixion() { "${process.execPath}" "${launcher}" "$@"; }`;
  const child = spawn('/bin/bash', ['-c', `set -o pipefail; ${ixion}; ${script}`], {
    env,
    cwd: directory,
  });
  let [out, error] = ['', ''];
  child.stdout.on('data', (chunk) => (out += String(chunk)));
  child.stderr.on('data', (chunk) => (error += String(chunk)));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, error })));
}

/** A server with so many interactions. */
async function filled(t: Test, directory: string, count: number): Promise<Running> {
  const running = await serverOf(t, join(directory, 'data'), ['one']);
  const submission = { queue: 'one', mediaType: 'email', interactionType: 'Inbound' };
  await Promise.all(
    Array.from({ length: count }, (_, n) =>
      running.client.submit({ ...submission, interactionId: `s.${n}`, externalId: 'Grüße' }),
    ),
  );
  return running;
}

const linesIn = (text: string): number => text.split('\n').length - 1;

t.test('an export to a link goes to its end', async (t) => {
  const directory = directoryOf(t);
  const { address } = await filled(t, directory, 5);
  const path = (name: string): string => join(directory, name);
  mkdirSync(path('elsewhere'));
  writeFileSync(path('elsewhere/old.jsonl'), 'old\n');
  symlinkSync('elsewhere/old.jsonl', path('link.jsonl'));
  symlinkSync('elsewhere/new.csv', path('dangling.csv'));
  symlinkSync('link.jsonl', path('second.jsonl'));
  symlinkSync('circle', path('circle'));
  symlinkSync('nowhere/file', path('broken'));
  const run = (name: string) => runHere('export', path(name), '--server', address);
  for (const [link, end] of [
    ['link.jsonl', 'elsewhere/old.jsonl'],
    ['second.jsonl', 'elsewhere/old.jsonl'],
    ['dangling.csv', 'elsewhere/new.csv'],
  ] as const) {
    t.match(await run(link), { code: 0, out: `${path(link)}: 5 interactions\n` }, link);
    t.ok(lstatSync(path(link)).isSymbolicLink(), link);
    t.match(readFileSync(path(end), 'utf8'), /Grüße/, end);
  }
  t.strictSame(readdirSync(path('elsewhere')).toSorted(), ['new.csv', 'old.jsonl']);
  t.match(await run('circle'), { code: 65, error: /circle.*(leads to itself|symbolic links)/ });
  t.match(await run('broken'), { code: 65, error: /ENOENT/ });
  t.match(await run('elsewhere'), { code: 65, error: /elsewhere is a directory.*- for stdout/ });
  t.match(await run('none/file'), { code: 65, error: /ENOENT/ });
});

t.test('an export to stdout, to a pipe and to a device', async (t) => {
  const directory = directoryOf(t);
  const count = 3_000;
  const { address } = await filled(t, directory, count);
  const sh = (script: string) => inShell(directory, script.replaceAll('$S', `--server ${address}`));
  for (const name of ['-', '/dev/stdout', '/dev/fd/1', '/proc/self/fd/1']) {
    const { code, out, error } = await sh(`ixion export ${name} $S`);
    t.equal(code, 0, error);
    t.equal(linesIn(out), count, name);
    t.ok(
      out
        .split('\n')
        .slice(0, -1)
        .every((line) => JSON.parse(line).ExternalId === 'Grüße'),
    );
    t.match(error, new RegExp(`${name}: ${count} interactions\n$`));
  }
  const csv = await sh('ixion export - --format csv --json $S');
  t.equal(linesIn(csv.out), count + 1);
  t.match(JSON.parse(csv.error), { file: '-', interactions: count });
  t.match(await sh('ixion export - $S > file; wc -l < file'), { code: 0, out: `${count}\n` });
  t.match(await sh('ixion export - $S | cmp - file'), { code: 0, out: '' });
  const pipe = await sh('mkfifo pipe; wc -l < pipe & ixion export pipe $S; wait');
  t.match(pipe, { code: 0, out: new RegExp(`(^|\n)${count}\n`) });
  t.match(await sh('ixion export /dev/null $S'), { code: 0, out: `/dev/null: ${count} inter` });
  t.match(await sh('ixion export /dev/full $S'), { code: 74, error: /ENOSPC/ });
  t.match(await sh('ixion export - $S > /dev/full'), { code: 74, error: /ENOSPC/ });
  t.match(await sh('ixion export - $S | head -n 1 | wc -l; exit "${PIPESTATUS[0]}"'), {
    code: 0,
    out: '1\n',
  });
  t.strictSame(readdirSync(directory).toSorted(), ['data', 'file', 'pipe'], 'nothing is left');
});

t.test('an import from stdin, a pipe and a device', async (t) => {
  const directory = directoryOf(t);
  const { address, client } = await serverOf(t, join(directory, 'data'), ['one']);
  const sh = (script: string) => inShell(directory, script.replaceAll('$S', `--server ${address}`));
  const rows = (prefix: string): string =>
    Array.from({ length: 3_000 }, (_, n) =>
      JSON.stringify(record({ InteractionId: `${prefix}.${n}`, ExternalId: 'x'.repeat(200) })),
    ).join('\n');
  let sum = 0;
  for (const [index, script] of [
    'cat rows | ixion import - $S',
    'ixion import - $S < rows',
    'cat rows | ixion import /dev/stdin $S',
    'ixion import /dev/stdin $S < rows',
    'cat rows | ixion import /proc/self/fd/0 $S',
    'ixion import <(cat rows) $S',
    'mkfifo pipe; cat rows > pipe & ixion import pipe $S; wait "$!"',
  ].entries()) {
    writeFileSync(join(directory, 'rows'), rows(`r${index}`));
    const { code, out, error } = await sh(script);
    t.equal(code, 0, `${script}: ${error}`);
    t.match(out, / 3000 imported, 0 were there, 0 wrong\n$/, script);
    sum += 3_000;
    t.equal(await waitingIn(client, 'one'), sum);
  }
  writeFileSync(
    join(directory, 'rows.csv'),
    'Queue,MediaType,InteractionType\none,email,Inbound\none,email,Inbound\nnone,email,Inbound\n',
  );
  const csv = 'cat rows.csv | ixion import - --format csv $S';
  t.match(await sh(csv), {
    code: 65,
    out: '-: 2 imported, 0 were there, 1 wrong\n',
    error: /^-:4: /,
  });
  t.match(await sh(csv), { code: 65, out: '-: 0 imported, 2 were there, 1 wrong\n' });
  const inPieces = '{ head -n 1 rows.csv; sleep 0.1; tail -n +2 rows.csv; } | ixion import - ';
  t.match(await sh(`${inPieces} --format csv $S`), { out: / 0 imported, 2 were there, 1 wrong/ });
  t.match(await sh('ixion import /dev/null $S'), { code: 0, out: / 0 imported, 0 were there/ });
  t.match(await sh('ixion import . $S'), { code: 65, error: /EISDIR/ });
  t.match(await sh('ixion import none $S'), { code: 65, error: /ENOENT/ });
  t.strictSame(readdirSync(directory).toSorted(), ['data', 'pipe', 'rows', 'rows.csv']);
});

t.test('an import that waits for a pipe is ended by Ctrl-C', async (t) => {
  const directory = directoryOf(t);
  const { address } = await serverOf(t, join(directory, 'data'), ['one']);
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = spawn(process.execPath, [launcher, 'import', '-', '--server', address], { env });
  let error = '';
  child.stderr.on('data', (chunk) => (error += String(chunk)));
  // More than by which a stream is known, so that the import has begun.
  child.stdin.write(`${JSON.stringify(record({ ExternalId: 'x'.repeat(4_000) }))}\n`.repeat(20));
  child.stdin.write(`${JSON.stringify(record({ Queue: 'none' }))}\n`.repeat(5_000));
  while (!error.includes('no queue')) await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill('SIGINT');
  const code = await new Promise((resolve) => child.on('close', resolve));
  t.equal(code, 130);
  t.match(error, /SIGINT.*The same command begins anew/);
});
