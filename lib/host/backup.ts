/** The part of a partition in a backup: its snapshot, open from the common moment to its copy. */
import type { ActorRef } from '../actor/index.js';
import { type CopiedFile, copySnapshot } from '../store/backup.js';
import type { BarrierMessage, OpenSnapshot } from '../mail/backup-barrier.js';
import type { Survivors } from './survivors.js';

/** Longest time that a partition stands still for the others. */
const standStillMs = 5_000;

/**
 * Opens a snapshot and waits until all partitions have done so. The caller does nothing meanwhile,
 * and has nothing on its way to the disk. Undefined: some did not come in time; it is closed again.
 * A partition that has waited in vain says so, even if the others were told to go on just then.
 */
export async function standStill(
  survivors: Survivors,
  number: number,
  barrier: ActorRef<BarrierMessage>,
): Promise<OpenSnapshot | undefined> {
  endBackup(survivors);
  if (!(await survivors.store.checkpoint())) return undefined;
  const snapshot = survivors.medium.snapshot();
  survivors.backup = { number, snapshot, ending: new AbortController() };
  const isCommon = await barrier
    .ask<boolean>({ type: 'stands-still', backup: number }, { deadlineMs: standStillMs })
    .catch(() => false);
  if (isCommon) return { bytes: snapshot.bytes };
  endBackup(survivors);
  return undefined;
}

/** Copies the snapshot of this backup. @throws when it is gone, or what the system reports */
export async function copyForBackup(
  { backup }: Survivors,
  number: number,
  target: string,
): Promise<CopiedFile> {
  if (backup?.number !== number) throw new Error('the snapshot of this backup is gone');
  return copySnapshot(backup.snapshot, target, backup.ending.signal);
}

/** Closes the snapshot, if there is one, and ends its copy. */
export function endBackup(survivors: Survivors): void {
  survivors.backup?.ending.abort(new Error('the backup was ended'));
  survivors.backup?.snapshot.release();
  survivors.backup = undefined;
}
