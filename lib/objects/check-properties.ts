/** What names custom properties may have in conditions. */
import { interactionProperties } from '../condition/interaction-properties.js';
import type { ObjectFault } from './fault.js';
import { fieldsOf, type Model } from './model.js';

const kind = 'customProperty';
/** In small letters, with the property that each name is of. */
const builtIn: ReadonlyMap<string, string> = new Map(
  interactionProperties.flatMap(({ name, columns }) =>
    [name, ...columns].map((one) => [one.toLowerCase(), name] as const),
  ),
);

/**
 * A key that is called like what every interaction has needs another name; and that name may not be
 * one of those, nor another key.
 */
export function faultsOfProperties(model: Model): ObjectFault[] {
  const objects = model.get(kind)!;
  return [...objects].flatMap(([name, json]): ObjectFault[] => {
    const column = fieldsOf(json)['translateTo'] as string | undefined;
    if (column === undefined) {
      const same = builtIn.get(name.toLowerCase());
      if (same === undefined) return [];
      const what = `"${name}" is a name of ${same} in conditions`;
      return [{ kind, name, at: ['name'], what, remedy: 'give it another one by translateTo' }];
    }
    const at = ['translateTo'];
    const same = builtIn.get(column.toLowerCase());
    if (same !== undefined) {
      const what = `"${column}" is a name of ${same} in conditions`;
      return [{ kind, name, at, what, remedy: 'give it another one' }];
    }
    if (column === name || !objects.has(column)) return [];
    const what = `"${column}" is another custom property`;
    return [{ kind, name, at, what, remedy: 'give it another one' }];
  });
}
