/** Refusals to open a store, as exit codes. */
import type { StartRefused } from '../server/refusal.js';
import { ExitError } from './command.js';
import { exitCodes } from './exit-codes.js';

const codes = {
  configuration: exitCodes.configuration,
  data: exitCodes.data,
  locked: exitCodes.tryAgain,
  address: exitCodes.tryAgain,
  full: exitCodes.tryAgain,
  commit: exitCodes.commitFailure,
  internal: exitCodes.internal,
} as const;

/** The refusal as an end of the command. */
export function refusalExit(refusal: StartRefused): ExitError {
  return new ExitError(codes[refusal.kind], refusal.message);
}
