/** What the runner of the suite makes of files that fail in one process with others. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { directoryOf } from '../fixture/directory.js';

const together = join(import.meta.dirname, 'together.js');
const tap = JSON.stringify(import.meta.resolve('tap'));

/** One file of each kind, by name. */
const kinds = {
  passes: `import t from ${tap}; t.test('passes', async (t) => t.ok(true));`,
  passesToo: `import t from ${tap}; t.test('passes, too', async (t) => t.ok(true));`,
  fails: `import t from ${tap}; t.test('fails', async (t) => t.ok(false, 'this one'));`,
  isEmpty: `import ${tap};`,
  throws: `throw new Error('while it is read');`,
  ends: `process.exit(0);`,
  hangs: `await new Promise(() => {});`,
  crashes: `process.kill(process.pid, 'SIGKILL');`,
  fallsSilent: `import t from ${tap}; t.test('falls silent', () => new Promise(() => {}));`,
} as const;
type Kind = keyof typeof kinds;

/** Runs these in one process. */
function run(test: Test, names: readonly Kind[]) {
  const content = names.map((name) => [`${name}.mjs`, kinds[name]] as const);
  const directory = directoryOf(test, Object.fromEntries(content));
  const files = names.map((name) => join(directory, `${name}.mjs`));
  const env = { PATH: process.env['PATH'], TAP_TIMEOUT: '60' };
  const command = [together, 'together-of-a-test', ...files];
  const { status, signal, stdout } = spawnSync(process.execPath, command, { env });
  return { isOk: status === 0 && signal === null, lines: stdout.toString().split('\n') };
}

t.test('files that pass, in one process: each of them is run', async (t) => {
  const { isOk, lines } = run(t, ['passes', 'passesToo']);
  t.ok(isOk);
  t.equal(lines.filter((line) => line.startsWith('ok ')).length, 2);
});

t.test('a test that fails is told once, and the others are run', async (t) => {
  const { isOk, lines } = run(t, ['passes', 'fails', 'passesToo']);
  t.notOk(isOk);
  t.equal(lines.filter((line) => /^ *not ok .*this one/.test(line)).length, 1);
  t.equal(lines.filter((line) => line.startsWith('ok ')).length, 2);
  t.ok(lines.includes('# { total: 3, pass: 2, fail: 1 }'));
});

const failing = ['isEmpty', 'throws', 'ends', 'hangs', 'crashes', 'fallsSilent'] as const;
for (const name of failing) {
  t.test(`${name}: no such file passes beside one that does`, async (t) => {
    t.notOk(run(t, ['passes', name]).isOk, 'behind it');
    t.notOk(run(t, [name, 'passes']).isOk, 'before it');
    t.notOk(run(t, [name]).isOk, 'alone');
  });
}
