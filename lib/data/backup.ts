/**
 * Takes backups of a running server.
 *
 * 1. Every partition ends its turn, waits until all of it is on disk, opens a snapshot and stands
 *    still; when all do, all go on (`mail/backup-barrier.ts`). This takes some milliseconds, and as
 *    long as the slowest commit. When one does not come in time, all go on and it is tried again.
 * 2. One partition after the other copies its snapshot, in its own thread and in small pieces, and
 *    closes it.
 * 3. The manifest is written; with it the backup is one.
 *
 * Everything acknowledged before the backup began is in it, and nothing half done that a start
 * could not finish. A failure leaves no files behind, and the server as it was.
 */
import { readdir, rm, rmdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { ActorRef } from '../actor/index.js';
import type { Clock } from '../clock.js';
import { makeDirectory, syncDirectory } from '../disk/directories.js';
import { IxionError } from '../errors.js';
import type { CopiedFile } from '../store/backup.js';
import type { BackupBarrier, OpenSnapshot } from '../mail/backup-barrier.js';
import { type BackupFile, backupManifestNames, writeBackupManifest } from './backup-manifest.js';
import { partitionDirectory } from './directory.js';
import type { Log } from '../log.js';
import type { Manifest } from './manifest.js';
import type { PartitionMessage } from '../mail/partition.js';

/** The last backup of this run of the server. */
export interface BackupStatus {
  readonly state: 'running' | 'done' | 'failed';
  readonly directory: string;
  /** Milliseconds since 1970 UTC. */
  readonly startedAt: number;
  /** Bytes copied, and bytes to be copied in all; 0 until the snapshots are there. */
  readonly bytes: number;
  readonly totalBytes: number;
  /** How long the partitions stood still, as seen from outside. */
  readonly heldMs: number;
  /** Why it failed. */
  readonly failure?: string;
}

export interface BackupOptions {
  readonly partitions: readonly ActorRef<PartitionMessage>[];
  readonly barrier: BackupBarrier;
  readonly manifest: Manifest;
  readonly version: string;
  readonly clock: Clock;
  readonly log: Log;
  /** For tests: partitions are told to stand still so far apart, as if some were busy. */
  readonly staggerMs: number;
}

const attempts = 5;
const standStillDeadlineMs = 10_000;
const endDeadlineMs = 10_000;
/** A directory that has not been made or read by then is on a disk that does not answer. */
const prepareDeadlineMs = 10_000;
/** A stop waits no longer for a backup that has been ended: its disk may not answer. */
const stopDeadlineMs = 5_000;
/** Nobody else bounds the copy of a partition: a disk may be slow. */
const copyDeadlineMs = 86_400_000;

const fileOf = (partition: number): string => `${partitionDirectory('', partition)}/data.mdb`;

/** Backups of one server, one at a time. */
export class Backups {
  readonly #options: BackupOptions;
  #number = 0;
  #status: BackupStatus | undefined;
  #running: Promise<void> | undefined;
  #target: string | undefined;
  #ended = false;

  constructor(options: BackupOptions) {
    this.#options = options;
  }

  /**
   * Begins a backup into a directory that is empty or not there.
   * @param directory absolute
   * @throws {IxionError} OptionInvalid when it cannot begin
   */
  async start(directory: string): Promise<BackupStatus> {
    if (this.#status?.state === 'running' || this.#ended) {
      throw new IxionError('OptionInvalid', 'a backup is under way, or the server is stopping');
    }
    const { clock, log } = this.#options;
    const startedAt = clock.nowMs();
    const begun = { directory, startedAt, bytes: 0, totalBytes: 0, heldMs: 0 } as const;
    const before = this.#status;
    this.#status = { ...begun, state: 'running' };
    let made: readonly string[];
    try {
      made = await within(clock, prepareDeadlineMs, prepare(directory));
    } catch (error) {
      this.#status = before;
      const detail = `cannot back up to ${directory}: ${(error as Error).message}`;
      throw new IxionError('OptionInvalid', detail, { cause: error });
    }
    log.info({ directory }, 'backup begins');
    this.#running = this.#run(directory, startedAt).then(
      () => this.#finish({ state: 'done' }),
      async (error: unknown) => {
        await this.#cleanUp(directory, made);
        this.#finish({ state: 'failed', failure: (error as Error).message });
      },
    );
    return this.#status;
  }

  /** Of the last backup, or the one under way; undefined: none since the start. */
  get state(): BackupStatus['state'] | undefined {
    return this.#status?.state;
  }

  /** The last backup, or the one under way; undefined: none since the start. */
  async status(): Promise<BackupStatus | undefined> {
    const status = this.#status;
    if (status === undefined || this.#target === undefined) return status;
    // It may not be there yet, or be gone with a backup that failed.
    const copying = await stat(this.#target).catch(() => ({ size: 0 }));
    return { ...status, bytes: Math.min(status.totalBytes, status.bytes + copying.size) };
  }

  /** Ends the backup under way; takes no more. */
  async stop(): Promise<void> {
    this.#ended = true;
    await this.#end();
    const { clock } = this.#options;
    await within(clock, stopDeadlineMs, Promise.resolve(this.#running)).catch(() => undefined);
  }

  #finish(end: Pick<BackupStatus, 'state' | 'failure'>): void {
    this.#target = undefined;
    this.#status = { ...this.#status!, ...end };
    const { directory, bytes, heldMs, failure } = this.#status;
    if (failure === undefined) this.#options.log.info({ directory, bytes, heldMs }, 'backup done');
    else this.#options.log.error({ directory, failure }, 'backup failed');
  }

  async #run(directory: string, takenAt: number): Promise<void> {
    const { partitions, manifest, version } = this.#options;
    try {
      const snapshots = await this.#standStill();
      const totalBytes = snapshots.reduce((sum, { bytes }) => sum + bytes, 0);
      this.#status = { ...this.#status!, totalBytes };
      await checkDiskSpace(directory, totalBytes);
      const files: BackupFile[] = [];
      for (let partition = 0; partition < partitions.length; partition += 1) {
        files.push(await this.#copy(directory, partition));
      }
      await syncDirectory(directory);
      await writeBackupManifest(directory, { takenAt, version, store: manifest, files });
    } finally {
      await this.#end();
    }
  }

  /** Snapshots of one moment in all partitions. */
  async #standStill(): Promise<OpenSnapshot[]> {
    const { partitions, barrier, clock, staggerMs } = this.#options;
    for (let attempt = 1; attempt <= attempts && !this.#ended; attempt += 1) {
      const backup = ++this.#number;
      const since = clock.monotonicMs();
      barrier.expect(backup, partitions.length);
      const answers = await Promise.all(
        partitions.map(async (partition, index) => {
          if (staggerMs > 0) await sleep(clock, index * staggerMs);
          return partition
            .ask<OpenSnapshot | undefined>(
              { type: 'backup-stand-still', backup },
              { deadlineMs: standStillDeadlineMs },
            )
            .catch(() => undefined);
        }),
      );
      const heldMs = Math.round(clock.monotonicMs() - since);
      this.#status = { ...this.#status!, heldMs };
      const snapshots = answers.filter((one) => one !== undefined);
      if (snapshots.length === partitions.length) return snapshots;
      this.#options.log.warn(
        { attempt, heldMs },
        'backup: a partition did not stand still in time',
      );
      await this.#end();
    }
    throw new Error('the partitions did not stand still together; the disk may be slow');
  }

  async #copy(directory: string, partition: number): Promise<BackupFile> {
    const { partitions } = this.#options;
    const backup = this.#number;
    const name = fileOf(partition);
    const target = join(directory, name);
    await makeDirectory(partitionDirectory(directory, partition));
    this.#target = target;
    const copied = await partitions[partition]!.ask<CopiedFile>(
      { type: 'backup-copy', backup, target },
      { deadlineMs: copyDeadlineMs },
    );
    this.#target = undefined;
    this.#status = { ...this.#status!, bytes: this.#status!.bytes + copied.bytes };
    await this.#endIn(partition);
    await syncDirectory(partitionDirectory(directory, partition));
    return { name, ...copied };
  }

  async #end(): Promise<void> {
    await Promise.all(this.#options.partitions.map((_, partition) => this.#endIn(partition)));
  }

  /** Without an answer the snapshot stays open until the next backup, or the end of the server. */
  async #endIn(partition: number): Promise<void> {
    const message = { type: 'backup-end', backup: this.#number } as const;
    await this.#options.partitions[partition]!.ask(message, { deadlineMs: endDeadlineMs }).catch(
      (error: unknown) => {
        this.#options.log.warn({ partition, error: String(error) }, 'a snapshot stays open');
      },
    );
  }

  /**
   * Removes what this backup wrote into a directory that was empty, and the directories it made.
   */
  async #cleanUp(directory: string, made: readonly string[]): Promise<void> {
    const tell = (path: string) => (error: unknown) =>
      this.#options.log.warn({ path, error: String(error) }, 'cannot be removed');
    const partitions = this.#options.partitions.map((_, partition) =>
      partitionDirectory(directory, partition),
    );
    const files = backupManifestNames.map((name) => join(directory, name));
    for (const path of [...partitions, ...files]) {
      await rm(path, { recursive: true, force: true }).catch(tell(path));
    }
    for (const path of made.toReversed()) await rmdir(path).catch(tell(path));
  }
}

/** @returns the directories that it made */
async function prepare(directory: string): Promise<readonly string[]> {
  const made = await makeDirectory(directory);
  if ((await readdir(directory)).length > 0) throw new Error('it is not empty');
  return made;
}

/** @throws what `work` throws, or that it has not ended by then */
function within<Result>(clock: Clock, limitMs: number, work: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const late = new Error(`its disk has not answered for ${limitMs / 1_000} s`);
    const timer = clock.setTimer(limitMs, () => reject(late));
    work.then(resolve, reject).finally(() => timer.cancel());
  });
}

const sleep = (clock: Clock, timeMs: number): Promise<void> =>
  new Promise((resolve) => clock.setTimer(timeMs, resolve));

/** Says at once what would fail hours later. */
async function checkDiskSpace(directory: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(directory);
  const free = bavail * bsize;
  if (free < bytes) throw new Error(`${bytes} bytes are to be copied, and ${free} are free there`);
}
