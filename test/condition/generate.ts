/**
 * Random conditions and orders, each in our language and in that of SQLite, and random records.
 * Both texts have the same parentheses, so that what holds together without them is judged too.
 */
import type { Random } from '../../lib/clock.js';
import { nowMs, testProperties, type TestRecord } from './records.js';
import type { Value, ValueType } from '../../lib/condition/index.js';

/** The same expression twice, and how strongly its parts hold together. */
interface Piece {
  readonly ours: string;
  readonly sql: string;
  readonly strength: number;
}

const strength = { or: 1, and: 2, not: 3, predicate: 4, sum: 5, product: 6, unary: 7, value: 8 };
const letters = ['a', 'b', 'A', 'é', '😀', '\uFFFD', '%', '_', "'", ' '];
const numbers = [0, 1, 2, 3, 7, 60, 0.5, 2.25, 1_000_000];
const comparisons = ['=', '<>', '<', '<=', '>', '>='];

/** Properties with different sorts of values; the same few, so that they meet. */
const used = new Set([
  'TenantId',
  'Priority',
  'Amount',
  'MediaType',
  'AssignedTo',
  'Lang',
  'Some key',
  'ReceivedAt',
  'MovedToQueueAt',
  'PlacedInQueueAt',
  'DueAt',
  'IsOnline',
  'IsHeld',
]);
export const usedProperties = testProperties.filter(({ name }) => used.has(name));

/** A column of SQLite. */
export const columnOf = (name: string): string => `"${name}"`;

