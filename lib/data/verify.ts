/**
 * Verifies a whole store offline: its manifest, and every partition from end to end. Each is read
 * by a process of its own, and nothing is written to its files. When such a process is ended by
 * what it reads, that is a fault of its partition, with the place that it had come to.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { systemClock, systemRandom } from '../clock.js';
import { ownEnvironment } from '../process/environment.js';
import { compareWhereabouts } from '../partition/whereabouts.js';
import type { OpenRefusal } from '../store/open-refusal.js';
import type { Timeline } from '../timeline.js';
import { placeOf, type WalkPosition } from '../store/verify.js';
import { partitionDirectory, planData } from './directory.js';
import { lockData } from './lock.js';
import { refusalOfStore } from '../refusal.js';
import {
  type PartitionVerification,
  remedy,
  unreadable,
  type VerifiedPartition,
  type VerifyLine,
  type VerifyTask,
  whereaboutsOf,
} from './verify-partition.js';

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

/** A process that has not come to another piece for so long never will. */
const silenceMs = 60_000;

/**
 * Reads all of a store that no server uses, and holds its lock meanwhile.
 * @throws {StartRefused} when there is no store, it is damaged as a whole, or it is in use
 */
export async function verifyStore(data: string): Promise<StoreVerification> {
  const options = { creation: undefined, partitions: undefined, random: systemRandom };
  const { directory, manifest } = planData({ data, ...options });
  const lock = await lockData(directory, 'reading');
  try {
    const { storeId, timeline, partitions } = manifest;
    const found: VerifiedPartition[] = [];
    for (let partition = 0; partition < partitions; partition += 1) {
      const path = partitionDirectory(directory, partition);
      found.push(await verifyOne({ directory: path, storeId, partition, partitions, timeline }));
    }
    const verifications = found.map(({ verification }) => verification);
    const between = compareWhereabouts(found.map(whereaboutsOf));
    const faults = verifications.reduce((sum, one) => sum + one.faults.length, between.length);
    return { data: directory, storeId, timeline, partitions: verifications, between, faults };
  } finally {
    await lock.release();
  }
}

/** How a process ended that gave no result, and where it was. */
interface Death {
  readonly how: string;
  readonly at: WalkPosition | undefined;
}

async function verifyOne(task: VerifyTask): Promise<VerifiedPartition> {
  const found = await run(task);
  if (!('how' in found)) return found;
  // What ends the reading of a piece ends that of one of its entries.
  const nearer = found.at === undefined ? found : await run({ ...task, narrow: found.at });
  const { how, at } = 'how' in nearer ? nearer : found;
  const where =
    at === undefined ? 'while it was opened' : `in table ${at.table}, behind ${placeOf(at.after)}`;
  const file = `${task.directory}/data.mdb`;
  const detail = `${file} is damaged: reading it ${how} ${where}.`;
  return unreadable(task.partition, `${detail} ${remedy}`);
}

/** Runs a process to its end. */
function run(task: VerifyTask): Promise<VerifiedPartition | Death> {
  const entry = fileURLToPath(new URL('../../workers/verify-partition.js', import.meta.url));
  // What it says on stderr may have rows in it, as the report of a crash has.
  const child = spawn(process.execPath, [entry, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: ownEnvironment(),
  });
  let at: WalkPosition | undefined;
  let done: VerifiedPartition | undefined;
  let denied: OpenRefusal | undefined;
  let isSilent = false;
  const giveUp = (): void => {
    isSilent = true;
    child.kill('SIGKILL');
  };
  let timer = systemClock.setTimer(silenceMs, giveUp);
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = readLine(text);
    if (line === undefined) return;
    timer.cancel();
    timer = systemClock.setTimer(silenceMs, giveUp);
    if ('at' in line) at = line.at;
    else if ('denied' in line) denied = line.denied;
    else done = line.done;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      timer.cancel();
      if (denied !== undefined) return reject(refusalOfStore(denied));
      if (done !== undefined) return resolve(done);
      const ended = signal ?? `code ${code}`;
      const how = isSilent ? 'came to no end' : `ended its process by ${ended}`;
      resolve({ how, at });
    });
  });
}

/** The last line of a process that was ended may be cut short. */
function readLine(text: string): VerifyLine | undefined {
  try {
    return JSON.parse(text) as VerifyLine;
  } catch {
    return undefined;
  }
}
