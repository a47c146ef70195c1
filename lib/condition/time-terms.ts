/**
 * When a condition may change by time alone. What is compared is followed as a straight line over
 * time: `_age() > 60` is one, `_age() * Priority > 60` too, as a record's priority stands still;
 * `_age() * _age()` is not, and has to be looked at again and again.
 */
import { compileCondition, compileNumber, type Evaluate } from './compile.js';
import type { ArithmeticOperator } from './tree.js';
import type { BooleanTerm, Term } from './term.js';

/** What time has to do with a condition or a term of an order. */
export type Timing =
  /** Nothing. */
  | 'none'
  /** It changes at moments that can be computed. */
  | 'linear'
  /** It changes at moments that cannot: look at it now and then. */
  | 'other';

/** The first moment after `nowMs` at which something may change; Infinity: never. */
export type NextChange<Entry> = (record: Entry, nowMs: number) => number;

/** A straight line over time: how much a number changes in a millisecond. */
export type Slope<Entry> =
  | { readonly kind: 'fixed' }
  | {
      readonly kind: 'linear';
      readonly of: Evaluate<Entry, number>;
      /** The same for all records; undefined: it differs. */
      readonly constant: number | undefined;
    }
  | { readonly kind: 'other' };

const fixed = { kind: 'fixed' } as const;
const other = { kind: 'other' } as const;
const constantSlope = (constant: number): Slope<unknown> => ({
  kind: 'linear',
  of: () => constant,
  constant,
});

/** How a number or time depends on time. */
export function slopeOf<Entry>(term: Term<Entry>): Slope<Entry> {
  switch (term.kind) {
    case 'now':
      return constantSlope(1);
    case 'arithmetic':
      return slopeOfArithmetic(term.operator, term.left, term.right);
    default:
      return fixed;
  }
}

function slopeOfArithmetic<Entry>(
  operator: ArithmeticOperator,
  left: Term<Entry>,
  right: Term<Entry>,
): Slope<Entry> {
  const [one, two] = [slopeOf(left), slopeOf(right)];
  if (one.kind === 'other' || two.kind === 'other') return other;
  if (one.kind === 'fixed' && two.kind === 'fixed') return fixed;
  if (operator === '+' || operator === '-') {
    return joined(one, two, (a, b) => (operator === '+' ? a + b : a - b));
  }
  if (one.kind === 'linear' && two.kind === 'linear') return other;
  if (operator === '/' && two.kind === 'linear') return other;
  // One stands still: it stretches the other.
  const [line, still] = one.kind === 'linear' ? [one, right] : [two, left];
  const factor: Slope<Entry> = {
    kind: 'linear',
    of: compileNumber(still),
    constant: still.kind === 'constant' ? (still.value as number) : undefined,
  };
  return joined(line, factor, (a, b) => (operator === '*' ? a * b : a / b));
}

function joined<Entry>(
  left: Exclude<Slope<Entry>, { kind: 'other' }>,
  right: Exclude<Slope<Entry>, { kind: 'other' }>,
  join: (left: number, right: number) => number,
): Slope<Entry> {
  const [one, two] = [lineOf(left), lineOf(right)];
  const constant =
    one.constant === undefined || two.constant === undefined
      ? undefined
      : join(one.constant, two.constant);
  return {
    kind: 'linear',
    constant,
    of: (record, nowMs) => {
      const a = one.of(record, nowMs);
      const b = two.of(record, nowMs);
      return a === undefined || b === undefined ? undefined : join(a, b);
    },
  };
}

type Line<Entry> = Extract<Slope<Entry>, { kind: 'linear' }>;

const lineOf = <Entry>(slope: Line<Entry> | { kind: 'fixed' }): Line<Entry> =>
  slope.kind === 'linear' ? slope : (constantSlope(0) as Line<Entry>);

