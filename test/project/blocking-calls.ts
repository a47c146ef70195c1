/**
 * What the thread of the sockets does without, since it serves everybody: calls that stop it until
 * a disk or a process has answered, and loads of code that may fail once and for ever. Threads of
 * their own may make such calls, and so may what is done before clients are served: the tables say
 * what that is, by declaration.
 */
import { type DeclarationName, DeclarationGraph } from './declaration-graph.js';
import ts from 'typescript';
import { type Fault, type Source, lineOf } from './source-tree.js';

/** What runs on the thread of the sockets; what it makes is found from there. */
const entries = ['lib/start/launch.ts#', 'lib/cli/commands/start.ts#*', 'lib/index.ts#*'];

const blocking = /^(\w+Sync|wait)$/;

/** Done before clients are served, or after the last of them has gone; and what cannot wait. */
const exceptions: Readonly<Record<DeclarationName, string>> = {
  'lib/start/bundle.ts#runBundle': 'the program itself, before anything else',
  'lib/server/version.ts#readVersion': 'in the start',
  'lib/data/directory.ts#planData': 'in the start',
  'lib/data/directory.ts#beginStore': 'in the start, of a new store',
  'lib/data/directory.ts#abandonStore': 'a start that failed',
  'lib/data/manifest.ts#completeManifest': 'in the start, of a new store',
  'lib/data/init.ts#initStore': 'makes a store without a server',
  'lib/store/disk-space.ts#freeBytesOf': 'in the start, of a new store',
  'lib/data/lock.ts#lock': 'in the start; given back when all clients have gone',
  'lib/process/descriptors.ts#readLimit': 'in the start, from the kernel',
  'lib/process/descriptors.ts#countOpen': 'in the start, from the kernel',
  'lib/process/descriptors.ts#openNothing': '/dev/null, which is on no disk',
  'lib/process/descriptors.ts#closeNothing': '/dev/null, which is on no disk',
  'lib/cli/daemon-log.ts#openTerminal': 'in the start, a terminal',
  'lib/cli/line-writer.ts#writeNow': 'the last words of the process',
};

/** Calls that try a load again, or say that it failed; see `LateLoads`. */
const guards: ReadonlySet<string> = new Set(['now', 'whenPossible', 'loadLate']);
/** Loads without such a call around them. */
const loads: Readonly<Record<DeclarationName, string>> = {
  'lib/cli/commands/start.ts#readContent': 'in the start; a reload finds it loaded',
  'lib/cli/daemon-log.ts#pinoTo': 'is called by loadLate',
  'lib/front/request-log.ts#requestLogger': 'is called by whenPossible',
};

/** Loads of what the entries reach that are not guarded. */
export function lateLoadFaults(sources: readonly Source[]): Fault[] {
  const product = sources.filter(({ path }) => /^(lib|workers)\//.test(path));
  const reached = new DeclarationGraph(product).reach(entries, () => false);
  return [...reached]
    .filter(([name]) => loads[name] === undefined)
    .flatMap(([name, nodes]) =>
      nodes.flatMap((node) =>
        loadsOf(node).map(([what, line]) => ({
          path: name.split('#')[0]!,
          line,
          rule: 'late load',
          what: `${what} is loaded once and never tried again; use LateLoads`,
        })),
      ),
    );
}

function loadsOf(root: ts.Node): [what: string, line: number][] {
  const found: [string, number][] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const { expression: called, arguments: given } = node;
      if (ts.isPropertyAccessExpression(called) && guards.has(called.name.text)) return;
      const what = given[0]?.getText() ?? '';
      if (called.kind === ts.SyntaxKind.ImportKeyword && !what.includes('node:')) {
        found.push([what, lineOf(root.getSourceFile(), node.getStart())]);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(root);
  return found;
}

/** Blocking calls of what the entries reach, and exceptions that nothing needs. */
export function blockingCallFaults(sources: readonly Source[]): Fault[] {
  const product = sources.filter(({ path }) => /^(lib|workers)\//.test(path));
  const met = new Set<DeclarationName>();
  const isLeftOut = (name: DeclarationName): boolean => {
    if (exceptions[name] === undefined) return false;
    met.add(name);
    return true;
  };
  const reached = new DeclarationGraph(product).reach(entries, isLeftOut);
  const faults = [...reached].flatMap(([name, nodes]) =>
    nodes.flatMap((node) => callsOf(node).map(([call, line]) => faultOf(name, call, line))),
  );
  const paths = new Set(product.map(({ path }) => path));
  const stale = Object.keys(exceptions)
    .filter((name) => paths.has(name.split('#')[0]!) && !met.has(name))
    .map((name) => {
      const [path = ''] = name.split('#');
      const what = `the thread of the sockets does not reach ${name} any more; remove it here`;
      return { path, line: 1, rule: 'blocking', what };
    });
  return [...faults, ...stale];
}

function faultOf(name: DeclarationName, call: string, line: number): Fault {
  const [path = '', declaration = ''] = name.split('#');
  const what = `${call} in ${declaration} stops the thread of the sockets; use what calls back`;
  return { path, line, rule: 'blocking', what };
}

/** `readFileSync(...)`, `fs.readFileSync(...)`, `Atomics.wait(...)`, with their lines. */
function callsOf(root: ts.Node): [call: string, line: number][] {
  const found: [string, number][] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const { expression: called } = node;
      const name = ts.isPropertyAccessExpression(called) ? called.name.text : called.getText();
      const isWait = name === 'wait' && !called.getText().startsWith('Atomics.');
      if (blocking.test(name) && !isWait) {
        found.push([name, lineOf(root.getSourceFile(), node.getStart())]);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(root);
  return found;
}
