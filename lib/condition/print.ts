/** A syntax tree as text: read again, it gives the same tree. */
import { writeName } from './words.js';
import type { ArithmeticOperator, Expression } from './tree.js';

/** How strongly the parts of an expression hold together; what is weaker needs parentheses. */
const strength = { or: 1, and: 2, not: 3, predicate: 4, sum: 5, product: 6, unary: 7, value: 8 };

/** The text of a tree, with as few parentheses as it needs, keywords in capitals. */
export const printExpression = (tree: Expression): string => print(tree, 0);

function print(node: Expression, least: number): string {
  const [text, own] = printed(node);
  return own < least ? `(${text})` : text;
}

function printed(node: Expression): [text: string, strength: number] {
  switch (node.kind) {
    case 'literal':
      return [printLiteral(node.value), strength.value];
    case 'name':
      return [writeName(node.name), strength.value];
    case 'parameter':
      return [`:${writeName(node.name)}`, strength.value];
    case 'call':
      return [`${node.name}(${commas(node.arguments, 0)})`, strength.value];
    case 'negate': {
      const value = print(node.value, strength.unary);
      // Two minus signs would begin a comment in SQL.
      return [value.startsWith('-') ? `- ${value}` : `-${value}`, strength.unary];
    }
    case 'arithmetic':
      return arithmetic(node.operator, node.left, node.right);
    case 'not':
      return [`NOT ${print(node.value, strength.not)}`, strength.not];
    case 'and':
    case 'or': {
      const own = strength[node.kind];
      const terms = node.terms.map((term) => print(term, own + 1));
      return [terms.join(` ${node.kind.toUpperCase()} `), own];
    }
    default:
      return [predicate(node), strength.predicate];
  }
}

type Predicate = Extract<Expression, { kind: 'compare' | 'between' | 'in' | 'like' | 'isNull' }>;

function predicate(node: Predicate): string {
  const value = (each: Expression): string => print(each, strength.sum);
  if (node.kind === 'compare') return `${value(node.left)} ${node.operator} ${value(node.right)}`;
  const not = node.isNegated ? 'NOT ' : '';
  const left = value(node.value);
  switch (node.kind) {
    case 'between':
      return `${left} ${not}BETWEEN ${value(node.low)} AND ${value(node.high)}`;
    case 'in':
      return `${left} ${not}IN (${commas(node.items, strength.sum)})`;
    case 'like': {
      const escape = node.escape === undefined ? '' : ` ESCAPE ${value(node.escape)}`;
      return `${left} ${not}LIKE ${value(node.pattern)}${escape}`;
    }
    case 'isNull':
      return `${left} IS ${not}NULL`;
  }
}

const commas = (nodes: readonly Expression[], least: number): string =>
  nodes.map((node) => print(node, least)).join(', ');

function arithmetic(
  operator: ArithmeticOperator,
  left: Expression,
  right: Expression,
): [text: string, strength: number] {
  const own = operator === '+' || operator === '-' ? strength.sum : strength.product;
  return [`${print(left, own)} ${operator} ${print(right, own + 1)}`, own];
}

/** Text in single quotes, numbers as they are read, TRUE and FALSE. */
export function printLiteral(value: string | number | boolean): string {
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`;
  return typeof value === 'boolean' ? `${value}`.toUpperCase() : `${value}`;
}
