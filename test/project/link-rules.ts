/** Links between the pages: each leads to a file and a heading, and each page is led to. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import { type Fault, projectRoot, type Source } from './source-tree.js';

interface Link {
  readonly path: string;
  readonly line: number;
  /** From the top, with slashes; empty before the `#`: this page. */
  readonly target: string;
  readonly anchor: string | undefined;
}

/** The pages at the top and below `docs`. */
export function readPages(root = projectRoot): Source[] {
  const below = readdirSync(join(root, 'docs'), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));
  return [...readdirSync(root), ...below]
    .filter((path) => path.endsWith('.md'))
    .toSorted()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** Without blocks of code, in which brackets are no links and `#` makes no heading. */
const proseOf = (text: string): string =>
  text.replace(/^```[^]*?^```/gm, (block) => block.replace(/[^\n]/g, ''));

/** Names of headings as the hosting site makes them. */
function anchorsOf(text: string): Set<string> {
  const headings = proseOf(text).matchAll(/^#{1,6} (.+)$/gm);
  const slug = (heading: string): string =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-');
  return new Set([...headings].map(([, heading = '']) => slug(heading)));
}

function linksOf({ path, text }: Source): Link[] {
  return proseOf(text)
    .split('\n')
    .flatMap((content, index) =>
      [...content.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, address = '']) => {
        if (/^[a-z]+:/.test(address)) return [];
        const [file = '', anchor] = address.split('#');
        const target = file === '' ? path : posix.join(posix.dirname(path), file);
        return [{ path, line: index + 1, target, anchor }];
      }),
    );
}

/**
 * @param pages all of them
 * @param exists whether there is such a file, from the top, beside the pages
 */
export function linkFaults(
  pages: readonly Source[],
  exists: (path: string) => boolean = (path) => existsSync(join(projectRoot, path)),
): Fault[] {
  const anchors = new Map(pages.map(({ path, text }) => [path, anchorsOf(text)]));
  const links = pages.flatMap(linksOf);
  const wrong = links.flatMap(({ path, line, target, anchor }) => {
    const headings = anchors.get(target);
    const fault = (what: string): Fault[] => [{ path, line, rule: 'links', what }];
    if (headings === undefined && !exists(target)) return fault(`${target} is not there`);
    if (anchor === undefined || headings === undefined || headings.has(anchor)) return [];
    return fault(`${target} has no heading #${anchor}`);
  });
  const reached = new Set(links.flatMap(({ path, target }) => (path === target ? [] : [target])));
  const lonely = pages
    .filter(({ path }) => path.startsWith('docs/') && !reached.has(path))
    .map(({ path }) => ({ path, line: 1, rule: 'links', what: 'no other page leads here' }));
  return [...wrong, ...lonely];
}
