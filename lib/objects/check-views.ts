/** Whether the texts of views can be read: their conditions and orders, by the names there are. */
import {
  ConditionFault,
  interactionProperties,
  readCondition,
  readOrder,
  readParameters,
  Vocabulary,
  type Property,
  type ValueType,
} from '../condition/index.js';
import type { Fields, Scalar } from './field.js';
import type { ObjectFault } from './fault.js';
import { fieldsOf, type Model } from './model.js';

const typeOf: Readonly<Record<string, ValueType>> = {
  string: 'text',
  number: 'number',
  timestamp: 'time',
};

const read = (): undefined => undefined;

/** What conditions of views may name by these objects. */
export function viewVocabulary(model: Model): Vocabulary<unknown> {
  const known = interactionProperties.map((property) => ({ ...property, read }));
  const builtIn = new Set(known.flatMap(({ name, columns }) => [name, ...columns]).map(inSmall));
  const taken = new Set<string>();
  const custom: Property<unknown>[] = [];
  for (const [key, json] of model.get('customProperty') ?? []) {
    const { type, translateTo, toDelete } = fieldsOf(json);
    const names = [key, translateTo as string | undefined].filter(
      (one): one is string => one !== undefined && !builtIn.has(inSmall(one)) && !taken.has(one),
    );
    const [name, ...columns] = [...new Set(names)];
    if (toDelete === true || name === undefined) continue;
    for (const one of names) taken.add(one);
    custom.push({ name, columns, type: typeOf[type as string] ?? 'text', read });
  }
  return new Vocabulary([...known, ...custom]);
}

const inSmall = (name: string): string => name.toLowerCase();

/** What is wrong with the properties by which a view is segmented. */
function faultsOfSegments(
  view: string,
  segmentation: Readonly<Record<string, Scalar>>,
  vocabulary: Vocabulary<unknown>,
): ObjectFault[] {
  return Object.keys(segmentation).flatMap((name): ObjectFault[] => {
    const found = vocabulary.find(name);
    const isKnown = found !== undefined && 'read' in found;
    if (isKnown && found.type !== 'time') return [];
    const what = isKnown ? `${name} is a time` : `there is no property "${name}"`;
    const remedy = 'name one that conditions may name and that is not a time';
    return [{ kind: 'view', name: view, at: ['segmentation', name], what, remedy }];
  });
}

/** What is wrong with the texts of a view. */
export function faultsOfView(
  name: string,
  { condition = '', order = '', parameters = '', segmentation = {} }: Fields,
  vocabulary: Vocabulary<unknown>,
): ObjectFault[] {
  const declared = readParameters(String(parameters));
  const given = declared instanceof ConditionFault ? undefined : vocabulary.with(declared);
  const texts = [
    ['parameters', declared],
    ['condition', given && readCondition(String(condition), given)],
    ['order', readOrder(String(order), vocabulary)],
  ] as const;
  const wrong = texts.flatMap(([field, found]): ObjectFault[] => {
    if (!(found instanceof ConditionFault)) return [];
    const { line, column, what, remedy } = found;
    const where = `line ${line}, column ${column} of the text: ${what}`;
    return [{ kind: 'view', name, at: [field], what: where, remedy }];
  });
  const segments = segmentation as Readonly<Record<string, Scalar>>;
  return [...wrong, ...faultsOfSegments(name, segments, vocabulary)];
}

/** Views of the names of queues: a pull that names one of them would get the queue. */
export function viewsNamedAsQueues(model: Model): ObjectFault[] {
  const queues = model.get('queue')!;
  return [...model.get('view')!.keys()]
    .filter((name) => queues.has(name))
    .map((name) => ({
      kind: 'view',
      name,
      at: ['name'],
      what: 'a queue has the same name, and pulls that name it get the queue',
      remedy: 'give one of them another name',
    }));
}
