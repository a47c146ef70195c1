/**
 * Whether the condition of a medium makes sense: the more of the medium is in hand, the less may be
 * offered of it. Comparisons are of sums and multiples of counts, so that it can be told for each.
 */
import { shown, type Source } from './fault.js';
import { printExpression } from './print.js';
import type { ComparisonOperator, Expression } from './tree.js';

/** How much each medium (by its number) adds to an expression, and what stands still in it. */
interface Sum {
  readonly factors: ReadonlyMap<number, number>;
  readonly still: number;
}

type Comparison = Extract<Expression, { kind: 'compare' }>;

const opposite: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  '=': '<>',
  '<>': '=',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
};

/** Looks at the condition of one medium. Its names and types are known to be right. */
export class CapacityCheck {
  readonly #source: Source;
  readonly #numberOf: (name: string) => number;
  readonly #own: number;
  readonly #ownName: string;

  /** @param numberOf the number of a medium that the text names */
  constructor(source: Source, numberOf: (name: string) => number, own: number, ownName: string) {
    this.#source = source;
    this.#numberOf = numberOf;
    this.#own = own;
    this.#ownName = ownName;
  }

  /** @throws {ConditionFault} InvalidCapacityRule */
  look(node: Expression, isNegated = false): void {
    switch (node.kind) {
      case 'and':
      case 'or':
        for (const term of node.terms) this.look(term, isNegated);
        return;
      case 'not':
        return this.look(node.value, !isNegated);
      case 'compare':
        return this.#comparison(node, isNegated);
      case 'between': {
        const isOutside = isNegated !== node.isNegated;
        const { at, value: left } = node;
        const low: Comparison = { kind: 'compare', at, operator: '>=', left, right: node.low };
        const high: Comparison = { kind: 'compare', at, operator: '<=', left, right: node.high };
        this.#comparison(low, isOutside);
        return this.#comparison(high, isOutside);
      }
      case 'literal':
        return;
      case 'in':
        return this.#in(node);
      default: {
        const what = `${shown(printExpression(node))} is not a comparison of counts`;
        return this.#refuse(node.at, what, 'compare media with numbers, as email < 2');
      }
    }
  }

  #in(node: Extract<Expression, { kind: 'in' }>): void {
    const sums = [node.value, ...node.items].map((each) => this.#sum(each));
    if (sums.every(({ factors }) => (factors.get(this.#own) ?? 0) === 0)) return;
    const what = `a list cannot bound the number of ${this.#ownName}`;
    this.#refuse(node.at, what, `write ${this.#ownName} < and a number`);
  }

  #comparison(node: Comparison, isNegated: boolean): void {
    const operator = isNegated ? opposite[node.operator] : node.operator;
    const { factors, still } = difference(this.#sum(node.left), this.#sum(node.right));
    const own = factors.get(this.#own) ?? 0;
    if (own === 0) return;
    const isSmaller = operator === '<' || operator === '<=';
    const isGreater = operator === '>' || operator === '>=';
    if ((isSmaller && own > 0) || (isGreater && own < 0)) return;
    // No count is below zero: so of media that all add, the least sum is what stands still.
    const least = still * Math.sign(own);
    if ([...factors.values()].every((each) => each * own >= 0)) {
      if (operator === '=' && still === 0) return;
      const isOpen = operator === '<' || operator === '>';
      if (operator !== '=' && operator !== '<>' && (isOpen ? least > 0 : least >= 0)) return;
    }
    const not = isNegated ? 'NOT ' : '';
    const part = `${not}${shown(printExpression(node))}`;
    const what = `by ${part} more ${this.#ownName} in hand would make room for more of it`;
    this.#refuse(node.at, what, `say how many there may be at most, as ${this.#ownName} < 2`);
  }

  #sum(node: Expression): Sum {
    switch (node.kind) {
      case 'name':
        return { factors: new Map([[this.#numberOf(node.name), 1]]), still: 0 };
      case 'literal':
        if (typeof node.value === 'number') return { factors: new Map(), still: node.value };
        break;
      case 'negate':
        return difference({ factors: new Map(), still: 0 }, this.#sum(node.value));
      case 'arithmetic': {
        const [left, right] = [this.#sum(node.left), this.#sum(node.right)];
        if (node.operator === '-') return difference(left, right);
        if (node.operator === '+') return difference(left, times(right, -1));
        if (right.factors.size === 0 && (node.operator === '*' || right.still !== 0)) {
          return times(left, node.operator === '*' ? right.still : 1 / right.still);
        }
        if (node.operator === '*' && left.factors.size === 0) return times(right, left.still);
      }
    }
    const what = `${shown(printExpression(node))} is not a sum of counts`;
    return this.#refuse(node.at, what, 'add media and take multiples of them only');
  }

  #refuse(at: number, what: string, remedy: string): never {
    return this.#source.refuse('InvalidCapacityRule', at, what, remedy);
  }
}

const times = ({ factors, still }: Sum, by: number): Sum => ({
  factors: new Map([...factors].map(([medium, factor]) => [medium, factor * by])),
  still: still * by,
});

function difference(left: Sum, right: Sum): Sum {
  const factors = new Map(left.factors);
  for (const [medium, factor] of right.factors) {
    factors.set(medium, (factors.get(medium) ?? 0) - factor);
  }
  return { factors, still: left.still - right.still };
}
