/** The stores of partitions in memory: what the host asks of a disk, as a disk with room enough. */
import { assert } from '../assert.js';
import type { Schedule } from '../actor/virtual-threads.js';
import type { OpenStore } from '../host/behaviour.js';
import { PartitionDisk } from '../host/disk.js';
import type { HostedMedium } from '../host/survivors.js';
import { diskReportsName, type DiskReport } from '../mail/disk-reports.js';
import type { Snapshot } from '../store/backup.js';
import { DiskLevel } from '../store/contract.js';
import { type Fault, FaultMedium } from '../store/fault.js';
import { LayeredStore } from '../store/layered.js';
import { type MemoryDisk, MemoryMedium } from '../store/memory.js';
import type { DiskState } from '../store/disk-space.js';
import { environmentStats, type EnvironmentStats } from '../store/stats.js';

const plenty: DiskState = {
  level: DiskLevel.normal,
  freeBytes: 2 ** 40,
  changes: Number.MAX_SAFE_INTEGER,
};
const pageBytes = 8_192;

export interface MemoryStoresOptions {
  /** By partition; they outlive a kill. */
  readonly disks: readonly MemoryDisk[];
  /** Ends the commits of a partition, in their order. */
  commits(partition: number): Schedule;
  /** What happens to the next commit of a partition; absent: it is made. */
  readonly fault?: ((partition: number) => Fault | undefined) | undefined;
  /** A partition stands still for a backup: this is what it has. */
  snapshot(partition: number, disk: MemoryDisk): void;
}

/** Opens stores over these disks. */
export function memoryStores(options: MemoryStoresOptions): OpenStore {
  return async ({ partition, timeline }, { clock, resolve }) => {
    const disk = options.disks[partition];
    assert(disk !== undefined, `there is no partition ${partition}`);
    const medium = new HostedMemory(disk, options.commits(partition), () =>
      options.snapshot(partition, disk.copy()),
    );
    const { fault } = options;
    const store = new LayeredStore(
      fault === undefined ? medium : new FaultMedium(medium, () => fault(partition)),
    );
    const reports = resolve<DiskReport>(diskReportsName);
    return {
      store,
      medium,
      disk: new PartitionDisk(medium, partition, reports, clock),
      history: { timeline, past: [] },
    };
  };
}

class HostedMemory extends MemoryMedium implements HostedMedium {
  readonly #snapshot: () => void;

  constructor(disk: MemoryDisk, schedule: Schedule, snapshot: () => void) {
    super(disk, schedule);
    this.#snapshot = snapshot;
  }

  diskState(): DiskState {
    return plenty;
  }

  /** The world keeps it; there is no file to copy from. */
  snapshot(): Snapshot {
    this.#snapshot();
    return { file: '', bytes: 0, head: new Uint8Array(0), release: () => undefined };
  }

  stats(): EnvironmentStats {
    return environmentStats(pageBytes, 0, 0, []);
  }
}
