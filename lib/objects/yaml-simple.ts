/**
 * Reads the plain form of YAML that `yaml-write.ts` writes, some twenty times faster than a whole
 * parser: one value to a line, blocks by indentation of two. Anything else, right or wrong, is left
 * to the parser: then there is no result. What it reads, the parser reads the same.
 */
import type { Tree } from './read-object.js';

const quoted = /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/u;
const plain = /[A-Za-z_][\w./@-]*(?: [\w./@-]+)*/u;
const scalar = new RegExp(`(?:${quoted.source}|${plain.source}|-?(?:0|[1-9]\\d{0,14}))`, 'u');
const key = new RegExp(`(${quoted.source}|${plain.source}):`, 'u');
const lineForm = new RegExp(`^( *)(- )?(?:${key.source})?(?: ?(${scalar.source}))?$`, 'u');
const reserved = /^(?:true|false|null)$/i;
const keyBytesMax = 900;

class NotSimple extends Error {}

interface Line {
  readonly indent: number;
  readonly dash: boolean;
  readonly key: string | undefined;
  readonly value: Tree;
}

/**
 * The value at the first line's indentation; undefined when the lines are not in the plain form.
 */
export function readSimple(lines: readonly string[]): Tree {
  try {
    const reader = new SimpleReader(lines);
    const tree = reader.block(reader.indent());
    return reader.atEnd ? tree : undefined;
  } catch (error) {
    if (error instanceof NotSimple) return undefined;
    throw error;
  }
}

class SimpleReader {
  readonly #lines: readonly Line[];
  #at = 0;

  constructor(lines: readonly string[]) {
    this.#lines = lines.filter((line) => line !== '' && !/^ *#/.test(line)).map(readLine);
    if (this.#lines.length === 0) throw new NotSimple();
  }

  get atEnd(): boolean {
    return this.#at === this.#lines.length;
  }

  indent(): number {
    return this.#lines[this.#at]?.indent ?? -1;
  }

  /** A list or a map whose lines begin at this column. */
  block(indent: number): Tree {
    return this.#lines[this.#at]?.dash === true ? this.#list(indent) : this.#map(indent, new Map());
  }

  #list(indent: number): Tree[] {
    const list: Tree[] = [];
    for (let line = this.#lines[this.#at]; line?.indent === indent; line = this.#lines[this.#at]) {
      if (!line.dash) throw new NotSimple();
      this.#at += 1;
      if (line.key === undefined) list.push(line.value);
      else {
        const map = new Map<string, Tree>();
        this.#entry(map, line, indent + 2);
        list.push(this.#map(indent + 2, map));
      }
    }
    return list;
  }

  #map(indent: number, map: Map<string, Tree>): Map<string, Tree> {
    for (let line = this.#lines[this.#at]; line?.indent === indent; line = this.#lines[this.#at]) {
      if (line.dash) throw new NotSimple();
      this.#at += 1;
      this.#entry(map, line, indent);
    }
    if (this.indent() > indent) throw new NotSimple();
    return map;
  }

  #entry(map: Map<string, Tree>, line: Line, indent: number): void {
    if (line.key === undefined || map.has(line.key)) throw new NotSimple();
    if (line.value === undefined && this.indent() !== indent + 2) throw new NotSimple();
    map.set(line.key, line.value === undefined ? this.block(indent + 2) : line.value);
  }
}

function readLine(text: string): Line {
  const found = lineForm.exec(text);
  if (found === null) throw new NotSimple();
  const [, spaces = '', dash, name, value] = found;
  const hasGap = value === undefined || text[text.length - value.length - 1] === ' ';
  if (!hasGap || (name === undefined && (dash === undefined || value === undefined))) {
    throw new NotSimple();
  }
  if (name !== undefined && (reserved.test(name) || name.length > keyBytesMax))
    throw new NotSimple();
  return {
    indent: spaces.length,
    dash: dash !== undefined,
    key: name === undefined ? undefined : String(readScalar(name)),
    value: value === undefined ? undefined : readScalar(value),
  };
}

function readScalar(text: string): Tree {
  const first = text.charCodeAt(0);
  if (first === 0x22) return JSON.parse(text) as string;
  if (first === 0x2d || (first >= 0x30 && first <= 0x39)) return Number(text);
  if (!reserved.test(text)) return text;
  if (text === 'true' || text === 'false') return text === 'true';
  throw new NotSimple();
}
