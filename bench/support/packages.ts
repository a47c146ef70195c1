/**
 * npm packages of what is measured beside the product: in package files of the bench's own folders,
 * never in the product's.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A folder of `bench` with a package file, and a lock file beside it. */
export type PackageFolder = 'actor' | 'peers';

/** That folder of the sources; this file runs from `dist/bench/support`. */
const pathOf = (folder: PackageFolder): string =>
  fileURLToPath(new URL(`../../../bench/${folder}/`, import.meta.url));

/** What loads a package of that folder; the type is what the caller uses of it. */
export function packagesOf(folder: PackageFolder): <Module>(name: string) => Module {
  const requireThere = createRequire(join(pathOf(folder), 'package.json'));
  return <Module>(name: string) => requireThere(name) as Module;
}

/**
 * Installs from the lock file, unless that has been done; install scripts do not run.
 * @returns why the packages are not there; undefined: they are
 */
export function installPackages(
  folder: PackageFolder,
  say: (line: string) => void,
): string | undefined {
  const path = pathOf(folder);
  if (existsSync(join(path, 'node_modules', '.package-lock.json'))) return undefined;
  if (process.env['IXION_NO_INSTALL'] === '1') return 'IXION_NO_INSTALL=1 forbids to install them';
  say(`installing the packages of bench/${folder}`);
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefix', path];
  const { status, stderr, error } = spawnSync('npm', ['ci', ...flags], {
    cwd: path,
    encoding: 'utf8',
  });
  if (status === 0) return undefined;
  const [why] = stderr?.match(/^npm error (?!code).+/m) ?? [];
  return `npm ci --prefix bench/${folder}: ${error?.message ?? why ?? `ended with ${status}`}`;
}
