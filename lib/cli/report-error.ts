/** Every failure as one line with code, cause and remedy, and the exit code that belongs to it. */
import { errorTable, IxionError, type ErrorName } from '../errors.js';
import { ExitError, UsageError } from './command.js';
import { exitCodes, type ExitCode } from './exit-codes.js';
import type { Output } from './output.js';

const codesByError: Partial<Record<ErrorName, ExitCode>> = {
  NoConnection: exitCodes.unavailable,
  Unavailable: exitCodes.tryAgain,
  OptionInvalid: exitCodes.usage,
  ConnectionLost: exitCodes.unavailable,
  ClientClosed: exitCodes.unavailable,
  TooManyConnections: exitCodes.tryAgain,
  Busy: exitCodes.tryAgain,
  ShuttingDown: exitCodes.tryAgain,
  StoreFull: exitCodes.tryAgain,
  DeadlineExceeded: exitCodes.tryAgain,
  TooManyAttempts: exitCodes.tryAgain,
  UnknownOutcome: exitCodes.commitFailure,
};

/**
 * Prints `error` and returns its exit code.
 * @throws what is no error of operation: a bug is to be seen with its stack
 */
export function reportError(error: unknown, output: Output): ExitCode {
  if (error instanceof UsageError) {
    output.error(`ixion: ${error.message}`);
    return exitCodes.usage;
  }
  if (error instanceof ExitError) {
    output.error(`ixion: ${error.message}`);
    return error.code;
  }
  if (!(error instanceof IxionError)) throw error;
  const { cause, remedy } = errorTable[error.errorName];
  const detail = error.message === cause ? cause : `${error.message} (${cause})`;
  output.error(`ixion: ${error.errorName} [${error.code}]: ${detail} ${remedy}`);
  return codesByError[error.errorName] ?? exitCodes.refused;
}
