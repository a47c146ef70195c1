/**
 * Where a command writes. A reader that went away (`ixion ... | head`) ends the command quietly;
 * what else stops stdout, as a full disk, is told and ends it with exit code 74.
 */
import { fstatSync, writeSync } from 'node:fs';
import { Writable } from 'node:stream';

export interface Output {
  /**
   * One line to stdout. Resolves when the stream takes more; false when it takes nothing any more.
   */
  line(text: string): boolean | Promise<boolean>;
  /** Any text to stdout, as it is. */
  text(text: string): void;
  /** One line to stderr. */
  error(text: string): void;
  /** stdout is a terminal. */
  readonly terminal: boolean;
  /** Aborted when stdout takes nothing any more: its reader is gone, or it failed. */
  readonly gone: AbortSignal;
}

/** The output of a whole process. */
export interface ProcessOutput extends Output {
  /** When all is written: what stopped stdout, if something else did than the end of its reader. */
  failure(): Promise<Error | undefined>;
}

/**
 * Wraps two streams. An error of `out` aborts `gone` and drops what comes after; without `err` a
 * command goes on, since it has nobody to tell.
 */
export function createOutput(out: Writable & { isTTY?: boolean }, err: Writable): ProcessOutput {
  const controller = new AbortController();
  let failure: Error | undefined;
  let isErrGone = false;
  const onError = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') failure ??= error;
    controller.abort();
  };
  out.on('error', onError);
  err.on('error', () => (isErrGone = true));
  const write = (text: string): boolean => !controller.signal.aborted && out.write(text);
  return {
    terminal: out.isTTY === true,
    gone: controller.signal,
    text: (text) => void write(text),
    error: (text) => void (isErrGone || err.write(text + '\n')),
    line(text) {
      if (write(text + '\n')) return true;
      if (controller.signal.aborted) return false;
      return new Promise((resolve) => {
        const settle = (): void => {
          out.off('drain', settle);
          controller.signal.removeEventListener('abort', settle);
          resolve(!controller.signal.aborted);
        };
        out.once('drain', settle);
        controller.signal.addEventListener('abort', settle);
      });
    },
    async failure() {
      // Told behind all that was written before it. The event of an error comes after its callback.
      if (!out.destroyed) await new Promise<void>((resolve) => out.write('', () => resolve()));
      await new Promise((resolve) => setImmediate(resolve));
      return failure;
    },
  };
}

/**
 * stdout of this process. Node's own stream for a file takes a write that the disk had half of
 * the room for as done.
 */
export function standardOutput(): Writable & { isTTY?: boolean } {
  const fd = 1;
  return isRegularFile(fd) ? new WholeWriter(fd) : process.stdout;
}

function isRegularFile(fd: number): boolean {
  try {
    return fstatSync(fd).isFile();
  } catch {
    // Closed: Node's own stream says so.
    return false;
  }
}

/** Writes all of each text to a file, at once as Node's own stream does, or fails. */
class WholeWriter extends Writable {
  readonly #fd: number;

  constructor(fd: number) {
    super({ decodeStrings: true });
    this.#fd = fd;
  }

  override _write(bytes: Buffer, _encoding: unknown, done: (error?: Error) => void): void {
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(this.#fd, bytes, at);
    } catch (error) {
      return done(error as Error);
    }
    done();
  }
}
