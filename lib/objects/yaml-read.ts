/** Reads a file of configuration objects. */
import { LineCounter, parseDocument, type Document } from 'yaml';
import type { KindName } from './field.js';
import { withoutByteOrderMark } from '../text/index.js';
import { offsetOf } from '../text/yaml-place.js';
import { faultsMax, type Fault, type ObjectFault, type Path } from './fault.js';
import { kindOfPlural, kinds } from './kinds.js';
import { emptyModel, type MutableModel } from './model.js';
import { nameFault, readFields, readObject, type Tree } from './read-object.js';
import { findOption } from './server-options.js';
import { readSimple } from './yaml-simple.js';
import { splitFile, type Piece } from './yaml-split.js';

/** Characters of a piece for the whole parser: it takes a hundred times as much memory. */
const pieceCharactersMax = 4_194_304;
const syntaxFaultsMax = 20;

/** What a file says. */
export interface FileObjects {
  readonly model: MutableModel;
  /** With faults the model is not to be used. */
  readonly faults: readonly Fault[];
  /** Where a fault of one of its objects is. */
  locate(fault: ObjectFault): Fault;
}

/**
 * Reads a file.
 * @param onProgress told how much of it has been read, from 0 to 1
 */
export function readObjects(
  text: string,
  onProgress: (fraction: number) => void = () => undefined,
): FileObjects {
  const reader = new FileReader(text);
  reader.read(onProgress);
  return reader;
}

class FileReader implements FileObjects {
  readonly model = emptyModel();
  readonly faults: Fault[] = [];
  readonly #lines: readonly string[];
  readonly #pieces: readonly Piece[];
  /** The piece parsed last for the place of a fault. */
  #parsed: { piece: Piece; document: Document; counter: LineCounter } | undefined;
  /** Number of each object in its section. */
  readonly #indexes = new Map<KindName, Map<string, number>>();

  constructor(text: string) {
    this.#lines = withoutByteOrderMark(text).split(/\r?\n/);
    const { pieces, doubled } = splitFile(this.#lines);
    this.#pieces = pieces;
    for (const { section, line } of doubled) {
      const what = `the section ${section} is there twice`;
      this.faults.push({ path: section, line: line + 1, column: 1, what, remedy: 'join them' });
    }
  }

  read(onProgress: (fraction: number) => void): void {
    for (const piece of this.#pieces) {
      onProgress(piece.from / Math.max(1, this.#lines.length));
      const tree = this.#parse(piece);
      if (tree === undefined) continue;
      if (piece.section !== undefined) this.#section(piece.section, tree, piece.first);
      else this.#sections(tree);
    }
    onProgress(1);
  }

  locate({ kind, name, at, what, remedy }: ObjectFault): Fault {
    if (kind === 'option') return this.#fault(['options', ...splitOption(name)], what, remedy);
    const index = this.#indexes.get(kind)?.get(name) ?? 0;
    return this.#fault([kinds[kind].plural, index, ...at], what, remedy);
  }

  /** The tree of a piece; faults of its syntax are noted. */
  #parse(piece: Piece): Tree {
    const lines = this.#lines.slice(piece.from, piece.to);
    const simple = readSimple(lines);
    if (simple !== undefined) return simple;
    const text = `${lines.join('\n')}\n`;
    if (text.length > pieceCharactersMax) {
      this.#syntaxFault(
        piece.from,
        1,
        'is too large to be read at once',
        'write it as lists, one object after the other',
      );
      return undefined;
    }
    try {
      return this.#parseText(text, piece.from);
    } catch (error) {
      // The parser throws for aliases, and runs out of stack where brackets nest too deeply.
      if (!(error instanceof ReferenceError || error instanceof RangeError)) throw error;
      const what = error instanceof RangeError ? 'is nested too deeply' : 'has an alias';
      this.#syntaxFault(piece.from, 1, what, 'write every object by itself');
      return undefined;
    }
  }

  #parseText(text: string, firstLine: number): Tree {
    const counter = new LineCounter();
    const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
    for (const { message, pos } of document.errors.slice(0, syntaxFaultsMax)) {
      const { line, col } = counter.linePos(pos[0]);
      this.#syntaxFault(firstLine + line - 1, col, message, 'correct the YAML');
    }
    if (document.errors.length > 0) return undefined;
    // Null where there is nothing at all.
    return (document.toJS({ mapAsMap: true, maxAliasCount: 0 }) as Tree) ?? undefined;
  }

