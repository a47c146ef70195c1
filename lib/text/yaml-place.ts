/**
 * Where something is in a YAML document. Not in `index.ts`: the parser is loaded only when needed.
 */
import { isNode, type Document } from 'yaml';

/** Offset of what is at a path, or of the nearest thing around it; an empty document has none. */
export function offsetOf(document: Document, path: readonly PropertyKey[]): number | undefined {
  for (let length = path.length; length >= 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return undefined;
}
