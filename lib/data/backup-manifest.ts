/**
 * `ixion-backup.json` in the directory of a backup: what belongs to it. It is written last, so that
 * a backup that was cut short is none.
 */
import { readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { syncDirectory } from '../disk/directories.js';
import { privateFile } from '../disk/private.js';
import { limits } from '../limits.js';
import { isTimeline } from '../timeline.js';
import { type Manifest, dataFormat } from './manifest.js';
import { refusalOf, StartRefused } from '../refusal.js';

const backupFormat = 1;
const fileName = 'ixion-backup.json';
const draftName = 'ixion-backup.json.new';

/** A file of a backup; `name` counts from its directory, and from that of the store. */
export interface BackupFile {
  readonly name: string;
  readonly bytes: number;
  readonly crc32: number;
}

export interface BackupManifest {
  readonly backupFormat: number;
  /** Milliseconds since 1970 UTC. */
  readonly takenAt: number;
  /** Version of the program that took it. */
  readonly version: string;
  /** The manifest of the store. */
  readonly store: Manifest;
  readonly files: readonly BackupFile[];
}

/** Names of what may be in the directory of a backup beside its partitions. */
export const backupManifestNames = [fileName, draftName] as const;

/** Completes a backup. On disk when it resolves. @throws what the system reports */
export async function writeBackupManifest(
  directory: string,
  manifest: Omit<BackupManifest, 'backupFormat'>,
): Promise<void> {
  const draft = join(directory, draftName);
  const file = await open(draft, 'wx', privateFile);
  try {
    await file.writeFile(`${JSON.stringify({ backupFormat, ...manifest }, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, join(directory, fileName));
  await syncDirectory(directory);
}

/** @throws {StartRefused} when there is no backup, or one that this version cannot read */
export function readBackupManifest(directory: string): BackupManifest {
  const file = join(directory, fileName);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw refusalOf(error, 'data', directory, `${directory} holds no complete backup`);
  }
  const manifest = parse(text);
  if (manifest === undefined) throw new StartRefused('data', `${file} is damaged.`);
  if (manifest.backupFormat > backupFormat || manifest.store.format > dataFormat) {
    throw new StartRefused(
      'data',
      `${directory} was written by version ${manifest.version}; restore it with that or a newer one.`,
    );
  }
  return manifest;
}

/** A name that stays inside a directory and is one of those that a backup writes. */
const isName = (name: unknown): boolean =>
  typeof name === 'string' && /^p\d\d\/data\.mdb$/.test(name);

function parse(text: string): BackupManifest | undefined {
  let value: Partial<BackupManifest> | null;
  try {
    value = JSON.parse(text) as Partial<BackupManifest> | null;
  } catch {
    return undefined;
  }
  const { store, files } = value ?? {};
  const numbers = [value?.backupFormat, value?.takenAt, store?.format, store?.partitions];
  const sound =
    numbers.every(Number.isSafeInteger) &&
    typeof store?.storeId === 'string' &&
    isTimeline(store.timeline) &&
    store.partitions >= 1 &&
    store.partitions <= limits.partitions &&
    Array.isArray(files) &&
    files.length === store.partitions &&
    files.every(({ name, bytes, crc32 }) => isName(name) && [bytes, crc32].every(Number.isInteger));
  if (!sound) return undefined;
  return value as BackupManifest;
}
