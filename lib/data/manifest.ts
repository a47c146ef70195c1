/**
 * `ixion.json` in the data directory says that this is a store, in which format, and of how many
 * partitions. While a store is being made the file is `ixion.json.new`; it gets its name when all
 * partitions are there, before the first client is served. So a creation that was cut short can be
 * told from a store, and begun again without losing anything that was acknowledged.
 *
 * Recipe for a new format: raise `dataFormat`, keep reading the older number here, and upgrade
 * where the difference lies (rows of a partition carry versions of their own).
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { syncDirectorySync } from '../disk/directories.js';
import { privateFile } from '../disk/private.js';
import { limits } from '../limits.js';
import type { PartitionIdentity } from '../store/identity.js';
import { isTimeline, type Timeline } from '../timeline.js';
import { refusalOf, StartRefused } from '../refusal.js';

/** Version of the layout of the data directory. */
export const dataFormat = 1;

const fileName = 'ixion.json';
const draftName = 'ixion.json.new';

export interface Manifest {
  readonly format: number;
  readonly partitions: number;
  /** 32 hexadecimal digits, chosen when the store was made. */
  readonly storeId: string;
  /** The course of events that it is in; every partition has it too. */
  readonly timeline: Timeline;
}

/** What a partition of the store must be, to be opened as such. */
export const wantedOf = (
  { storeId, partitions, timeline }: Manifest,
  partition: number,
): { readonly identity: PartitionIdentity; readonly timeline: Timeline } => ({
  identity: { storeId, partition, partitions },
  timeline,
});

const isWhole = (value: unknown, min: number, max: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;

/**
 * The manifest of a data directory; undefined when there is none.
 * @throws {StartRefused} of kind `data` when it is damaged or of a newer format
 */
export function readManifest(directory: string): Manifest | undefined {
  const file = join(directory, fileName);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw refusalOf(error, 'data', directory, `${file} cannot be read`);
  }
  const { format, partitions, storeId, timeline } = parse(text, file);
  if (isWhole(format, dataFormat + 1, Number.MAX_SAFE_INTEGER)) {
    throw new StartRefused(
      'data',
      `${directory} has data format ${format}; this version reads up to ${dataFormat}. ` +
        'Start the version that wrote it, or a newer one.',
    );
  }
  if (
    !isWhole(format, 1, dataFormat) ||
    !isWhole(partitions, 1, limits.partitions) ||
    typeof storeId !== 'string' ||
    !isTimeline(timeline)
  ) {
    throw new StartRefused('data', `${file} is damaged. Restore it from a backup.`);
  }
  return { format, partitions, storeId, timeline };
}

function parse(text: string, file: string): Partial<Record<keyof Manifest, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch (error) {
    const message = `${file} is damaged. Restore it from a backup.`;
    throw new StartRefused('data', message, { cause: error });
  }
  return {};
}

/** Notes that a store is being made. On disk when it returns. */
export function beginManifest(directory: string, manifest: Manifest): void {
  const descriptor = openSync(join(directory, draftName), 'w', privateFile);
  try {
    writeFileSync(descriptor, `${JSON.stringify(manifest, null, 2)}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  syncDirectorySync(directory);
}

/** Makes the store one: with this it is there. On disk when it returns. */
export function completeManifest(directory: string): void {
  renameSync(join(directory, draftName), join(directory, fileName));
  syncDirectorySync(directory);
}

/**
 * Makes a store that nobody was served from one that is being made: the first step of its removal.
 */
export function reopenManifest(directory: string): void {
  const file = join(directory, fileName);
  if (existsSync(file)) renameSync(file, join(directory, draftName));
}

/** Forgets a store that was being made. */
export function dropDraft(directory: string): void {
  rmSync(join(directory, draftName), { force: true });
  syncDirectorySync(directory);
}

/** Whether the directory holds a creation that was cut short. */
export function isUnfinished(directory: string): boolean {
  return existsSync(join(directory, draftName)) && !existsSync(join(directory, fileName));
}
