/**
 * How what a view selects is found: by the order of its queue, by an index, or by looking at rows.
 *
 * An index is made for a queue, the *properties* that conditions compare with constants, what else
 * they demand, and an order. The constants are first in its keys, so that views which differ in
 * them alone share one: a hundred views `InteractionSubtype = 'x'` cost an interaction one entry.
 */
import type { ConditionPart, OrderKey, Property, Value } from '../condition/index.js';
import { limits } from '../limits.js';
import type { Subject } from '../search/index.js';
import type { View } from './view.js';

/** What an index is made for, but for its queue. Two that are equal as JSON are one. */
export interface IndexShape {
  /** Names of properties whose values are first in its keys, ascending. */
  readonly columns: readonly string[];
  /** What holds for everything in it; empty: all that can be pulled is in it. */
  readonly condition: string;
  /** Empty: the order of queues. */
  readonly order: string;
  /** Numbers of the columns of keys of attached data that are named, ascending. */
  readonly numbers: readonly number[];
}

/** How a view is answered. */
export type ViewPlan =
  /** All that waits in the queue is looked at, in the order of the queue. */
  | { readonly kind: 'queue' }
  | {
      readonly kind: 'index';
      readonly shape: IndexShape;
      /** The shape as a text. */
      readonly name: string;
      /** Of the columns; an interaction of any of these is selected. */
      readonly values: readonly (readonly Value[])[];
    }
  /** Some of what waits is looked at, and only those are ordered. */
  | { readonly kind: 'rows'; readonly why: string };

/** Combinations of constants of one view that an index is asked for. */
const combinationsMost = 16;

/** How a view would be answered, if nothing but its texts counts. */
export function planOf({ condition, order, isInOwnOrder, selectsAll }: View): ViewPlan {
  if (order.timing === 'moving') {
    return { kind: 'rows', why: 'interactions overtake each other by time alone in its order' };
  }
  const parts = selectsAll ? [] : condition.parts();
  const columns = new Map<string, readonly Value[]>();
  const others: string[] = [];
  const columnsMost = limits.indexValues - order.keys.length;
  let combinations = 1;
  for (const part of parts) {
    const { equality, given } = part;
    const property = equality?.property ?? given;
    if (property !== undefined && !columns.has(property.name)) {
      // One that is given by a parameter has a single value, or none: then nothing is selected.
      const values = [...new Set(equality?.values)];
      const all = combinations * Math.max(1, given === undefined ? values.length : 1);
      if (columns.size < columnsMost && all <= combinationsMost) {
        columns.set(property.name, values);
        combinations = all;
        continue;
      }
    }
    if (isIndexed(part)) others.push(`(${part.text})`);
  }
  if (isInOwnOrder && columns.size === 0 && others.length === 0) return { kind: 'queue' };
  const names = [...columns.keys()].sort();
  const shape = {
    columns: names,
    condition: others.sort().join(' AND '),
    order: isInOwnOrder ? '' : String(order),
    numbers: columnNumbers([...condition.properties(), ...order.keys.flatMap(propertiesOf)]),
  };
  const values = names.reduce<readonly (readonly Value[])[]>(
    (all, name) => all.flatMap((one) => columns.get(name)!.map((value) => [...one, value])),
    [[]],
  );
  return { kind: 'index', shape, name: nameOfShape(shape), values };
}

/** The same text for the same shape. */
export const nameOfShape = ({ columns, condition, order, numbers }: IndexShape): string =>
  JSON.stringify([columns, condition, order, numbers]);

const propertiesOf = ({ properties }: OrderKey<Subject>): readonly Property<Subject>[] =>
  properties;

const columnNumbers = (properties: readonly Property<Subject>[]): number[] =>
  [...new Set(properties.flatMap(({ columnNumber }) => columnNumber ?? []))].sort(
    (one, other) => one - other,
  );

/** Whether rows can be listed by it: it changes by what is written, or at a known moment. */
const isIndexed = ({ timing, hasParameters }: ConditionPart<Subject>): boolean =>
  timing !== 'other' && !hasParameters;
