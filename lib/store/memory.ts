/**
 * A medium in memory, for the simulator and for tests. A `MemoryDisk` outlives the stores opened on
 * it, as a directory does; each commit takes effect when the scheduler says so.
 */
import type { Applied, Entry, Outcome, RangeOptions, Table, WriteSet } from './contract.js';
import { tables } from './contract.js';
import { LayeredStore, type Medium } from './layered.js';
import { SortedKeys } from './sorted-keys.js';

/** Calls `work` later; the simulator gives one that draws the moment from its seed. */
export type Schedule = (work: () => void) => void;

const nextMicrotask: Schedule = (work) => queueMicrotask(work);

class MemoryTable {
  private readonly values = new Map<string, Uint8Array>();
  private readonly keys = new SortedKeys();

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
    if (this.values.size > size) this.keys.add(key);
    else if (this.values.size < size) this.keys.delete(key);
  }

  range(options: RangeOptions): Entry[] {
    const { from, to, reverse = false, limit = Infinity } = options;
    const entries: Entry[] = [];
    if (limit <= 0) return entries;
    for (const key of this.keys.walk(from, to, reverse)) {
      entries.push([key, this.values.get(key)!]);
      if (entries.length >= limit) break;
    }
    return entries;
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

  /** What it has now, on a disk of its own. */
  copy(): MemoryDisk {
    const copy = new MemoryDisk();
    for (const table of tables) {
      for (const [key, value] of this.table(table).range({})) copy.table(table).set(key, value);
    }
    copy.last = this.last;
    return copy;
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
