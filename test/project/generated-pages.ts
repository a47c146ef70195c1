/**
 * Pages that are made from tables of the code. `npm run pages` writes them; the check fails when
 * one is not what its table says.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { format } from 'prettier';
import { fillPage } from '../../lib/protocol/documentation.js';
import { storedPage } from '../../bench/report/commands.js';
import { conformanceFaults, conformancePage } from './conformance-page.js';
import { objectsPage } from './objects-page.js';
import { mapFaults, mapPage } from './map-page.js';
import { rolesSection } from '../../lib/security/documentation.js';
import { commandLineManual, commandLinePage } from './command-line-page.js';
import { optionsPage } from './options-page.js';
import { protocolJson } from './protocol-json.js';
import { type Fault, projectRoot } from './source-tree.js';

interface GeneratedPage {
  /** From the top, with slashes. */
  readonly path: string;
  /** The whole text of the page, as Markdown if nothing else is said. */
  generate(): string;
  readonly parser?: 'json' | 'none';
  /** What keeps it from being made right. */
  sourceFaults?(): Fault[];
}

/** Add a page here; the text is formatted like every other Markdown file. */
export const generatedPages: readonly GeneratedPage[] = [
  filled('docs/PROTOCOL.md'),
  filled('docs/LIMITATIONS.md'),
  filled('docs/reference/errors.md'),
  { path: 'docs/protocol.json', generate: protocolJson, parser: 'json' },
  { path: 'docs/reference/options.md', generate: optionsPage },
  { path: 'docs/operating/security.md', generate: securityPage },
  { path: 'docs/reference/objects.md', generate: objectsPage },
  { path: 'docs/reference/command-line.md', generate: commandLinePage },
  { path: 'docs/man/ixion.1', generate: commandLineManual, parser: 'none' },
  { path: 'docs/BENCHMARKS.md', generate: storedPage },
  {
    path: 'docs/reference/model-sequences.md',
    generate: conformancePage,
    sourceFaults: conformanceFaults,
  },
  { path: 'docs/internals/map.md', generate: mapPage, sourceFaults: mapFaults },
];

/** A page written by hand, with parts made from the tables of the protocol. */
function filled(path: string): GeneratedPage {
  const read = (file: string): string => readFileSync(join(projectRoot, file), 'utf8');
  return {
    path,
    generate: () => fillPage(read(path), { limitsSource: read('lib/limits.ts') }),
  };
}

async function textOf(page: GeneratedPage): Promise<string> {
  const { parser = 'markdown' } = page;
  if (parser === 'none') return page.generate();
  return format(page.generate(), { parser, printWidth: 100, singleQuote: true });
}

/** A page written by hand, with the tables of roles. */
function securityPage(): string {
  const page = readFileSync(join(projectRoot, 'docs/operating/security.md'), 'utf8');
  const made = /<!-- made: roles -->[^]*?<!-- end -->/;
  return page.replace(made, `<!-- made: roles -->\n\n${rolesSection()}\n\n<!-- end -->`);
}

/** Pages that are missing or out of date, and what they cannot be made from. */
export async function pageFaults(root = projectRoot): Promise<Fault[]> {
  const faults: Fault[] = [];
  for (const page of generatedPages) {
    faults.push(...(page.sourceFaults?.() ?? []));
    const file = join(root, page.path);
    const current = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
    if (current === (await textOf(page))) continue;
    const what = `is ${current === undefined ? 'missing' : 'out of date'}; run "npm run pages"`;
    faults.push({ path: page.path, line: 1, rule: 'generated', what });
  }
  return faults;
}

/** Writes every page. */
export async function writePages(root = projectRoot): Promise<void> {
  for (const page of generatedPages) {
    const file = join(root, page.path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, await textOf(page));
  }
}
