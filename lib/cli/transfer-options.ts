/** What export and import have in common on the command line. */
import { FileFault, type Format } from '../transfer/index.js';
import { ExitError } from './command.js';
import { exitCodes } from './exit-codes.js';
import { fileExit, type FileUse, isSystemError } from './file-errors.js';
import type { Show } from './progress.js';

/** CSV by name, else JSON lines. */
export const formatOf = (file: string, format: Format | undefined): Format =>
  format ?? (/\.csv$/i.test(file) ? 'csv' : 'jsonl');

export const showCount: Show = (count) => String(count);

/** What to tell who interrupts one. */
export const goesOn = 'The same command goes on where this one ended.';
/** The same of a stream, which comes once. */
export const beginsAnew = 'The same command begins anew; what is there already is left alone.';

/** The file that is written first, and then takes the place of another. */
const unfinished = /\.part$/;

/** A file that cannot be taken at all, as an end of the command. */
export function fileError(error: unknown, file: string, use: FileUse): unknown {
  if (isSystemError(error)) {
    return fileExit(error, error.path?.replace(unfinished, '') ?? file, use);
  }
  if (!(error instanceof FileFault)) return error;
  return new ExitError(exitCodes.data, error.message, { remedy: error.remedy, cause: error });
}
