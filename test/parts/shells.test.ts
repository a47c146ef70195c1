/** What is made for shells and for man(1), read by those that it is made for. */
import t from 'tap';
import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { allCommands } from '../../lib/cli/all-tables.js';
import { completionOf, shells } from '../../lib/cli/completion.js';
import { manualPage } from '../../lib/cli/manual.js';
import { launcher } from '../../lib/cli/node-flags.js';
import { formatEndpoint } from '../../lib/config/endpoint.js';
import { startServer } from '../../lib/index.js';
import { outcomeOf, runHere } from '../cli/support.js';
import { directoryOf } from '../fixture/directory.js';

const rows = await allCommands();

interface Said {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (program: string, ...argv: readonly string[]): Said =>
  spawnSync(program, argv, { encoding: 'utf8', env: { PATH: process.env['PATH'] ?? '' } });

/** Words typed so far, and what has to be among the proposals, or alone. */
const cases: readonly (readonly [words: readonly string[], wanted: readonly string[]])[] = [
  [['ixion', 'int'], ['interaction']],
  [['ixion', 'interaction', 'sub'], ['submit']],
  [['ixion', 'interaction', 'pull', '--cou'], ['--count']],
  [['ixion', 'interaction', 'submit', '--online', 't'], ['true']],
  [['ixion', 'token', 'create', '--role', 'ag'], ['agent']],
  [['ixion', 'completion', 'fi'], ['fish']],
  [['ixion', 'status', '--js'], ['--json']],
  [['ixion', 'simulate', 'gen'], ['generate']],
  [['ixion', 'simulate', 'generate', 'x', '--day'], ['--days']],
  [['ixion', 'simulate', 'x', '--mod'], ['--mode']],
  [['ixion', 'status', '--queue'], []],
];

t.test('bash proposes what fits', (t) => {
  const file = join(directoryOf(t), 'ixion.bash');
  writeFileSync(file, completionOf('bash', rows));
  for (const [words, wanted] of cases) {
    const array = words.map((word) => `'${word}'`).join(' ');
    const script = `source '${file}'; COMP_WORDS=(${array}); COMP_CWORD=${words.length - 1}; _ixion; echo "\${COMPREPLY[*]}"`;
    const { stdout, stderr } = run('bash', '--norc', '-c', script);
    t.equal(stderr, '');
    t.equal(stdout.trim(), wanted.join(' '), words.join(' '));
  }
  t.end();
});

t.test('fish proposes what fits', (t) => {
  const file = join(directoryOf(t), 'ixion.fish');
  writeFileSync(file, completionOf('fish', rows));
  for (const [words, wanted] of cases) {
    const script = `source '${file}'; complete -C '${words.join(' ')}'`;
    const { stdout } = run('fish', '--no-config', '-c', script);
    const proposed = stdout.split('\n').map((line) => line.split('\t')[0]!);
    for (const word of wanted) t.ok(proposed.includes(word), `${words.join(' ')}: ${stdout}`);
    if (wanted.length === 0) t.equal(stdout, '');
  }
  t.end();
});

t.test('a reader that has enough ends a command that waits', async (t) => {
  const server = await startServer({
    data: join(directoryOf(t), 'data'),
    create: 'demo',
    listen: '127.0.0.1:0',
    withAdmin: false,
    partitions: 1,
  });
  t.teardown(() => server.stop());
  const address = formatEndpoint(server.address);
  const submit = ['submit', '--queue', 'demo.menu', '--server', address];
  for (let at = 0; at < 2; at++) await runHere('interaction', ...submit);
  const follow = `events --follow --from-start --server ${address}`;
  const shell = spawn('sh', ['-c', `"$0" "$1" ${follow} | head -n 2`, process.execPath, launcher], {
    env: { PATH: process.env['PATH'] ?? '' },
  });
  const { code, out } = await outcomeOf(shell);
  t.equal(code, 0);
  t.equal(out.trim().split('\n').length, 2);
});

t.test('each shell reads its script', (t) => {
  const directory = directoryOf(t);
  for (const shell of shells) {
    const file = join(directory, shell);
    writeFileSync(file, completionOf(shell, rows));
    const { status, stderr } = run(shell, '-n', file);
    t.equal(status, 0, `${shell}: ${stderr}`);
    t.equal(stderr, '');
  }
  t.end();
});

t.test('the manual page has no mistake of roff, and every verb', (t) => {
  const file = join(directoryOf(t), 'ixion.1');
  writeFileSync(file, manualPage(rows, '1.2.3'));
  const lint = run('mandoc', '-T', 'lint', '-W', 'error', file);
  t.equal(lint.status, 0, lint.stdout);
  const { stdout } = run('mandoc', '-T', 'ascii', file);
  // Bold is a letter, a step back, and the letter again.
  const text = stdout
    .split('')
    .filter((_, at, all) => all[at] !== '\b' && all[at + 1] !== '\b')
    .join('');
  for (const { name, verbs } of rows) {
    for (const verb of Object.keys(verbs)) {
      t.match(text, new RegExp(`ixion ${verb === '' ? name : `${name} ${verb}`} `));
    }
  }
  t.end();
});
