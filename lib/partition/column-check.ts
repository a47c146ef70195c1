/** What must be true of columns; a part of `consistency-check.ts`. */
import { bodyOfRow } from '../interaction/body.js';
import { MappedKeys } from '../interaction/mapped-keys.js';
import type { StateRecord } from '../interaction/state-record.js';
import { columnAt } from '../interaction/state-sections.js';
import type { Reader } from '../store/contract.js';
import { covers } from './ledger/columns.js';
import { ColumnState, decodeColumn, readColumns, type ColumnRow } from './rows/column-row.js';
import { readHighest, Registry } from './rows/registry.js';

export { isColumnKey } from './rows/column-row.js';

export class ColumnCheck {
  readonly #columns: readonly ColumnRow[];
  readonly #keys: MappedKeys;
  readonly #highest: number;
  /** Interactions whose value does not fit, by column. */
  readonly #unfit = new Map<number, number>();

  /** @throws what reading damaged rows throws */
  constructor(store: Reader) {
    this.#columns = readColumns(store);
    this.#keys = new MappedKeys(
      this.#columns.filter(({ state }) => state !== ColumnState.dropping),
    );
    this.#highest = readHighest(store, Registry.columns);
  }

  /** Looks at an interaction; what is wrong with its columns, if anything. */
  interaction(id: string, record: StateRecord, row: Uint8Array): string | undefined {
    if (this.#columns.length === 0) return undefined;
    const right = this.#keys.columnsOf(record.tenantId, bodyOfRow(row).userData);
    for (const one of this.#keys.all as readonly ColumnRow[]) {
      const wanted = right?.get(one.number);
      const found = columnAt(record, one.number);
      if (wanted === null && covers(one, id)) {
        this.#unfit.set(one.number, (this.#unfit.get(one.number) ?? 0) + 1);
      }
      if (found === undefined && !covers(one, id)) continue;
      const value = typeof wanted === 'object' && wanted !== null ? wanted.timeMs : wanted;
      if (!Object.is(found, value)) return `its column ${one.number} is not what it was given`;
    }
    return undefined;
  }

  /** Looks at the row of a column. */
  row(key: string, value: Uint8Array): string | undefined {
    const { number } = decodeColumn(key, value);
    return number > this.#highest ? 'its number was never given' : undefined;
  }

  /** What is wrong with the counts; to be called after all interactions. */
  finish(): string[] {
    return this.#columns.flatMap(({ number, key, state, unfit }) => {
      const counted = this.#unfit.get(number) ?? 0;
      if (state === ColumnState.dropping || counted === unfit) return [];
      return [`column ${number} (${key}): ${unfit} values do not fit, and ${counted} were found`];
    });
  }
}
