/**
 * Cuts a file into pieces that can be parsed one after the other: a list of objects some hundred at
 * a time, any other section as a whole. So a large file takes little memory, and progress is known.
 * A file that cannot be cut safely is one piece.
 */

/** Lines of a file that are one YAML document by themselves. */
export interface Piece {
  /** Section of which these are objects; undefined: the piece is a map with the sections in it. */
  readonly section: string | undefined;
  /** Number of the first object in its section. */
  readonly first: number;
  /** Line numbers from 0: from the first, up to but without the last. */
  readonly from: number;
  readonly to: number;
}

const pieceObjects = 400;
const sectionLine = /^([A-Za-z]+):( .*)?$/;

/**
 * The pieces of a file in the order of its lines, and sections that are there twice with their
 * lines.
 */
export function splitFile(lines: readonly string[]): {
  readonly pieces: Piece[];
  readonly doubled: { section: string; line: number }[];
} {
  const starts: { section: string; line: number; isOpen: boolean }[] = [];
  for (const [line, text] of lines.entries()) {
    if (text === '' || text[0] === ' ' || text[0] === '#') continue;
    if (text === '---' && starts.length === 0) continue;
    const [, section, value = ''] = sectionLine.exec(text) ?? [];
    if (section === undefined) {
      const whole = { section: undefined, first: 0, from: 0, to: lines.length };
      return { pieces: [whole], doubled: [] };
    }
    starts.push({ section, line, isOpen: /^ *(#.*)?$/.test(value) });
  }
  const seen = new Set<string>();
  const doubled = starts.filter(({ section }) => seen.size === seen.add(section).size);
  const pieces = starts.flatMap(({ section, line, isOpen }, index) => {
    const to = starts[index + 1]?.line ?? lines.length;
    const list = isOpen ? splitList(lines, section, line + 1, to) : undefined;
    return list ?? [{ section: undefined, first: 0, from: line, to }];
  });
  return { pieces, doubled };
}

/** Pieces of a list; undefined when the section does not begin with one. */
function splitList(
  lines: readonly string[],
  section: string,
  from: number,
  to: number,
): Piece[] | undefined {
  let begin = from;
  while (begin < to && /^ *(#.*)?$/.test(lines[begin] ?? '')) begin += 1;
  const indent = /^ +(?=-( |$))/.exec(lines[begin] ?? '')?.[0];
  if (indent === undefined) return undefined;
  const dash = `${indent}-`;
  const pieces: Piece[] = [];
  let start = begin;
  let count = 0;
  let first = 0;
  for (let line = begin; line < to; line += 1) {
    const text = lines[line] ?? '';
    const isItem =
      text.startsWith(dash) && (text.length === dash.length || text[dash.length] === ' ');
    if (!isItem) continue;
    if (count === pieceObjects) {
      pieces.push({ section, first, from: start, to: line });
      first += count;
      start = line;
      count = 0;
    }
    count += 1;
  }
  pieces.push({ section, first, from: start, to });
  return pieces;
}
