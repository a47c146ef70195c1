/**
 * The columns of a partition: which keys of attached data have one, and that what is written has
 * them. What was there before is seen to by `column-filling.ts`.
 *
 * A column covers an interaction once it was seen there: it is filled for all, or up to a cursor
 * at or behind it. Only of those is counted whose value does not fit.
 */
import { MappedKeys, type MappedKey } from '../../interaction/mapped-keys.js';
import type { StateRecord } from '../../interaction/state-record.js';
import {
  columns as columnsSection,
  type Columns as Values,
} from '../../interaction/state-sections.js';
import type { Reader } from '../../store/contract.js';
import {
  ColumnState,
  deleteColumn,
  putColumn,
  readColumns,
  type ColumnRow,
} from '../rows/column-row.js';
import { raiseHighest, Registry } from '../rows/registry.js';
import type { Turn } from '../turn.js';

const { filling, live, dropping } = ColumnState;

/** A column as it is told. */
export interface ColumnStatus extends MappedKey {
  /** `filling` and `dropping` go over all interactions that are there. */
  readonly state: 'filling' | 'live' | 'dropping';
  /** Of so many interactions that has been done, or was. */
  readonly seen: number;
  /** Interactions with a value that does not fit the type, as far as they were seen. */
  readonly unfit: number;
}

const stateNames = { [filling]: 'filling', [live]: 'live', [dropping]: 'dropping' } as const;

export class Columns {
  readonly #byNumber: Map<number, ColumnRow>;
  #keys = new MappedKeys([]);
  /** Told when other keys have columns than before. */
  onChange: () => void = () => {};

  constructor(store: Reader) {
    this.#byNumber = new Map(readColumns(store).map((one) => [one.number, one]));
    this.#take();
  }

  /** Whether there is anything to be kept up. */
  get isNeeded(): boolean {
    return this.#byNumber.size > 0;
  }

  /** All of them, by number. */
  get all(): readonly ColumnRow[] {
    return [...this.#byNumber.values()].sort((left, right) => left.number - right.number);
  }

  /** Those that are read: neither gone nor going. */
  get mapped(): readonly ColumnRow[] {
    return this.#keys.all as readonly ColumnRow[];
  }

  /** For the status. */
  get status(): ColumnStatus[] {
    return this.all.map(({ cursor: _, state, ...rest }) => ({ ...rest, state: stateNames[state] }));
  }

  get keys(): MappedKeys {
    return this.#keys;
  }

  #take(): void {
    this.#keys = new MappedKeys(this.all.filter(({ state }) => state !== dropping));
  }

  /** Works by these from now on. @returns whether anything has changed */
  replace(turn: Turn, wanted: readonly MappedKey[]): boolean {
    const before = [...this.#byNumber.values()];
    let isChanged = false;
    for (const one of before) {
      if (one.state === dropping || wanted.some(({ number }) => number === one.number)) continue;
      Object.assign(one, { state: dropping, cursor: '', seen: 0, unfit: 0 });
      putColumn(turn, one);
      isChanged = true;
    }
    for (const mapped of wanted) {
      const present = this.#byNumber.get(mapped.number);
      if (present !== undefined && present.column === mapped.column) continue;
      const { column: _, ...rest } = present ?? { state: filling, cursor: '', seen: 0, unfit: 0 };
      const next: ColumnRow = { ...rest, ...mapped };
      this.#byNumber.set(next.number, next);
      raiseHighest(turn, Registry.columns, next.number);
      putColumn(turn, next);
      isChanged = true;
    }
    if (isChanged) this.#changed();
    return isChanged;
  }

  /** Puts the columns of an interaction into its record. `wasHere`: it was here before. */
  fill(turn: Turn, id: string, record: StateRecord, userData: Uint8Array, wasHere: boolean): void {
    const before = wasHere ? columnsSection.of(record) : undefined;
    const after = this.#keys.columnsOf(record.tenantId, userData);
    columnsSection.put(record, after);
    this.#count(turn, id, before, after);
  }

  /** An interaction is here no more. */
  gone(turn: Turn, id: string, record: StateRecord): void {
    this.#count(turn, id, columnsSection.of(record), undefined);
  }

  #count(turn: Turn, id: string, before: Values | undefined, after: Values | undefined): void {
    if (before === undefined && after === undefined) return;
    for (const one of this.mapped) {
      const more = unfitIn(after, one.number) - unfitIn(before, one.number);
      if (more === 0 || !covers(one, id)) continue;
      one.unfit += more;
      putColumn(turn, one);
    }
  }

  /** A column is filled, or is gone. */
  ended(turn: Turn, one: ColumnRow): void {
    one.cursor = '';
    if (one.state === dropping) {
      this.#byNumber.delete(one.number);
      deleteColumn(turn, one.number);
    } else {
      one.state = live;
      putColumn(turn, one);
    }
    this.#changed();
  }

  #changed(): void {
    this.#take();
    this.onChange();
  }
}

/** Whether what the record of an interaction has of a column is all that there is of it. */
export const covers = ({ state, cursor }: ColumnRow, id: string): boolean =>
  state === live || id <= cursor;

const unfitIn = (values: Values | undefined, number: number): number =>
  values?.get(number) === null ? 1 : 0;
