/** Orders: which of the records comes first. */
import { Checker } from './check.js';
import { compareText } from './compare-text.js';
import { compileValue, type Evaluate } from './compile.js';
import { propertiesOf } from './condition.js';
import { attempt, shown, Source, type ConditionFault } from './fault.js';
import { Parser } from './parse.js';
import { printExpression } from './print.js';
import { changesOf, slopeOf } from './time-terms.js';
import type { Term } from './term.js';
import type { Expression } from './tree.js';
import type { Property, Value, ValueType, Vocabulary } from './vocabulary.js';
import { limits } from '../limits.js';

/** What time has to do with an order. */
export type OrderTiming =
  /** Nothing, or all records grow alike: it stays as it is. */
  | 'still'
  /** Records overtake each other by time alone. */
  | 'moving';

/** One term of an order. */
export interface OrderKey<Entry> {
  readonly tree: Expression;
  readonly type: ValueType;
  readonly isDescending: boolean;
  readonly timing: OrderTiming;
  /** Its value; undefined: absent. If it is still, at any one time for all records. */
  readonly read: Evaluate<Entry>;
  readonly properties: readonly Property<Entry>[];
}

/** An order that was read. */
export class Order<Entry> {
  readonly keys: readonly OrderKey<Entry>[];
  readonly timing: OrderTiming;

  constructor(keys: readonly OrderKey<Entry>[]) {
    this.keys = keys;
    this.timing = keys.some(({ timing }) => timing === 'moving') ? 'moving' : 'still';
  }

  /**
   * Less than 0: `left` comes first; greater: `right`. 0: by this order they are equal, and who
   * asks needs a last term of his own. Absent values come first, and last where the order is
   * descending.
   */
  compare(left: Entry, right: Entry, nowMs: number): number {
    for (let index = 0; index < this.keys.length; index++) {
      const { read, isDescending } = this.keys[index]!;
      const order = compareOptional(read(left, nowMs), read(right, nowMs));
      if (order !== 0) return isDescending ? -order : order;
    }
    return 0;
  }

  /** Its terms, each in one form. */
  terms(): string[] {
    return this.keys.map(
      ({ tree, isDescending }) => `${printExpression(tree)}${isDescending ? ' DESC' : ''}`,
    );
  }

  /** The order in one form, read again it is the same. */
  toString(): string {
    return this.terms().join(', ');
  }
}

/**
 * An order over records of a vocabulary: `Priority DESC, ReceivedAt`. An empty text has no terms:
 * all are equal. Errors: those of conditions.
 */
export function readOrder<Entry>(
  text: string,
  vocabulary: Vocabulary<Entry>,
): Order<Entry> | ConditionFault {
  return attempt(() => {
    const source = new Source(text);
    const parser = new Parser(source);
    const checker = new Checker(source, vocabulary);
    const keys: OrderKey<Entry>[] = [];
    while (!parser.isAtEnd) {
      if (keys.length > 0 && !parser.takes(',')) {
        parser.refuse('a comma, ASC or DESC is missing', remedyBehind(parser));
      }
      if (keys.length === limits.orderKeys) {
        const what = `the order has more than ${limits.orderKeys} terms`;
        const remedy = 'leave the last ones out';
        source.refuse('ConditionTooLarge', parser.token.at, what, remedy);
      }
      keys.push(readKey(source, parser, checker));
    }
    return new Order(keys);
  });
}

function remedyBehind({ token }: Parser): string {
  if (token.text.toUpperCase() !== 'NULLS') return 'separate terms by commas, as Priority DESC, Id';
  return 'leave it out: absent values come first, and last with DESC';
}

function readKey<Entry>(source: Source, parser: Parser, checker: Checker<Entry>): OrderKey<Entry> {
  const { at } = parser.token;
  const tree = parser.expression();
  const term = checker.value(tree);
  const properties = [...new Set(propertiesOf(term))];
  if (properties.length === 0) {
    const what = `${shown(printExpression(tree))} is the same for all, so it orders nothing`;
    source.invalid(at, what, 'name a property, or leave it out');
  }
  const isDescending = parser.takes('DESC');
  if (!isDescending) parser.takes('ASC');
  const timing = isStill(term) ? 'still' : 'moving';
  return { tree, type: term.type, isDescending, timing, read: compileValue(term), properties };
}

/** Whether no record overtakes another: all stand still, or grow at one speed. */
function isStill<Entry>(term: Term<Entry>): boolean {
  if (term.type === 'boolean') return changesOf(term).timing === 'none';
  const slope = slopeOf(term);
  return slope.kind === 'fixed' || (slope.kind === 'linear' && slope.constant !== undefined);
}

function compareOptional(left: Value | undefined, right: Value | undefined): number {
  if (left === right) return 0;
  if (left === undefined) return -1;
  if (right === undefined) return 1;
  if (typeof left === 'string') return compareText(left, right as string);
  return left < right ? -1 : left > right ? 1 : 0;
}
