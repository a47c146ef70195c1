/** Makes an environment as small as its contents. Nobody may have it open. */
import {
  chmodSync,
  existsSync,
  fsyncSync,
  closeSync,
  openSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../clock.js';
import { privateDirectory, privateFile } from '../disk/private.js';
import { tables } from './contract.js';
import { openPartitionStore, type OpenOptions } from './format.js';
import type { OpenRefusal } from './open-refusal.js';

/** Sizes of the file before and after. */
export interface Compaction {
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

const draftName = 'compact.new';

/**
 * Copies what is in use, compares the counts of all tables, and puts the copy in the place of the
 * file, at once. Needs room for both meanwhile. A compaction that is cut short changes nothing. The
 * copy has no journal: all of it was in the data by then, and the next commits make another.
 */
export async function compactPartition(
  directory: string,
  wanted: Pick<OpenOptions, 'identity' | 'timeline'>,
): Promise<Compaction | OpenRefusal> {
  const draft = join(directory, draftName);
  rmSync(draft, { recursive: true, force: true });
  const file = join(directory, 'data.mdb');
  const bytesBefore = existsSync(file) ? statSync(file).size : 0;
  const opened = await openPartitionStore(directory, { clock: systemClock, ...wanted });
  if ('problem' in opened) return opened;
  let counts: number[];
  try {
    mkdirSync(draft, privateDirectory);
    await opened.medium.compactInto(draft);
    counts = tables.map((table) => opened.store.count(table));
  } finally {
    await opened.store.close();
  }
  const wrong = await whatIsWrong(draft, counts);
  if (wrong !== undefined) {
    rmSync(draft, { recursive: true, force: true });
    return wrong;
  }
  // LMDB makes copies for everybody to read.
  chmodSync(join(draft, 'data.mdb'), privateFile);
  sync(join(draft, 'data.mdb'));
  // Made anew when missing; the old one belongs to the old file.
  rmSync(join(directory, 'lock.mdb'), { force: true });
  renameSync(join(draft, 'data.mdb'), file);
  sync(directory);
  rmSync(draft, { recursive: true, force: true });
  return { bytesBefore, bytesAfter: statSync(file).size };
}

async function whatIsWrong(
  draft: string,
  counts: readonly number[],
): Promise<OpenRefusal | undefined> {
  const copy = await openPartitionStore(draft, { clock: systemClock, journal: 'none' });
  if ('problem' in copy) return copy;
  const same = tables.every((table, index) => copy.store.count(table) === counts[index]);
  await copy.store.close();
  if (same) return undefined;
  return {
    problem: 'damaged',
    detail: `A copy of ${draft} has not the rows of the original; nothing was changed.`,
    remedy: 'Verify the store.',
  };
}

function sync(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
