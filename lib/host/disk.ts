/**
 * The disk as one partition sees it: asked at every turn, and told to the main thread when
 * something changes. As long as room is short it is also asked by a timer, so that the end of the
 * shortage is told without any request.
 */
import type { ActorRef } from '../actor/index.js';
import type { Clock, Timer } from '../clock.js';
import { DiskLevel, type DiskAllowance } from '../store/contract.js';
import type { LmdbMedium } from '../store/lmdb.js';
import type { DiskReport } from '../mail/disk-reports.js';

const checkMs = 500;

export class PartitionDisk {
  readonly #medium: Pick<LmdbMedium, 'diskState'>;
  readonly #partition: number;
  readonly #reports: ActorRef<DiskReport>;
  readonly #clock: Clock;
  #told: DiskLevel = DiskLevel.normal;
  #timer: Timer | undefined;

  constructor(
    medium: Pick<LmdbMedium, 'diskState'>,
    partition: number,
    reports: ActorRef<DiskReport>,
    clock: Clock,
  ) {
    this.#medium = medium;
    this.#partition = partition;
    this.#reports = reports;
    this.#clock = clock;
  }

  /** What may be written now. */
  allowance(): DiskAllowance {
    const state = this.#medium.diskState();
    const { level, freeBytes } = state;
    if (level !== this.#told) {
      const report = { type: 'disk-level', partition: this.#partition, level, freeBytes } as const;
      if (this.#reports.tell(report)) this.#told = level;
    }
    if (this.#told !== DiskLevel.normal || level !== DiskLevel.normal) this.#checkLater();
    return state;
  }

  /** No more timers. */
  stop(): void {
    this.#timer?.cancel();
  }

  #checkLater(): void {
    this.#timer ??= this.#clock.setTimer(checkMs, () => {
      this.#timer = undefined;
      this.allowance();
    });
  }
}
