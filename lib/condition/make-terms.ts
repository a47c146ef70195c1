/** Makers of terms, for the one who looks at types (`check.ts`). */
import { calculate, type BooleanTerm, type Term } from './term.js';
import type { Arithmetic } from './tree.js';
import type { ParameterValues, Value, ValueType } from './vocabulary.js';
import { readTimestamp } from '../text/index.js';

/** A value that is written. */
export function constantOf<Entry>(value: Value): Term<Entry> {
  const type = typeof value === 'string' ? 'text' : (typeof value as 'number' | 'boolean');
  return { kind: 'constant', type, value };
}

/** The value of a parameter, or that it is not given; undefined: it is not of its type. */
export function parameterTerm<Entry>(
  type: ValueType,
  values: ParameterValues,
  name: string,
): Term<Entry> | undefined {
  if (!Object.hasOwn(values, name)) return { kind: 'absent', type };
  const given = values[name]!;
  if (type === 'time') {
    const value = typeof given === 'string' ? readTimestamp(given) : given;
    return typeof value === 'number' && !Number.isNaN(value)
      ? { kind: 'constant', type, value }
      : undefined;
  }
  const term = type === 'boolean' ? truthOf(constantOf<Entry>(given)) : constantOf<Entry>(given);
  return term.type === type && !Number.isNaN(given) ? term : undefined;
}

/** What a comparison with a value that is not given comes to, whatever the other one is. */
export const isUnknown = <Entry>(value: Term<Entry>): BooleanTerm<Entry> => ({
  kind: 'compare',
  type: 'boolean',
  operator: '=',
  left: value,
  right: { kind: 'absent', type: value.type },
});

/** 1 and 0 as true and false, where those are wanted. */
export function truthOf<Entry>(term: Term<Entry>): Term<Entry> {
  if (term.kind !== 'constant' || (term.value !== 0 && term.value !== 1)) return term;
  return { kind: 'constant', type: 'boolean', value: term.value === 1 };
}

/** Whether a value is absent, or with `orEmpty` an empty text. */
export const isNull = <Entry>(value: Term<Entry>, orEmpty: boolean): BooleanTerm<Entry> => ({
  kind: 'isNull',
  type: 'boolean',
  value,
  orEmpty: orEmpty && value.type === 'text',
});

/** The opposite, if it is wanted. */
export const not = <Entry>(isNegated: boolean, value: Term<Entry>): Term<Entry> =>
  isNegated ? { kind: 'not', type: 'boolean', value } : value;

/** A calculation. */
export const computed = <Entry>(
  operator: Arithmetic['operator'],
  type: 'number' | 'time',
  left: Term<Entry>,
  right: Term<Entry>,
): Term<Entry> => folded({ kind: 'arithmetic', type, operator, left, right });

/** A calculation with two numbers that are certain is done now, unless it has no result. */
export function folded<Entry>(term: Term<Entry>): Term<Entry> {
  if (term.kind !== 'arithmetic') return term;
  const { operator, type, left, right } = term;
  if (left.kind !== 'constant' || right.kind !== 'constant') return term;
  const value = calculate(operator, left.value as number, right.value as number);
  return value === undefined ? term : { kind: 'constant', type, value };
}
