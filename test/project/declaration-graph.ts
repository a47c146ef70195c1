/**
 * What the declarations at the top of modules use of each other, by the names that stand in them:
 * how far the code of a thread reaches, finer than the imports of its files tell. A class is one
 * declaration. What is passed as a value is found where it is made; types are left out.
 */
import ts from 'typescript';
import { importsOf, resolveImport } from './import-rules.js';
import { parseSource, type Source } from './source-tree.js';

/** `lib/server/start.ts#startServer`; `#` alone stands for what a module does when it is loaded. */
export type DeclarationName = string;

interface Module {
  /** By name: its nodes. */
  readonly declarations: ReadonlyMap<string, readonly ts.Node[]>;
  /** What a name of this module is elsewhere: path and name; `*` is all of it. */
  readonly imports: ReadonlyMap<string, readonly [path: string, name: string]>;
  /** Modules that are loaded with it. */
  readonly loads: readonly string[];
  /** Names that it exports of others. */
  readonly reexports: readonly (readonly [name: string, path: string, original: string])[];
}

export class DeclarationGraph {
  readonly #modules = new Map<string, Module>();

  constructor(sources: readonly Source[]) {
    for (const source of sources) this.#modules.set(source.path, moduleOf(source));
  }

  /**
   * Every declaration that the entries reach, with its syntax.
   * @param isLeftOut what is not looked into
   */
  reach(
    entries: readonly DeclarationName[],
    isLeftOut: (name: DeclarationName) => boolean,
  ): Map<DeclarationName, readonly ts.Node[]> {
    const reached = new Map<DeclarationName, readonly ts.Node[]>();
    const waiting = [...entries];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [path = '', name = ''] = next.split('#');
      const module = this.#modules.get(path);
      if (module === undefined || reached.has(next) || isLeftOut(next)) continue;
      reached.set(next, module.declarations.get(name) ?? []);
      waiting.push(`${path}#`, ...module.loads.map((loaded) => `${loaded}#`));
      if (name === '*')
        for (const own of module.declarations.keys()) waiting.push(`${path}#${own}`);
      waiting.push(...exportedAs(module, name));
      for (const node of module.declarations.get(name) ?? []) {
        for (const used of usedIn(node, path, module)) waiting.push(used);
      }
    }
    return reached;
  }
}

function exportedAs({ reexports, imports }: Module, name: string): DeclarationName[] {
  const found = reexports
    .filter(([own]) => name === '*' || own === '*' || own === name)
    .map(([own, path, original]) => `${path}#${own === '*' ? name : original}`);
  const imported = imports.get(name);
  return imported === undefined ? found : [...found, `${imported[0]}#${imported[1]}`];
}

function moduleOf(source: Source): Module {
  const tree = parseSource(source);
  const declarations = new Map<string, ts.Node[]>();
  const imports = new Map<string, readonly [string, string]>();
  const reexports: (readonly [string, string, string])[] = [];
  const loads = importsOf(tree)
    .filter(({ typeOnly, dynamic, specifier }) => !typeOnly && !dynamic && specifier[0] === '.')
    .map(({ specifier }) => resolveImport(source.path, specifier));
  const add = (name: string, node: ts.Node): void => {
    const nodes = declarations.get(name);
    if (nodes === undefined) declarations.set(name, [node]);
    else nodes.push(node);
  };
  for (const statement of tree.statements) {
    if (ts.isImportDeclaration(statement)) addImports(statement, source.path, imports);
    else if (ts.isExportDeclaration(statement)) addReexports(statement, source.path, reexports);
    else if (ts.isVariableStatement(statement)) {
      for (const one of statement.declarationList.declarations) {
        for (const name of namesOf(one.name)) add(name, one);
      }
    } else if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) {
      add(statement.name?.text ?? 'default', statement);
    } else if (!ts.isInterfaceDeclaration(statement) && !ts.isTypeAliasDeclaration(statement)) {
      add('', statement);
    }
  }
  return { declarations, imports, loads, reexports };
}

function addImports(
  { importClause, moduleSpecifier }: ts.ImportDeclaration,
  from: string,
  imports: Map<string, readonly [string, string]>,
): void {
  const path = pathOf(moduleSpecifier, from);
  if (path === undefined || importClause === undefined) return;
  if (importClause.phaseModifier === ts.SyntaxKind.TypeKeyword) return;
  const { name, namedBindings } = importClause;
  if (name !== undefined) imports.set(name.text, [path, 'default']);
  if (namedBindings === undefined) return;
  if (ts.isNamespaceImport(namedBindings)) imports.set(namedBindings.name.text, [path, '*']);
  else {
    for (const one of namedBindings.elements) {
      if (!one.isTypeOnly) imports.set(one.name.text, [path, (one.propertyName ?? one.name).text]);
    }
  }
}

function addReexports(
  { exportClause, moduleSpecifier, isTypeOnly }: ts.ExportDeclaration,
  from: string,
  reexports: (readonly [string, string, string])[],
): void {
  const path = moduleSpecifier === undefined ? undefined : pathOf(moduleSpecifier, from);
  if (path === undefined || isTypeOnly) return;
  if (exportClause === undefined) reexports.push(['*', path, '*']);
  else if (ts.isNamedExports(exportClause)) {
    for (const one of exportClause.elements) {
      if (!one.isTypeOnly) {
        reexports.push([one.name.text, path, (one.propertyName ?? one.name).text]);
      }
    }
  }
}

function pathOf(specifier: ts.Expression, from: string): string | undefined {
  if (!ts.isStringLiteral(specifier) || !specifier.text.startsWith('.')) return undefined;
  return resolveImport(from, specifier.text);
}

function namesOf(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((one) => (ts.isOmittedExpression(one) ? [] : namesOf(one.name)));
}

/**
 * What the names in a node mean, in this module and in others; `import()` means all of a module.
 */
function usedIn(root: ts.Node, path: string, module: Module): Set<DeclarationName> {
  const used = new Set<DeclarationName>();
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) return;
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const target = node.arguments[0] && pathOf(node.arguments[0], path);
      if (target !== undefined) used.add(`${target}#*`);
    }
    if (ts.isPropertyAccessExpression(node)) return visit(node.expression);
    if (ts.isIdentifier(node)) {
      const imported = module.imports.get(node.text);
      if (imported !== undefined) used.add(`${imported[0]}#${imported[1]}`);
      else if (module.declarations.has(node.text)) used.add(`${path}#${node.text}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(root);
  return used;
}
