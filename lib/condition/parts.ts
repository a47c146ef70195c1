/** A condition as what it joins by AND: so that some parts can be answered by an index. */
import { equalitiesOf, type Equality } from './equalities.js';
import { printExpression } from './print.js';
import { changesOf, type Timing } from './time-terms.js';
import type { Term } from './term.js';
import type { Expression } from './tree.js';
import type { Property } from './vocabulary.js';

/** One of the parts: the condition holds if all of them do. */
export interface ConditionPart<Entry> {
  /** As the condition has it, in the form of `toString`. */
  readonly text: string;
  /** It holds exactly if the property has one of the values; undefined: it says something else. */
  readonly equality: Equality<Entry> | undefined;
  readonly timing: Timing;
  /** It says the same of a value that a parameter gives. */
  readonly given: Property<Entry> | undefined;
  /** It differs with the values of parameters. */
  readonly hasParameters: boolean;
}

/** The parts of a condition, in the order of its text. */
export function partsOf<Entry>(tree: Expression, term: Term<Entry>): ConditionPart<Entry>[] {
  if (tree.kind === 'and' && term.kind === 'and') {
    return tree.terms.flatMap((each, at) => partsOf(each, term.terms[at]!));
  }
  const [equality] = term.kind === 'and' ? [] : equalitiesOf(term);
  const { timing } = changesOf(term);
  const given = propertyGiven(tree, term);
  const hasParameters = namesParameter(tree);
  return [{ text: printExpression(tree), equality, timing, given, hasParameters }];
}

/** The property of `Property = :Parameter`. */
function propertyGiven<Entry>(tree: Expression, term: Term<Entry>): Property<Entry> | undefined {
  if (tree.kind !== 'compare' || term.kind !== 'compare' || tree.operator !== '=') return undefined;
  for (const [side, other] of [
    ['left', 'right'],
    ['right', 'left'],
  ] as const) {
    const named = term[side];
    if (tree[other].kind === 'parameter' && named.kind === 'property') return named.property;
  }
  return undefined;
}

function namesParameter(tree: Expression): boolean {
  switch (tree.kind) {
    case 'parameter':
      return true;
    case 'literal':
    case 'name':
      return false;
    case 'call':
      return tree.arguments.some(namesParameter);
    case 'negate':
    case 'isNull':
    case 'not':
      return namesParameter(tree.value);
    case 'arithmetic':
    case 'compare':
      return [tree.left, tree.right].some(namesParameter);
    case 'between':
      return [tree.value, tree.low, tree.high].some(namesParameter);
    case 'in':
      return [tree.value, ...tree.items].some(namesParameter);
    case 'like':
      return [tree.value, tree.pattern].some(namesParameter);
    case 'and':
    case 'or':
      return tree.terms.some(namesParameter);
  }
}
