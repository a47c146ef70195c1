/**
 * Verifies partitions, in a process of its own: LMDB maps their files and follows what is in
 * them, so that a damaged page may end the process that reads it. What is found goes to stdout as
 * lines of JSON: of each first how far it came, at last the result.
 */
import { writeSync } from 'node:fs';
import { ConsistencyCheck } from '../partition/consistency-check.js';
import type { Whereabouts } from '../partition/whereabouts.js';
import { faultOfObject } from './object-rows.js';
import type { OpenRefusal } from '../store/open-refusal.js';
import { type PartitionReading, readPartition } from '../store/reading.js';
import type { Timeline } from '../timeline.js';
import { type TableReport, walk, type WalkPosition } from '../store/verify.js';

/** What was found in one partition; sound when there are no faults. */
export interface PartitionVerification {
  readonly partition: number;
  /** Interactions that live in it. */
  readonly interactions: number;
  readonly tables: readonly TableReport[];
  /** One sentence each. */
  readonly faults: readonly string[];
}

/** What the process is to do with a partition. */
export interface VerifyTask {
  /** Of the partition. */
  readonly directory: string;
  readonly storeId: string;
  readonly partition: number;
  readonly partitions: number;
  readonly timeline: Timeline;
  /** Only to find out where it ends: entry by entry from here on. */
  readonly narrow?: WalkPosition | undefined;
}

/** What others compare, as JSON has it. */
export interface VerifiedPartition {
  readonly verification: PartitionVerification;
  readonly away: readonly string[];
  readonly locations: readonly (readonly [id: string, partition: number])[];
  readonly moving: readonly string[];
}

/** A line of stdout. `denied`: this user may not read it. */
export type VerifyLine =
  | { readonly at: WalkPosition }
  | { readonly done: VerifiedPartition }
  | { readonly denied: OpenRefusal };

/** The whereabouts in a result. */
export const whereaboutsOf = (found: VerifiedPartition): Whereabouts => ({
  partition: found.verification.partition,
  away: new Set(found.away),
  locations: new Map(found.locations),
  moving: new Set(found.moving),
});

/** A partition that could not be read. */
export const unreadable = (partition: number, fault: string): VerifiedPartition => ({
  verification: { partition, interactions: 0, tables: [], faults: [fault] },
  away: [],
  locations: [],
  moving: [],
});

/** The whole of such a process; its argument is a list of tasks as JSON. */
export async function hostVerification(argument: string): Promise<void> {
  for (const task of JSON.parse(argument) as readonly VerifyTask[]) {
    const { line, reading } = await verify(task);
    tell(line);
    if ('denied' in line) return;
    // After the word: what it has read may end the process here, too.
    await reading?.close();
  }
}

/** At once, so that it is told whatever comes next. */
function tell(line: VerifyLine): void {
  const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
  for (let at = 0; at < bytes.length;) at += writeSync(1, bytes, at);
}

/** What is to be told of a partition, and what is open then. */
interface Verified {
  readonly line: VerifyLine;
  readonly reading?: PartitionReading;
}

async function verify(task: VerifyTask): Promise<Verified> {
  const { directory, partition, partitions, storeId, timeline, narrow } = task;
  const identity = { storeId, partition, partitions };
  let opened;
  try {
    opened = await readPartition(directory, { identity, timeline });
  } catch (error) {
    const detail = `${directory} cannot be opened: ${(error as Error).message}.`;
    return { line: { done: unreadable(partition, `${detail} ${remedy}`) } };
  }
  if ('problem' in opened && opened.problem === 'denied') return { line: { denied: opened } };
  if ('problem' in opened) {
    return { line: { done: unreadable(partition, `${opened.detail} ${opened.remedy}`) } };
  }
  const { reader } = opened;
  const check = new ConsistencyCheck(reader, partition, partitions, opened.format, faultOfObject);
  const reached = (at: WalkPosition): void => tell({ at });
  const entries = narrow === undefined ? undefined : 1;
  const found = walk(reader, check.visit, { from: narrow, pieceEntries: entries, reached });
  const { interactions, whereabouts } = check;
  const { away, locations, moving } = whereabouts;
  const faults = [...found.problems, ...check.finish()];
  const done = {
    verification: { partition, interactions, tables: found.tables, faults },
    away: [...away],
    locations: [...locations],
    moving: [...moving],
  };
  return { line: { done }, reading: opened };
}

/** What to do with a partition that cannot be read. */
export const remedy = 'Restore the store from a backup.';
