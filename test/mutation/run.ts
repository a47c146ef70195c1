/**
 * `node dist/test/mutation/run.js [TEXT ...]`: makes each mutation (whose name holds one of the
 * texts) in a copy of `dist/` and runs the tests that must notice it, two at a time. Prints a
 * table; the exit code is 1 when a test fails without a mutation, or passes with one.
 */
import { spawn } from 'node:child_process';
import { copyFileSync, cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { allMutations, mutatedFiles } from './all.js';
import type { Mutation } from './mutations.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
/** Longer than any of the tests takes. */
const patienceMs = 300_000;
/** A test that takes so many times as long as without the mutation hangs: it has noticed. */
const patienceTimes = 4;
const leastPatienceMs = 30_000;
const copies = 2;

type Result = 'passed' | 'failed' | 'hung';

/** Runs one test file of a copy, up to its first failure. */
function runTest(copy: string, test: string, limitMs: number): Promise<Result> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join('dist/test', test)], {
      cwd: copy,
      // Seconds; tap's own 30 are short for some of them on a busy machine.
      env: { ...process.env, TAP_TIMEOUT: String(limitMs / 1_000), TAP_BAIL: '1' },
      stdio: 'ignore',
      detached: true,
    });
    let hung = false;
    const end = (): void => {
      try {
        process.kill(-child.pid!, 'SIGKILL');
      } catch {
        // Nothing that it has started is left.
      }
    };
    const timer = setTimeout(() => {
      hung = true;
      end();
    }, limitMs);
    child.once('exit', (code) => {
      clearTimeout(timer);
      // A test that ended at its first failure may leave servers.
      end();
      resolve(hung ? 'hung' : code === 0 ? 'passed' : 'failed');
    });
  });
}

/** A command that runs what was mutated: the bundles have none of it. */
const launcher = `import('../lib/cli/main.js').then(({ main }) => main(process.argv.slice(2)));\n`;

/** What the tests need of the checkout. */
function makeCopy(): string {
  const copy = mkdtempSync(join(tmpdir(), 'ixion-mutation-'));
  cpSync(join(root, 'dist'), join(copy, 'dist'), { recursive: true });
  cpSync(join(root, 'package.json'), join(copy, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  writeFileSync(join(copy, 'dist/start/ixion.cjs'), launcher);
  return copy;
}

function print(...columns: string[]): void {
  const widths = [66, 32, 10];
  const padded = columns.map((text, index) => text.padEnd(widths[index] ?? 0));
  process.stdout.write(`${padded.join('  ').trimEnd()}\n`);
}

/** How long each test took without a mutation. */
const tookMs = new Map<string, number>();

async function tryWithout(copy: string, test: string): Promise<boolean> {
  const startMs = performance.now();
  const result = await runTest(copy, test, patienceMs);
  tookMs.set(test, performance.now() - startMs);
  print('none', test, result);
  return result === 'passed';
}

async function tryMutation(copy: string, mutation: Mutation): Promise<boolean> {
  const files = mutatedFiles(root, mutation);
  for (const [path, text] of files) writeFileSync(join(copy, path), text);
  let isCaught = true;
  for (const test of mutation.caughtBy) {
    const limitMs = Math.max(leastPatienceMs, patienceTimes * tookMs.get(test)!);
    const result = await runTest(copy, test, Math.min(limitMs, patienceMs));
    print(mutation.name, test, result, result === 'passed' ? 'NOT CAUGHT' : 'caught');
    isCaught &&= result !== 'passed';
  }
  for (const path of files.keys()) copyFileSync(join(root, path), join(copy, path));
  return isCaught;
}

/** Does the same with each of some things, one in each copy at a time. */
async function inCopies<Thing>(
  places: readonly string[],
  things: readonly Thing[],
  act: (copy: string, thing: Thing) => Promise<boolean>,
): Promise<void> {
  const left = [...things];
  await Promise.all(
    places.map(async (copy) => {
      for (let thing = left.shift(); thing !== undefined; thing = left.shift()) {
        if (!(await act(copy, thing))) process.exitCode = 1;
      }
    }),
  );
}

const texts = process.argv.slice(2);
const chosen = allMutations.filter(
  ({ name }) => texts.length === 0 || texts.some((text) => name.includes(text)),
);
const places = Array.from({ length: copies }, makeCopy);
try {
  print('mutation', 'test', 'result');
  const tests = [...new Set(chosen.flatMap(({ caughtBy }) => caughtBy))];
  await inCopies(places, tests, tryWithout);
  await inCopies(places, chosen, tryMutation);
} finally {
  for (const copy of places) rmSync(copy, { recursive: true });
}
