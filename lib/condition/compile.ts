/**
 * From terms to closures. They are made once and called often: a call allocates nothing and never
 * throws. `undefined` is the absent value, and of a condition: unknown.
 */
import { compareText } from './compare-text.js';
import { calculate, millisecondsPerSecond, type BooleanTerm, type Term } from './term.js';
import type { ArithmeticOperator, ComparisonOperator } from './tree.js';
import type { Property, Value } from './vocabulary.js';

/** Computes a value of a record at a time, in milliseconds since 1970 UTC. */
export type Evaluate<Entry, Result extends Value = Value> = (
  record: Entry,
  nowMs: number,
) => Result | undefined;

/** Whether a condition holds; undefined: it is unknown. */
export type Judge<Entry> = Evaluate<Entry, boolean>;

/** The closure of a term of any type. */
export function compileValue<Entry>(term: Term<Entry>): Evaluate<Entry> {
  switch (term.kind) {
    case 'constant': {
      const { value } = term;
      return () => value;
    }
    case 'property': {
      return term.property.read;
    }
    case 'absent':
      return () => undefined;
    case 'now':
      return (_, nowMs) => nowMs;
    case 'arithmetic':
      return compileArithmetic(term.operator, term.left, term.right);
    default:
      return compileBoolean(term);
  }
}

/** The closure of a number, or of a time. */
export const compileNumber = <Entry>(term: Term<Entry>): Evaluate<Entry, number> =>
  compileValue(term) as Evaluate<Entry, number>;

/** The closure of a condition. */
export const compileCondition = <Entry>(term: Term<Entry>): Judge<Entry> =>
  compileValue(term) as Judge<Entry>;

function compileArithmetic<Entry>(
  operator: ArithmeticOperator,
  leftTerm: Term<Entry>,
  rightTerm: Term<Entry>,
): Evaluate<Entry, number> {
  const [left, right] = [compileNumber(leftTerm), compileNumber(rightTerm)];
  return (record, nowMs) => {
    const one = left(record, nowMs);
    if (one === undefined) return undefined;
    const other = right(record, nowMs);
    return other === undefined ? undefined : calculate(operator, one, other);
  };
}

function compileBoolean<Entry>(term: BooleanTerm<Entry>): Judge<Entry> {
  switch (term.kind) {
    case 'compare':
      return compileComparison(term.operator, term.left, term.right);
    case 'in':
      return compileIn(term.value, term.items);
    case 'like': {
      const { pattern } = term;
      const text = compileValue(term.value) as Evaluate<Entry, string>;
      return (record, nowMs) => {
        const value = text(record, nowMs);
        return value === undefined ? undefined : pattern.matches(value);
      };
    }
    case 'isNull': {
      const value = compileValue(term.value);
      if (!term.orEmpty) return (record, nowMs) => value(record, nowMs) === undefined;
      return (record, nowMs) => {
        const text = value(record, nowMs);
        return text === undefined || text === '';
      };
    }
    case 'not': {
      const inner = compileCondition(term.value);
      return (record, nowMs) => {
        const value = inner(record, nowMs);
        return value === undefined ? undefined : !value;
      };
    }
    case 'and':
      return compileJunction(term.terms.map(compileCondition), false);
    case 'or':
      return compileJunction(term.terms.map(compileCondition), true);
  }
}

/** AND ends with the first that is false, OR with the first that is true. */
function compileJunction<Entry>(terms: readonly Judge<Entry>[], deciding: boolean): Judge<Entry> {
  return (record, nowMs) => {
    let result: boolean | undefined = !deciding;
    for (let index = 0; index < terms.length; index++) {
      const value = terms[index]!(record, nowMs);
      if (value === deciding) return deciding;
      if (value === undefined) result = undefined;
    }
    return result;
  };
}

/** So many are compared one by one sooner than they are looked up. */
const fewConstants = 8;

function compileIn<Entry>(valueTerm: Term<Entry>, items: readonly Term<Entry>[]): Judge<Entry> {
  const value = compileValue(valueTerm);
  const constants = new Set(items.flatMap((each) => (each.kind === 'constant' ? each.value : [])));
  const few = constants.size <= fewConstants ? [...constants] : undefined;
  const others = items.filter(({ kind }) => kind !== 'constant').map(compileValue);
  return (record, nowMs) => {
    const wanted = value(record, nowMs);
    if (wanted === undefined) return undefined;
    if (few === undefined ? constants.has(wanted) : few.includes(wanted)) return true;
    let result: boolean | undefined = false;
    for (let index = 0; index < others.length; index++) {
      const item = others[index]!(record, nowMs);
      if (item === wanted) return true;
      if (item === undefined) result = undefined;
    }
    return result;
  };
}

