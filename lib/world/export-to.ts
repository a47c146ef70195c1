/** Disks of memory as a data directory: what a server can open and `store verify` can read. */
import { systemClock } from '../clock.js';
import { beginStore, partitionDirectory } from '../data/directory.js';
import { completeManifest, type Manifest, wantedOf } from '../data/manifest.js';
import { makeDirectorySync } from '../disk/directories.js';
import { refusalOfStore } from '../refusal.js';
import { tables, type Change } from '../store/contract.js';
import { openPartitionStore } from '../store/format.js';
import type { MemoryDisk } from '../store/memory.js';

/** @throws {StartRefused} when the directory cannot be made a store; what the system reports */
export async function exportDisks(
  directory: string,
  manifest: Manifest,
  disks: readonly MemoryDisk[],
): Promise<void> {
  makeDirectorySync(directory);
  beginStore({ directory, manifest, isNew: true });
  for (const [partition, disk] of disks.entries()) {
    const { identity, timeline } = wantedOf(manifest, partition);
    const opened = await openPartitionStore(partitionDirectory(directory, partition), {
      clock: systemClock,
      create: identity,
      identity,
      timeline,
    });
    if ('problem' in opened) throw refusalOfStore(opened);
    opened.medium.applyNow([{ ...disk.applied, changes: rowsOf(disk) }]);
    await opened.store.close();
  }
  completeManifest(directory);
}

function rowsOf(disk: MemoryDisk): Change[] {
  return tables.flatMap((table) =>
    disk
      .table(table)
      .range({})
      .map(([key, value]): Change => ({ table, key, value })),
  );
}
