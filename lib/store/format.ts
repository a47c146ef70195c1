/**
 * The data format of a partition and how one is made, opened and upgraded.
 *
 * The format row names the format's version. A version that is older than this program's is
 * brought up step by step, each step in one transaction together with its new number, so that a
 * crash leaves a store of some whole version. A newer version is refused untouched: its rows may
 * mean something else. To change the format: append a step, never edit one.
 */
import { Buffer } from 'node:buffer';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { systemRandom } from '../clock.js';
import { JournalFile } from './journal-file.js';
import { JournaledMedium } from './journaled.js';
import { LayeredStore } from './layered.js';
import { LmdbMedium, pageBytesDefault, type LmdbOptions, type Writer } from './lmdb.js';
import { preflight } from './preflight.js';

const formatKey = '#format';

/** What a partition is, written when it is made. */
export interface PartitionIdentity {
  /** Same for all partitions of one store. */
  readonly storeId: string;
  /** 0 to `partitions` - 1. */
  readonly partition: number;
  readonly partitions: number;
}

/** The format row. */
export interface FormatRow extends PartitionIdentity {
  readonly format: number;
  readonly pageBytes: number;
}

/** Brings a store from format `from` to `from` + 1. */
export interface FormatStep {
  readonly from: number;
  run(writer: Writer): void;
}

/** In order of `from`, without gaps. Format 1 is the first. */
const formatSteps: readonly FormatStep[] = [
  // A partition has a journal, which older programs do not read.
  { from: 1, run: () => undefined },
];
const currentFormat = 2;

/** How to open. */
export interface OpenOptions extends LmdbOptions {
  /** Make a new partition; refused as `exists` when there is one. Absent: open what is there. */
  readonly create?: PartitionIdentity | undefined;
  /** For tests of upgrades: other steps, and the format they lead to. */
  readonly steps?: { readonly list: readonly FormatStep[]; readonly current: number };
}

/** Why a partition was not opened; an operating error, not a thrown one. */
export interface OpenRefusal {
  readonly problem: 'missing' | 'exists' | 'newer' | 'older' | 'damaged' | 'unusable';
  readonly detail: string;
  readonly remedy: string;
}

/** An open partition. */
export interface OpenedStore {
  readonly store: LayeredStore;
  /** What the store stands on: for backup, statistics and compaction. */
  readonly medium: LmdbMedium;
  readonly format: FormatRow;
  /** Format before upgrading, when an upgrade was made. */
  readonly upgradedFrom?: number;
}

/**
 * Opens the partition in `directory`, which exists, upgrading it if its format is older. Not for a
 * directory that this process has open already.
 * @throws what lmdb throws when the system denies it something that was not foreseen
 */
export async function openPartitionStore(
  directory: string,
  options: OpenOptions,
): Promise<OpenedStore | OpenRefusal> {
  const { create } = options;
  if (create === undefined && !existsSync(join(directory, 'data.mdb'))) return missing(directory);
  const obstacle = preflight(directory);
  if (obstacle !== undefined) return { ...obstacle, remedy: remedies[obstacle.problem] };
  const medium = new LmdbMedium(directory, options);
  const opened = prepare(medium, directory, options);
  if ('problem' in opened) await medium.close();
  return opened;
}

function prepare(
  medium: LmdbMedium,
  directory: string,
  options: OpenOptions,
): OpenedStore | OpenRefusal {
  const { create } = options;
  const steps = options.steps ?? { list: formatSteps, current: currentFormat };
  const bytes = medium.getOwn(formatKey);
  if (bytes === undefined) {
    if (create === undefined) return missing(directory);
    const pageBytes = options.pageBytes ?? pageBytesDefault;
    const format: FormatRow = { format: steps.current, pageBytes, ...create };
    medium.openTables(() => medium.putOwn(formatKey, encodeFormat(format)));
    const journal = new JournalFile(directory, format, systemRandom);
    // One that is left of a partition before this one is emptied.
    journal.read(Infinity);
    return { store: over(medium, journal, options), medium, format };
  }
  if (create !== undefined) return exists(directory);
  const found = decodeFormat(bytes);
  if (found === undefined) return damaged(directory);
  if (found.format > steps.current) return newer(directory, found.format, steps.current);
  const journal = new JournalFile(directory, found, systemRandom);
  if (found.format === steps.current) {
    takeIn(medium, journal);
    return { store: over(medium, journal, options), medium, format: found };
  }
  const path = steps.list.filter(({ from }) => from >= found.format && from < steps.current);
  if (path.length !== steps.current - found.format) return older(directory, found.format);
  takeIn(medium, journal);
  const format = path.reduce((row, step) => upgrade(medium, row, step), found);
  return { store: over(medium, journal, options), medium, format, upgradedFrom: found.format };
}

/** What the journal has and LMDB has not is put into LMDB. */
function takeIn(medium: LmdbMedium, journal: JournalFile): void {
  medium.openTables();
  const sets = journal.read(medium.applied().sequence);
  if (sets.length > 0) medium.applyNow(sets);
}

function over(medium: LmdbMedium, journal: JournalFile, { clock }: OpenOptions): LayeredStore {
  journal.open();
  return new LayeredStore(new JournaledMedium(medium, journal, clock));
}

function upgrade(medium: LmdbMedium, row: FormatRow, step: FormatStep): FormatRow {
  const upgraded = { ...row, format: step.from + 1 };
  medium.transaction(() => {
    step.run(medium);
    medium.putOwn(formatKey, encodeFormat(upgraded));
  });
  return upgraded;
}

function encodeFormat(row: FormatRow): Uint8Array {
  return Buffer.from(JSON.stringify(row), 'utf8');
}

function decodeFormat(bytes: Uint8Array): FormatRow | undefined {
  let row: Partial<FormatRow> | null;
  try {
    row = JSON.parse(Buffer.from(bytes).toString('utf8')) as Partial<FormatRow> | null;
  } catch {
    return undefined;
  }
  const { format, pageBytes, storeId, partition, partitions } = row ?? {};
  const numbers = [format, pageBytes, partition, partitions].every(Number.isSafeInteger);
  return numbers && typeof storeId === 'string' ? (row as FormatRow) : undefined;
}

const remedies = {
  unusable: 'See to it that the directory exists, has room and belongs to the user of the server.',
  damaged: 'Restore the store from a backup.',
};

const missing = (directory: string): OpenRefusal => ({
  problem: 'missing',
  detail: `There is no partition in ${directory}, or the making of it was cut short.`,
  remedy: 'Check the path; start with --init to make a new store.',
});

const exists = (directory: string): OpenRefusal => ({
  problem: 'exists',
  detail: `There is a partition in ${directory} already.`,
  remedy: 'Start without --init to use it.',
});

const newer = (directory: string, found: number, known: number): OpenRefusal => ({
  problem: 'newer',
  detail: `The partition in ${directory} has data format ${found}; this program knows ${known}.`,
  remedy: 'Use the program version that wrote it, or a later one. Nothing was changed.',
});

const older = (directory: string, found: number): OpenRefusal => ({
  problem: 'older',
  detail: `The partition in ${directory} has data format ${found}, which cannot be upgraded.`,
  remedy: 'Upgrade it with an earlier program version first. Nothing was changed.',
});

const damaged = (directory: string): OpenRefusal => ({
  problem: 'damaged',
  detail: `The format row of the partition in ${directory} cannot be read.`,
  remedy: remedies.damaged,
});
