/**
 * A medium in memory, for the simulator and for tests. A `MemoryDisk` outlives the stores opened on
 * it, as a directory does; each commit takes effect when the scheduler says so.
 */
import type { Applied, Entry, Outcome, RangeOptions, Table, WriteSet } from './contract.js';
import { tables } from './contract.js';
import { LayeredStore, type Medium } from './layered.js';
import { lowerBound } from './search.js';

/** Calls `work` later; the simulator gives one that draws the moment from its seed. */
export type Schedule = (work: () => void) => void;

const nextMicrotask: Schedule = (work) => queueMicrotask(work);

class MemoryTable {
  private readonly values = new Map<string, Uint8Array>();
  /** In order, all keys of `values`; rebuilt by the next range after `stale` was set. */
  private keys: string[] = [];
  private stale = false;

  get size(): number {
    return this.values.size;
  }

  get(key: string): Uint8Array | undefined {
    return this.values.get(key);
  }

  set(key: string, value: Uint8Array | undefined): void {
    const size = this.values.size;
    if (value === undefined) this.values.delete(key);
    else this.values.set(key, value);
    if (this.values.size === size) return;
    const last = this.keys[this.keys.length - 1];
    if (!this.stale && value !== undefined && (last === undefined || key > last)) {
      this.keys.push(key);
    } else {
      this.stale = true;
    }
  }

  range(options: RangeOptions): Entry[] {
    if (this.stale) {
      this.keys = [...this.values.keys()].sort();
      this.stale = false;
    }
    const { from, to, reverse = false, limit = Infinity } = options;
    const low = from === undefined ? 0 : lowerBound(this.keys, from);
    const high = to === undefined ? this.keys.length : lowerBound(this.keys, to);
    const length = Math.min(Math.max(high - low, 0), limit);
    return Array.from({ length }, (_, index): Entry => {
      const key = this.keys[reverse ? high - 1 - index : low + index]!;
      return [key, this.values.get(key)!];
    });
  }
}

/** What a memory store keeps when it is closed and opened again. */
export class MemoryDisk {
  private readonly tables = tables.map(() => new MemoryTable());
  private last: Applied = { epoch: 0, sequence: 0 };

  get applied(): Applied {
    return this.last;
  }

  table(name: Table): MemoryTable {
    return this.tables[name]!;
  }

  apply({ epoch, sequence, changes }: WriteSet): void {
    for (const { table, key, value } of changes) this.table(table).set(key, value);
    this.last = { epoch, sequence };
  }
}

/** Committed state on a `MemoryDisk`. */
export class MemoryMedium implements Medium {
  private readonly disk: MemoryDisk;
  private readonly schedule: Schedule;

  constructor(disk: MemoryDisk, schedule: Schedule = nextMicrotask) {
    this.disk = disk;
    this.schedule = schedule;
  }

  get(table: Table, key: string): Uint8Array | undefined {
    return this.disk.table(table).get(key);
  }

  range(table: Table, options: RangeOptions): Entry[] {
    return this.disk.table(table).range(options);
  }

  commit(writeSet: WriteSet, previousSequence: number): Promise<Outcome> {
    return new Promise((resolve) => {
      this.schedule(() => {
        if (this.disk.applied.sequence !== previousSequence) return resolve('refused');
        this.disk.apply(writeSet);
        resolve('durable');
      });
    });
  }

  applied(): Applied {
    return this.disk.applied;
  }

  count(table: Table): number {
    return this.disk.table(table).size;
  }

  async close(): Promise<void> {}
}

/** A store in memory. `schedule` must run works in the order given (default: next microtask). */
export class MemoryStore extends LayeredStore {
  constructor(disk: MemoryDisk = new MemoryDisk(), schedule?: Schedule) {
    super(new MemoryMedium(disk, schedule));
  }
}
