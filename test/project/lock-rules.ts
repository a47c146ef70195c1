/** Whether the lock file is whole: `npm ci` refuses one that lacks packages of other platforms. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Fault, projectRoot } from './source-tree.js';

interface Locked {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const file = 'package-lock.json';

/** Optional packages that something asks for and the lock does not have. */
export function lockFaults(packages: Readonly<Record<string, Locked>>): Fault[] {
  const paths = Object.keys(packages);
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !paths.some((other) => other.endsWith(`node_modules/${name}`)))
      .map((name) => {
        const what = `${path} asks for ${name}, which is not there; make the lock file anew`;
        return { path: file, line: 1, rule: 'lock file', what };
      }),
  );
}

/** The packages of the project's lock file. */
export function readLock(root = projectRoot): Record<string, Locked> {
  const lock = JSON.parse(readFileSync(join(root, file), 'utf8')) as {
    packages: Record<string, Locked>;
  };
  return lock.packages;
}
