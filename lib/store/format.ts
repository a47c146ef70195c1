/**
 * The data format of a partition and how one is made, opened and upgraded.
 *
 * The format row names the format's version. A version that is older than this program's is
 * brought up step by step, each step in one transaction together with its new number, so that a
 * crash leaves a store of some whole version. A newer version is refused untouched: its rows may
 * mean something else. To change the format: append a step, never edit one.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { systemRandom } from '../clock.js';
import { contradictionIn } from './applied-row.js';
import { describePartition, isSamePartition, type PartitionIdentity } from './identity.js';
import { decodeFormat, encodeFormat, formatKey, type FormatRow } from './format-row.js';
import { JournalFile } from './journal-file.js';
import type { JournalHeader } from './journal-header.js';
import { readJournalOf } from './journal-reading.js';
import { JournaledMedium } from './journaled.js';
import { LayeredStore } from './layered.js';
import {
  appliedKey,
  LmdbMedium,
  pageBytesDefault,
  type LmdbOptions,
  type OwnRows,
  type Writer,
} from './lmdb.js';
import {
  damaged,
  damagedFile,
  exists,
  foreign,
  full,
  isFullDisk,
  missing,
  newer,
  older,
  type OpenRefusal,
  remedies,
} from './open-refusal.js';
import { preflight } from './preflight.js';
import { describeTimeline, firstTimeline, historyAfter, type Timeline } from '../timeline.js';

/** Brings a store from format `from` to `from` + 1. */
export interface FormatStep {
  readonly from: number;
  run(writer: Writer): void;
}

/** In order of `from`, without gaps; none, since format 1 is the first. */
const formatSteps: readonly FormatStep[] = [];
/** The format of this program. */
export const currentFormat = 1;

/** How to open. */
export interface OpenOptions extends LmdbOptions {
  /** Make a new partition; refused as `exists` when there is one. Absent: open what is there. */
  readonly create?: PartitionIdentity | undefined;
  /** What is to be there; another partition, or one of another store, is refused as `foreign`. */
  readonly identity?: PartitionIdentity | undefined;
  /** The timeline that it is to be in; another is refused as `foreign`. Of a new one: its first. */
  readonly timeline?: Timeline | undefined;
  /**
   * `none`: the files are a copy that was made without a journal, when there was nothing in it.
   * Absent: it is beside the data.
   */
  readonly journal?: 'none' | undefined;
  /** For tests of upgrades: other steps, and the format they lead to. */
  readonly steps?: { readonly list: readonly FormatStep[]; readonly current: number };
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
  const obstacle = preflight(directory, create === undefined ? 'writing' : 'making');
  if (obstacle !== undefined) return { ...obstacle, remedy: remedies[obstacle.problem] };
  let medium: LmdbMedium;
  try {
    medium = new LmdbMedium(directory, options);
  } catch (error) {
    if (isFullDisk(error)) return full(directory);
    throw error;
  }
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
    const timeline = options.timeline ?? firstTimeline(create.storeId);
    const format = { format: steps.current, pageBytes, ...create, timeline, past: [] };
    medium.timeline = timeline.id;
    medium.openTables(() => medium.putOwn(formatKey, encodeFormat(format)));
    return { store: over(medium, journalOf(medium, directory, format), options), medium, format };
  }
  if (create !== undefined) return exists(directory);
  const found = decodeFormat(bytes);
  if (found === undefined) return damaged(directory);
  if (found.format > steps.current) return newer(directory, found.format, steps.current);
  const stranger = strangerOf(medium, directory, found, options);
  if (stranger !== undefined) return stranger;
  const path = steps.list.filter(({ from }) => from >= found.format && from < steps.current);
  if (path.length !== steps.current - found.format) return older(directory, found.format);
  const contradiction = contradictionOfApplied(medium, directory, found);
  if (contradiction !== undefined) return contradiction;
  medium.timeline = found.timeline.id;
  medium.openTables();
  if (options.journal === 'none') medium.transaction(() => medium.forgetJournal());
  const reading = readJournalOf(medium, directory, found);
  if ('damage' in reading) return damagedFile(reading.damage);
  if (reading.sets.length > 0) medium.applyNow(reading.sets);
  const format = path.reduce((row, step) => upgrade(medium, row, step), found);
  const journal = journalOf(medium, directory, found, reading.header);
  const opened = { store: over(medium, journal, options), medium, format };
  return path.length === 0 ? opened : { ...opened, upgradedFrom: found.format };
}

/** What a partition says of itself, if it is not what was to be there. */
export function strangerOf(
  { pageBytes }: { readonly pageBytes: number },
  directory: string,
  found: FormatRow,
  { identity, timeline }: Pick<OpenOptions, 'identity' | 'timeline'>,
): OpenRefusal | undefined {
  if (identity !== undefined && !isSamePartition(found, identity)) {
    return foreign(directory, describePartition(found), describePartition(identity));
  }
  if (timeline !== undefined && found.timeline.id !== timeline.id) {
    return foreign(directory, describeTimeline(found.timeline), describeTimeline(timeline));
  }
  if (pageBytes === found.pageBytes) return undefined;
  const pages = `pages of ${pageBytes} bytes, and its format row says ${found.pageBytes}`;
  return damagedFile(`${directory} has ${pages}.`);
}

/** What is wrong with the row of the last write set, if it is not of this store's present. */
export function contradictionOfApplied(
  rows: Pick<OwnRows, 'getOwn'>,
  directory: string,
  { timeline }: FormatRow,
): OpenRefusal | undefined {
  const row = rows.getOwn(appliedKey);
  if (row === undefined) return damagedFile(`${directory} lacks the row of its last write set.`);
  const contradiction = contradictionIn(row, timeline.id);
  return contradiction === undefined
    ? undefined
    : damagedFile(`${directory} contradicts itself: ${contradiction}.`);
}

const journalOf = (
  medium: LmdbMedium,
  directory: string,
  { storeId, partition, partitions, timeline }: FormatRow,
  header?: JournalHeader,
): JournalFile =>
  new JournalFile({
    directory,
    identity: { storeId, partition, partitions },
    timeline: timeline.id,
    random: systemRandom,
    notes: medium,
    header,
  });

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

/** Begins another timeline in a partition that nobody uses, when its last event is this one. */
export function beginTimeline(
  { medium, format }: OpenedStore,
  timeline: Timeline,
  lastSequence: number,
): void {
  const history = historyAfter(format, timeline, lastSequence);
  const bytes = encodeFormat({ ...format, ...history });
  medium.transaction(() => {
    medium.putOwn(formatKey, bytes);
    medium.beginTimeline(timeline.id);
  });
}
