/**
 * Files that import each other in a circle can only be understood together. There are none but
 * those that docs/ARCHITECTURE.md names ("Circles"), each with its reason.
 */
import { importsOf, resolveImport } from './import-rules.js';
import { type Fault, type Source, parseSource } from './source-tree.js';

/** Circles that may be, by their files in alphabetical order. */
const known: readonly (readonly string[])[] = [
  ['lib/actor/cell.ts', 'lib/actor/reference.ts', 'lib/actor/thread-runtime.ts'],
  ['lib/net/connection.ts', 'lib/net/session.ts'],
];

/** Which sources of lib each of them imports, types included; `import()` is no circle. */
function graphOf(sources: readonly Source[]): Map<string, string[]> {
  const paths = new Set(sources.map(({ path }) => path));
  return new Map(
    sources
      // The rooms of a partition get theirs with its ledger.
      .filter(({ path }) => path.startsWith('lib/') && !path.startsWith('lib/partition/'))
      .map((source) => [
        source.path,
        importsOf(parseSource(source))
          .filter(({ specifier, dynamic }) => specifier.startsWith('.') && !dynamic)
          .map(({ specifier }) => resolveImport(source.path, specifier))
          .filter((path) => paths.has(path)),
      ]),
  );
}

/** The strongly connected parts of more than one file (Tarjan). */
export function circlesOf(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const circles: string[][] = [];
  const [order, low] = [new Map<string, number>(), new Map<string, number>()];
  const path: string[] = [];
  const visit = (file: string): number => {
    const own = order.size;
    order.set(file, own);
    low.set(file, own);
    path.push(file);
    for (const next of graph.get(file) ?? []) {
      const reached = order.has(next)
        ? path.includes(next)
          ? order.get(next)!
          : own
        : visit(next);
      low.set(file, Math.min(low.get(file)!, reached));
    }
    const lowest = low.get(file)!;
    if (lowest === own) {
      const circle = path.splice(path.indexOf(file));
      if (circle.length > 1) circles.push(circle.sort());
    }
    return lowest;
  };
  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return circles;
}

/** Circles that nobody has given a reason for, and reasons for circles that are gone. */
export function circleFaults(sources: readonly Source[]): Fault[] {
  const found = circlesOf(graphOf(sources)).map((circle) => circle.join(' '));
  const allowed = known.map((circle) => circle.join(' '));
  const fault = (circle: string, what: string): Fault => ({
    path: circle.split(' ')[0]!,
    line: 1,
    rule: 'circles',
    what,
  });
  return [
    ...found
      .filter((circle) => !allowed.includes(circle))
      .map((circle) => fault(circle, `these files import each other: ${circle}`)),
    ...allowed
      .filter((circle) => !found.includes(circle))
      .map((circle) => fault(circle, 'this circle is gone; take it out of the table')),
  ];
}
