/**
 * A condition after its names and types were looked at: fewer kinds than the syntax tree has, and
 * each with a type. BETWEEN has become two comparisons, `_age()` a difference, `NOT IN` a NOT.
 */
import type { LikePattern } from './like.js';
import type { ArithmeticOperator, ComparisonOperator } from './tree.js';
import type { Property, Value, ValueType } from './vocabulary.js';

export type Term<Entry> =
  | { readonly kind: 'constant'; readonly type: ValueType; readonly value: Value }
  | {
      readonly kind: 'property';
      readonly type: ValueType;
      readonly property: Property<Entry>;
    }
  /** No value: of a parameter that was not given. */
  | { readonly kind: 'absent'; readonly type: ValueType }
  /** The time of the evaluation. */
  | { readonly kind: 'now'; readonly type: 'time' }
  /** With numbers, as which times are computed too: in milliseconds. */
  | {
      readonly kind: 'arithmetic';
      readonly type: 'number' | 'time';
      readonly operator: ArithmeticOperator;
      readonly left: Term<Entry>;
      readonly right: Term<Entry>;
    }
  | BooleanTerm<Entry>;

/** A term that is true, false or unknown. */
export type BooleanTerm<Entry> = { readonly type: 'boolean' } & (
  | {
      readonly kind: 'compare';
      readonly operator: ComparisonOperator;
      readonly left: Term<Entry>;
      readonly right: Term<Entry>;
    }
  | {
      readonly kind: 'in';
      readonly value: Term<Entry>;
      readonly items: readonly Term<Entry>[];
    }
  | { readonly kind: 'like'; readonly value: Term<Entry>; readonly pattern: LikePattern }
  /** Whether the value is absent; with `orEmpty` also whether it is the empty text. */
  | { readonly kind: 'isNull'; readonly value: Term<Entry>; readonly orEmpty: boolean }
  | { readonly kind: 'not'; readonly value: Term<Entry> }
  | { readonly kind: 'and' | 'or'; readonly terms: readonly Term<Entry>[] }
);

/** Times are computed with in milliseconds, and told to users in seconds. */
export const millisecondsPerSecond = 1_000;

/** The rule for arithmetic: what has no value (a division by zero, one of infinities) is absent. */
export function calculate(
  operator: ArithmeticOperator,
  left: number,
  right: number,
): number | undefined {
  const result = results[operator](left, right);
  return Number.isNaN(result) || (operator === '/' && right === 0) ? undefined : result;
}

const results: Readonly<Record<ArithmeticOperator, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
};
