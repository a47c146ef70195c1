/** Conditions: which records are meant. */
import { Checker } from './check.js';
import { compileCondition, compileValue, type Judge } from './compile.js';
import { equalitiesOf, type Equality } from './equalities.js';
import { attempt, shown, Source, type ConditionFault } from './fault.js';
import { parseCondition } from './parse.js';
import { partsOf, type ConditionPart } from './parts.js';
import { printExpression } from './print.js';
import { changesOf, type NextChange, type Timing } from './time-terms.js';
import type { Term } from './term.js';
import type { Expression } from './tree.js';
import type { ParameterValues, Property, Value, Vocabulary } from './vocabulary.js';
import { suggestion } from '../text/index.js';

/** A part of a condition that does not hold for a record. */
export interface FailedPart {
  /** As the condition has it, in the form of `toString`. */
  readonly part: string;
  /** False, or undefined: a value that it needs is absent. */
  readonly result: false | undefined;
  /** The properties that it names, and what they are. */
  readonly values: readonly { readonly name: string; readonly value: Value | undefined }[];
}

/** A condition that was read. */
export class Condition<Entry> {
  readonly tree: Expression;
  readonly #term: Term<Entry>;
  readonly #next: readonly NextChange<Entry>[];
  readonly #read: (values: ParameterValues) => Condition<Entry>;
  /**
   * Whether it holds for a record at a time (milliseconds since 1970 UTC); undefined: it is
   * unknown, as a value that it needs is absent. It allocates nothing and does not throw.
   */
  readonly judge: Judge<Entry>;
  /** What time has to do with it. */
  readonly timing: Timing;

  constructor(
    tree: Expression,
    term: Term<Entry>,
    read: (values: ParameterValues) => Condition<Entry> = () => this,
  ) {
    this.tree = tree;
    this.#read = read;
    this.#term = term;
    this.judge = compileCondition(term);
    const { timing, next } = changesOf(term);
    this.timing = timing;
    this.#next = next;
  }

  /**
   * The same condition with values for its parameters. One that is not given is absent, as all are
   * before. Errors: UnknownConditionName for a value without a parameter, ConditionTypeMismatch,
   * InvalidCondition for a pattern of LIKE.
   */
  with(values: ParameterValues): Condition<Entry> | ConditionFault {
    return attempt(() => this.#read(values));
  }

  /** Whether it holds: what is unknown does not. */
  holds(record: Entry, nowMs: number): boolean {
    return this.judge(record, nowMs) === true;
  }

  /**
   * The first moment after `nowMs`, in whole milliseconds since 1970 UTC, at which it may hold no
   * longer, or begin to, while the record stays as it is; Infinity: never. It is never told too
   * late; it may be told for a part that does not decide. With timing `other` it is always the next
   * millisecond: look at such a condition by an interval instead.
   */
  nextChangeMs(record: Entry, nowMs: number): number {
    let first = Infinity;
    for (const next of this.#next) first = Math.min(first, next(record, nowMs));
    return first;
  }

  /** The values that properties must have for it to hold, as far as they are demanded outright. */
  equalities(): Equality<Entry>[] {
    return equalitiesOf(this.#term);
  }

  /** What it joins by AND, in the order of the text. */
  parts(): ConditionPart<Entry>[] {
    return partsOf(this.tree, this.#term);
  }

  /** The properties that it names, each once, in the order of the text. */
  properties(): Property<Entry>[] {
    return [...new Set(propertiesOf(this.#term))];
  }

  /** Why it does not hold: of what is joined by AND the parts that fail. None: it holds. */
  failedParts(record: Entry, nowMs: number): FailedPart[] {
    return failedParts(this.tree, this.#term, record, nowMs);
  }

  /** The condition in one form: keywords in capitals, as few parentheses as it needs. */
  toString(): string {
    return printExpression(this.tree);
  }
}

/**
 * A condition over records of a vocabulary. An empty text holds for every record. Errors:
 * InvalidCondition, UnknownConditionName, ConditionTypeMismatch, ConditionTooLarge.
 */
export function readCondition<Entry>(
  text: string,
  vocabulary: Vocabulary<Entry>,
): Condition<Entry> | ConditionFault {
  return attempt(() => {
    const source = new Source(text);
    const tree = parseCondition(source);
    const { parameters } = vocabulary;
    const read = (values: ParameterValues): Condition<Entry> => {
      const extra = Object.keys(values).find((name) => !parameters.has(name));
      if (extra !== undefined) refuseValue(source, extra, parameters.keys());
      return new Condition(tree, new Checker(source, vocabulary, values).condition(tree), read);
    };
    return read({});
  });
}

function refuseValue(source: Source, name: string, known: Iterable<string>): never {
  const near = suggestion(name, known);
  const remedy = near === undefined ? 'leave it out' : `call it ${shown(near)}`;
  const what = `a value is given for ${shown(name)}, which is not a parameter`;
  return source.refuse('UnknownConditionName', 0, what, remedy);
}

/** The properties of a term, as often as they are named. */
export function propertiesOf<Entry>(term: Term<Entry>): Property<Entry>[] {
  switch (term.kind) {
    case 'property':
      return [term.property];
    case 'arithmetic':
    case 'compare':
      return [...propertiesOf(term.left), ...propertiesOf(term.right)];
    case 'in':
      return [term.value, ...term.items].flatMap(propertiesOf);
    case 'like':
    case 'isNull':
    case 'not':
      return propertiesOf(term.value);
    case 'and':
    case 'or':
      return term.terms.flatMap(propertiesOf);
    default:
      return [];
  }
}

function failedParts<Entry>(
  tree: Expression,
  term: Term<Entry>,
  record: Entry,
  nowMs: number,
): FailedPart[] {
  const isBetween = tree.kind === 'between';
  if (term.kind === 'and' && !isBetween) {
    const { terms } = tree as Extract<Expression, { kind: 'and' }>;
    return term.terms.flatMap((each, at) => failedParts(terms[at]!, each, record, nowMs));
  }
  const result = compileValue(term)(record, nowMs) as boolean | undefined;
  if (result === true) return [];
  const values = [...new Set(propertiesOf(term))].map((property) => ({
    name: property.name,
    value: property.read(record),
  }));
  return [{ part: printExpression(tree), result, values }];
}
