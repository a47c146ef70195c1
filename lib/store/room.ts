/**
 * Whether the disk has room for another write set, asked before the set is handed to LMDB: a disk
 * that turns out to be full during a commit reports an input/output error, after which nothing is
 * known. LMDB has no bound of its own: its map grows when `mapSize` is reached.
 */
import { statfsSync } from 'node:fs';
import type { WriteSet } from './contract.js';

/**
 * Bytes that must stay free. A set of 1,500 changes to distant rows writes about 25 MB of pages,
 * and two sets of each of several partitions may be on their way.
 */
export const reserveBytesDefault = 256 * 2 ** 20;

/** Pages that one change may write: its leaf and its share of the branches above. */
const pagesPerChange = 2;

/** Asks the file system again when what was written since could have used the room up. */
export class Room {
  private readonly freeBytes: () => number;
  private readonly reserveBytes: number;
  private readonly pageBytes: number;
  private spareBytes = -1;

  constructor(freeBytes: () => number, reserveBytes: number, pageBytes: number) {
    this.freeBytes = freeBytes;
    this.reserveBytes = reserveBytes;
    this.pageBytes = pageBytes;
  }

  /** Whether `writeSet` fits above the reserve; if so it counts as written. */
  take(writeSet: WriteSet): boolean {
    const bytes = this.bytesOf(writeSet);
    if (this.spareBytes < bytes) {
      const aboveReserve = this.freeBytes() - this.reserveBytes;
      if (aboveReserve < bytes) return false;
      // Others use the same disk, so only a part is believed, and never for long.
      this.spareBytes = Math.min(aboveReserve, 64 * 2 ** 20);
    }
    this.spareBytes -= bytes;
    return true;
  }

  private bytesOf({ changes }: WriteSet): number {
    let bytes = (changes.length + 1) * pagesPerChange * this.pageBytes;
    for (const { value } of changes) bytes += value === undefined ? 0 : value.length;
    return bytes;
  }
}

/** Bytes that an unprivileged user may still write to the file system of `directory`. */
export function freeBytesOf(directory: string): number {
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize;
}