  #syntaxFault(line: number, column: number, what: string, remedy: string): void {
    this.faults.push({ path: '', line: line + 1, column, what, remedy });
  }

  #sections(tree: Tree): void {
    if (!(tree instanceof Map)) {
      this.faults.push(
        this.#fault([], 'must be a map of sections', 'see docs/reference/objects.md'),
      );
      return;
    }
    for (const [section, value] of tree as Map<unknown, Tree>)
      this.#section(String(section), value, 0);
  }

  #section(section: string, tree: Tree, first: number): void {
    const kind = kindOfPlural.get(section);
    if (kind === undefined) {
      const known = [...kindOfPlural.keys()].join(', ');
      this.faults.push(this.#fault([section], 'is not a kind of objects', `there are: ${known}`));
    } else if (kind === 'option') this.#options(tree);
    else if (Array.isArray(tree)) {
      for (const [index, item] of tree.entries()) this.#object(kind, item, first + index);
    } else if (tree !== null) {
      this.faults.push(
        this.#fault([section], 'must be a list', 'begin each object with "- name:"'),
      );
    }
  }

  #object(kind: KindName, tree: Tree, index: number): void {
    const section = kinds[kind].plural;
    const object = readObject(kind, tree, (at, what, remedy) =>
      this.faults.push(this.#fault([section, index, ...at], what, remedy)),
    );
    if (object === undefined) return;
    const objects = this.model.get(kind)!;
    if (objects.has(object.name)) {
      const what = `there is another one called "${object.name}"`;
      this.faults.push(this.#fault([section, index, 'name'], what, 'names are unique in a kind'));
    }
    objects.set(object.name, object.json);
    let indexes = this.#indexes.get(kind);
    if (indexes === undefined) this.#indexes.set(kind, (indexes = new Map()));
    indexes.set(object.name, index);
  }

  /** Options are in sections: SECTION, NAME, value. */
  #options(tree: Tree): void {
    if (tree === null) return;
    const wrong = (path: Path): void =>
      void this.faults.push(
        this.#fault(['options', ...path], 'must be a map', 'write it as section, name, value'),
      );
    if (!(tree instanceof Map)) return wrong([]);
    for (const [section, options] of tree as Map<unknown, Tree>) {
      if (!(options instanceof Map)) wrong([String(section)]);
      else for (const [name, value] of options) this.#option(String(section), String(name), value);
    }
  }

  #option(section: string, name: string, value: Tree): void {
    const full = `${section}/${name}`;
    const report = (what: string, remedy: string): void =>
      void this.faults.push(this.#fault(['options', section, name], what, remedy));
    const wrong = nameFault(full);
    if (wrong !== undefined) return report(`its name ${wrong}`, 'see docs/reference/objects.md');
    // YAML reads the choice "true" as a boolean.
    const isWord = findOption(full)?.type === 'choice' && typeof value === 'boolean';
    const given = new Map([['value', isWord ? String(value) : value]]);
    const json = readFields('option', given, (_, what, remedy) => report(what, remedy));
    this.model.get('option')!.set(full, json);
  }

  /** A fault with its line: its piece is parsed again, which only a file with faults costs. */
  #fault(path: Path, what: string, remedy: string): Fault {
    const position = this.faults.length < faultsMax ? this.#position(path) : {};
    return { path: path.join('.'), ...position, what, remedy };
  }

  #position(path: Path): { line?: number; column?: number } {
    const [section, index = 0, ...inner] = path;
    const listed = this.#pieces.findLast(
      (piece) => piece.section === section && piece.first <= (index as number),
    );
    const piece = listed ?? this.#pieces.find((one) => this.#contains(one, section));
    if (piece === undefined) return {};
    if (this.#parsed?.piece !== piece) {
      const text = `${this.#lines.slice(piece.from, piece.to).join('\n')}\n`;
      const counter = new LineCounter();
      const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
      this.#parsed = { piece, document, counter };
    }
    const { document, counter } = this.#parsed;
    const at = offsetOf(document, listed ? [(index as number) - piece.first, ...inner] : path) ?? 0;
    const { line, col } = counter.linePos(at);
    return { line: piece.from + line, column: col };
  }

  #contains({ section, from }: Piece, wanted: string | number | undefined): boolean {
    if (section !== undefined) return false;
    return this.#pieces.length === 1 || this.#lines[from]?.startsWith(`${wanted}:`) === true;
  }
}

function splitOption(name: string): [string, string] {
  const slash = name.indexOf('/');
  return [name.slice(0, slash), name.slice(slash + 1)];
}
