/** What `ixion start` loads before it is ready: the start's budget of time has no room for more. */
import { type Fault, type Source, lineOf, parseSource } from './source-tree.js';
import { importsOf, resolveImport } from './import-rules.js';

/**
 * Each costs 20 to 60 ms; they are loaded after the ready line, or with the file that needs them.
 */
const late = ['fastify', 'pino', 'piscina', 'yaml', 'zod'];

/** Modules that run before the ready line, and what they may not bring. */
const paths = [
  // The main thread never touches the storage.
  {
    entries: ['lib/start/launch.ts', 'lib/cli/main.ts', 'lib/cli/commands/start.ts'],
    banned: [...late, 'lmdb'],
  },
  { entries: ['workers/partition-thread.ts'], banned: late },
];

/**
 * Static imports of banned packages by any source that the entries reach through static imports.
 */
export function startPathFaults(sources: readonly Source[]): Fault[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  return paths.flatMap(({ entries, banned }) => reachFaults(byPath, entries, banned));
}

function reachFaults(
  byPath: ReadonlyMap<string, Source>,
  entries: readonly string[],
  banned: readonly string[],
): Fault[] {
  const reached = new Set<string>();
  const faults: Fault[] = [];
  const waiting = [...entries];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const source = byPath.get(path);
    if (source === undefined || reached.has(path)) continue;
    reached.add(path);
    const tree = parseSource(source);
    for (const { specifier, typeOnly, dynamic, position } of importsOf(tree)) {
      if (typeOnly || dynamic) continue;
      if (specifier.startsWith('.')) waiting.push(resolveImport(path, specifier));
      const [name = ''] = specifier.split('/');
      if (!banned.includes(name)) continue;
      const what = `${name} would be loaded before the server is ready; use import() where needed`;
      faults.push({ path, line: lineOf(tree, position), rule: 'start path', what });
    }
  }
  return faults;
}
