/** The project's own sources, as the project's own rules see them. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** Top folder of the checkout; this file runs from `dist/test/project`. */
export const projectRoot = fileURLToPath(new URL('../../../', import.meta.url));

/** A source with its path from the top, always with slashes. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** Something that breaks a rule; printed as `path:line rule: what`. */
export interface Fault {
  readonly path: string;
  readonly line: number;
  readonly rule: string;
  readonly what: string;
}

/** All TypeScript sources of the project, sorted by path. */
export function readSources(root = projectRoot): Source[] {
  return readFiles(['bench', 'lib', 'test', 'workers'], ['.ts'], root);
}

/** The files below folders of the top with these endings, sorted by path. */
export function readFiles(
  folders: readonly string[],
  endings: readonly string[],
  root = projectRoot,
): Source[] {
  return folders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder), { withFileTypes: true, recursive: true }))
    .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !relative(root, file).split(sep).includes('node_modules'))
    .toSorted()
    .map((file) => ({
      path: relative(root, file).split(sep).join('/'),
      text: readFileSync(file, 'utf8'),
    }));
}

/** Several rules look at each source. */
const trees = new WeakMap<Source, ts.SourceFile>();

/** The syntax tree of a source. */
export function parseSource(source: Source): ts.SourceFile {
  let tree = trees.get(source);
  if (tree === undefined) {
    tree = ts.createSourceFile(source.path, source.text, ts.ScriptTarget.Latest, true);
    trees.set(source, tree);
  }
  return tree;
}

/** Line of a position, counted from 1. */
export function lineOf(tree: ts.SourceFile, position: number): number {
  return tree.getLineAndCharacterOfPosition(position).line + 1;
}

/** A fault as one line of text. */
export function faultLine({ path, line, rule, what }: Fault): string {
  return `${path}:${line} ${rule}: ${what}`;
}