/** How great the numbers are that a term is computed with: how far rounding may be off. */
function magnitudeOf<Entry>(term: Term<Entry>): Evaluate<Entry, number> {
  if (term.kind !== 'arithmetic') {
    const value = compileNumber(term);
    return (record, nowMs) => Math.abs(value(record, nowMs) ?? 0);
  }
  const [left, right] = [magnitudeOf(term.left), magnitudeOf(term.right)];
  const divisor = compileNumber(term.right);
  return (record, nowMs) => {
    const one = left(record, nowMs)!;
    if (term.operator === '/') return Math.abs(one / (divisor(record, nowMs) ?? 1));
    const two = right(record, nowMs)!;
    return term.operator === '*' ? one * two : one + two;
  };
}

/** What is found of a condition: its changes, each of one comparison. */
export interface Changes<Entry> {
  readonly timing: Timing;
  readonly next: readonly NextChange<Entry>[];
}

const never: Changes<unknown> = { timing: 'none', next: [] };
/** Nothing is known of it: it may change at once. */
const always: Changes<unknown> = {
  timing: 'other',
  next: [(_, nowMs) => Math.floor(nowMs) + 1],
};

/** The changes by time of a condition, or of a part of one. */
export function changesOf<Entry>(term: Term<Entry>): Changes<Entry> {
  switch (term.kind) {
    case 'compare':
      return changesOfComparison(term);
    case 'in':
      return together(
        term.items.map((item) =>
          changesOfComparison({
            kind: 'compare',
            type: 'boolean',
            operator: '=',
            left: term.value,
            right: item,
          }),
        ),
      );
    case 'isNull':
      // What has a value does not lose it by time, if it goes in a straight line.
      if (term.value.type === 'boolean') return changesOf(term.value);
      return slopeOf(term.value).kind === 'other' ? always : never;
    case 'not':
      return changesOf(term.value);
    case 'and':
    case 'or':
      return together(term.terms.map(changesOf));
    default:
      return never;
  }
}

function together<Entry>(parts: readonly Changes<Entry>[]): Changes<Entry> {
  const timings = new Set(parts.map(({ timing }) => timing));
  const timing = timings.has('other') ? 'other' : timings.has('linear') ? 'linear' : 'none';
  return { timing, next: parts.flatMap(({ next }) => next) };
}

type Comparison<Entry> = Extract<BooleanTerm<Entry>, { kind: 'compare' }>;

function changesOfComparison<Entry>(term: Comparison<Entry>): Changes<Entry> {
  const { left, right } = term;
  if (left.type === 'boolean') return together([changesOf(left), changesOf(right)]);
  const difference: Term<Entry> = {
    kind: 'arithmetic',
    type: 'number',
    operator: '-',
    left,
    right,
  };
  const slope = left.type === 'text' ? fixed : slopeOf(difference);
  if (slope.kind === 'fixed' || (slope.kind === 'linear' && slope.constant === 0)) return never;
  if (slope.kind === 'other') return always;
  return { timing: 'linear', next: [crossing(term, difference, slope)] };
}

/** Of a double's 53 bits so many are right after the few operations that a term has. */
const precision = 2 ** -45;
/** More milliseconds are not looked at one by one. */
const windowMsMost = 16;

/**
 * When the line crosses zero, so that a comparison may come out otherwise. Around that moment,
 * which rounding makes a little uncertain, the comparison itself says in which millisecond.
 */
function crossing<Entry>(
  term: Comparison<Entry>,
  difference: Term<Entry>,
  slope: Line<Entry>,
): NextChange<Entry> {
  const holds = compileCondition(term);
  const distance = compileNumber(difference);
  const magnitude = magnitudeOf(difference);
  return (record, nowMs) => {
    const now = Math.floor(nowMs);
    const apart = distance(record, now);
    const perMs = slope.of(record, now);
    if (apart === undefined || perMs === undefined || perMs === 0) return Infinity;
    const root = now - apart / perMs;
    const error = Math.abs(magnitude(record, now)! / perMs) * precision + Math.abs(root) * 2 ** -50;
    if (Number.isNaN(root) || Number.isNaN(error)) return now + 1;
    const from = Math.max(now + 1, Math.floor(root - error));
    const to = Math.ceil(root + error) + 1;
    if (to <= now) return Infinity;
    if (to - from > windowMsMost) return from;
    const before = holds(record, now);
    for (let at = from; at <= to; at++) if (holds(record, at) !== before) return at;
    return Infinity;
  };
}
