/**
 * Which folder may import which (docs/ARCHITECTURE.md, "The rooms"). The table is the rule; the
 * check reads every import of every source, static and dynamic.
 */
import { posix } from 'node:path';
import ts from 'typescript';
import {
  composed,
  controlRooms,
  ground,
  groundRules,
  ledgerRooms,
  objectReaders,
  partitionGround,
  partitionWords,
  requestRooms,
  viewRooms,
} from './import-ground.js';
import { type Fault, type Source, lineOf, parseSource } from './source-tree.js';

interface ImportRule {
  /** Rooms of lib, or files of lib without their ending, that may be imported. */
  readonly parts: readonly string[] | 'everything';
  /** The same, but only `import type`. */
  readonly types?: readonly string[];
  /** Packages, and `node:` for Node's own modules. */
  readonly packages: readonly string[];
}

/**
 * A room without a line here is a fault: a new one says first what it may know. A room within a
 * room, or a file, may have a line of its own, which then holds instead.
 */
export const importRules: Readonly<Record<string, ImportRule>> = {
  ...groundRules,
  service: { parts: ['assert', 'clock', 'log'], packages: [] },
  text: { parts: ['limits'], packages: [] },
  'text/yaml-place': { parts: [], packages: ['yaml'] },
  timeline: { parts: ['clock', 'limits'], packages: ['node:'] },
  process: { parts: ground, packages: ['node:'] },
  disk: { parts: ground, packages: ['node:'] },
  counters: { parts: ['assert'], packages: [] },
  'counters/kpi': { parts: ['protocol/requests', 'counters', ...ground], packages: [] },
  pack: { parts: ground, packages: [] },
  interaction: { parts: ['pack', ...ground], packages: ['msgpackr'] },
  'interaction/agent-key': { parts: ground, packages: ['node:'] },
  queue: { parts: ['pack', ...ground], packages: ['msgpackr'] },
  // Conditions are pure: who has records says how their properties are read.
  condition: { parts: ground, packages: [] },
  calendar: { parts: ['assert', 'text'], packages: [] },
  desk: { parts: ground, packages: [] },
  search: { parts: ['condition', 'interaction', 'pack', ...ground], packages: [] },
  views: { parts: ['condition', 'search', 'interaction', 'store/keys', ...ground], packages: [] },
  protocol: { parts: ['pack', 'interaction', ...ground], packages: ['msgpackr'] },
  store: { parts: ['disk', ...ground], packages: ['lmdb', 'node:'] },
  partition: {
    parts: ['partition', 'search', ...partitionGround],
    types: ['protocol', 'counters'],
    packages: [],
  },
  'partition/turn': {
    parts: [
      'partition/rows/keys',
      'partition/rows/retry-row',
      ...partitionWords,
      ...partitionGround,
    ],
    packages: [],
  },
  'partition/request': { parts: partitionGround, types: ['protocol'], packages: [] },
  'partition/peer': { parts: [...partitionWords, ...partitionGround], packages: [] },
  'partition/output': { parts: [...partitionWords, ...partitionGround], packages: [] },
  'partition/refuse': { parts: [...partitionWords, ...partitionGround], packages: [] },
  'partition/rows': { parts: [...partitionWords, ...partitionGround], packages: ['msgpackr'] },
  'partition/ledger': { parts: ledgerRooms, packages: [] },
  'partition/moves': {
    parts: ['partition/ledger', 'partition/rows', ...partitionWords, ...partitionGround],
    packages: ['msgpackr'],
  },
  'partition/views': { parts: viewRooms, packages: [] },
  'partition/requests': { parts: requestRooms, types: ['protocol'], packages: [] },
  actor: { parts: ['counters', 'process', ...ground], packages: ['comlink', 'node:'] },
  mail: {
    parts: ['store/contract', 'protocol/frame', 'protocol/frame-layout', ...ground],
    types: ['actor', 'interaction', 'partition', 'queue', 'store', 'objects'],
    packages: [],
  },
  security: { parts: ['disk', 'protocol', 'interaction', ...ground], packages: ['node:'] },
  net: {
    parts: ['protocol', 'counters', ...ground],
    types: ['actor', 'security'],
    packages: ['node:'],
  },
  host: {
    parts: [
      'actor',
      'partition',
      'store',
      'protocol',
      'mail',
      'counters',
      'pack',
      'interaction',
      'queue',
      ...ground,
    ],
    packages: [],
  },
  front: {
    parts: [
      'front/requests',
      'net',
      'protocol',
      'security',
      'mail',
      'counters',
      'pack',
      'interaction',
      'queue',
      ...ground,
    ],
    types: ['actor'],
    packages: [],
  },
  // A request is given the parts of the front: it knows their types, and nothing of how
  // frames come to it.
  'front/requests': {
    parts: ['protocol', 'counters', 'interaction', 'queue', ...ground],
    types: ['front', 'net', 'security', 'mail'],
    packages: [],
  },
  config: {
    parts: ['security', 'default-addresses', ...ground],
    packages: ['yaml', 'zod', 'node:'],
  },
  objects: {
    parts: ['store/keys', 'security/roles', 'calendar', 'condition', ...ground],
    types: ['queue', 'interaction/mapped-keys'],
    packages: ['yaml', 'node:'],
  },
  control: { parts: controlRooms, packages: ['node:'] },
  snapshots: {
    parts: ['search', ...ground],
    types: ['actor', 'mail', 'interaction/mapped-keys'],
    packages: [],
  },
  workbins: {
    parts: ['interaction', 'protocol', ...objectReaders, ...ground],
    types: ['actor', 'control', 'mail', 'objects', 'queue'],
    packages: [],
  },
  agents: {
    parts: [
      'condition',
      ...objectReaders,
      'counters',
      'desk',
      'interaction',
      'mail',
      'objects/rows',
      'partition/rows/objects',
      'protocol',
      'snapshots',
      'store/keys',
      'workbins',
      ...ground,
    ],
    types: ['actor', 'control', 'objects', 'process', 'security'],
    packages: [],
  },
  data: {
    parts: [
      'actor',
      'disk',
      'store',
      'partition/consistency-check',
      'partition/ledger/outbox',
      'partition/whereabouts',
      'agents/login-key',
      'objects/row-check',
      'mail',
      'security',
      'process',
      ...ground,
    ],
    packages: ['lmdb', 'node:'],
  },
  admin: {
    parts: ['security', 'calendar', ...ground],
    types: ['control/config-api', 'control/object-questions', 'control/view-admin'],
    packages: ['fastify', 'node:'],
  },
  start: { parts: ['actor/spawn', 'process', ...ground], types: ['cli'], packages: ['node:'] },
  server: {
    parts: ['process', 'interaction/event', ...ground],
    types: [
      'actor',
      'admin',
      'config',
      'control',
      'counters',
      'data',
      'front',
      'mail',
      'security',
      'start',
      'server',
      'store',
    ],
    packages: ['node:'],
  },
  'server/foundation': {
    parts: [...composed, 'process', 'security', 'server', ...ground],
    packages: ['node:'],
  },
  'server/addresses': {
    parts: ['admin/reserve', 'config', ...ground],
    types: ['server'],
    packages: [],
  },
  'server/start-actors': {
    parts: ['actor', 'data', 'front', 'mail', 'start', 'server', ...ground],
    types: ['config', 'store'],
    packages: [],
  },
  'server/configure': {
    parts: ['control', ...ground],
    types: ['actor', 'config', 'mail', 'objects'],
    packages: [],
  },
  'server/start': {
    parts: ['control', 'data', 'mail/desk', 'process', 'server', ...ground],
    types: ['front'],
    packages: [],
  },
  'server/server': {
    parts: ['config', 'control', 'counters', 'data', 'server', ...ground],
    types: ['actor', 'admin', 'mail', 'security'],
    packages: [],
  },
  // Optional services join here, whatever room they live in.
  'server/service-list': { parts: 'everything', packages: [] },
  'server/embedding': { parts: ['config', 'data', 'server', ...ground], packages: [] },
  'server/admin-side': {
    parts: ['admin', 'config/endpoint', 'process', ...ground],
    types: ['security'],
    packages: ['node:'],
  },
  // Composes as well: the parts of a server, on a clock, threads, disks and links of its own.
  world: {
    parts: [
      ...composed,
      'actor',
      'agents',
      'disk',
      'host',
      'objects',
      'partition/rows/objects',
      'server',
      'store',
      ...ground,
    ],
    types: ['net', 'security/admission'],
    packages: [],
  },
  index: { parts: 'everything', packages: [] },
  client: {
    parts: ['protocol', 'pack', 'interaction', 'default-addresses', ...ground],
    packages: ['msgpackr'],
  },
  simulate: { parts: ['client', 'protocol', 'interaction', ...ground], packages: ['node:'] },
  transfer: {
    parts: ['disk', 'process', 'client', 'protocol', 'pack', 'interaction', ...ground],
    packages: ['piscina', 'node:'],
  },
  cli: { parts: 'everything', packages: ['pino', 'zod', 'node:'] },
};

