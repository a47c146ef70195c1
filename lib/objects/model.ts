/**
 * All configuration objects at one moment: by kind and name, each as the JSON of its fields in
 * canonical form. So objects are equal if their texts are, and 60,000 of them take little memory.
 */
import { kindNames, type Fields, type KindName, type Value } from './field.js';

export type Model = ReadonlyMap<KindName, ReadonlyMap<string, string>>;
export type MutableModel = Map<KindName, Map<string, string>>;

/** A change of one object; what is undefined is not there. */
export interface ObjectChange {
  readonly kind: KindName;
  readonly name: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

export function emptyModel(): MutableModel {
  return new Map(kindNames.map((kind) => [kind, new Map()]));
}

export const fieldsOf = (json: string): Fields => JSON.parse(json) as Fields;

/** The objects of a kind in the order of their names, by UTF-16 code units. */
export function sortedObjects(model: Model, kind: KindName): [name: string, json: string][] {
  return [...(model.get(kind) ?? [])].sort(([left], [right]) => compareNames(left, right));
}

export const compareNames = (left: string, right: string): number =>
  left < right ? -1 : left > right ? 1 : 0;

/** What leads from one model to the other: by kind, then by name. */
export function compareModels(before: Model, after: Model): ObjectChange[] {
  return kindNames.flatMap((kind) => {
    const old = before.get(kind) ?? new Map<string, string>();
    const now = after.get(kind) ?? new Map<string, string>();
    if (old === now) return [];
    const changes: ObjectChange[] = [];
    for (const [name, json] of now) {
      const was = old.get(name);
      if (was !== json) changes.push({ kind, name, before: was, after: json });
    }
    for (const [name, json] of old) {
      if (!now.has(name)) changes.push({ kind, name, before: json, after: undefined });
    }
    return changes.sort((left, right) => compareNames(left.name, right.name));
  });
}

/** A field that differs. */
export interface FieldChange {
  readonly field: string;
  readonly before: Value | undefined;
  readonly after: Value | undefined;
}

/** The fields in which the two sides of a change differ. */
export function compareFields({ before, after }: ObjectChange): FieldChange[] {
  const old = before === undefined ? {} : fieldsOf(before);
  const now = after === undefined ? {} : fieldsOf(after);
  const names = new Set([...Object.keys(old), ...Object.keys(now)]);
  return [...names]
    .filter((field) => JSON.stringify(old[field]) !== JSON.stringify(now[field]))
    .map((field) => ({ field, before: old[field], after: now[field] }));
}
