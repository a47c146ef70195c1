/** Reads one object out of a tree of YAML values, and brings it into canonical form. */
import { limits } from '../limits.js';
import { nameExpectation, nameFault as faultOfName } from '../text/index.js';
import type { Field, KindName, Scalar, Sections, TextField, TextsField, Value } from './field.js';
import type { Path } from './fault.js';
import { kinds } from './kinds.js';
import { compareNames } from './model.js';

/** A value of YAML: maps are `Map`. */
export type Tree = unknown;

/** Told what is wrong, with the way to it from the object. */
export type Report = (at: Path, what: string, remedy: string) => void;

const reference = 'see docs/reference/objects.md';

/** Why a text cannot be the name of an object; undefined if it can. */
export function nameFault(name: unknown): string | undefined {
  if (typeof name !== 'string') return 'must be text; put it in quotation marks';
  return faultOfName(name) === undefined ? undefined : `must be ${nameExpectation}`;
}

/** The name and the canonical JSON of an object; undefined when it has no name to go by. */
export function readObject(
  kind: KindName,
  tree: Tree,
  report: Report,
): { readonly name: string; readonly json: string } | undefined {
  if (!(tree instanceof Map)) {
    report([], 'must be a map with a name and fields', reference);
    return undefined;
  }
  const name: unknown = tree.get('name');
  const wrong = name === undefined ? 'is missing' : nameFault(name);
  if (wrong !== undefined) {
    report(['name'], wrong, reference);
    return undefined;
  }
  return { name: name as string, json: readFields(kind, tree, report) };
}

/** The canonical JSON of the fields. */
export function readFields(
  kind: KindName,
  tree: ReadonlyMap<unknown, Tree>,
  report: Report,
): string {
  const { fields } = kinds[kind];
  for (const key of tree.keys()) {
    if (key === 'name' || (typeof key === 'string' && Object.hasOwn(fields, key))) continue;
    const known = Object.keys(fields).join(', ');
    report([String(key)], `is not a field of ${kinds[kind].plural}`, `there are: name, ${known}`);
  }
  const values: Record<string, Value> = {};
  for (const [name, field] of Object.entries(fields)) {
    const value = tree.get(name);
    if (value === undefined) {
      if (field.required === true) report([name], 'is missing', 'every one has it');
      continue;
    }
    const read = readValue(field, value, (at, what, remedy) => report([name, ...at], what, remedy));
    if (read !== undefined) values[name] = read;
  }
  const json = JSON.stringify(values);
  if (json.length * 3 > limits.configurationObjectBytes) {
    const most = limits.configurationObjectBytes;
    if (Buffer.byteLength(json) > most) report([], `has more than ${most} bytes`, 'divide it');
  }
  return json;
}

/** A value in canonical form; undefined for what is left out, and for what is wrong. */
function readValue(field: Field, value: Tree, report: Report): Value | undefined {
  const wrong = (what: string): undefined => report([], `must be ${what}`, reference) as undefined;
  switch (field.type) {
    case 'text':
      return isText(field, value) ? value : wrong(textExpectation(field));
    case 'integer': {
      const fits = Number.isSafeInteger(value) && between(field, value as number);
      return fits ? (value as number) : wrong(integerExpectation(field));
    }
    case 'boolean':
      if (typeof value !== 'boolean') return wrong('true or false');
      return value === field.default ? undefined : value;
    case 'choice':
      if (typeof value === 'string' && field.choices.includes(value)) return value;
      return wrong(`one of ${field.choices.join(', ')}`);
    case 'reference':
      return nameFault(value) === undefined ? (value as string) : wrong('the name of an object');
    case 'references':
      return readSet(value, report, (each) =>
        nameFault(each) ? 'the name of an object' : undefined,
      );
    case 'texts':
      return readSet(value, report, (each) =>
        isText(field, each) ? undefined : textExpectation(field),
      );
    case 'levels':
      return readMap(value, report, (each) => {
        const fits = Number.isSafeInteger(each) && between(field, each as number);
        return fits ? undefined : integerExpectation(field);
      }) as Readonly<Record<string, number>> | undefined;
    case 'referenceMap':
      return readMap(value, report, (each) =>
        nameFault(each) ? 'the name of an object' : undefined,
      );
    case 'sections':
      return readSections(value, report);
    case 'scalar':
      return isScalar(value) ? value : wrong('text, a whole number, true or false');
  }
}

