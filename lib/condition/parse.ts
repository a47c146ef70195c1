/**
 * From words to the syntax tree, by recursive descent. From weak to strong: OR, AND, NOT,
 * comparisons (of two, not in chains), + and -, * and /, minus before a value.
 */
import { limits } from '../limits.js';
import { shown, type Source } from './fault.js';
import { readTokens, type Token } from './tokens.js';
import { foreignWords } from './words.js';
import {
  comparisonOperators,
  type ArithmeticOperator,
  type ComparisonOperator,
  type Expression,
} from './tree.js';

const comparisons: ReadonlySet<string> = new Set(comparisonOperators);

/** What an empty condition means: everything. */
const everything: Expression = { kind: 'literal', at: 0, value: true };

/**
 * The tree of a condition.
 * @throws {ConditionFault} InvalidCondition, ConditionTooLarge
 */
export function parseCondition(source: Source): Expression {
  const parser = new Parser(source);
  if (parser.isAtEnd) return everything;
  const tree = parser.expression();
  parser.expectEnd();
  return tree;
}

/** Reads expressions from a text, and the words between them for those who need more than one. */
export class Parser {
  readonly #source: Source;
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;
  #terms = 0;

  constructor(source: Source) {
    this.#source = source;
    this.#tokens = readTokens(source);
  }

  get isAtEnd(): boolean {
    return this.token.kind === 'end';
  }

  /** The word or sign that comes next. */
  get token(): Token {
    return this.#tokens[this.#next]!;
  }

  /** Takes the next word or sign. */
  take(): Token {
    const token = this.token;
    if (token.kind !== 'end') this.#next += 1;
    return token;
  }

  /** Whether the next one is this sign or keyword. */
  isNext(text: string): boolean {
    const { kind, text: next } = this.token;
    return (kind === 'sign' || kind === 'keyword') && next === text;
  }

  /** The same; then it is taken. */
  takes(text: string): boolean {
    const is = this.isNext(text);
    if (is) this.#next += 1;
    return is;
  }

  /** @throws {ConditionFault} if something follows */
  expectEnd(): void {
    if (!this.isAtEnd) this.refuse('the condition should end here', afterExpression(this.token));
  }

  /** Refuses what comes next. */
  refuse(expected: string, remedy: string): never {
    const { token } = this;
    if (token.kind === 'end') this.#source.invalid(token.at, 'the text ends too early', remedy);
    const foreign = foreignOf(token);
    if (foreign !== undefined) {
      this.#source.invalid(token.at, `${token.text} does not belong here`, foreign);
    }
    const written = shown(this.#source.text.slice(token.at, token.end));
    this.#source.invalid(token.at, `${written} does not belong here: ${expected}`, remedy);
  }

  /** An expression of any type. */
  expression(): Expression {
    return this.#junction('or', () => this.#junction('and', () => this.#not()));
  }

  #junction(kind: 'and' | 'or', term: () => Expression): Expression {
    const first = term();
    if (!this.takes(kind.toUpperCase())) return first;
    const terms = [first, term()];
    while (this.takes(kind.toUpperCase())) terms.push(term());
    return this.#made({ kind, at: first.at, terms });
  }

