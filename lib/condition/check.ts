/**
 * From the syntax tree to terms with types: whether every name is known, and everything is compared
 * and computed with its like. Numbers that are certain are computed here.
 */
import { shown, type Source } from './fault.js';
import {
  ageFunctions,
  foreignFunctions,
  functionNames,
  millisecondsOf,
  otherFunctions,
  secondsBetween,
  type OtherFunction,
} from './functions.js';
import { readLikePattern } from './like.js';
import {
  computed,
  constantOf,
  folded,
  isNull,
  isUnknown,
  not,
  parameterTerm,
  truthOf,
} from './make-terms.js';
import { printExpression, printLiteral } from './print.js';
import type { Arithmetic, Call, Expression, In, Like, Name, Parameter } from './tree.js';
import type { BooleanTerm, Term } from './term.js';
import type { ParameterValues, ValueType, Vocabulary } from './vocabulary.js';
import { readTimestamp, suggestion } from '../text/index.js';
import { writeName } from './words.js';

/** What a value of each type is called in messages. */
const typeNames: Readonly<Record<ValueType, string>> = {
  number: 'a number',
  text: 'text',
  time: 'a time',
  boolean: 'true or false',
};

/** Looks at the expressions of one text, over records of one vocabulary. */
export class Checker<Entry> {
  readonly #source: Source;
  readonly #vocabulary: Vocabulary<Entry>;
  readonly #values: ParameterValues | undefined;

  /** @param values of parameters, one without is absent; undefined: there may not be any */
  constructor(source: Source, vocabulary: Vocabulary<Entry>, values?: ParameterValues) {
    this.#source = source;
    this.#vocabulary = vocabulary;
    this.#values = values;
  }

  /**
   * A condition.
   * @throws {ConditionFault} UnknownConditionName, ConditionTypeMismatch, InvalidCondition
   */
  condition(node: Expression): Term<Entry> {
    const term = this.value(node);
    if (term.type === 'boolean') return term;
    const what = `${describe(node)} is ${typeNames[term.type]}, not a condition`;
    const example = { number: '> 0', text: "= 'email'", time: '> _current_time()' }[term.type];
    return this.#mismatch(node, what, `compare it, as ${shown(printExpression(node))} ${example}`);
  }

  /** An expression of any type. */
  value(node: Expression): Term<Entry> {
    switch (node.kind) {
      case 'literal':
        return constantOf(node.value);
      case 'name':
        return this.#name(node);
      case 'parameter':
        return this.#parameter(node);
      case 'call':
        return this.#call(node);
      case 'negate':
        return this.#negate(node.value);
      case 'arithmetic':
        return this.#arithmetic(node);
      case 'compare':
        return this.#compare(node.operator, node.left, node.right);
      case 'between':
        return not(node.isNegated, {
          kind: 'and',
          type: 'boolean',
          terms: [
            this.#compare('>=', node.value, node.low),
            this.#compare('<=', node.value, node.high),
          ],
        });
      case 'in':
        return not(node.isNegated, this.#in(node));
      case 'like':
        return not(node.isNegated, this.#like(node));
      case 'isNull':
        return not(node.isNegated, isNull(this.value(node.value), false));
      case 'not':
        return not(true, this.condition(node.value));
      case 'and':
      case 'or': {
        const terms = node.terms.map((each) => this.condition(each));
        return { kind: node.kind, type: 'boolean', terms };
      }
    }
  }

  #name(node: Name): Term<Entry> {
    const found = this.#vocabulary.find(node.name);
    if (found !== undefined && 'read' in found) {
      return { kind: 'property', type: found.type, property: found };
    }
    const name = shown(node.name);
    if (found !== undefined) {
      const remedy = `write it exactly: ${found.names.map(writeName).join(' or ')}`;
      return this.#unknown(node, `${name} may be any of ${found.names.length}`, remedy);
    }
    return this.#unknown(node, `${name} is not a property`, this.#remedyOf(node));
  }

  #remedyOf({ name, isQuoted }: Name): string {
    const text = `text is in single quotes: ${shown(printLiteral(name))}`;
    const near = this.#vocabulary.nearest(name);
    if (near !== undefined) return `write ${writeName(near)}${isQuoted ? `, or: ${text}` : ''}`;
    const foreign = isQuoted ? undefined : ownValue(foreignFunctions, name.toLowerCase());
    if (foreign !== undefined) return foreign;
    if (isQuoted) return text;
    return `${text}; a key of attached data needs a custom property`;
  }

