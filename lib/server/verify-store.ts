/** Verifies a whole store offline: its manifest, and every partition from end to end. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock, systemRandom } from '../clock.js';
import { openPartitionStore } from '../store/format.js';
import { type TableReport, walk } from '../store/verify.js';
import { partitionDirectory, planData } from './data-directory.js';
import { lockData } from './data-lock.js';
import type { Manifest } from './manifest.js';

/** What was found in one partition; sound when there are no faults. */
export interface PartitionVerification {
  readonly partition: number;
  readonly tables: readonly TableReport[];
  /** One sentence each. */
  readonly faults: readonly string[];
}

export interface StoreVerification {
  readonly data: string;
  readonly storeId: string;
  readonly partitions: readonly PartitionVerification[];
  /** All faults together; 0: the store is sound. */
  readonly faults: number;
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
    for (let partition = 0; partition < manifest.partitions; partition += 1) {
      partitions.push(await verifyOne(directory, manifest, partition));
    }
    const faults = partitions.reduce((sum, one) => sum + one.faults.length, 0);
    return { data: directory, storeId: manifest.storeId, partitions, faults };
  } finally {
    await lock.release();
  }
}

async function verifyOne(
  directory: string,
  manifest: Manifest,
  partition: number,
): Promise<PartitionVerification> {
  const path = partitionDirectory(directory, partition);
  if (!existsSync(join(path, 'data.mdb'))) {
    return { partition, tables: [], faults: [`${path} holds no data.mdb`] };
  }
  const opened = await openPartitionStore(path, { clock: systemClock });
  if ('problem' in opened) {
    return { partition, tables: [], faults: [`${opened.detail} ${opened.remedy}`] };
  }
  const { store, format } = opened;
  try {
    const { tables, problems } = walk(store);
    const wrong = (['storeId', 'partitions'] as const).filter(
      (key) => format[key] !== manifest[key],
    );
    const faults = [
      ...wrong.map((key) => `${key} is ${format[key]}, in ixion.json ${manifest[key]}`),
      ...(format.partition === partition ? [] : [`the files are those of ${format.partition}`]),
      ...problems,
    ];
    return { partition, tables, faults };
  } finally {
    await store.close();
  }
}
