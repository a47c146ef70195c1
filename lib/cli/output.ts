/** Where a command writes. A reader that went away (`ixion ... | head`) ends the command quietly. */
import type { Writable } from 'node:stream';

export interface Output {
  /** One line to stdout. Resolves when the stream takes more; false when its reader is gone. */
  line(text: string): boolean | Promise<boolean>;
  /** Any text to stdout, as it is. */
  text(text: string): void;
  /** One line to stderr. */
  error(text: string): void;
  /** stdout is a terminal. */
  readonly terminal: boolean;
  /** Aborted when the reader of stdout is gone. */
  readonly gone: AbortSignal;
}

/** Wraps two streams; an EPIPE of either aborts `gone` and drops what comes after. */
export function createOutput(out: Writable & { isTTY?: boolean }, err: Writable): Output {
  const controller = new AbortController();
  const onError = (): void => controller.abort();
  out.on('error', onError);
  err.on('error', onError);
  const write = (text: string): boolean => !controller.signal.aborted && out.write(text);
  return {
    terminal: out.isTTY === true,
    gone: controller.signal,
    text: (text) => void write(text),
    error: (text) => void (controller.signal.aborted || err.write(text + '\n')),
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
  };
}
