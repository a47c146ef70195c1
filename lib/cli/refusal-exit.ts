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
  denied: exitCodes.notAllowed,
} as const;

/** The refusal as an end of the command: what is wrong is its first sentence, what to do the rest. */
export function refusalExit({ kind, message }: StartRefused): ExitError {
  const [, what = message, remedy] = /^(.*?\.) ([A-Z][^]*)$/.exec(message) ?? [];
  return new ExitError(codes[kind], what, remedy === undefined ? {} : { remedy });
}
