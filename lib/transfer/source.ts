/**
 * What an import reads: a file, of which any part can be read again, or a stream, which comes once.
 */
import { open as openDescriptor } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';

/** Bytes by their position. */
export interface Source {
  /** Length and last change of a file; a stream has neither. */
  readonly file: { readonly bytes: number; readonly changedAtMs: number } | undefined;
  /**
   * Reads up to so many bytes at a position, of a stream what there is; positions only ascend
   * there. Empty: the end.
   */
  read(position: number, bytes: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** The beginning of a stream can be read again, so far. */
const keptBytes = 65_536;

const standardInput: ReadonlySet<string> = new Set([
  '-',
  '/dev/stdin',
  '/dev/fd/0',
  '/proc/self/fd/0',
]);

/**
 * Opens a file, a pipe or a device; `-` is stdin.
 * @throws what the system says, EISDIR for a directory
 */
export async function openSource(path: string): Promise<Source> {
  if (standardInput.has(path)) return new StreamSource(process.stdin);
  // A pipe is read by the loop of events: a thread that waits for it could not be left.
  if ((await stat(path)).isFIFO()) {
    const fd = await promisify(openDescriptor)(path, 'r');
    return new StreamSource(new Socket({ fd, readable: true, writable: false }));
  }
  const file = await open(path, 'r');
  try {
    const status = await file.stat();
    if (status.isFile()) return new FileSource(file, status.size, status.mtimeMs);
    // A directory says so when it is read.
    if (status.isDirectory()) await file.read(Buffer.alloc(1), 0, 1, 0);
    return new StreamSource(file.createReadStream());
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** So many bytes at a position, fewer only at the end. */
export async function readWhole(
  source: Source,
  position: number,
  bytes: number,
): Promise<Uint8Array> {
  let whole = await source.read(position, bytes);
  while (whole.length < bytes) {
    const more = await source.read(position + whole.length, bytes - whole.length);
    if (more.length === 0) break;
    whole = Buffer.concat([whole, more]);
  }
  return whole;
}

class FileSource implements Source {
  readonly #handle: FileHandle;
  readonly file: { readonly bytes: number; readonly changedAtMs: number };

  constructor(handle: FileHandle, bytes: number, changedAtMs: number) {
    this.#handle = handle;
    this.file = { bytes, changedAtMs };
  }

  async read(position: number, bytes: number): Promise<Uint8Array> {
    const buffer = Buffer.allocUnsafeSlow(bytes);
    const { bytesRead } = await this.#handle.read(buffer, 0, bytes, position);
    return buffer.subarray(0, bytesRead);
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

/** A stream; what was read before a position is forgotten. */
class StreamSource implements Source {
  readonly file = undefined;
  readonly #stream: Readable;
  readonly #pieces: AsyncIterator<Uint8Array>;
  /** What has come and is not forgotten, from a position on. */
  #kept: Uint8Array = Buffer.alloc(0);
  #from = 0;

  constructor(stream: Readable) {
    this.#stream = stream;
    this.#pieces = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  }

  async read(position: number, bytes: number): Promise<Uint8Array> {
    // The beginning is read twice: to know the file by it, and to take what is in it.
    const start = position - this.#from;
    while (this.#kept.length <= start) {
      const { done = false, value } = await this.#pieces.next();
      if (done) return Buffer.alloc(0);
      this.#kept = Buffer.concat([this.#kept, value]);
    }
    if (position > keptBytes) {
      this.#kept = this.#kept.subarray(start);
      this.#from = position;
      return this.#kept.subarray(0, bytes);
    }
    return this.#kept.subarray(start, start + bytes);
  }

  async close(): Promise<void> {
    this.#stream.destroy();
  }
}
