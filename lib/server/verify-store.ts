/** Verifies a whole store offline: its manifest, and every partition from end to end. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock, systemRandom } from '../clock.js';
import { compareWhereabouts, PartitionAudit, type Whereabouts } from '../partition/audit.js';
import { openPartitionStore } from '../store/format.js';
import type { Timeline } from '../store/timeline.js';
import { type TableReport, walk } from '../store/verify.js';
import { partitionDirectory, planData } from './data-directory.js';
import { lockData } from './data-lock.js';
import { type Manifest, wantedOf } from './manifest.js';

/** What was found in one partition; sound when there are no faults. */
export interface PartitionVerification {
  readonly partition: number;
  /** Interactions that live in it. */
  readonly interactions: number;
  readonly tables: readonly TableReport[];
  /** One sentence each. */
  readonly faults: readonly string[];
}

export interface StoreVerification {
  readonly data: string;
  readonly storeId: string;
  readonly timeline: Timeline;
  readonly partitions: readonly PartitionVerification[];
  /** What partitions disagree on, one sentence each. */
  readonly between: readonly string[];
  /** All faults together; 0: the store is sound. */
  readonly faults: number;
}

interface VerifiedPartition {
  readonly verification: PartitionVerification;
  readonly whereabouts: Whereabouts;
}

/**
 * Reads all of a store that no server uses, and holds its lock meanwhile.
 * @throws {StartRefused} when there is no store, it is damaged as a whole, or it is in use
 */
export async function verifyStore(data: string): Promise<StoreVerification> {
  const options = { creation: undefined, partitions: undefined, random: systemRandom };
  const { directory, manifest } = planData({ data, ...options });
  const lock = await lockData(directory);
  try {
    const partitions: PartitionVerification[] = [];
    const whereabouts: Whereabouts[] = [];
    for (let partition = 0; partition < manifest.partitions; partition += 1) {
      const one = await verifyOne(directory, manifest, partition);
      partitions.push(one.verification);
      whereabouts.push(one.whereabouts);
    }
    const between = compareWhereabouts(whereabouts);
    const faults = partitions.reduce((sum, one) => sum + one.faults.length, between.length);
    const { storeId, timeline } = manifest;
    return { data: directory, storeId, timeline, partitions, between, faults };
  } finally {
    await lock.release();
  }
}

async function verifyOne(
  directory: string,
  manifest: Manifest,
  partition: number,
): Promise<VerifiedPartition> {
  const path = partitionDirectory(directory, partition);
  if (!existsSync(join(path, 'data.mdb'))) {
    return unreadable(partition, `${path} holds no data.mdb`);
  }
  try {
    return await readOne(path, manifest, partition);
  } catch (error) {
    // LMDB's own errors have a number: a page is not what it should be, and there is no way around it.
    if (typeof (error as { code?: unknown }).code !== 'number') throw error;
    const detail = `${path} cannot be read to its end: ${(error as Error).message}.`;
    return unreadable(partition, `${detail} Restore the store from a backup.`);
  }
}

async function readOne(
  path: string,
  manifest: Manifest,
  partition: number,
): Promise<VerifiedPartition> {
  const wanted = wantedOf(manifest, partition);
  const opened = await openPartitionStore(path, { clock: systemClock, ...wanted });
  if ('problem' in opened) {
    return unreadable(partition, `${opened.detail} ${opened.remedy}`);
  }
  const { store } = opened;
  try {
    const audit = new PartitionAudit(store, partition, manifest.partitions);
    const { tables, problems } = walk(store, audit.visit);
    const faults = [...problems, ...audit.finish()];
    const { interactions, whereabouts } = audit;
    return { verification: { partition, interactions, tables, faults }, whereabouts };
  } finally {
    await store.close();
  }
}

function unreadable(partition: number, fault: string): VerifiedPartition {
  const nowhere = { away: new Set<string>(), locations: new Map(), moving: new Set<string>() };
  return {
    verification: { partition, interactions: 0, tables: [], faults: [fault] },
    whereabouts: { partition, ...nowhere },
  };
}
