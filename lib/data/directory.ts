/**
 * Which store a start opens. An existing one is opened; a new one is made only when asked for, so
 * that a mistyped path never looks like a total loss.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { assert } from '../assert.js';
import type { Random } from '../clock.js';
import { firstTimeline } from '../timeline.js';
import { makeDirectorySync, syncDirectorySync } from '../disk/directories.js';
import {
  type Manifest,
  beginManifest,
  dataFormat,
  dropDraft,
  isUnfinished,
  readManifest,
  reopenManifest,
} from './manifest.js';
import { StartRefused } from '../refusal.js';

/**
 * What a start may make. `init`: an empty store, and there must be none. `if-missing`: an empty
 * store if there is none. `demo`: the same with the demo's queues.
 */
export const creations = ['init', 'if-missing', 'demo'] as const;
export type Creation = (typeof creations)[number];

export interface DataPlan {
  /** Absolute path. */
  readonly directory: string;
  readonly manifest: Manifest;
  /** The store is not there yet; `beginStore` makes it. */
  readonly isNew: boolean;
}

/** Partitions of a new store, unless another number is asked for. */
export const defaultPartitions = 4;

/** Directory of the environment of one partition: `p00`, `p01`... */
export function partitionDirectory(directory: string, partition: number): string {
  return join(directory, `p${String(partition).padStart(2, '0')}`);
}

/** Left by a creation that was cut short, or by the file system: holds nothing of anybody. */
function isNothing(directory: string, name: string): boolean {
  if (['lost+found', 'ixion.json.new', 'ixion.lock'].includes(name)) return true;
  return /^p\d\d$/.test(name) && isUnfinished(directory);
}

function refuseMissing(directory: string): never {
  const state = isUnfinished(directory)
    ? 'holds a store that was never finished'
    : existsSync(directory)
      ? 'is empty: there is no store'
      : 'does not exist: there is no store';
  throw new StartRefused(
    'configuration',
    `${directory} ${state}. Check the path; to make a new store there, ` +
      'add --init (empty) or --demo (with the queues of the demo).',
  );
}

function checkExisting(directory: string, manifest: Manifest, partitions: number | undefined) {
  if (partitions !== undefined && partitions !== manifest.partitions) {
    throw new StartRefused(
      'configuration',
      `the store in ${directory} has ${manifest.partitions} partitions, and ${partitions} are ` +
        'configured; the number is fixed when a store is made. Leave the option out.',
    );
  }
  for (let partition = 0; partition < manifest.partitions; partition += 1) {
    const path = partitionDirectory(directory, partition);
    if (existsSync(path)) continue;
    throw new StartRefused('data', `${path} is missing. Restore the store from a backup.`);
  }
}

/**
 * Decides, changing nothing.
 * @param options.partitions as configured; absent: that of the store, or 4 for a new one
 * @throws {StartRefused} when there is no store and none was asked for, when `init` names an
 * existing one, or when the directory holds something else
 */
export function planData(options: {
  readonly data: string;
  readonly creation: Creation | undefined;
  readonly partitions: number | undefined;
  readonly random: Random;
}): DataPlan {
  const directory = resolve(options.data);
  const manifest = readManifest(directory);
  if (manifest !== undefined) {
    if (options.creation === 'init') {
      throw new StartRefused(
        'configuration',
        `--init makes a new store, and ${directory} holds one. Leave --init out to open it.`,
      );
    }
    checkExisting(directory, manifest, options.partitions);
    return { directory, manifest, isNew: false };
  }
  const names = existsSync(directory) ? readdirSync(directory) : [];
  const foreign = names.find((name) => !isNothing(directory, name));
  if (foreign !== undefined) {
    throw new StartRefused(
      'data',
      `${directory} is not a store: it has no ixion.json, but other things, as ${foreign}. ` +
        'Check the path, or give an empty directory.',
    );
  }
  if (options.creation === undefined) refuseMissing(directory);
  const storeId = Buffer.from(options.random.bytes(16)).toString('hex');
  const partitions = options.partitions ?? defaultPartitions;
  const timeline = firstTimeline(storeId);
  return {
    directory,
    manifest: { format: dataFormat, partitions, storeId, timeline },
    isNew: true,
  };
}

/**
 * Takes back a new store, from which nobody was served, as when a disk is full or an address in
 * use. The directory itself stays.
 */
export function abandonStore({ directory, isNew }: DataPlan): void {
  assert(isNew, 'only what was made now is taken back');
  reopenManifest(directory);
  if (!isUnfinished(directory)) return;
  for (const name of readdirSync(directory)) {
    if (/^p\d\d$/.test(name)) rmSync(join(directory, name), { recursive: true, force: true });
  }
  dropDraft(directory);
}

/**
 * Begins a new store: empty directories for the partitions. What an unfinished creation left is
 * removed; nobody was served from it. `completeManifest` ends the creation.
 */
export function beginStore({ directory, manifest }: DataPlan): void {
  beginManifest(directory, manifest);
  for (const name of readdirSync(directory)) {
    if (/^p\d\d$/.test(name)) rmSync(join(directory, name), { recursive: true });
  }
  for (let partition = 0; partition < manifest.partitions; partition += 1) {
    makeDirectorySync(partitionDirectory(directory, partition));
  }
  syncDirectorySync(directory);
  syncDirectorySync(dirname(directory));
}
