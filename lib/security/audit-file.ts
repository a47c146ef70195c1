/**
 * A log as a row of files: the newest keeps its name, NAME.EXT, and is only ever appended
 * to; when it has its size it becomes NAME-000001.EXT, NAME-000002.EXT and so on, and of too
 * many the oldest goes.
 *
 *   closed   -> open      at the first line; a line that a kill left unfinished is ended first
 *   open     -> open      lines are appended and synced; what could not be written stays the rest,
 *                         and goes before all that follows
 *   open     -> closed    it has its size: renamed, the directory synced, the next line makes a
 *                         new one
 *
 * The name is given away in one step, to a number that was never used: a kill at any moment leaves
 * every line in one file.
 */
import { open, readdir, rename, unlink, type FileHandle } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { syncDirectory } from '../disk/directories.js';
import { privateFile } from '../disk/private.js';

const lineFeed = 0x0a;
const digits = 6;

export interface AuditFileOptions {
  /** Path of the newest file. */
  readonly file: string;
  /** A file that has so many bytes is the last but one. */
  readonly fileBytes: number;
  /** Files that are kept, the newest included; at least 2. */
  readonly files: number;
}

export class AuditFile {
  readonly #options: AuditFileOptions;
  #handle: FileHandle | undefined;
  /** Bytes in the newest file. */
  #bytes = 0;
  #rest: Uint8Array = Buffer.alloc(0);

  constructor(options: AuditFileOptions) {
    this.#options = options;
  }

  /** Bytes of lines that are left of an append that failed, or is under way. */
  get restBytes(): number {
    return this.#rest.length;
  }

  get hasRest(): boolean {
    return this.#rest.length > 0;
  }

  /**
   * Appends whole lines after what is left; resolves when they are on disk. A call that rejects
   * (with the system's error) leaves what it could not write for the next one.
   */
  async append(lines: string): Promise<void> {
    this.#rest = Buffer.concat([this.#rest, Buffer.from(lines)]);
    const handle = (this.#handle ??= await this.#open());
    while (this.hasRest) {
      const { bytesWritten } = await handle.write(this.#rest);
      this.#rest = this.#rest.subarray(bytesWritten);
      this.#bytes += bytesWritten;
    }
    await handle.datasync();
    if (this.#bytes >= this.#options.fileBytes) await this.#rotate();
  }

  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
  }

  async #open(): Promise<FileHandle> {
    const handle = await open(this.#options.file, 'a+', privateFile);
    try {
      await this.#continue(handle);
    } catch (error) {
      // It is opened again at the next try; this one would stay until the garbage is collected.
      await handle.close();
      throw error;
    }
    return handle;
  }

  /** Finds the end, makes the name of a new file last, and ends a line that was left unfinished. */
  async #continue(handle: FileHandle): Promise<void> {
    const { size } = await handle.stat();
    this.#bytes = size;
    if (size === 0) return syncDirectory(dirname(this.#options.file));
    const last = Buffer.alloc(1);
    await handle.read(last, 0, 1, size - 1);
    if (last[0] !== lineFeed) this.#rest = Buffer.concat([Buffer.of(lineFeed), this.#rest]);
  }

  /** Without success the file just grows on. */
  async #rotate(): Promise<void> {
    const { file, files } = this.#options;
    const directory = dirname(file);
    const older = await this.#older();
    const number = (older.at(-1) ?? 0) + 1;
    await rename(file, join(directory, this.#nameOf(number)));
    await this.close();
    await syncDirectory(directory);
    const kept = [...older, number];
    for (const gone of kept.slice(0, Math.max(0, kept.length - (files - 1)))) {
      await unlink(join(directory, this.#nameOf(gone)));
    }
  }

  #nameOf(number: number): string {
    const { file } = this.#options;
    const ending = extname(file);
    return `${basename(file, ending)}-${String(number).padStart(digits, '0')}${ending}`;
  }

  /** Numbers of the older files, oldest first. */
  async #older(): Promise<number[]> {
    const names = await readdir(dirname(this.#options.file));
    return names
      .map((name) => ({ name, number: Number(/-(\d+)\.[^.]*$/.exec(name)?.[1]) }))
      .filter(({ name, number }) => number > 0 && name === this.#nameOf(number))
      .map(({ number }) => number)
      .sort((left, right) => left - right);
  }
}
