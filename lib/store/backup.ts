/**
 * A copy of an environment as it was at one moment, taken while it goes on being written.
 *
 * LMDB never overwrites a page that a reader may still see. So as long as a read transaction of
 * that moment is open, every page of its tree stays as it is in the file, and can be copied at
 * leisure by plain reads; only the two meta pages are written in place, and they are kept from the
 * moment itself. It is how LMDB copies an environment too, but its own way decides for itself when
 * the moment is, and occupies a thread of the pool that the commits need.
 *
 * While a snapshot is open, no page that is freed is used again: the file grows.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { assert } from '../assert.js';
import { privateFile } from '../disk/private.js';

/** Where things are in a meta page (liblmdb, data version 2; little-endian machines). */
const at = { pageBytes: 48, lastPage: 144, transaction: 152, end: 160 };
const metaPages = 2;
const pieceBytes = 2 ** 20;

/** An environment at one moment. Its pages stay as they are until `release`. */
export interface Snapshot {
  /** The file to copy from. */
  readonly file: string;
  /** Bytes of it that belong to the snapshot. */
  readonly bytes: number;
  /** The first bytes of the file, as they were. */
  readonly head: Uint8Array;
  /** Gives the pages back to the environment. Once. */
  release(): void;
}

/** What a copy has, to be compared when it is read again. */
export interface CopiedFile {
  readonly bytes: number;
  /** CRC-32 of all bytes. */
  readonly crc32: number;
}

/**
 * Describes the newest state in the files of an environment. Nothing may be on its way to the disk,
 * and a read transaction must have been opened before.
 */
export function describeSnapshot(directory: string, release: () => void): Snapshot {
  const file = join(directory, 'data.mdb');
  const descriptor = openSync(file, 'r');
  try {
    const first = Buffer.alloc(at.end);
    readSync(descriptor, first, 0, at.end, 0);
    const pageBytes = first.readUInt32LE(at.pageBytes);
    const head = Buffer.alloc(pageBytes * metaPages);
    const read = readSync(descriptor, head, 0, head.length, 0);
    assert(read === head.length, 'an environment has two meta pages');
    const metas = [head, head.subarray(pageBytes)];
    const newest = metas.reduce((one, other) =>
      other.readBigUInt64LE(at.transaction) > one.readBigUInt64LE(at.transaction) ? other : one,
    );
    const lastPage = Number(newest.readBigUInt64LE(at.lastPage));
    return { file, bytes: (lastPage + 1) * pageBytes, head, release };
  } finally {
    // LMDB locks another file than this one, so closing it drops no lock.
    closeSync(descriptor);
  }
}

/**
 * Copies a snapshot to a new file and makes it last. Reads and writes a MiB at a time, so that the
 * thread goes on with its other work in between.
 * @param signal ends the copy early
 * @throws what the system reports, EEXIST when the file is there; the reason of the signal
 */
export async function copySnapshot(
  { file, bytes, head }: Snapshot,
  target: string,
  signal?: AbortSignal,
): Promise<CopiedFile> {
  const source = await open(file, 'r');
  try {
    return await writeNew(target, async (output) => {
      await output.writeFile(head);
      let sum = crc32(head);
      let position = head.length;
      const piece = Buffer.allocUnsafeSlow(pieceBytes);
      while (position < bytes) {
        signal?.throwIfAborted();
        const wanted = Math.min(pieceBytes, bytes - position);
        const { bytesRead } = await source.read(piece, 0, wanted, position);
        // The last pages may have been allocated and never written.
        if (bytesRead === 0) break;
        await writeAll(output, piece.subarray(0, bytesRead));
        sum = crc32(piece.subarray(0, bytesRead), sum);
        position += bytesRead;
      }
      return { bytes: position, crc32: sum };
    });
  } finally {
    await source.close();
  }
}

/**
 * Copies a file of a backup to a new file and makes it last.
 * @param copied called with the bytes of each piece
 * @throws what the system reports
 */
export async function copyFile(
  file: string,
  target: string,
  copied: (bytes: number) => void,
): Promise<CopiedFile> {
  const source = await open(file, 'r');
  try {
    return await writeNew(target, async (output) => {
      const piece = Buffer.allocUnsafeSlow(pieceBytes);
      let [bytes, sum] = [0, 0];
      for (;;) {
        const { bytesRead } = await source.read(piece, 0, pieceBytes, bytes);
        if (bytesRead === 0) return { bytes, crc32: sum };
        await writeAll(output, piece.subarray(0, bytesRead));
        sum = crc32(piece.subarray(0, bytesRead), sum);
        bytes += bytesRead;
        copied(bytesRead);
      }
    });
  } finally {
    await source.close();
  }
}

/** Makes a file that is not there yet; it is on disk when `write` and this are done. */
async function writeNew<Result>(
  target: string,
  write: (output: FileHandle) => Promise<Result>,
): Promise<Result> {
  const output = await open(target, 'wx', privateFile);
  try {
    const result = await write(output);
    await output.sync();
    return result;
  } finally {
    await output.close();
  }
}

/** One `write` may take less than it was given, as at the end of a disk. */
async function writeAll(output: FileHandle, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await output.write(bytes, written, bytes.length - written);
    written += bytesWritten;
  }
}
