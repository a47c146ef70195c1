/** Another revision, built in a clone of its own. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cleanEnvironment } from '../support/processes.js';

/** Top folder of this checkout; this file runs from `dist/bench/against`. */
export const ownRoot = fileURLToPath(new URL('../../../', import.meta.url));

const run = (directory: string, program: string, ...words: string[]): string =>
  execFileSync(program, words, {
    cwd: directory,
    env: cleanEnvironment(),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();

/** The whole name of a revision. @throws {Error} that says what there is not */
export function resolveRevision(revision: string): string {
  try {
    return run(ownRoot, 'git', 'rev-parse', '--verify', '--quiet', `${revision}^{commit}`);
  } catch {
    throw new Error(`against: this repository has no revision "${revision}"`);
  }
}

/**
 * Builds a revision below `parent`, or takes the build that an earlier run left there (`--keep`),
 * and puts the benches of this checkout into it.
 * @returns the top folder of the build
 */
export function buildRevision(commit: string, parent: string, say: (line: string) => void): string {
  const root = join(parent, `build-${commit.slice(0, 12)}`);
  if (!existsSync(join(root, 'dist', '.prepared'))) {
    rmSync(root, { recursive: true, force: true });
    mkdirSync(parent, { recursive: true });
    say(`building ${commit.slice(0, 12)}`);
    run(parent, 'git', 'clone', '--quiet', '--no-checkout', ownRoot, root);
    run(root, 'git', 'checkout', '--quiet', '--detach', commit);
    const locks = [root, ownRoot].map((at) => readFileSync(join(at, 'package-lock.json'), 'utf8'));
    // The same packages need not be installed again.
    if (locks[0] === locks[1]) {
      symlinkSync(join(ownRoot, 'node_modules'), join(root, 'node_modules'));
    }
    // Its tests are not run, and its benches are replaced: only the product is compiled.
    for (const name of ['test', 'bench']) rmSync(join(root, name), { recursive: true });
    run(root, process.execPath, join('lib', 'cli', 'prepare.mjs'), '--force');
  }
  overlayBenches(root);
  return root;
}

/** A second copy of a build; of the other revision, for the control. */
export function copyBuild(root: string, copy = `${root}-control`): string {
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy);
  cpSync(join(root, 'dist'), join(copy, 'dist'), { recursive: true });
  cpSync(join(root, 'package.json'), join(copy, 'package.json'));
  // The sources say which files of `dist` are still made from one.
  for (const name of ['node_modules', 'lib']) symlinkSync(join(root, name), join(copy, name));
  return copy;
}

function overlayBenches(root: string): void {
  const benches = join(root, 'dist', 'bench');
  rmSync(benches, { recursive: true, force: true });
  cpSync(join(ownRoot, 'dist', 'bench'), benches, { recursive: true });
}