const between = ({ min, max }: { min: number; max: number }, value: number): boolean =>
  value >= min && value <= max;

const integerExpectation = ({ min, max }: { min: number; max: number }): string =>
  `a whole number from ${min} to ${max}`;

/** What a text has to be. */
export function textExpectation(field: TextField | TextsField): string {
  const { expects, maxBytes } = field;
  return expects ?? `text of 1 to ${maxBytes} bytes without control characters`;
}

function isText(field: TextField | TextsField, value: Tree): value is string {
  if (typeof value !== 'string' || value === '' || Buffer.byteLength(value) > field.maxBytes) {
    return false;
  }
  const hasLines = field.type === 'text' && field.lines === true;
  const plain = hasLines ? value.replaceAll(/[\n\t]/g, '') : value;
  return !/[\p{Cc}\p{Cs}]/u.test(plain) && field.pattern?.test(value) !== false;
}

const scalarBytes = 4_096;

function isScalar(value: Tree): value is Scalar {
  if (typeof value === 'boolean' || Number.isSafeInteger(value)) return true;
  return (
    typeof value === 'string' && isText({ type: 'texts', about: '', maxBytes: scalarBytes }, value)
  );
}

/** A set of texts, sorted. `wrong`: what one should be, if it is not. */
function readSet(
  value: Tree,
  report: Report,
  wrong: (each: Tree) => string | undefined,
): readonly string[] | undefined {
  if (!Array.isArray(value)) return report([], 'must be a list', reference) as undefined;
  const set = new Set<string>();
  for (const [index, each] of value.entries()) {
    const expected = wrong(each);
    if (expected !== undefined) report([index], `must be ${expected}`, reference);
    else if (set.has(each as string)) report([index], 'is there twice', 'leave one out');
    else set.add(each as string);
  }
  return set.size === 0 ? undefined : [...set].sort(compareNames);
}

/** A map from names, sorted by them. */
function readMap(
  value: Tree,
  report: Report,
  wrong: (each: Tree) => string | undefined,
): Readonly<Record<string, Scalar>> | undefined {
  if (!(value instanceof Map)) return report([], 'must be a map', reference) as undefined;
  for (const [key, each] of value) {
    const badName = nameFault(key);
    const expected = wrong(each);
    if (badName !== undefined) report([String(key)], `its name ${badName}`, reference);
    else if (expected !== undefined) report([String(key)], `must be ${expected}`, reference);
  }
  return sortedRecord(value as Map<string, Scalar>);
}

function readSections(value: Tree, report: Report): Sections | undefined {
  if (!(value instanceof Map))
    return report([], 'must be a map of sections', reference) as undefined;
  const sections = new Map<string, Readonly<Record<string, Scalar>>>();
  for (const [section, options] of value) {
    const within: Report = (at, what, remedy) => report([String(section), ...at], what, remedy);
    const badName = nameFault(section);
    if (badName !== undefined) within([], `its name ${badName}`, reference);
    const read = readMap(options, within, (each) =>
      isScalar(each) ? undefined : 'text, a whole number, true or false',
    );
    if (read !== undefined) sections.set(section as string, read);
  }
  return sortedRecord(sections);
}

/** Without a prototype, so that any key is just a key; undefined when there is nothing in it. */
function sortedRecord<V>(map: ReadonlyMap<string, V>): Readonly<Record<string, V>> | undefined {
  if (map.size === 0) return undefined;
  const record = Object.create(null) as Record<string, V>;
  for (const [key, value] of [...map].sort(([left], [right]) => compareNames(left, right))) {
    record[key] = value;
  }
  return record;
}