/** Sources that may do what their folder may not, each with its reason. */
const packageExceptions: Readonly<Record<string, readonly string[]>> = {
  // The transport over Node's sockets; the rest of the client runs in a browser too.
  'lib/client/tcp.ts': ['node:'],
};

interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
  readonly position: number;
}

function isTypeOnly(node: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(node)) return node.isTypeOnly;
  const clause = node.importClause;
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const bindings = clause.namedBindings;
  return (
    clause.name === undefined &&
    bindings !== undefined &&
    ts.isNamedImports(bindings) &&
    bindings.elements.length > 0 &&
    bindings.elements.every((element) => element.isTypeOnly)
  );
}

/** Every import and re-export of a source, with those of `import()` and of types in passing. */
export function importsOf(tree: ts.SourceFile): (Import & { readonly dynamic: boolean })[] {
  const found: (Import & { readonly dynamic: boolean })[] = [];
  const visit = (node: ts.Node): void => {
    if (
      (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) &&
      node.moduleSpecifier !== undefined &&
      ts.isStringLiteral(node.moduleSpecifier)
    ) {
      const specifier = node.moduleSpecifier.text;
      found.push({ specifier, typeOnly: isTypeOnly(node), dynamic: false, position: node.pos });
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      const specifier = node.argument.literal.getText(tree).slice(1, -1);
      found.push({ specifier, typeOnly: true, dynamic: false, position: node.pos });
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments;
      const specifier =
        argument !== undefined && ts.isStringLiteral(argument) ? argument.text : '(computed)';
      found.push({ specifier, typeOnly: false, dynamic: true, position: node.pos });
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

/** The path of a relative import, from the top, ending in `.ts`. */
export function resolveImport(from: string, specifier: string): string {
  return posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts');
}

/**
 * The closest line of the table: `lib/store/lmdb.ts` -> `store`; `lib/partition/rows/keys.ts` ->
 * `partition/rows`; a room without a line -> its name; outside lib -> undefined.
 */
function partOf(path: string): string | undefined {
  const [top, ...names] = path.replace(/\.ts$/, '').split('/');
  if (top !== 'lib') return undefined;
  for (let length = names.length; length > 0; length--) {
    const part = names.slice(0, length).join('/');
    if (importRules[part] !== undefined) return part;
  }
  return names[0];
}

function allows(list: readonly string[], target: string): boolean {
  const inside = target.replace(/^lib\//, '').replace(/\.ts$/, '');
  return list.some((allowed) => inside === allowed || inside.startsWith(`${allowed}/`));
}

function faultOfImport(source: Source, part: string, { specifier, typeOnly }: Import) {
  const rule = importRules[part];
  if (rule === undefined) return `folder ${part} has no line in the table of imports`;
  if (specifier === '(computed)') return undefined;
  if (!specifier.startsWith('.')) {
    const packages = [...rule.packages, ...(packageExceptions[source.path] ?? [])];
    const known = packages.some((allowed) =>
      allowed.endsWith(':')
        ? specifier.startsWith(allowed)
        : specifier === allowed || specifier.startsWith(`${allowed}/`),
    );
    return known || typeOnly ? undefined : `${part} may not import ${specifier}`;
  }
  const target = resolveImport(source.path, specifier);
  if (partOf(target) === part || rule.parts === 'everything') return undefined;
  if (allows(rule.parts, target)) return undefined;
  if (typeOnly && allows(rule.types ?? [], target)) return undefined;
  return `${part} may not import ${target}${typeOnly ? ' (type)' : ''}`;
}

/**
 * Faults of the sources in lib against the table; workers, bench and test may import everything.
 */
export function importFaults(sources: readonly Source[]): Fault[] {
  return sources.flatMap((source) => {
    const part = partOf(source.path);
    if (part === undefined) return [];
    const tree = parseSource(source);
    return importsOf(tree).flatMap((found): Fault[] => {
      const what = faultOfImport(source, part, found);
      const line = lineOf(tree, found.position);
      return what === undefined ? [] : [{ path: source.path, line, rule: 'imports', what }];
    });
  });
}
