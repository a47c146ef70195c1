/** What export and import have in common on the command line. */
import { Option } from 'commander';
import type { Format } from '../transfer/index.js';
import { ExitError } from './command.js';
import { exitCodes } from './exit-codes.js';
import type { Show } from './progress.js';

export interface FormatFlag {
  readonly format?: Format;
}

export const formatOption = (): Option =>
  new Option('--format <format>', 'without it the name of the file decides').choices([
    'jsonl',
    'csv',
  ]);

/** CSV by name, else JSON lines. */
export const formatOf = (file: string, { format }: FormatFlag): Format =>
  format ?? (/\.csv$/i.test(file) ? 'csv' : 'jsonl');

export const showCount: Show = (count) => String(count);

/** What the system says of a file, as an end of the command. */
export function fileError(error: unknown): unknown {
  const { syscall, message } = error as NodeJS.ErrnoException;
  return syscall === undefined ? error : new ExitError(exitCodes.data, message);
}
