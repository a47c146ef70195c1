/**
 * Makes a store from a backup. The new store gets its manifest last, so that a restore that was cut
 * short is no store, and can be begun again; an existing store is never touched.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { systemClock, systemRandom } from '../clock.js';
import { syncDirectory } from '../disk/directories.js';
import { copyFile } from '../store/backup.js';
import { openPartitionStore } from '../store/format.js';
import type { PartitionIdentity } from '../store/identity.js';
import { readBackupManifest } from './backup-manifest.js';
import { type DataPlan, beginStore, partitionDirectory, planData } from './data-directory.js';
import { lockData } from './data-lock.js';
import { completeManifest } from './manifest.js';
import { refusalOfStore, StartRefused } from './refusal.js';

/** A store that was restored. */
export interface Restored {
  readonly data: string;
  readonly storeId: string;
  readonly partitions: number;
  readonly bytes: number;
  /** When the backup was taken, in milliseconds since 1970 UTC. */
  readonly takenAt: number;
}

/**
 * Copies a backup into a directory that is empty or not there.
 * @param progress called with the bytes copied so far and in all
 * @throws {StartRefused} when there is no sound backup, or there is a store already
 */
export async function restoreStore(
  backup: string,
  data: string,
  progress: (bytes: number, totalBytes: number) => void = () => undefined,
): Promise<Restored> {
  const source = resolve(backup);
  const { store, files, takenAt } = readBackupManifest(source);
  const { directory } = planFor(data, store.partitions);
  const lock = await lockData(directory);
  try {
    const plan: DataPlan = { ...planFor(data, store.partitions), manifest: store };
    beginStore(plan);
    const totalBytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
    let copied = 0;
    for (const { name, bytes, crc32 } of files) {
      const found = await copyOne(join(source, name), join(directory, name), (piece) =>
        progress((copied += piece), totalBytes),
      );
      if (found.bytes !== bytes || found.crc32 !== crc32) {
        const message = `${join(source, name)} is not what was backed up: it is damaged.`;
        throw new StartRefused('data', message);
      }
    }
    for (let partition = 0; partition < store.partitions; partition += 1) {
      const path = partitionDirectory(directory, partition);
      await asRestored(path, { storeId: store.storeId, partition, partitions: store.partitions });
      await syncDirectory(path);
    }
    completeManifest(directory);
    const { storeId, partitions } = store;
    return { data: directory, storeId, partitions, bytes: copied, takenAt };
  } finally {
    await lock.release();
  }
}

/** Opens a copy once: it is what it should be, and has no journal, as the copies of a backup have none. */
async function asRestored(path: string, identity: PartitionIdentity): Promise<void> {
  const opened = await openPartitionStore(path, { clock: systemClock, identity, journal: 'none' });
  if ('problem' in opened) throw refusalOfStore(opened);
  await opened.store.close();
}

/** Only where there is no store. */
function planFor(data: string, partitions: number): DataPlan {
  const directory = resolve(data);
  if (existsSync(join(directory, 'ixion.json'))) {
    const message = `${directory} holds a store; restore to a new directory.`;
    throw new StartRefused('configuration', message);
  }
  return planData({ data, creation: 'init', partitions, random: systemRandom });
}

async function copyOne(source: string, target: string, progress: (bytes: number) => void) {
  return copyFile(source, target, progress).catch((error: unknown) => {
    const message = `${source} cannot be restored: ${(error as Error).message}`;
    throw new StartRefused('data', message, { cause: error });
  });
}
