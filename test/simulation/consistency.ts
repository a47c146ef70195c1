/** What is wrong with disks of partitions, each by itself and together. */
import { ConsistencyCheck } from '../../lib/partition/consistency-check.js';
import { compareWhereabouts } from '../../lib/partition/whereabouts.js';
import { Table } from '../../lib/store/contract.js';
import { LayeredStore } from '../../lib/store/layered.js';
import { type MemoryDisk, MemoryMedium } from '../../lib/store/memory.js';
import { walk } from '../../lib/store/verify.js';

/** Faults of the rows, one sentence each. */
export function faultsOf(disks: readonly MemoryDisk[]): string[] {
  const checks = disks.map((disk, partition) => {
    const store = new LayeredStore(new MemoryMedium(disk));
    const check = new ConsistencyCheck(store, partition, disks.length);
    const { problems } = walk(store, check.visit);
    const faults = [...problems, ...check.finish()].map((text) => `p${partition}: ${text}`);
    return { check, faults };
  });
  const between = compareWhereabouts(checks.map(({ check }) => check.whereabouts));
  return [...checks.flatMap(({ faults }) => faults), ...between];
}

/** Rows that a finished hand-off leaves behind: none. */
export function leftovers(disks: readonly MemoryDisk[]): number {
  const tables = [Table.transit, Table.taken, Table.gone];
  return disks.reduce(
    (sum, disk) => sum + tables.reduce((rows, table) => rows + disk.table(table).size, 0),
    0,
  );
}
