/** Which names may stand at the top of the project. */
import { execFileSync } from 'node:child_process';
import { type Fault, projectRoot } from './source-tree.js';

const folders = ['bench', 'docs', 'lib', 'test', 'workers'];
const topFiles = /^(\..+|[A-Z][A-Z_]*\.md|LICENSE|package(-lock)?\.json|tsconfig\.json)$/;

/** Faults of paths (from the top, with slashes) against the fixed top level. */
export function layoutFaults(paths: readonly string[]): Fault[] {
  return paths.flatMap((path) => {
    const [top = '', ...rest] = path.split('/');
    const known =
      rest.length === 0 ? topFiles.test(top) : folders.includes(top) || top.startsWith('.');
    const what = 'has no place at the top of the project';
    return known ? [] : [{ path, line: 1, rule: 'layout', what }];
  });
}

/** Every path that git follows here. */
export function trackedPaths(root = projectRoot): string[] {
  return execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
}
