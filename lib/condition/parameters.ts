/** The parameters of a condition as they are declared: `Language text, MinPriority number`. */
import { attempt, shown, Source, type ConditionFault } from './fault.js';
import type { ValueType } from './vocabulary.js';
import { suggestion } from '../text/index.js';

const types: readonly ValueType[] = ['text', 'number', 'time', 'boolean'];
const example = 'write a name and a type, as Language text, MinPriority number';

/**
 * Names and types of parameters, each once. An empty text declares none. Errors: InvalidCondition,
 * with its position.
 */
export function readParameters(text: string): ReadonlyMap<string, ValueType> | ConditionFault {
  return attempt(() => {
    const source = new Source(text);
    const found = new Map<string, ValueType>();
    if (text.trim() === '') return found;
    let at = 0;
    for (const piece of text.split(',')) {
      const start = at + piece.length - piece.trimStart().length;
      at += piece.length + 1;
      const read = /^([A-Za-z_][A-Za-z0-9_]*)\s+(\S+)$/.exec(piece.trim());
      if (read === null) {
        const what = `${shown(piece.trim()) || 'nothing'} is not a parameter`;
        return source.invalid(start, what, example);
      }
      const [, name = '', wanted = ''] = read;
      const type = types.find((one) => one === wanted.toLowerCase());
      if (type === undefined) {
        const near = suggestion(wanted, types);
        const remedy = near === undefined ? `there are ${types.join(', ')}` : `write ${near}`;
        return source.invalid(start, `${shown(wanted)} is not a type`, remedy);
      }
      if (found.has(name)) source.invalid(start, `${shown(name)} is there twice`, 'name it once');
      found.set(name, type);
    }
    return found;
  });
}
