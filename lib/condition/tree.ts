/**
 * The syntax tree of a condition: what was written, before anybody has looked whether its names
 * exist and its types fit. Each node knows where it is in the text (`at`, in UTF-16 units from 0).
 */

export const comparisonOperators = ['=', '<>', '<', '<=', '>', '>='] as const;
export type ComparisonOperator = (typeof comparisonOperators)[number];

export type ArithmeticOperator = '+' | '-' | '*' | '/';

interface Node {
  /** Where it begins; of arithmetic and comparisons: where the operator is. */
  readonly at: number;
}

/** `'email'`, `4711`, `TRUE`. */
export interface Literal extends Node {
  readonly kind: 'literal';
  readonly value: string | number | boolean;
}

/** A property, by its name or column. */
export interface Name extends Node {
  readonly kind: 'name';
  readonly name: string;
  /** It was written in double quotes, as some write text by mistake. Not part of what it means. */
  readonly isQuoted: boolean;
}

/** `:Language`: a value that is given when the condition is used. */
export interface Parameter extends Node {
  readonly kind: 'parameter';
  readonly name: string;
}

export interface Call extends Node {
  readonly kind: 'call';
  readonly name: string;
  readonly arguments: readonly Expression[];
}

export interface Negation extends Node {
  readonly kind: 'negate';
  readonly value: Expression;
}

export interface Arithmetic extends Node {
  readonly kind: 'arithmetic';
  readonly operator: ArithmeticOperator;
  readonly left: Expression;
  readonly right: Expression;
}

export interface Comparison extends Node {
  readonly kind: 'compare';
  readonly operator: ComparisonOperator;
  readonly left: Expression;
  readonly right: Expression;
}

export interface Between extends Node {
  readonly kind: 'between';
  readonly isNegated: boolean;
  readonly value: Expression;
  readonly low: Expression;
  readonly high: Expression;
}

export interface In extends Node {
  readonly kind: 'in';
  readonly isNegated: boolean;
  readonly value: Expression;
  readonly items: readonly Expression[];
}

export interface Like extends Node {
  readonly kind: 'like';
  readonly isNegated: boolean;
  readonly value: Expression;
  readonly pattern: Expression;
  readonly escape: Expression | undefined;
}

export interface IsNull extends Node {
  readonly kind: 'isNull';
  readonly isNegated: boolean;
  readonly value: Expression;
}

export interface Not extends Node {
  readonly kind: 'not';
  readonly value: Expression;
}

/** Two or more that are joined by AND, or by OR. */
export interface Junction extends Node {
  readonly kind: 'and' | 'or';
  readonly terms: readonly Expression[];
}

export type Expression =
  | Literal
  | Name
  | Parameter
  | Call
  | Negation
  | Arithmetic
  | Comparison
  | Between
  | In
  | Like
  | IsNull
  | Not
  | Junction;
