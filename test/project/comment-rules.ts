/** Comments are as wide as the code, which the formatter leaves to whoever writes them. */
import ts from 'typescript';
import { type Fault, type Source, lineOf, parseSource } from './source-tree.js';

const columns = 100;

/** Whether a position is within a comment: what looks like one in a string is none. */
function isInComment(tree: ts.SourceFile, position: number): boolean {
  let found = false;
  const within = (pos: number, end: number): void => {
    found ||= pos <= position && position < end;
  };
  const visit = (node: ts.Node): void => {
    if (node.getFullStart() > position) return;
    ts.forEachLeadingCommentRange(tree.text, node.getFullStart(), within);
    ts.forEachTrailingCommentRange(tree.text, node.getEnd(), within);
    for (const child of node.getChildren(tree)) visit(child);
  };
  visit(tree);
  return found;
}

/** Lines of more than 100 columns that end in a comment. */
export function commentFaults(sources: readonly Source[]): Fault[] {
  return sources.flatMap((source) => {
    const faults: Fault[] = [];
    let start = 0;
    for (const line of source.text.split('\n')) {
      const end = start + line.length;
      // Columns are characters, of which the greatest are two units of a string.
      if (line.length > columns && [...line].length > columns) {
        const tree = parseSource(source);
        const what = `a comment in ${[...line].length} columns; at most ${columns}`;
        if (isInComment(tree, end - 1)) {
          faults.push({ path: source.path, line: lineOf(tree, start), rule: 'comment', what });
        }
      }
      start = end + 1;
    }
    return faults;
  });
}