/** A value in SQL; numbers have a point, as SQLite divides whole numbers without rest. */
export function sqlValue(value: Value | undefined): string {
  if (value === undefined) return 'NULL';
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`;
  if (typeof value === 'boolean') return value ? '1' : '0';
  return /[.e]/.test(`${value}`) ? `${value}` : `${value}.0`;
}

/** Makes conditions, orders and records; the same seed makes the same. */
export class Generator {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  record(): TestRecord {
    const values = usedProperties.map(({ name, type }): [string, Value | undefined] => [
      name,
      this.#chance(0.2) ? undefined : this.#valueOf(type),
    ]);
    return Object.fromEntries(values);
  }

  condition(): Piece {
    return this.#boolean(4);
  }

  /** Terms of an order, joined by commas. */
  order(): Piece {
    const terms = Array.from({ length: 1 + this.#below(3) }, () => {
      const property = this.#pick(usedProperties);
      const own = this.#property(property.type);
      const term = this.#chance(0.5) ? own : this.#around(own, property.type);
      const direction = this.#pick(['', ' ASC', ' DESC', ' desc']);
      return { ours: term.ours + direction, sql: term.sql + direction };
    });
    const join = (key: 'ours' | 'sql'): string => terms.map((term) => term[key]).join(', ');
    return { ours: join('ours'), sql: join('sql'), strength: 0 };
  }

  /** A term that has a property in it for certain. */
  #around(own: Piece, type: ValueType): Piece {
    if (type === 'number') return this.#infix('*', own, this.#number(1), strength.product);
    if (type === 'time') return this.#shifted(own, this.#number(1));
    return own;
  }

  #below(end: number): number {
    return Math.floor(this.#random.fraction() * end);
  }

  #chance(share: number): boolean {
    return this.#random.fraction() < share;
  }

  #pick<Item>(items: readonly Item[]): Item {
    return items[this.#below(items.length)]!;
  }

  #valueOf(type: ValueType): Value {
    if (type === 'text') return this.#word();
    if (type === 'boolean') return this.#chance(0.5);
    if (type === 'time') return nowMs + (this.#below(21) - 10) * 30_000;
    return this.#pick(numbers) * (this.#chance(0.2) ? -1 : 1);
  }

  #word(): string {
    const length = this.#below(5);
    return Array.from({ length }, () => this.#pick(letters)).join('');
  }

  /** Letters large or small, and sometimes more blanks than needed. */
  #keyword(word: string): string {
    const written = this.#chance(0.5) ? word : word.toLowerCase();
    return this.#chance(0.1) ? `\n ${written}\t` : ` ${written} `;
  }

  #value(ours: string, sql: string): Piece {
    return { ours, sql, strength: strength.value };
  }

  #within(piece: Piece, least: number): Piece {
    if (piece.strength >= least && !this.#chance(0.1)) return piece;
    return this.#value(`(${piece.ours})`, `(${piece.sql})`);
  }

  #property(type: ValueType): Piece {
    const { name, columns = [] } = this.#pick(usedProperties.filter((each) => each.type === type));
    const written = this.#pick([name, ...columns]);
    const cased = this.#chance(0.2) ? written.toUpperCase() : written;
    const isBare = /^\w+$/.test(cased);
    const ours = this.#chance(0.2) || !isBare ? this.#pick([`[${cased}]`, `"${cased}"`]) : cased;
    return this.#value(ours, columnOf(name));
  }

  #literal(type: 'number' | 'text' | 'boolean' | 'time'): Piece {
    if (type === 'boolean') {
      const value = this.#chance(0.5);
      return this.#value(this.#pick(value ? ['1', 'TRUE'] : ['0', 'false']), sqlValue(value));
    }
    if (type === 'time') {
      const time = nowMs + (this.#below(21) - 10) * 30_000;
      const iso = new Date(time).toISOString();
      const text = this.#pick([iso, `${iso.slice(0, 19)}Z`, iso.slice(0, 19).replace('T', ' ')]);
      return this.#value(`_timestamp('${text}')`, sqlValue(time));
    }
    const value = type === 'text' ? this.#word() : this.#pick(numbers);
    const ours = typeof value === 'string' ? sqlValue(value) : `${value}`;
    return this.#value(ours, sqlValue(value));
  }

  #of(type: ValueType, depth: number): Piece {
    if (type === 'number') return this.#number(depth);
    if (type === 'time') return this.#time(depth);
    if (type === 'boolean') return this.#property('boolean');
    return this.#chance(0.5) ? this.#property('text') : this.#literal('text');
  }

  #number(depth: number): Piece {
    const kind = depth <= 0 ? this.#below(2) : this.#below(7);
    switch (kind) {
      case 0:
        return this.#literal('number');
      case 1:
        return this.#property('number');
      case 2:
        return this.#age();
      case 3: {
        const [left, right] = [this.#time(depth - 1), this.#time(depth - 1)];
        const { ours, sql } = this.#infix('-', left, right, strength.sum);
        return { ours, sql: `((${sql}) / 1000.0)`, strength: strength.sum };
      }
      case 4: {
        const value = this.#within(this.#number(depth - 1), strength.value);
        return { ours: `-${value.ours}`, sql: `-${value.sql}`, strength: strength.unary };
      }
      default: {
        const operator = this.#pick(['+', '-', '*', '/']);
        const own = operator === '*' || operator === '/' ? strength.product : strength.sum;
        return this.#infix(operator, this.#number(depth - 1), this.#number(depth - 1), own);
      }
    }
  }

  #age(): Piece {
    const [name, column] = this.#pick([
      ['_age', 'ReceivedAt'],
      ['_AGE_IN_QUEUE', 'MovedToQueueAt'],
      ['_time_in_queue', 'PlacedInQueueAt'],
    ] as const);
    const sql = `((${sqlValue(nowMs)} - ${columnOf(column)}) / 1000.0)`;
    return this.#value(name + this.#pick(['()', '( )', '[]']), sql);
  }

  #time(depth: number): Piece {
    const kind = depth <= 0 ? this.#below(3) : this.#below(4);
    if (kind === 0) return this.#value('_current_time()', sqlValue(nowMs));
    if (kind === 1) return this.#literal('time');
    if (kind === 2) return this.#property('time');
    return this.#shifted(this.#time(depth - 1), this.#number(depth - 1));
  }

  /** A time and seconds. */
  #shifted(time: Piece, seconds: Piece): Piece {
    const operator = this.#pick(['+', '-']);
    const [left, right] = [
      this.#within(time, strength.sum),
      this.#within(seconds, strength.product),
    ];
    return {
      ours: `${left.ours} ${operator} ${right.ours}`,
      sql: `${left.sql} ${operator} (${right.sql}) * 1000.0`,
      strength: strength.sum,
    };
  }

  #infix(operator: string, left: Piece, right: Piece, own: number): Piece {
    const one = this.#within(left, own);
    const other = this.#within(right, own + 1);
    const join = (key: 'ours' | 'sql'): string => `${one[key]} ${operator} ${other[key]}`;
    return { ours: join('ours'), sql: join('sql'), strength: own };
  }

  #boolean(depth: number): Piece {
    const kind = depth <= 0 ? this.#below(5) : this.#below(10);
    if (kind < 5) return this.#predicate(depth);
    if (kind === 9) {
      const { ours, sql } = this.#within(this.#boolean(depth - 1), strength.not);
      return { ours: `NOT ${ours}`, sql: `NOT ${sql}`, strength: strength.not };
    }
    const word = kind < 7 ? 'AND' : 'OR';
    const own = word === 'AND' ? strength.and : strength.or;
    const terms = Array.from({ length: 2 + this.#below(3) }, () =>
      this.#within(this.#boolean(depth - 1), own + 1),
    );
    return {
      ours: terms.map(({ ours }) => ours).join(this.#keyword(word)),
      sql: terms.map(({ sql }) => sql).join(` ${word} `),
      strength: own,
    };
  }

  #predicate(depth: number): Piece {
    const types: readonly ValueType[] = ['number', 'text', 'time', 'boolean'];
    const type = this.#pick(types);
    const value = this.#within(this.#of(type, depth - 1), strength.sum);
    const not = this.#chance(0.3) ? 'NOT ' : '';
    switch (this.#below(7)) {
      case 0:
        return this.#suffix(value, `IS ${not}NULL`);
      case 1:
        return this.#in(value, type, not, depth);
      case 2:
        return type === 'boolean' || type === 'text'
          ? this.#empty(type)
          : this.#between(value, type, not, depth);
      case 3:
        return type === 'text' ? this.#like(value, not) : this.#property('boolean');
      default: {
        const other = type === 'boolean' ? this.#literal('boolean') : this.#of(type, depth - 1);
        const operators = type === 'boolean' ? ['=', '<>', '!='] : [...comparisons, '!='];
        const [one, two] = this.#chance(0.8) ? [value, other] : [other, value];
        return this.#comparison(this.#pick(operators), one, two);
      }
    }
  }

  #comparison(operator: string, left: Piece, right: Piece): Piece {
    const [one, other] = [this.#within(left, strength.sum), this.#within(right, strength.sum)];
    const join = (key: 'ours' | 'sql'): string => `${one[key]} ${operator} ${other[key]}`;
    return { ours: join('ours'), sql: join('sql'), strength: strength.predicate };
  }

  #suffix(value: Piece, text: string): Piece {
    return {
      ours: `${value.ours} ${text}`,
      sql: `${value.sql} ${text}`,
      strength: strength.predicate,
    };
  }

  #empty(type: 'text' | 'boolean'): Piece {
    const { ours, sql } = this.#property(type);
    const also = type === 'text' ? ` OR ${sql} = ''` : '';
    return this.#value(`_empty(${ours})`, `(${sql} IS NULL${also})`);
  }

  #in(value: Piece, type: ValueType, not: string, depth: number): Piece {
    const items = Array.from({ length: 1 + this.#below(4) }, () =>
      this.#within(
        this.#chance(0.7) ? this.#literal(type) : this.#of(type, depth - 2),
        strength.sum,
      ),
    );
    const list = (key: 'ours' | 'sql'): string => items.map((item) => item[key]).join(', ');
    return {
      ours: `${value.ours}${this.#keyword(`${not}IN`)}(${list('ours')})`,
      sql: `${value.sql} ${not}IN (${list('sql')})`,
      strength: strength.predicate,
    };
  }

  #between(value: Piece, type: ValueType, not: string, depth: number): Piece {
    const low = this.#within(this.#of(type, depth - 2), strength.sum);
    const high = this.#within(this.#of(type, depth - 2), strength.sum);
    const join = (key: 'ours' | 'sql'): string =>
      `${value[key]} ${not}BETWEEN ${low[key]} AND ${high[key]}`;
    return { ours: join('ours'), sql: join('sql'), strength: strength.predicate };
  }

  #like(value: Piece, not: string): Piece {
    const isEscaped = this.#chance(0.4);
    const pieces = [
      '%',
      '_',
      '%',
      'a',
      'b',
      'A',
      '😀',
      'é',
      ...(isEscaped ? ['!%', '!_', '!!'] : []),
    ];
    const pattern = Array.from({ length: this.#below(6) }, () => this.#pick(pieces)).join('');
    const text = `${not}LIKE ${sqlValue(pattern)}${isEscaped ? " ESCAPE '!'" : ''}`;
    return this.#suffix(value, text);
  }
}
