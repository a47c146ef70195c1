/**
 * Whether the disk has room for another write set, asked before the set is handed to LMDB: a disk
 * that turns out to be full during a commit reports an input/output error, after which nothing is
 * known. LMDB has no bound of its own: its map grows when `mapSize` is reached.
 *
 * Three reserves keep a full disk from being an end: below the first no new interactions are
 * taken, so that those that are there can be worked; below the second they may only end or come
 * off hold, which needs the least; below the third nothing is written. Pages of the file that
 * are free count as room for new interactions, since what ended gives its room back to the file
 * and not to the disk.
 */
import { statfsSync } from 'node:fs';
import type { Clock } from '../clock.js';
import { DiskLevel, type WriteSet } from './contract.js';

/**
 * Bytes that must stay free. A set of 1,500 changes to distant rows writes about 25 MB of pages,
 * and two sets of each of several partitions may be on their way.
 */
export const reserveBytesDefault = 256 * 2 ** 20;

/** Free bytes of the disk below which something is refused; ascending. */
export interface DiskReserves {
  /** Everything that writes. */
  readonly commitBytes: number;
  /** All but ends and resumes. */
  readonly moveBytes: number;
  /** New interactions. */
  readonly submitBytes: number;
}

/** The room there is. */
export interface DiskState {
  readonly level: DiskLevel;
  readonly freeBytes: number;
  /** Changes that one write set may have now. */
  readonly changes: number;
}

/** Pages that one change may write: its leaf and its share of the branches above. */
const pagesPerChange = 2;
/** The smallest bound on a write set; less room than for this is none. */
const fewestChanges = 64;
/** A set takes at most such a part of what is above the reserve: others are on their way. */
const partOfSpace = 4;
/** What is believed without asking again, as long as there is room. */
const believedMs = 1_000;
const believedBytes = 64 * 2 ** 20;

/** Where the figures come from. */
export interface DiskSpaceSources {
  readonly clock: Clock;
  freeBytes(): number;
  /** Bytes of pages in the file that will be used before it grows. */
  reusableBytes(): number;
}

/** Asks the file system again when what was written since could have used the room up. */
export class DiskSpace {
  private readonly sources: DiskSpaceSources;
  private readonly reserves: DiskReserves;
  private readonly pageBytes: number;
  private spareBytes = -1;
  private freeBytes = 0;
  private askedMs = -Infinity;

  constructor(sources: DiskSpaceSources, reserves: DiskReserves, pageBytes: number) {
    this.sources = sources;
    this.reserves = reserves;
    this.pageBytes = pageBytes;
  }

  /** Whether `writeSet` fits above the reserve; if so it counts as written. */
  take(writeSet: WriteSet): boolean {
    const bytes = this.bytesOf(writeSet);
    if (this.spareBytes < bytes) {
      const aboveReserve = this.sources.freeBytes() - this.reserves.commitBytes;
      if (aboveReserve < bytes) return false;
      // Others use the same disk, so only a part is believed, and never for long.
      this.spareBytes = Math.min(aboveReserve, believedBytes);
    }
    this.spareBytes -= bytes;
    this.freeBytes -= bytes;
    return true;
  }

  /** So much room that what is asked for now need not be there at once. */
  isPlenty(): boolean {
    return this.state().freeBytes >= this.reserves.submitBytes + believedBytes;
  }

  /** Whether the disk has room for a set whose room was taken a while ago; asks the file system. */
  fits({ changes }: WriteSet): boolean {
    let bytes = changes.length * this.pageBytes;
    for (const { value } of changes) bytes += value === undefined ? 0 : value.length;
    try {
      return this.sources.freeBytes() >= bytes;
    } catch {
      // A file system that cannot say how full it is may still take what is to be
      // written: that tells.
      return true;
    }
  }

  /** What may be written now. Costs a subtraction as long as there is plenty. */
  state(): DiskState {
    const nowMs = this.sources.clock.monotonicMs();
    const plenty = this.reserves.submitBytes + believedBytes;
    if (this.freeBytes < plenty || nowMs - this.askedMs > believedMs) {
      this.freeBytes = this.sources.freeBytes();
      this.askedMs = nowMs;
    }
    const { freeBytes } = this;
    const aboveReserve = freeBytes - this.reserves.commitBytes;
    const changes = Math.floor(aboveReserve / (partOfSpace * pagesPerChange * this.pageBytes));
    return { level: this.levelOf(freeBytes), freeBytes, changes: Math.max(fewestChanges, changes) };
  }

  private levelOf(freeBytes: number): DiskLevel {
    const { moveBytes, submitBytes } = this.reserves;
    if (freeBytes < spaceForCommits(this.reserves, this.pageBytes)) return DiskLevel.nothing;
    if (freeBytes < moveBytes) return DiskLevel.onlyEnds;
    if (freeBytes >= submitBytes) return DiskLevel.normal;
    // A file may grow although it has free pages: large rows need neighbours.
    if (freeBytes < (moveBytes + submitBytes) / 2) return DiskLevel.noSubmits;
    const room = freeBytes + this.sources.reusableBytes();
    return room < submitBytes ? DiskLevel.noSubmits : DiskLevel.normal;
  }

  private bytesOf({ changes }: WriteSet): number {
    let bytes = (changes.length + 1) * pagesPerChange * this.pageBytes;
    for (const { value } of changes) bytes += value === undefined ? 0 : value.length;
    return bytes;
  }
}

/** Free bytes from which on something is written at all. */
export const spaceForCommits = ({ commitBytes }: DiskReserves, pageBytes = 8_192): number =>
  commitBytes + fewestChanges * pagesPerChange * pageBytes;

/** Bytes that an unprivileged user may still write to the file system of `directory`. */
export function freeBytesOf(directory: string): number {
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize;
}
