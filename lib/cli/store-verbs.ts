/** What `ixion store` does beside verifying: backup, restore, stats, compact. */
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BackupStatus } from '../data/backup.js';
import { compactStore, offlineStats } from '../data/offline.js';
import { initStore } from '../data/init.js';
import { restoreStore } from '../data/restore.js';
import type { PartitionStats } from '../store/stats.js';
import { writeTime } from '../text/index.js';
import { type AdminFlags, askAdmin } from './admin-client.js';
import { ExitError } from './command.js';
import { type ExitCode, exitCodes } from './exit-codes.js';
import type { Output } from './output.js';
import { withTimes } from './present.js';
import { tableLines } from './print.js';
import { Progress, showBytes } from './progress.js';

const pollMs = 200;

/** Makes an empty store. */
export async function init(
  flags: {
    readonly data: string;
    readonly partitions: number | undefined;
    readonly ifMissing: boolean;
    readonly json: boolean;
  },
  output: Output,
): Promise<ExitCode> {
  const made = await initStore(flags);
  const what = made.created ? 'made' : 'is there already';
  output.text(
    flags.json
      ? `${JSON.stringify(made)}\n`
      : `${made.data}: the store ${made.storeId} ${what}, ${made.partitions} partitions\n`,
  );
  return exitCodes.ok;
}

/** Takes a backup through the admin listener and waits for its end. */
export async function backup(
  directory: string,
  flags: AdminFlags & { readonly json: boolean },
  output: Output,
): Promise<ExitCode> {
  const { json } = flags;
  const target = resolve(directory);
  const progress = new Progress(output, showBytes, json);
  let status = (await askAdmin(flags, '/backup', { directory: target })) as BackupStatus;
  while (status.state === 'running') {
    await sleep(pollMs);
    status = (await askAdmin(flags, '/backup')) as BackupStatus;
    progress.update(status.bytes, status.totalBytes);
  }
  if (status.state === 'failed' || status.directory !== target) {
    throw new ExitError(exitCodes.tryAgain, `no backup was taken: ${status.failure ?? 'unknown'}`);
  }
  output.text(
    json
      ? `${JSON.stringify(withTimes(status, 'startedAt'))}\n`
      : `${target}: ${showBytes(status.bytes)}, requests waited ${status.heldMs} ms\n`,
  );
  return exitCodes.ok;
}

/** Makes a new store from a backup. */
export async function restore(
  directory: string,
  data: string,
  json: boolean,
  output: Output,
): Promise<ExitCode> {
  const progress = new Progress(output, showBytes, json);
  const restored = await restoreStore(directory, data, (bytes, total) =>
    progress.update(bytes, total),
  );
  const taken = writeTime(restored.takenAt);
  output.text(
    json
      ? `${JSON.stringify(withTimes(restored, 'takenAt'))}\n`
      : `${restored.data}: the store ${restored.storeId} as it was at ${taken}\n`,
  );
  return exitCodes.ok;
}

/** Rows and room of every table, of a store that no server uses or of a running server. */
export async function stats(
  flags: Omit<AdminFlags, 'admin'> & {
    readonly data: string;
    readonly admin: string | undefined;
    readonly json: boolean;
  },
  output: Output,
): Promise<ExitCode> {
  const { admin, data, json } = flags;
  const partitions =
    admin === undefined
      ? await offlineStats(data)
      : ((await askAdmin({ ...flags, admin }, '/store-stats')) as PartitionStats[]);
  output.text(json ? `${JSON.stringify({ partitions })}\n` : `${describe(partitions)}\n`);
  return exitCodes.ok;
}

function describe(partitions: readonly PartitionStats[]): string {
  const blocks = partitions.map(({ partition, tables, freePages, freeBytes, fileBytes }) => {
    const rows = tables.map(({ table, rows: count, pages, bytes, depth }) => [
      table,
      count,
      pages,
      bytes,
      depth,
    ]);
    return [
      `partition ${partition}: file ${showBytes(fileBytes)}, ${freePages} free pages (${showBytes(freeBytes)})`,
      ...tableLines(['table', 'rows', 'pages', 'bytes', 'depth'], rows),
    ].join('\n');
  });
  return blocks.join('\n\n');
}

/** Makes the files of a store that no server uses as small as their contents. */
export async function compact(data: string, json: boolean, output: Output): Promise<ExitCode> {
  const partitions = await compactStore(data);
  const total = (key: 'bytesBefore' | 'bytesAfter'): number =>
    partitions.reduce((sum, one) => sum + one[key], 0);
  output.text(
    json
      ? `${JSON.stringify({ partitions })}\n`
      : `${data}: ${showBytes(total('bytesBefore'))} before, ${showBytes(total('bytesAfter'))} now\n`,
  );
  return exitCodes.ok;
}
