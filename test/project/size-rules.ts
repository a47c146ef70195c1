/** Limits on how much one file and one function may hold. */
import ts from 'typescript';
import { type Fault, type Source, lineOf, parseSource } from './source-tree.js';

const fileLines = 400;
const functionLines = 70;
/** A test that tells one story in steps is read from top to bottom. */
const testFunctionLines = 120;

/** Lines of a function from its first token to its last, without the comment before it. */
function lengthOf(tree: ts.SourceFile, node: ts.Node): number {
  return lineOf(tree, node.getEnd()) - lineOf(tree, node.getStart(tree)) + 1;
}

function functionFaults(source: Source, tree: ts.SourceFile): Fault[] {
  const faults: Fault[] = [];
  const limit = source.path.startsWith('test/') ? testFunctionLines : functionLines;
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
      const length = lengthOf(tree, node);
      if (length > limit) {
        faults.push({
          path: source.path,
          line: lineOf(tree, node.getStart(tree)),
          rule: 'size',
          what: `a function of ${length} lines; at most ${limit}`,
        });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return faults;
}

/** Files over 400 lines; functions over 70, in tests over 120. */
export function sizeFaults(sources: readonly Source[]): Fault[] {
  return sources.flatMap((source) => {
    const lines = source.text.split('\n').length - 1;
    const what = `${lines} lines; at most ${fileLines}`;
    const whole = lines > fileLines ? [{ path: source.path, line: 1, rule: 'size', what }] : [];
    return [...whole, ...functionFaults(source, parseSource(source))];
  });
}