  #parameter(node: Parameter): Term<Entry> {
    if (this.#values === undefined) {
      const what = `the parameter ${describe(node)} does not belong here`;
      return this.#source.invalid(node.at, what, 'write the value itself');
    }
    const { parameters } = this.#vocabulary;
    const type = parameters.get(node.name);
    if (type !== undefined) {
      const term = parameterTerm<Entry>(type, this.#values, node.name);
      if (term !== undefined) return term;
      const what = `the parameter ${describe(node)} is ${typeNames[type]}, and not so its value`;
      return this.#mismatch(node, what, `give ${typeNames[type]}`);
    }
    const near = suggestion(node.name, parameters.keys());
    const all = [...parameters.keys()].map((name) => `:${writeName(name)}`).join(', ');
    const some = all === '' ? 'write the value itself' : `there are ${shown(all)}`;
    const remedy = near === undefined ? some : `write :${writeName(near)}`;
    return this.#unknown(node, `${describe(node)} is not a parameter`, remedy);
  }

  #call(node: Call): Term<Entry> {
    const wanted = node.name.toLowerCase();
    const age = ageFunctions.find(({ name }) => name === wanted);
    if (age !== undefined) return this.#age(node, age.since);
    const other = otherFunctions.find((name) => name === wanted);
    if (other !== undefined) return this.#other(node, other);
    const near = suggestion(node.name, functionNames);
    const remedy =
      ownValue(foreignFunctions, wanted) ??
      (near === undefined ? `there are ${functionNames.join('(), ')}()` : `write ${near}()`);
    return this.#unknown(node, `${shown(node.name)}() is not a function`, remedy);
  }

  #age(node: Call, since: string): Term<Entry> {
    this.#count(node, 0, `${node.name}()`);
    return secondsBetween<Entry>({ kind: 'now', type: 'time' }, this.#since(node, since));
  }

  #since(node: Call, since: string): Term<Entry> {
    const property = this.#vocabulary.find(since);
    if (property !== undefined && 'read' in property && property.type === 'time') {
      return { kind: 'property', type: 'time', property };
    }
    const what = `${node.name}() is told from ${since}, which is not known here`;
    return this.#unknown(node, what, 'leave it out');
  }

  #other(node: Call, name: OtherFunction): Term<Entry> {
    const [first] = node.arguments;
    switch (name) {
      case '_current_time':
        this.#count(node, 0, '_current_time()');
        return { kind: 'now', type: 'time' };
      case '_timestamp': {
        const example = "_timestamp('2026-01-31 12:00:00'), in UTC";
        this.#count(node, 1, example);
        const isText = first!.kind === 'literal' && typeof first!.value === 'string';
        const value = isText ? readTimestamp(`${first!.value as string}`) : undefined;
        if (value !== undefined) return { kind: 'constant', type: 'time', value };
        const what = `${describe(first!)} is not a time`;
        return this.#source.invalid(placeOf(first!), what, `write it as ${example}`);
      }
      case '_empty':
        this.#count(node, 1, '_empty(AssignedTo)');
        return isNull(this.value(first!), true);
    }
  }

  #count(node: Call, wanted: 0 | 1, example: string): void {
    const given = node.arguments.length;
    if (given === wanted) return;
    const what = `${node.name}() has ${given} arguments and takes ${wanted}`;
    this.#source.invalid(node.at, what, `write ${example}`);
  }

  #negate(node: Expression): Term<Entry> {
    const value = this.value(node);
    if (value.type === 'number') return computed('-', 'number', constantOf(0), value);
    const what = `${describe(node)} is ${typeNames[value.type]} and has no negative`;
    return this.#mismatch(node, what, value.type === 'boolean' ? 'write NOT' : 'leave - out');
  }

  #arithmetic(node: Arithmetic): Term<Entry> {
    const { operator } = node;
    const [left, right] = [this.value(node.left), this.value(node.right)];
    const types = `${left.type} ${operator} ${right.type}`;
    switch (types) {
      case 'time - time':
        return secondsBetween(left, right);
      case 'time + number':
      case 'time - number':
        return computed(operator, 'time', left, folded(millisecondsOf(right)));
      case 'number + time':
        return computed(operator, 'time', folded(millisecondsOf(left)), right);
    }
    if (left.type === 'number' && right.type === 'number') {
      return computed(operator, 'number', left, right);
    }
    const isSum = operator === '+' || operator === '-';
    const isRight = left.type === 'number' || (left.type === 'time' && isSum);
    const [wrong, type] = isRight ? [node.right, right.type] : [node.left, left.type];
    const what = `${describe(wrong)} is ${typeNames[type]}, which ${operator} does not take here`;
    const remedy =
      left.type === 'time' || right.type === 'time'
        ? 'add seconds to a time, subtract them from it, or subtract two times'
        : 'compute with numbers only';
    return this.#mismatch(wrong, what, remedy);
  }

  #compare(
    operator: Extract<BooleanTerm<Entry>, { kind: 'compare' }>['operator'],
    leftNode: Expression,
    rightNode: Expression,
  ): Term<Entry> {
    let left = this.value(leftNode);
    let right = this.value(rightNode);
    // In the original truth is a number: IsOnline = 1.
    if (left.type === 'boolean') right = truthOf(right);
    if (right.type === 'boolean') left = truthOf(left);
    if (left.type !== right.type) this.#refusePair(leftNode, left, rightNode, right);
    if (left.type === 'boolean' && operator !== '=' && operator !== '<>') {
      const what = `${describe(leftNode)} is true or false, neither greater nor less`;
      return this.#mismatch(leftNode, what, 'write = 1 or = 0');
    }
    return { kind: 'compare', type: 'boolean', operator, left, right };
  }

  #in(node: In): BooleanTerm<Entry> {
    const value = this.value(node.value);
    const items = node.items.map((item) => {
      const given = this.value(item);
      const term = value.type === 'boolean' ? truthOf(given) : given;
      if (term.type !== value.type) this.#refusePair(node.value, value, item, term);
      return term;
    });
    return { kind: 'in', type: 'boolean', value, items };
  }

  #like(node: Like): BooleanTerm<Entry> {
    const value = this.value(node.value);
    if (value.type !== 'text') {
      const what = `${describe(node.value)} is ${typeNames[value.type]}, and LIKE is for text`;
      this.#mismatch(node.value, what, 'compare it with =, < or >');
    }
    const { pattern: written, escape } = node;
    const pattern = written.kind === 'parameter' ? this.#patternOf(written) : written;
    if (pattern === undefined) return isUnknown(value);
    if (pattern.kind !== 'literal' || typeof pattern.value !== 'string') {
      const what = `${describe(pattern)} is not a pattern`;
      return this.#source.invalid(placeOf(pattern), what, "write it as text: LIKE '00380%'");
    }
    if (escape !== undefined && (escape.kind !== 'literal' || typeof escape.value !== 'string')) {
      const what = `${describe(escape)} is not one character`;
      return this.#source.invalid(placeOf(escape), what, "write it as text: ESCAPE '\\'");
    }
    const read = readLikePattern(pattern.value, escape?.value as string | undefined);
    if (!('what' in read)) return { kind: 'like', type: 'boolean', value, pattern: read };
    const at = placeOf(read.isEscape ? escape! : pattern);
    return this.#source.refuse(read.error, at, read.what, read.remedy);
  }

  /** A pattern that is given by a parameter; undefined: it is not given. */
  #patternOf(node: Parameter): Expression | undefined {
    const term = this.#parameter(node);
    if (term.kind !== 'constant') return term.type === 'text' ? undefined : node;
    return { kind: 'literal', at: node.at, value: term.value };
  }

  #refusePair(
    leftNode: Expression,
    left: Term<Entry>,
    rightNode: Expression,
    right: Term<Entry>,
  ): never {
    const what =
      `${describe(leftNode)} is ${typeNames[left.type]} and ` +
      `${describe(rightNode)} is ${typeNames[right.type]}`;
    // The value that is written is more likely the wrong one than the property.
    const isLeft = leftNode.kind === 'literal' && rightNode.kind !== 'literal';
    const [wrong, other] = isLeft ? [leftNode, right.type] : [rightNode, left.type];
    return this.#mismatch(wrong, what, remedyOfLiteral(wrong, other));
  }

  #mismatch(node: Expression, what: string, remedy: string): never {
    return this.#source.refuse('ConditionTypeMismatch', placeOf(node), what, remedy);
  }

  #unknown(node: Expression, what: string, remedy: string): never {
    return this.#source.refuse('UnknownConditionName', node.at, what, remedy);
  }
}

/** How to write what was written as a value of the type that is wanted. */
function remedyOfLiteral(node: Expression, wanted: ValueType): string {
  const value = node.kind === 'literal' ? node.value : undefined;
  if (wanted === 'text' && value !== undefined) return `write '${shown(`${value}`)}'`;
  if (wanted === 'time' && typeof value === 'string') {
    const isTime = readTimestamp(value) !== undefined;
    return `write _timestamp('${isTime ? value : '2026-01-31 12:00:00'}'), in UTC`;
  }
  if (wanted === 'time') return 'compare a time with a time; seconds are those of _age()';
  if (wanted === 'boolean') return 'write 1, 0, TRUE or FALSE';
  if (wanted === 'number' && typeof value === 'string' && /^\d+$/.test(value)) {
    return `leave the quotes out: ${shown(value)}`;
  }
  return `compare ${typeNames[wanted]} with ${typeNames[wanted]}`;
}

const ownValue = (table: Readonly<Record<string, string>>, key: string): string | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

/** An expression in a message. */
const describe = (node: Expression): string => shown(printExpression(node));

/** Where an expression begins, as a reader sees it; of what has an operator: the operator. */
const placeOf = (node: Expression): number => node.at;