  #not(): Expression {
    const { at } = this.token;
    if (!this.takes('NOT')) return this.#predicate();
    return this.#made({ kind: 'not', at, value: this.#deeper(() => this.#not()) });
  }

  #predicate(): Expression {
    const value = this.#sum();
    const { token } = this;
    if (token.kind === 'sign' && comparisons.has(token.text)) return this.#comparison(value);
    if (this.takes('IS')) return this.#isNull(value, token.at);
    const isNegated = this.takes('NOT');
    if (this.takes('BETWEEN')) return this.#between(value, isNegated, token.at);
    if (this.takes('IN')) return this.#in(value, isNegated, token.at);
    if (this.takes('LIKE')) return this.#like(value, isNegated, token.at);
    if (isNegated) this.refuse('NOT is followed by IN, LIKE or BETWEEN', 'write one of them');
    return value;
  }

  #comparison(left: Expression): Expression {
    const { text, at } = this.take();
    const operator = text as ComparisonOperator;
    if (this.isNext('NULL')) this.#refuseNull();
    const right = this.#sum();
    const { token } = this;
    if (token.kind === 'sign' && comparisons.has(token.text)) {
      const what = 'comparisons do not follow each other';
      this.#source.invalid(token.at, what, 'compare two values at a time, joined with AND');
    }
    return this.#made({ kind: 'compare', at, operator, left, right });
  }

  #refuseNull(): never {
    const what = 'a comparison with NULL is never true';
    this.#source.invalid(this.token.at, what, 'write IS NULL or IS NOT NULL');
  }

  #isNull(value: Expression, at: number): Expression {
    const isNegated = this.takes('NOT');
    const remedy = 'write IS NULL or IS NOT NULL; = 1 for a property that is true';
    if (!this.takes('NULL')) this.refuse('IS is followed by NULL or NOT NULL', remedy);
    return this.#made({ kind: 'isNull', at, isNegated, value });
  }

  #between(value: Expression, isNegated: boolean, at: number): Expression {
    const low = this.#sum();
    if (!this.takes('AND')) {
      this.refuse('BETWEEN needs two values', 'write BETWEEN low AND high');
    }
    return this.#made({ kind: 'between', at, isNegated, value, low, high: this.#sum() });
  }

  #in(value: Expression, isNegated: boolean, at: number): Expression {
    const remedy = "write the values in parentheses: IN ('email', 'chat')";
    const open = this.token;
    if (!this.takes('(')) this.refuse('IN needs a list', remedy);
    if (this.isNext(')')) this.refuse('the list is empty', remedy);
    const items: Expression[] = [];
    do {
      if (items.length === limits.conditionListValues) {
        const what = `the list has more than ${limits.conditionListValues} values`;
        this.#tooLarge(open.at, what, 'make several lists, joined with OR');
      }
      if (this.isNext('NULL')) this.#refuseNull();
      const item = this.#deeper(() => this.#sum());
      // Only the list is limited, so that it may be longer than other conditions.
      if (item.kind === 'literal') this.#terms -= 1;
      items.push(item);
    } while (this.takes(','));
    if (!this.takes(')')) this.refuse('the list has no end', 'add ) behind the last value');
    return this.#made({ kind: 'in', at, isNegated, value, items });
  }

  #like(value: Expression, isNegated: boolean, at: number): Expression {
    const pattern = this.#sum();
    const escape = this.takes('ESCAPE') ? this.#sum() : undefined;
    return this.#made({ kind: 'like', at, isNegated, value, pattern, escape });
  }

  #sum(): Expression {
    return this.#chain(['+', '-'], () => this.#product());
  }

  #product(): Expression {
    return this.#chain(['*', '/'], () => this.#unary());
  }

  #chain(operators: readonly ArithmeticOperator[], operand: () => Expression): Expression {
    let left = operand();
    for (let links = 1; ; links++) {
      const { token } = this;
      const operator = operators.find((each) => each === token.text);
      if (token.kind !== 'sign' || operator === undefined) return left;
      if (links > limits.conditionDepth) this.#tooDeep(token.at);
      this.take();
      left = this.#made({ kind: 'arithmetic', at: token.at, operator, left, right: operand() });
    }
  }

  #unary(): Expression {
    const { at } = this.token;
    if (!this.takes('-')) return this.#primary();
    return this.#made({ kind: 'negate', at, value: this.#deeper(() => this.#unary()) });
  }

  #primary(): Expression {
    const { kind, text, at, quotes, value } = this.token;
    if (kind === 'text') return this.#literal(text);
    if (kind === 'number') return this.#literal(value);
    if (this.takes('(')) return this.#parenthesis();
    if (this.takes(':')) return this.#parameter(at);
    if (kind === 'keyword' && (text === 'TRUE' || text === 'FALSE')) {
      return this.#literal(text === 'TRUE');
    }
    if (kind !== 'name') return this.#refuseValue();
    const foreign = foreignOf(this.token);
    if (foreign !== undefined) this.#source.invalid(at, `${text} is not supported`, foreign);
    this.take();
    if (quotes === undefined) {
      if (this.takes('[]')) return this.#made({ kind: 'call', at, name: text, arguments: [] });
      if (this.takes('(')) return this.#call(text, at);
    }
    return this.#made({ kind: 'name', at, name: text, isQuoted: quotes === 'double' });
  }

  #parameter(at: number): Expression {
    const { token } = this;
    if (token.kind !== 'name') {
      this.refuse('the name of a parameter is missing', 'write it behind the colon, as :Language');
    }
    this.take();
    return this.#made({ kind: 'parameter', at, name: token.text });
  }

  #literal(value: string | number | boolean): Expression {
    const { at } = this.take();
    return this.#made({ kind: 'literal', at, value });
  }

  #parenthesis(): Expression {
    const inside = this.#deeper(() => this.expression());
    if (!this.takes(')')) {
      const remedy = this.isNext(',') ? 'write IN before a list' : 'add ) where it ends';
      this.refuse('a parenthesis has no end', remedy);
    }
    return inside;
  }

  #call(name: string, at: number): Expression {
    const given: Expression[] = [];
    while (!this.takes(')')) {
      if (given.length > 0 && !this.takes(',')) {
        this.refuse(`the arguments of ${shown(name)} have no end`, 'add ) behind the last one');
      }
      if (this.isNext('NULL')) this.#refuseNull();
      given.push(this.#deeper(() => this.expression()));
    }
    return this.#made({ kind: 'call', at, name, arguments: given });
  }

  #refuseValue(): never {
    if (this.isNext('NULL')) this.#refuseNull();
    if (this.isNext('+')) this.refuse('a value is missing', 'leave + before a value out');
    const remedy = "write a property, a number, text as 'email', or a function as _age()";
    this.refuse('a value is missing', remedy);
  }

  /** Counts what the tree holds. */
  #made(node: Expression): Expression {
    this.#terms += 1;
    if (this.#terms > limits.conditionTerms) {
      const what = `the text has more than ${limits.conditionTerms} names, values and operators`;
      this.#tooLarge(node.at, what, 'use IN for long lists, or make several views of it');
    }
    return node;
  }

  #deeper(work: () => Expression): Expression {
    if (this.#depth === limits.conditionDepth) this.#tooDeep(this.token.at);
    this.#depth += 1;
    const inside = work();
    this.#depth -= 1;
    return inside;
  }

  #tooDeep(at: number): never {
    const what = `more than ${limits.conditionDepth} levels are in each other`;
    this.#tooLarge(at, what, 'leave parentheses out that change nothing');
  }

  #tooLarge(at: number, what: string, remedy: string): never {
    this.#source.refuse('ConditionTooLarge', at, what, remedy);
  }
}

/** What to write instead of a word of SQL that is not supported. */
function foreignOf({ kind, text, quotes }: Token): string | undefined {
  const upper = text.toUpperCase();
  if (kind !== 'name' || quotes !== undefined || !Object.hasOwn(foreignWords, upper)) return;
  return `${foreignWords[upper]}; a property of this name is written [${text}]`;
}

/** What may have been meant by a word behind a complete expression. */
function afterExpression({ kind, text, quotes }: Token): string {
  if (kind === 'text' || kind === 'number' || kind === 'name') {
    if (quotes === 'double') return "text is in single quotes; a quote in it is written twice: ''";
    return 'write AND, OR or an operator before it';
  }
  if (text === ')') return 'leave ) out, or add ( where it begins';
  if (text === ';') return 'leave ; out: a condition is one expression';
  if (text === '[]') return 'brackets for parentheses follow the name of a function';
  if (text === 'ASC' || text === 'DESC') return 'this belongs to an order, not to a condition';
  return 'leave it out';
}
