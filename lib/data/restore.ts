/**
 * Makes a store from a backup. The new store gets its manifest last, so that a restore that was cut
 * short is not a store, and can be begun again; one that fails takes back what it made. An existing
 * store is never touched.
 *
 * The restored store is the same at an earlier time, and goes on differently than it did: so it
 * begins another timeline, in its manifest and in every partition.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Random, systemClock, systemRandom } from '../clock.js';
import { syncDirectory } from '../disk/directories.js';
import { Outbox } from '../partition/ledger/outbox.js';
import { copyFile } from '../store/backup.js';
import { beginTimeline, openPartitionStore } from '../store/format.js';
import { type Timeline, timelineAfter } from '../timeline.js';
import { type BackupManifest, readBackupManifest } from './backup-manifest.js';
import {
  abandonStore,
  beginStore,
  type DataPlan,
  partitionDirectory,
  planData,
} from './directory.js';
import { lockData } from './lock.js';
import { completeManifest, wantedOf } from './manifest.js';
import { refusalOf, refusalOfStore, StartRefused } from '../refusal.js';

/** A store that was restored. */
export interface Restored {
  readonly data: string;
  readonly storeId: string;
  /** The timeline that it begins. */
  readonly timeline: Timeline;
  readonly partitions: number;
  readonly bytes: number;
  /** When the backup was taken, in milliseconds since 1970 UTC. */
  readonly takenAt: number;
}

type Progress = (bytes: number, totalBytes: number) => void;

/**
 * Copies a backup into a directory that is empty or not there.
 * @param progress called with the bytes copied so far and in all
 * @throws {StartRefused} when there is no sound backup, or there is a store already
 */
export async function restoreStore(
  backup: string,
  data: string,
  progress: Progress = () => undefined,
  random: Random = systemRandom,
): Promise<Restored> {
  const source = resolve(backup);
  const manifest = readBackupManifest(source);
  const { directory } = planFor(data, manifest);
  const lock = await lockData(directory);
  let isDone = false;
  try {
    const timeline = timelineAfter(manifest.store.timeline, random);
    const plan: DataPlan = {
      ...planFor(data, manifest),
      manifest: { ...manifest.store, timeline },
    };
    const bytes = await fill(plan, source, manifest, progress);
    isDone = true;
    const { storeId, partitions } = manifest.store;
    const { takenAt } = manifest;
    return { data: directory, storeId, timeline, partitions, bytes, takenAt };
  } finally {
    await lock.release(isDone);
  }
}

/** Makes the store that was planned; resolves with the bytes copied. */
async function fill(
  plan: DataPlan,
  source: string,
  { store, files }: BackupManifest,
  progress: Progress,
): Promise<number> {
  const { directory, manifest } = plan;
  try {
    beginStore(plan);
    const totalBytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
    let copied = 0;
    for (const { name, bytes, crc32 } of files) {
      const found = await copyFile(join(source, name), join(directory, name), (piece) =>
        progress((copied += piece), totalBytes),
      );
      if (found.bytes !== bytes || found.crc32 !== crc32) {
        const message = `${join(source, name)} is not what was backed up: it is damaged.`;
        throw new StartRefused('data', message);
      }
    }
    for (let partition = 0; partition < store.partitions; partition += 1) {
      const path = partitionDirectory(directory, partition);
      await beginAgain(path, wantedOf(store, partition), manifest.timeline);
      await syncDirectory(path);
    }
    completeManifest(directory);
    return copied;
  } catch (error) {
    abandonStore(plan);
    throw refusalOf(error, 'data', directory, `${source} cannot be restored`);
  }
}

/**
 * Opens a copy: it must be what the backup says; it has no journal, and begins the new timeline.
 */
async function beginAgain(
  path: string,
  wanted: ReturnType<typeof wantedOf>,
  timeline: Timeline,
): Promise<void> {
  const opened = await openPartitionStore(path, { clock: systemClock, ...wanted, journal: 'none' });
  if ('problem' in opened) throw refusalOfStore(opened);
  try {
    const { lastSequence } = new Outbox(opened.store, { retentionMs: 0, retentionBytes: 0 });
    beginTimeline(opened, timeline, lastSequence);
  } finally {
    await opened.store.close();
  }
}

/** Only where there is no store. */
function planFor(data: string, { store: { partitions } }: BackupManifest): DataPlan {
  const directory = resolve(data);
  if (existsSync(join(directory, 'ixion.json'))) {
    const message = `${directory} holds a store; restore to a new directory.`;
    throw new StartRefused('configuration', message);
  }
  return planData({ data, creation: 'init', partitions, random: systemRandom });
}
