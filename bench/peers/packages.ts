/** The npm packages of the peers: the bench's own, in a package file of its own, never the product's. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** `bench/peers` of the sources; this file runs from `dist/bench/peers`. */
const folder = fileURLToPath(new URL('../../../bench/peers/', import.meta.url));
const requireThere = createRequire(join(folder, 'package.json'));

/** A package of `bench/peers/package.json`; the type is what the caller uses of it. */
export const requirePackage = <Module>(name: string): Module => requireThere(name) as Module;

/**
 * Installs from the lock file, unless that has been done; install scripts do not run.
 * @returns why the packages are not there; undefined: they are
 */
export function installPackages(say: (line: string) => void): string | undefined {
  if (existsSync(join(folder, 'node_modules', '.package-lock.json'))) return undefined;
  if (process.env['IXION_NO_INSTALL'] === '1') return 'IXION_NO_INSTALL=1 forbids to install them';
  say('installing the clients of the peers into bench/peers');
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefix', folder];
  const { status, stderr, error } = spawnSync('npm', ['ci', ...flags], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status === 0) return undefined;
  const [why] = stderr?.match(/^npm error (?!code).+/m) ?? [];
  return `npm ci --prefix bench/peers: ${error?.message ?? why ?? `ended with ${status}`}`;
}
