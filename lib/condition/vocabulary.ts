/** What the names in a condition mean: given by whoever has records to judge. */
import { assert } from '../assert.js';
import { suggestion } from '../text/index.js';

/** Types of the language. A time is in milliseconds since 1970 UTC, as a number. */
export type ValueType = 'number' | 'text' | 'time' | 'boolean';

/** A value of one of them. `undefined` is the absent value, NULL. */
export type Value = number | string | boolean;

/** A property that conditions over records of type `Entry` may name. */
export interface Property<Entry> {
  readonly name: string;
  /** Further names, as those of its column. */
  readonly columns?: readonly string[];
  readonly type: ValueType;
  /** Of one whose values are in a column: another number is another property, of the same name. */
  readonly columnNumber?: number;
  /** Its value, of its type; never NaN. It is called often, without `this`, and may not throw. */
  readonly read: (record: Entry) => Value | undefined;
}

/** A name that means two properties, as they differ in their capitals only. */
export interface Ambiguity {
  readonly names: readonly string[];
}

/** Values of parameters by their names. */
export type ParameterValues = Readonly<Record<string, Value>>;

/** The properties and parameters that conditions over one kind of records may name. */
export class Vocabulary<Entry> {
  readonly #exact = new Map<string, Property<Entry>>();
  /** Names, as they are written, and types of parameters. */
  readonly parameters: ReadonlyMap<string, ValueType>;
  readonly #byLowerCase = new Map<string, Map<Property<Entry>, string>>();

  /**
   * All names and columns have to differ, which is looked at before, where properties are
   * configured; the same letters in other capitals are another name.
   */
  constructor(
    properties: Iterable<Property<Entry>>,
    parameters: ReadonlyMap<string, ValueType> = new Map(),
  ) {
    this.parameters = parameters;
    for (const property of properties) {
      for (const name of [property.name, ...(property.columns ?? [])]) {
        assert(!this.#exact.has(name), 'no two properties have one name');
        this.#exact.set(name, property);
        const lower = name.toLowerCase();
        const same = this.#byLowerCase.get(lower) ?? new Map<Property<Entry>, string>();
        this.#byLowerCase.set(lower, same.set(property, name));
      }
    }
  }

  /** The same properties, and these parameters. */
  with(parameters: ReadonlyMap<string, ValueType>): Vocabulary<Entry> {
    if (parameters.size === 0) return this;
    return new Vocabulary(new Set(this.#exact.values()), parameters);
  }

  /** All of them, by each of their names. */
  properties(): Iterable<Property<Entry>> {
    return this.#exact.values();
  }

  /** The property of a name: as it is written, or else in other capitals. */
  find(name: string): Property<Entry> | Ambiguity | undefined {
    const exact = this.#exact.get(name);
    if (exact !== undefined) return exact;
    const same = this.#byLowerCase.get(name.toLowerCase());
    if (same === undefined) return undefined;
    const [first, ...more] = same.keys();
    return more.length === 0 ? first : { names: [...same.values()] };
  }

  /** The name that may have been meant by one that is not known. */
  nearest(name: string): string | undefined {
    return suggestion(name, this.#exact.keys());
  }
}
