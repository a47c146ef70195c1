/** An index as it is worked with: which interactions are in it, and by which keys. */
import {
  ConditionFault,
  readCondition,
  readOrder,
  type Condition,
  type Property,
  type Value,
  type ValueType,
  type Vocabulary,
} from '../condition/index.js';
import { limits } from '../limits.js';
import type { Subject } from '../search/index.js';
import { u32Key } from '../store/keys.js';
import { endOfValue, ValueKey } from './index-key.js';
import { writePlace, type Ordered } from './place.js';
import type { IndexShape } from './plan.js';
import { orderOfQueues } from './view.js';

const ownOrderBytes = 12;
const placeSeqBytes = 8;
/** What grows with time is in the order of keys at any one moment: at this one. */
const anyMomentMs = 0;

const key = new ValueKey(limits.indexValues);

export class ViewIndex {
  readonly shape: IndexShape;
  /** By which its keys begin. */
  readonly prefix: string;
  /** Undefined: all that can be pulled is in it. */
  readonly #condition: Condition<Subject> | undefined;
  readonly #columns: readonly Property<Subject>[];
  readonly #ordered: Ordered;
  /** Of the values behind the prefix, which are each ascending or descending. */
  readonly #types: readonly (readonly [ValueType, boolean])[];

  constructor(
    number: number,
    shape: IndexShape,
    condition: Condition<Subject> | undefined,
    columns: readonly Property<Subject>[],
    ordered: Ordered,
  ) {
    this.shape = shape;
    this.prefix = u32Key(number);
    this.#condition = condition;
    this.#columns = columns;
    this.#ordered = ordered;
    this.#types = [
      ...columns.map(({ type }) => [type, false] as const),
      ...(ordered.isInOwnOrder ? [] : ordered.order.keys).map(
        ({ type, isDescending }) => [type, isDescending] as const,
      ),
    ];
  }

  /** Whether what is in it changes by time alone. */
  get isTimed(): boolean {
    return this.#condition !== undefined && this.#condition.timing !== 'none';
  }

  /** Whether an interaction that can be pulled is in it. */
  has(subject: Subject, nowMs: number): boolean {
    return this.#condition === undefined || this.#condition.holds(subject, nowMs);
  }

  /** When that may change by time alone, see `Condition.nextChangeMs`. */
  nextChangeMs(subject: Subject, nowMs: number): number {
    return this.#condition === undefined ? Infinity : this.#condition.nextChangeMs(subject, nowMs);
  }

  /**
   * The key of an interaction, whether it is in it or not; undefined: it has no value of a column,
   * so that no view selects it.
   */
  keyOf(subject: Subject): string | undefined {
    key.begin().text(this.prefix);
    const columns = this.#columns;
    for (let at = 0; at < columns.length; at++) {
      const value = columns[at]!.read(subject);
      if (value === undefined) return undefined;
      key.value(value);
    }
    return writePlace(key, this.#ordered, subject, anyMomentMs).take();
  }

  /** What the keys begin with of interactions that have these values in the columns. */
  prefixOf(values: readonly Value[]): string {
    key.begin().text(this.prefix);
    for (const value of values) key.value(value);
    return key.take();
  }

  /** The identifier at the end of a key. */
  idOf(entry: string): string {
    let at = this.prefix.length;
    for (const [type, isDescending] of this.#types) at = endOfValue(entry, at, type, isDescending);
    if (this.#ordered.isInOwnOrder) at += ownOrderBytes;
    return entry.slice(at + placeSeqBytes);
  }
}

/** Whether there are columns of these numbers. */
function hasColumns(vocabulary: Vocabulary<Subject>, numbers: readonly number[]): boolean {
  const all = new Set([...vocabulary.properties()].map(({ columnNumber }) => columnNumber));
  return numbers.every((number) => all.has(number));
}

/** Reads the texts of an index; undefined: they cannot be read any more. */
export function readViewIndex(
  number: number,
  shape: IndexShape,
  vocabulary: Vocabulary<Subject>,
): ViewIndex | undefined {
  const { columns, condition, order, numbers } = shape;
  if (numbers.length > 0 && !hasColumns(vocabulary, numbers)) return undefined;
  const properties = columns.map((name) => vocabulary.find(name));
  const readText = condition === '' ? undefined : readCondition(condition, vocabulary);
  const readKeys = readOrder(order === '' ? orderOfQueues : order, vocabulary);
  if (readText instanceof ConditionFault || readKeys instanceof ConditionFault) return undefined;
  const known = properties.filter(
    (one): one is Property<Subject> => one !== undefined && 'read' in one,
  );
  if (known.length < properties.length) return undefined;
  const ordered = { order: readKeys, isInOwnOrder: order === '' };
  return new ViewIndex(number, shape, readText, known, ordered);
}
