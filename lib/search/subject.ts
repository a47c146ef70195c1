/**
 * An interaction as conditions and orders look at it. One object is used for many rows, one after
 * the other; what a condition does not ask for is not unpacked.
 */
import { bodyOfRow, stateNow, type Body } from '../interaction/body.js';
import type { Value } from '../condition/index.js';
import { unpackKeyValues } from '../interaction/attached-data.js';
import type { MappedKey, MappedKeys } from '../interaction/mapped-keys.js';
import type { StateRecord } from '../interaction/state-record.js';
import { mapInRow, numberInRow, textInRow } from '../interaction/row-property.js';
import { columnAt } from '../interaction/state-sections.js';

type TextName = Parameters<typeof textInRow>[1];

/** How often something was looked up in a body, in this thread: what costs most. */
export const bodyReads = { properties: 0, columns: 0 };

export class Subject {
  readonly #queueNameOf: (number: number) => string;
  id = '';
  record!: StateRecord;
  #row: Uint8Array | undefined;
  #rowOf: ((id: string) => Uint8Array) | undefined;
  #body: Body | undefined;
  /** The text that was asked for last. */
  #name: TextName | undefined;
  #text: string | undefined;
  /** The same of columns. */
  #column: MappedKey | undefined;
  #value: Value | undefined;

  /** @param queueNameOf the name of the queue of a number */
  constructor(queueNameOf: (number: number) => string) {
    this.#queueNameOf = queueNameOf;
  }

  /** Looks at another one: its row, and its row `state` if it has one. */
  take(id: string, row: Uint8Array, state: Uint8Array | undefined): void {
    this.id = id;
    this.record = stateNow(row, state);
    this.#row = row;
    this.#body = undefined;
    this.#name = undefined;
    this.#column = undefined;
  }

  /** The same of one whose record is at hand; its row is read when something asks for its body. */
  lookAt(id: string, record: StateRecord, rowOf: (id: string) => Uint8Array): void {
    this.id = id;
    this.record = record;
    this.#row = undefined;
    this.#rowOf = rowOf;
    this.#body = undefined;
    this.#name = undefined;
    this.#column = undefined;
  }

  get queue(): string {
    return this.#queueNameOf(this.record.queue);
  }

  get #rowNow(): Uint8Array {
    return (this.#row ??= this.#rowOf!(this.id));
  }

  get body(): Body {
    return (this.#body ??= bodyOfRow(this.#rowNow));
  }

  /** A text that it was submitted with; undefined: it has none. */
  text(name: TextName): string | undefined {
    if (name === this.#name) return this.#text;
    bodyReads.properties++;
    this.#text = textInRow(this.#rowNow, name);
    this.#name = name;
    return this.#text;
  }

  get serviceObjective(): number | undefined {
    bodyReads.properties++;
    return numberInRow(this.#rowNow, 'ServiceObjective');
  }

  /**
   * The value of a column; undefined: it has none, or one that does not fit the type.
   * @param covers whether the column says all of an interaction; else its attached data does
   */
  column(mapped: MappedKey, alone: MappedKeys, covers: (id: string) => boolean): Value | undefined {
    if (mapped === this.#column) return this.#value;
    this.#column = mapped;
    return (this.#value = this.#read(mapped, alone, covers));
  }

  #read(mapped: MappedKey, alone: MappedKeys, covers: (id: string) => boolean): Value | undefined {
    const value = columnAt(this.record, mapped.number);
    if (value !== undefined) return value ?? undefined;
    if (covers(this.id)) return undefined;
    bodyReads.columns++;
    const { userData } = this.body;
    const own = alone.columnsOf(this.record.tenantId, userData)?.get(mapped.number) ?? undefined;
    return typeof own === 'object' ? own.timeMs : own;
  }

  /** The names in InQueues, as a text. */
  get inQueues(): string | undefined {
    bodyReads.properties++;
    const packed = mapInRow(this.#rowNow, 'InQueues');
    return packed && Object.keys(unpackKeyValues(packed)).join(',');
  }
}
