/** Makes a store without serving it: for scripts, packages and programs that embed the server. */
import { type Clock, type Random, systemClock, systemRandom } from '../clock.js';
import { IxionError } from '../errors.js';
import { limits } from '../limits.js';
import { openPartitionStore } from '../store/format.js';
import {
  type DataPlan,
  abandonStore,
  beginStore,
  partitionDirectory,
  planData,
} from './directory.js';
import { lockData } from './lock.js';
import { completeManifest, wantedOf } from './manifest.js';
import { diskIsFull, isDiskFull, refusalOfStore, StartRefused } from '../refusal.js';
import { checkDiskSpace } from './start-data.js';

/** What is to be made, and where. */
export interface InitOptions {
  /** Directory of the store; made with those above it if it is not there. */
  readonly data: string;
  /** Fixed for the life of the store; absent: 4, or those of a store that is there. */
  readonly partitions?: number | undefined;
  /** True: a store that is there is as good, and is left as it is. Else it is refused. */
  readonly ifMissing?: boolean | undefined;
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
}

/** The store that is there now. */
export interface InitReport {
  /** Absolute path. */
  readonly data: string;
  /** 32 hexadecimal digits. */
  readonly storeId: string;
  readonly partitions: number;
  /** False: it was there before. */
  readonly created: boolean;
}

/**
 * Makes a new, empty store; it is on disk when this resolves. What fails on the way leaves nothing.
 * @throws {StartRefused} of kind `configuration` when there is one already (unless `ifMissing`) or
 *   when the directory cannot be used, `data` when it holds something else or the partitions cannot
 *   be made, `locked` when another process has it
 * @throws {IxionError} OptionInvalid for a number of partitions that cannot be
 */
export async function initStore(options: InitOptions): Promise<InitReport> {
  const { ifMissing = false, partitions } = options;
  checkPartitions(partitions);
  const plan = (): DataPlan =>
    planData({
      data: options.data,
      creation: 'if-missing',
      partitions,
      random: options.random ?? systemRandom,
    });
  const planned = plan();
  if (!planned.isNew) return found(planned, ifMissing);
  const { directory } = planned;
  const lock = await lockData(directory);
  let isDone = false;
  try {
    // Again, since under the lock nobody else can be faster any more.
    const data = plan();
    if (!data.isNew) return found(data, ifMissing);
    await make(data, options.clock ?? systemClock);
    isDone = true;
    return report(data, true);
  } finally {
    await lock.release(isDone);
  }
}

function checkPartitions(partitions: number | undefined): void {
  if (partitions === undefined) return;
  if (Number.isInteger(partitions) && partitions >= 1 && partitions <= limits.partitions) return;
  const detail = `partitions: is not a whole number from 1 to ${limits.partitions}`;
  throw new IxionError('OptionInvalid', `${detail}; see docs/reference/options.md`);
}

function found(data: DataPlan, isFine: boolean): InitReport {
  if (isFine) return report(data, false);
  throw new StartRefused(
    'configuration',
    `${data.directory} holds a store already; it was left as it is. Give another directory, or ` +
      '--if-missing (ifMissing in a program) where that one will do.',
  );
}

const report = ({ directory, manifest }: DataPlan, created: boolean): InitReport => ({
  data: directory,
  storeId: manifest.storeId,
  partitions: manifest.partitions,
  created,
});

async function make(data: DataPlan, clock: Clock): Promise<void> {
  const { partitions } = data.manifest;
  try {
    checkDiskSpace(data);
    beginStore(data);
    for (let number = 0; number < partitions; number += 1) await makePartition(data, number, clock);
    completeManifest(data.directory);
  } catch (error) {
    abandonStore(data);
    if (isDiskFull(error)) throw diskIsFull(data.directory, { cause: error });
    if (error instanceof StartRefused) throw error;
    const message =
      `${data.directory}: the store cannot be made: ${(error as Error).message}. ` +
      'Nothing is left of it; see to it that the disk is sound and has room.';
    throw new StartRefused('data', message, { cause: error });
  }
}

async function makePartition(
  { directory, manifest }: DataPlan,
  partition: number,
  clock: Clock,
): Promise<void> {
  const { identity: create, timeline } = wantedOf(manifest, partition);
  const at = partitionDirectory(directory, partition);
  const opened = await openPartitionStore(at, { clock, create, timeline });
  if ('problem' in opened) throw refusalOfStore(opened);
  await opened.store.close();
}
