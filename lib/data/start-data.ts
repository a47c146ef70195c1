/** The data of a start: a new store is made, and taken back when the start fails. */
import { spaceForCommits, freeBytesOf, type DiskReserves } from '../store/disk-space.js';
import { abandonStore, beginStore, type DataPlan } from './directory.js';
import { type DataLock, lockData } from './lock.js';
import { diskIsFull, refusalOf, StartRefused } from '../refusal.js';

/** A file of a new partition, and the first commits to it. */
const newPartitionBytes = 2 ** 20;
const mebibyte = 2 ** 20;

/** A data directory that this process has. */
export class StartData {
  readonly #lock: DataLock;
  readonly #directory: string;
  readonly #reserves: DiskReserves;
  /** The store that this start makes, until somebody may be served from it. */
  #made: DataPlan | undefined;

  private constructor(lock: DataLock, directory: string, reserves: DiskReserves) {
    this.#lock = lock;
    this.#directory = directory;
    this.#reserves = reserves;
  }

  /** @throws {StartRefused} of kind `locked`, `full` or `configuration` */
  static async take(directory: string, reserves: DiskReserves): Promise<StartData> {
    return new StartData(await lockData(directory), directory, reserves);
  }

  get lock(): DataLock {
    return this.#lock;
  }

  /**
   * Makes a new store, if there is to be one. Planned again, since under the lock nobody else can
   * be faster any more.
   * @throws {StartRefused} of kind `full` where it would have no room
   */
  make(planned: DataPlan, planAgain: () => DataPlan): DataPlan {
    if (!planned.isNew) return planned;
    const data = planAgain();
    if (!data.isNew) return data;
    checkDiskSpace(data, this.#reserves);
    this.#made = data;
    try {
      beginStore(data);
    } catch (error) {
      throw refusalOf(error, 'configuration', this.#directory, 'the store cannot be made');
    }
    return data;
  }

  /** From now on clients may be served: the new store stays. */
  served(): void {
    this.#made = undefined;
  }

  /**
   * Why a change of the store was not made: there was no room for it, or what the error says.
   * @param error that the change ended with
   */
  refusalOfChange(error: unknown): unknown {
    if (error instanceof StartRefused) return error;
    return freeBytesOf(this.#directory) < spaceForCommits(this.#reserves)
      ? diskIsFull(this.#directory, { cause: error })
      : error;
  }

  /** The start has failed, and no partition is open any more. */
  async giveUp(): Promise<void> {
    if (this.#made !== undefined) abandonStore(this.#made);
    await this.#lock.release(false);
  }
}

/**
 * Whether the disk has room for a new store.
 * @param reserves of the server that begins to write it; absent: none does as yet
 * @throws {StartRefused} of kind `full`
 */
export function checkDiskSpace(
  { directory, manifest: { partitions } }: DataPlan,
  reserves?: DiskReserves,
): void {
  const reserved = reserves === undefined ? 0 : spaceForCommits(reserves);
  const wanted = reserved + partitions * newPartitionBytes;
  const free = freeBytesOf(directory);
  if (free >= wanted) return;
  const megabytes = (bytes: number): number => Math.floor(bytes / mebibyte);
  throw new StartRefused(
    'full',
    `the disk of ${directory} is full: a new store needs ${megabytes(wanted)} MiB free, and ` +
      `${megabytes(free)} MiB are. Free space there, or lower disk.reserveMegabytes.`,
  );
}
