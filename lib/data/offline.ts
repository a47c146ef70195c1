/** Figures and compaction of a store that no server uses. */
import { systemClock, systemRandom } from '../clock.js';
import { type Compaction, compactPartition } from '../store/compact.js';
import { openPartitionStore } from '../store/format.js';
import type { OpenRefusal } from '../store/open-refusal.js';
import { partitionDirectory, planData } from './directory.js';
import { lockData } from './lock.js';
import { wantedOf } from './manifest.js';
import { refusalOfStore } from '../refusal.js';
import type { PartitionStats } from '../store/stats.js';

/** @throws {StartRefused} when there is no store, or it is in use or damaged */
export function offlineStats(data: string): Promise<PartitionStats[]> {
  return eachPartition(data, async (directory, wanted) => {
    const { partition } = wanted.identity;
    const opened = await openPartitionStore(directory, { clock: systemClock, ...wanted });
    if ('problem' in opened) return opened;
    const stats = { partition, ...opened.medium.stats() };
    await opened.store.close();
    return stats;
  });
}

/**
 * One partition after the other; each is replaced as a whole, so that an end in between leaves a
 * store. Needs room for the largest partition.
 * @throws {StartRefused} when there is no store, or it is in use or damaged
 */
export function compactStore(data: string): Promise<(Compaction & { partition: number })[]> {
  return eachPartition(data, async (directory, wanted) => {
    const { partition } = wanted.identity;
    const compacted = await compactPartition(directory, wanted);
    return 'problem' in compacted ? compacted : { partition, ...compacted };
  });
}

async function eachPartition<Result extends object>(
  data: string,
  work: (directory: string, wanted: ReturnType<typeof wantedOf>) => Promise<Result | OpenRefusal>,
): Promise<Result[]> {
  const options = { creation: undefined, partitions: undefined, random: systemRandom };
  const { directory, manifest } = planData({ data, ...options });
  const lock = await lockData(directory);
  try {
    const results: Result[] = [];
    for (let partition = 0; partition < manifest.partitions; partition += 1) {
      const wanted = wantedOf(manifest, partition);
      const result = await work(partitionDirectory(directory, partition), wanted);
      if ('problem' in result) {
        throw refusalOfStore(result);
      }
      results.push(result);
    }
    return results;
  } finally {
    await lock.release();
  }
}
