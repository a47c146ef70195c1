/**
 * `node dist/test/mutation/run.js [TEXT]`: makes each mutation (whose name holds the text) in a
 * copy of `dist/` and runs the tests that must notice it. Prints a table; the exit code is 1 when a
 * test fails without a mutation, or passes with one.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ledgerMutations } from './ledger-mutations.js';
import { type Mutation, mutations, type Replacement } from './mutations.js';
import { retryMutations } from './retry-mutations.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
/** Longer than any of the tests takes; one that hangs has noticed. */
const patienceMs = 300_000;

type Result = 'passed' | 'failed' | 'hung';

/** Runs one test file of a copy. */
function runTest(copy: string, test: string): Promise<Result> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join('dist/test', test)], {
      cwd: copy,
      // Seconds; tap's own 30 are short for some of them on a busy machine.
      env: { ...process.env, TAP_TIMEOUT: '300' },
      stdio: 'ignore',
      detached: true,
    });
    let hung = false;
    const timer = setTimeout(() => {
      hung = true;
      process.kill(-child.pid!, 'SIGKILL');
    }, patienceMs);
    child.once('exit', (code) => {
      clearTimeout(timer);
      resolve(hung ? 'hung' : code === 0 ? 'passed' : 'failed');
    });
  });
}

/** @throws {Error} when the text is not there exactly once: the mutation has to be written anew */
function replace(copy: string, { file, from, to }: Replacement): void {
  const path = join(copy, 'dist', file);
  const parts = readFileSync(path, 'utf8').split(from);
  if (parts.length !== 2) throw new Error(`${file} holds "${from}" ${parts.length - 1} times`);
  writeFileSync(path, parts.join(to));
}

/** A command that runs what was mutated: the bundles have none of it. */
const launcher = `import('../lib/cli/main.js').then(({ main }) => main(process.argv.slice(2)));\n`;

/** Works in a copy of what the tests need, removed afterwards. */
async function inCopy<Result>(work: (copy: string) => Promise<Result>): Promise<Result> {
  const copy = mkdtempSync(join(tmpdir(), 'ixion-mutation-'));
  try {
    cpSync(join(root, 'dist'), join(copy, 'dist'), { recursive: true });
    cpSync(join(root, 'package.json'), join(copy, 'package.json'));
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    writeFileSync(join(copy, 'dist/start/ixion.cjs'), launcher);
    return await work(copy);
  } finally {
    rmSync(copy, { recursive: true });
  }
}

function print(...columns: string[]): void {
  const widths = [66, 32, 10];
  const padded = columns.map((text, index) => text.padEnd(widths[index] ?? 0));
  process.stdout.write(`${padded.join('  ').trimEnd()}\n`);
}

async function tryMutation({ name, replacements, caughtBy }: Mutation): Promise<boolean> {
  return inCopy(async (copy) => {
    for (const replacement of replacements) replace(copy, replacement);
    let isCaught = true;
    for (const test of caughtBy) {
      const result = await runTest(copy, test);
      print(name, test, result, result === 'passed' ? 'NOT CAUGHT' : 'caught');
      isCaught &&= result !== 'passed';
    }
    return isCaught;
  });
}

const chosen = [...mutations, ...retryMutations, ...ledgerMutations].filter(({ name }) =>
  name.includes(process.argv[2] ?? ''),
);
const tests = [...new Set(chosen.flatMap(({ caughtBy }) => caughtBy))];
print('mutation', 'test', 'result');
await inCopy(async (copy) => {
  for (const test of tests) {
    const result = await runTest(copy, test);
    print('none', test, result);
    if (result !== 'passed') process.exitCode = 1;
  }
});
for (const mutation of chosen) {
  if (!(await tryMutation(mutation))) process.exitCode = 1;
}
