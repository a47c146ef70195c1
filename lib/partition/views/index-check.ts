/** What must be true of the indexes of views, for `store verify`. */
import { isAvailable } from '../../interaction/record-changes.js';
import type { StateRecord } from '../../interaction/state-record.js';
import { Subject, vocabularyOf } from '../../search/index.js';
import { Table, type Reader } from '../../store/contract.js';
import { readViewIndex, type ViewIndex } from '../../views/index.js';
import { searchColumnOf } from './search-column.js';
import { ColumnState, readColumns } from '../rows/column-row.js';
import { IndexKind, IndexState, type IndexDefinition } from '../rows/index-row.js';
import { shapeOf } from './queue-indexes.js';

interface Checked {
  readonly definition: IndexDefinition;
  /** Undefined: its texts name what is not known any more. */
  readonly index: ViewIndex | undefined;
}

/**
 * An index of which time is no part has exactly what its condition holds for, once it is live. Of
 * others an entry may be there, or not: only that it is of an interaction that can be pulled, and
 * at its place, must be so.
 */
export class ViewIndexCheck {
  readonly #store: Reader;
  readonly #byNumber = new Map<number, Checked>();
  readonly #byQueue = new Map<number, Checked[]>();
  readonly #subject = new Subject((number) => `#${number}`);

  constructor(store: Reader, definitions: readonly IndexDefinition[]) {
    this.#store = store;
    const columns = readColumns(store).filter(({ state }) => state !== ColumnState.dropping);
    const vocabulary = vocabularyOf(columns.map(searchColumnOf));
    for (const definition of definitions) {
      if (definition.kind !== IndexKind.views) continue;
      const { number, queue, shape } = definition;
      const index = readViewIndex(number, shapeOf(shape!), vocabulary);
      const checked = { definition, index };
      this.#byNumber.set(number, checked);
      this.#byQueue.set(queue, [...(this.#byQueue.get(queue) ?? []), checked]);
    }
  }

  /** Whether an index of views has this number. */
  has(number: number): boolean {
    return this.#byNumber.has(number);
  }

  /** What is wrong with an entry of one of them; undefined: nothing. */
  faultOfEntry(
    number: number,
    key: string,
    recordOf: (id: string) => StateRecord | undefined,
  ): string | undefined {
    const { definition, index } = this.#byNumber.get(number)!;
    if (index === undefined || definition.state === IndexState.dropping) return undefined;
    const id = index.idOf(key);
    const record = recordOf(id);
    if (record === undefined || !isAvailable(record)) {
      return `${id} is in an index of views but cannot be pulled`;
    }
    if (record.queue !== definition.queue) return `${id} is in an index of another queue`;
    this.#look(id, record);
    if (index.keyOf(this.#subject) !== key) return `${id} is at another place in an index`;
    if (index.isTimed || index.has(this.#subject, 0)) return undefined;
    return `${id} is in an index whose condition does not hold for it`;
  }

  /** What is missing of an interaction that can be pulled; undefined: nothing. */
  faultOfAvailable(id: string, record: StateRecord): string | undefined {
    for (const { definition, index } of this.#byQueue.get(record.queue) ?? []) {
      if (index === undefined || index.isTimed || definition.state !== IndexState.live) continue;
      this.#look(id, record);
      const key = index.has(this.#subject, 0) ? index.keyOf(this.#subject) : undefined;
      if (key === undefined || this.#store.get(Table.order, key) !== undefined) continue;
      return `it is missing in index ${definition.number} of its queue`;
    }
    return undefined;
  }

  #look(id: string, record: StateRecord): void {
    this.#subject.lookAt(id, record, (one) => this.#store.get(Table.interaction, one)!);
  }
}
