/** Backups and figures of the store of a running server, for its operators. */
import type { ActorRef } from '../actor/index.js';
import type { Clock } from '../clock.js';
import { IxionError } from '../errors.js';
import type { AuditLog } from '../security/audit-log.js';
import type { EnvironmentStats } from '../store/stats.js';
import type { BackupStatus, Backups } from './backup.js';
import type { BackupBarrier } from '../mail/backup-barrier.js';
import type { LateLoads } from '../process/late-loads.js';
import type { Log } from '../log.js';
import type { Service } from '../service/contract.js';
import type { Manifest } from './manifest.js';
import type { PartitionMessage } from '../mail/partition.js';
import type { PartitionStats } from '../store/stats.js';

const statsDeadlineMs = 2_000;
/** With fault injection, backups find partitions that are late. */
const testStaggerMs = 30;

export interface StoreAdminOptions {
  readonly partitions: readonly ActorRef<PartitionMessage>[];
  readonly barrier: BackupBarrier;
  readonly manifest: Manifest;
  readonly audit: AuditLog;
  readonly version: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly late: LateLoads;
  /** For tests: partitions are told to stand still one after the other. */
  readonly staggers: boolean;
}

export class StoreAdmin implements Service {
  readonly name = 'backup';
  readonly #options: StoreAdminOptions;
  /** Loaded with the first backup. */
  #backups: Promise<Backups> | undefined;
  /** The same, once it is there. */
  #running: Backups | undefined;
  #isStopped = false;

  constructor(options: StoreAdminOptions) {
    this.#options = options;
  }

  /**
   * Begins a backup of all partitions as they are at one moment; see `backup.ts`.
   * @param directory absolute path of a directory that is empty or not there
   * @param who for the audit log
   * @throws {IxionError} OptionInvalid when it cannot begin; ShuttingDown once the server stops
   */
  async backup(directory: string, who: { readonly who: string }): Promise<BackupStatus> {
    if (this.#isStopped) throw new IxionError('ShuttingDown');
    const { audit, late: _, staggers, ...options } = this.#options;
    const staggerMs = staggers ? testStaggerMs : 0;
    this.#backups ??= this.#options.late
      .now('what makes backups', () => import('./backup.js'))
      .then(({ Backups: Loaded }) => new Loaded({ ...options, staggerMs }));
    const loading = this.#backups;
    // One that could not be loaded is loaded anew for the next.
    loading.catch(() => (this.#backups = undefined));
    this.#running = await loading;
    const begun = await this.#running.start(directory);
    audit.note({ event: 'backup begun', directory, ...who });
    return begun;
  }

  /** The last backup, or the one under way; undefined: none since the start. */
  async backupStatus(): Promise<BackupStatus | undefined> {
    return (await this.#loaded())?.status();
  }

  /** How much room the tables of each partition take. @throws {IxionError} of a partition's ask */
  stats(): Promise<PartitionStats[]> {
    return Promise.all(
      this.#options.partitions.map(async (ref, partition) => {
        const ask = { type: 'store-stats' } as const;
        const stats = await ref.ask<EnvironmentStats>(ask, { deadlineMs: statsDeadlineMs });
        return { partition, ...stats };
      }),
    );
  }

  start(): void {
    // What makes backups is loaded with the first.
  }

  status(): object {
    return { state: this.#running?.state ?? 'none' };
  }

  /** Ends the backup under way; no more is taken. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await (await this.#loaded())?.stop();
  }

  /** Undefined: none was asked for, or it cannot be loaded. */
  async #loaded(): Promise<Backups | undefined> {
    return this.#backups?.catch(() => undefined);
  }
}
