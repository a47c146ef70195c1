/** What export and import have in common on the command line. */
import type { Format } from '../transfer/index.js';
import { ExitError } from './command.js';
import { exitCodes } from './exit-codes.js';
import type { Show } from './progress.js';

/** CSV by name, else JSON lines. */
export const formatOf = (file: string, format: Format | undefined): Format =>
  format ?? (/\.csv$/i.test(file) ? 'csv' : 'jsonl');

export const showCount: Show = (count) => String(count);

/** What to tell who interrupts one. */
export const goesOn = 'The same command goes on where this one ended.';

/** What the system says of a file, as an end of the command. */
export function fileError(error: unknown): unknown {
  const { syscall, message } = error as NodeJS.ErrnoException;
  return syscall === undefined ? error : new ExitError(exitCodes.data, message);
}
