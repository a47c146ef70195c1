/**
 * A medium that keeps nothing but what is read again: rows in a map, as long as they are not
 * deleted. So nearly all that is measured is the partition, its draft and the overlay of the store.
 * Commits become durable two turns later, as if a disk were at work: a turn reads through the
 * layers of those before it.
 */
import type {
  Applied,
  Entry,
  Outcome,
  RangeOptions,
  Table,
  WriteSet,
} from '../../lib/store/contract.js';
import type { Medium } from '../../lib/store/layered.js';

/** Write sets on their way behind a turn. */
const inFlight = 2;

/** Rows of a table; their order is made when a range is asked for. */
class Rows {
  readonly values = new Map<string, Uint8Array>();
  /** In order: all keys of `values`, and some that are there no more. */
  #keys: string[] = [];
  #isSorted = true;

  put(key: string, value: Uint8Array): void {
    const { size } = this.values;
    this.values.set(key, value);
    if (this.values.size === size) return;
    const last = this.#keys[this.#keys.length - 1];
    // One that is put again after its end may stand here twice: it is sorted out by the next range.
    if (last !== undefined && key <= last) this.#isSorted = false;
    this.#keys.push(key);
  }

  range({ from, to, reverse = false, limit = Infinity }: RangeOptions): Entry[] {
    if (!this.#isSorted || this.#keys.length > 2 * this.values.size + 64) this.#sort();
    const low = from === undefined ? 0 : this.#lowerBound(from);
    const high = to === undefined ? this.#keys.length : this.#lowerBound(to);
    const entries: Entry[] = [];
    const step = reverse ? -1 : 1;
    for (let at = reverse ? high - 1 : low; at >= low && at < high; at += step) {
      if (entries.length >= limit) break;
      const key = this.#keys[at]!;
      const value = this.values.get(key);
      if (value !== undefined) entries.push([key, value]);
    }
    return entries;
  }

  #sort(): void {
    this.#keys = [...this.values.keys()].sort();
    this.#isSorted = true;
  }

  #lowerBound(key: string): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#keys[middle]! < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** See above. */
export class FleetingMedium implements Medium {
  readonly #tables: Rows[] = [];
  readonly #landing: ((outcome: Outcome) => void)[] = [];
  #applied: Applied = { epoch: 0, sequence: 0 };

  get(table: Table, key: string): Uint8Array | undefined {
    return this.#tables[table]?.values.get(key);
  }

  range(table: Table, options: RangeOptions): Entry[] {
    return this.#tables[table]?.range(options) ?? [];
  }

  commit({ epoch, sequence, changes }: WriteSet): Promise<Outcome> {
    for (const { table, key, value } of changes) {
      const rows = (this.#tables[table] ??= new Rows());
      if (value === undefined) rows.values.delete(key);
      else rows.put(key, value);
    }
    this.#applied = { epoch, sequence };
    return new Promise((resolve) => {
      this.#landing.push(resolve);
      if (this.#landing.length > inFlight) this.#landing.shift()!('durable');
    });
  }

  /** What is on its way is durable. */
  land(): void {
    for (const resolve of this.#landing.splice(0)) resolve('durable');
  }

  applied(): Applied {
    return this.#applied;
  }

  count(table: Table): number {
    return this.#tables[table]?.values.size ?? 0;
  }

  async close(): Promise<void> {}
}
