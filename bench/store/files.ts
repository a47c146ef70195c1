/** Room that a store takes on the disk. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const blockBytes = 512;

export interface StoreBytes {
  /** Blocks of all files. */
  readonly diskBytes: number;
  /** Lengths of the files with data. */
  readonly fileBytes: number;
}

export function storeBytes(data: string): StoreBytes {
  let diskBytes = 0;
  let fileBytes = 0;
  for (const entry of readdirSync(data, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const { blocks, size } = statSync(join(entry.parentPath, entry.name));
    diskBytes += blocks * blockBytes;
    if (entry.name === 'data.mdb') fileBytes += size;
  }
  return { diskBytes, fileBytes };
}
