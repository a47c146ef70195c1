/**
 * Verifies a whole store offline: its manifest, and every partition from end to end. They are read
 * by a process of its own, and nothing is written to their files. When it is ended by what it
 * reads, another one goes on there; what ends one at the first partition that it reads is a fault
 * of that, with the place that it had come to.
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
    const tasks = Array.from({ length: partitions }, (_, partition) => {
      const path = partitionDirectory(directory, partition);
      return { directory: path, storeId, partition, partitions, timeline };
    });
    const found = await verifyAll(tasks);
    const verifications = found.map(({ verification }) => verification);
    const between = compareWhereabouts(found.map(whereaboutsOf));
    const faults = verifications.reduce((sum, one) => sum + one.faults.length, between.length);
    return { data: directory, storeId, timeline, partitions: verifications, between, faults };
  } finally {
    await lock.release();
  }
}

/** How a process ended before its last result, and where it was. */
interface Death {
  readonly how: string;
  readonly at: WalkPosition | undefined;
}

async function verifyAll(tasks: readonly VerifyTask[]): Promise<VerifiedPartition[]> {
  const found: VerifiedPartition[] = [];
  while (found.length < tasks.length) {
    const left = tasks.slice(found.length);
    const { done, death } = await run(left);
    found.push(...done);
    // What came before may have ended it: the one where it ended is read anew, by itself.
    if (death !== undefined && done.length === 0) found.push(await faultOf(left[0]!, death));
  }
  return found;
}

/** Says where the process ended that read this partition alone. */
async function faultOf(task: VerifyTask, death: Death): Promise<VerifiedPartition> {
  // What ends the reading of a piece ends that of one of its entries.
  const nearer = death.at === undefined ? undefined : await run([{ ...task, narrow: death.at }]);
  const { how, at } = nearer?.death ?? death;
  const where =
    at === undefined ? 'while it was opened' : `in table ${at.table}, behind ${placeOf(at.after)}`;
  const file = `${task.directory}/data.mdb`;
  const detail = `${file} is damaged: reading it ${how} ${where}.`;
  return unreadable(task.partition, `${detail} ${remedy}`);
}

/** Runs a process to its end: what it found, in order, and how it ended before the last. */
function run(
  tasks: readonly VerifyTask[],
): Promise<{ readonly done: readonly VerifiedPartition[]; readonly death: Death | undefined }> {
  const entry = fileURLToPath(new URL('../../workers/verify-partition.js', import.meta.url));
  // What it says on stderr may have rows in it, as the report of a crash has.
  const child = spawn(process.execPath, [entry, JSON.stringify(tasks)], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: ownEnvironment(),
  });
  let at: WalkPosition | undefined;
  const done: VerifiedPartition[] = [];
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
    else {
      done.push(line.done);
      at = undefined;
    }
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      timer.cancel();
      if (denied !== undefined) return reject(refusalOfStore(denied));
      if (done.length === tasks.length) return resolve({ done, death: undefined });
      const ended = signal ?? `code ${code}`;
      const how = isSilent ? 'came to no end' : `ended its process by ${ended}`;
      resolve({ done, death: { how, at } });
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