const mirrored: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

function compileComparison<Entry>(
  operator: ComparisonOperator,
  left: Term<Entry>,
  right: Term<Entry>,
): Judge<Entry> {
  if (left.kind === 'constant' && right.kind === 'property') {
    return compareProperty(mirrored[operator], right.property, left.value);
  }
  if (left.kind === 'property' && right.kind === 'constant') {
    return compareProperty(operator, left.property, right.value);
  }
  const since = propertyOfAge(left);
  if (since !== undefined && right.kind === 'constant') {
    return compareAge(operator, since, right.value as number);
  }
  const values = [compileValue(left), compileValue(right)] as const;
  const isText = left.type === 'text' && operator !== '=' && operator !== '<>';
  return isText
    ? compareTexts(operator, ...(values as readonly [Text<Entry>, Text<Entry>]))
    : compareValues(operator, ...values);
}

/** The property of `_age()` and the like: of seconds between a property and now. */
function propertyOfAge<Entry>(term: Term<Entry>): Property<Entry> | undefined {
  if (term.kind !== 'arithmetic' || term.operator !== '/') return undefined;
  const { left: difference, right: divisor } = term;
  if (divisor.kind !== 'constant' || divisor.value !== millisecondsPerSecond) return undefined;
  if (difference.kind !== 'arithmetic' || difference.operator !== '-') return undefined;
  const { left: now, right: since } = difference;
  return now.kind === 'now' && since.kind === 'property' ? since.property : undefined;
}

/** As every closure that returns a number with a fraction allocates it, an age has one closure. */
function compareAge<Entry>(
  operator: ComparisonOperator,
  { read }: Property<Entry>,
  seconds: number,
): Judge<Entry> {
  return (record, nowMs) => {
    const since = read(record) as number | undefined;
    if (since === undefined) return undefined;
    const age = (nowMs - since) / millisecondsPerSecond;
    return Number.isNaN(age) ? undefined : holdsForNumbers(operator, age, seconds);
  };
}

type Text<Entry> = Evaluate<Entry, string>;

function compareTexts<Entry>(
  operator: ComparisonOperator,
  left: Text<Entry>,
  right: Text<Entry>,
): Judge<Entry> {
  return (record, nowMs) => {
    const one = left(record, nowMs);
    if (one === undefined) return undefined;
    const other = right(record, nowMs);
    return other === undefined ? undefined : holds(operator, compareText(one, other), 0);
  };
}

function compareValues<Entry>(
  operator: ComparisonOperator,
  left: Evaluate<Entry>,
  right: Evaluate<Entry>,
): Judge<Entry> {
  return (record, nowMs) => {
    const one = left(record, nowMs);
    if (one === undefined) return undefined;
    const other = right(record, nowMs);
    return other === undefined ? undefined : holds(operator, one, other);
  };
}

function holds(operator: ComparisonOperator, left: Value, right: Value): boolean {
  switch (operator) {
    case '=':
      return left === right;
    case '<>':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
  }
}

/** The same for numbers only, which need not be told apart from texts. */
function holdsForNumbers(operator: ComparisonOperator, left: number, right: number): boolean {
  switch (operator) {
    case '=':
      return left === right;
    case '<>':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
  }
}

/** The most frequent form by far: a property and a value that is written. */
function compareProperty<Entry>(
  operator: ComparisonOperator,
  property: Property<Entry>,
  constant: Value,
): Judge<Entry> {
  if (typeof constant === 'string' && operator !== '=' && operator !== '<>') {
    return compareTexts(operator, property.read as Text<Entry>, () => constant);
  }
  return propertyJudges[operator](property.read as Read, constant);
}

type Read = (record: unknown) => Value | undefined;
type PropertyJudge = (read: Read, constant: Value) => Judge<unknown>;

/** A closure of its own for each operator, so that a call asks for nothing that is certain. */
const propertyJudges: Readonly<Record<ComparisonOperator, PropertyJudge>> = {
  '=': (read, constant) => (record) => {
    const value = read(record);
    return value === undefined ? undefined : value === constant;
  },
  '<>': (read, constant) => (record) => {
    const value = read(record);
    return value === undefined ? undefined : value !== constant;
  },
  '<': (read, constant) => (record) => {
    const value = read(record);
    return value === undefined ? undefined : value < constant;
  },
  '<=': (read, constant) => (record) => {
    const value = read(record);
    return value === undefined ? undefined : value <= constant;
  },
  '>': (read, constant) => (record) => {
    const value = read(record);
    return value === undefined ? undefined : value > constant;
  },
  '>=': (read, constant) => (record) => {
    const value = read(record);
    return value === undefined ? undefined : value >= constant;
  },
};
