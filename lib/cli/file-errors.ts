/**
 * What the system says of files, as ends of a command: one table of its codes, for all commands.
 */
import { ExitError } from './command.js';
import { type ExitCode, exitCodes } from './exit-codes.js';

/** What becomes of a file. */
export type FileUse = 'read' | 'written';

interface FileErrorRow {
  /** Of the system, as `ENOENT`. */
  readonly codes: readonly string[];
  readonly means: string;
  readonly exitCode: ExitCode;
  /** What to do when it was to be read, and when it was to be written. */
  readonly remedy: Readonly<Record<FileUse, string>>;
}

const both = (remedy: string): FileErrorRow['remedy'] => ({ read: remedy, written: remedy });

/** By what the system says. The first fits that has the code. */
export const fileErrors: readonly FileErrorRow[] = [
  {
    codes: ['ENOENT'],
    means: 'it is not there, or the directory is not in which it was to be made',
    exitCode: exitCodes.data,
    remedy: { read: 'Check the path.', written: 'Make its directory, or check the path.' },
  },
  {
    codes: ['ENOTDIR', 'ELOOP', 'ENAMETOOLONG'],
    means: 'the path leads through what is not a directory, round in links, or is too long',
    exitCode: exitCodes.data,
    remedy: both('Check the path.'),
  },
  {
    codes: ['EISDIR'],
    means: 'it is a directory',
    exitCode: exitCodes.data,
    remedy: both('Give the path of a file.'),
  },
  {
    codes: ['EEXIST'],
    means: 'it is there already',
    exitCode: exitCodes.data,
    remedy: both('Name another file, or remove it.'),
  },
  {
    codes: ['EACCES', 'EPERM'],
    means: 'this user may not',
    exitCode: exitCodes.notAllowed,
    remedy: both('Run it as a user who may, or change the permissions.'),
  },
  {
    codes: ['EROFS'],
    means: 'its file system is read only',
    exitCode: exitCodes.notAllowed,
    remedy: both('Give a path elsewhere, or mount it for writing.'),
  },
  {
    codes: ['ENOSPC', 'EDQUOT', 'EFBIG'],
    means: 'its disk, or what the user may have of it, is full',
    exitCode: exitCodes.commitFailure,
    remedy: both('Free space there, or give a path elsewhere.'),
  },
  {
    codes: ['EIO'],
    means: 'the disk failed',
    exitCode: exitCodes.commitFailure,
    remedy: both('Look at the disk, and the log of the system.'),
  },
  {
    codes: ['EMFILE', 'ENFILE'],
    means: 'no more files can be open',
    exitCode: exitCodes.tryAgain,
    remedy: both('Raise the limit of open files (ulimit -n), or try again later.'),
  },
];

/** What any other code comes to. */
export const otherFileError: Pick<FileErrorRow, 'exitCode' | 'remedy'> = {
  exitCode: exitCodes.data,
  remedy: both('Check the path.'),
};

/** What the system says, without the name of the call: `no such file or directory (ENOENT)`. */
export function systemWords({ message, code }: NodeJS.ErrnoException): string {
  const words = /^[A-Z0-9_]+: ([^,]+)/.exec(message)?.[1] ?? message;
  return code === undefined ? words : `${words} (${code})`;
}

/** Whether the system said it. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  const { syscall, code } = (error ?? {}) as NodeJS.ErrnoException;
  return syscall !== undefined && code !== undefined;
}

/** What to do about an error of the system, and how the command ends. */
export function fileErrorOf(
  { code = '' }: NodeJS.ErrnoException,
  use: FileUse,
): { readonly exitCode: ExitCode; readonly remedy: string } {
  const { exitCode, remedy } =
    fileErrors.find(({ codes }) => codes.includes(code)) ?? otherFileError;
  return { exitCode, remedy: remedy[use] };
}

/** A file that cannot be used, as an end of the command. */
export function fileExit(error: unknown, file: string, use: FileUse): ExitError {
  const problem = error as NodeJS.ErrnoException;
  const { exitCode, remedy } = fileErrorOf(problem, use);
  const what = `${file} cannot be ${use}: ${systemWords(problem)}`;
  return new ExitError(exitCode, what, { remedy, cause: error });
}
