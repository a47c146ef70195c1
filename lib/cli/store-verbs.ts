/** What `ixion store` does beside verifying: backup, restore, stats, compact. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BackupStatus } from '../server/backup.js';
import { compactStore, offlineStats } from '../server/disk-offline.js';
import { restoreStore } from '../server/restore.js';
import type { PartitionStats } from '../server/status.js';
import { askAdmin } from './admin-client.js';
import { ExitError, UsageError } from './command.js';
import { exitCodes } from './exit-codes.js';
import type { Output } from './output.js';
import { tableLines } from './print.js';
import { Progress, showBytes } from './progress.js';

const pollMs = 200;

/** What the verbs are given. */
export interface StoreFlags {
  readonly json: boolean;
  readonly output: Output;
}

/** Takes a backup through the admin listener and waits for its end. */
export async function backup(
  directory: string,
  admin: string,
  { json, output }: StoreFlags,
): Promise<void> {
  const target = resolve(directory);
  const progress = new Progress(output, showBytes, json);
  let status = (await askAdmin(admin, '/backup', { directory: target })) as BackupStatus;
  while (status.state === 'running') {
    await sleep(pollMs);
    status = (await askAdmin(admin, '/backup')) as BackupStatus;
    progress.update(status.bytes, status.totalBytes);
  }
  if (status.state === 'failed' || status.directory !== target) {
    throw new ExitError(exitCodes.tryAgain, `no backup was taken: ${status.failure ?? 'unknown'}`);
  }
  output.text(
    json
      ? `${JSON.stringify(status)}\n`
      : `${target}: ${showBytes(status.bytes)}, requests waited ${status.heldMs} ms\n`,
  );
}

/** Makes a new store from a backup. */
export async function restore(
  directory: string,
  data: string | undefined,
  { json, output }: StoreFlags,
): Promise<void> {
  if (data === undefined) throw new UsageError('store restore needs --data DIR, the new store.');
  const progress = new Progress(output, showBytes, json);
  const restored = await restoreStore(directory, data, (bytes, total) =>
    progress.update(bytes, total),
  );
  const taken = new Date(restored.takenAt).toISOString();
  output.text(
    json
      ? `${JSON.stringify(restored)}\n`
      : `${restored.data}: the store ${restored.storeId} as it was at ${taken}\n`,
  );
}

/** Rows and room of every table, of a store that no server uses or of a running server. */
export async function stats(
  source: { readonly data: string } | { readonly admin: string },
  { json, output }: StoreFlags,
): Promise<void> {
  const partitions =
    'data' in source
      ? await offlineStats(source.data)
      : ((await askAdmin(source.admin, '/store-stats')) as PartitionStats[]);
  output.text(json ? `${JSON.stringify({ partitions })}\n` : `${describe(partitions)}\n`);
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
export async function compact(data: string, { json, output }: StoreFlags): Promise<void> {
  if (!existsSync(data)) throw new UsageError(`${data} is not there.`);
  const partitions = await compactStore(data);
  const total = (key: 'bytesBefore' | 'bytesAfter'): number =>
    partitions.reduce((sum, one) => sum + one[key], 0);
  output.text(
    json
      ? `${JSON.stringify({ partitions })}\n`
      : `${data}: ${showBytes(total('bytesBefore'))} before, ${showBytes(total('bytesAfter'))} now\n`,
  );
}
