/** Refusals to open a store, as exit codes. */
import type { ConfigurationError } from '../config/configuration.js';
import { describeFault, type Fault } from '../objects/fault.js';
import type { StartRefused } from '../refusal.js';
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

/**
 * The refusal as an end of the command: what is wrong is its first sentence, what to do the rest.
 */
export function refusalExit({ kind, message }: StartRefused): ExitError {
  const [, what = message, remedy] = /^(.*?\.) ([A-Z][^]*)$/.exec(message) ?? [];
  return new ExitError(codes[kind], what, remedy === undefined ? {} : { remedy });
}

/** Whatever of several faults is for programs. */
type ReportedFault = Pick<Fault, 'path' | 'line' | 'column' | 'what' | 'remedy'>;

/** One fault is the message itself; of several each has a line of its own. */
function faultyExit(
  source: string,
  lines: readonly string[],
  faults: readonly ReportedFault[],
): ExitError {
  const [only = ''] = lines;
  const [fault] = faults;
  if (fault !== undefined && lines.length === 1) {
    const end = `; ${fault.remedy}`;
    const message = only.endsWith(end) ? only.slice(0, -end.length) : only;
    const remedy = `${fault.remedy.charAt(0).toUpperCase()}${fault.remedy.slice(1)}.`;
    return new ExitError(exitCodes.configuration, message, { remedy, faults });
  }
  const what = `${source} has ${faults.length} faults; nothing was changed.`;
  return new ExitError(exitCodes.configuration, what, {
    remedy: 'Correct them:',
    details: lines,
    faults,
  });
}

/**
 * Configuration objects that are refused; nothing was changed.
 * @param source the file; '' where there is none
 */
export function refusedExit(source: string, faults: readonly Fault[]): ExitError {
  const lines = faults.map((fault) => {
    const gap = fault.line === undefined ? ' ' : '';
    return `${source === '' ? '' : `${source}:${gap}`}${describeFault(fault)}`;
  });
  return faultyExit(source || 'the request', lines, faults);
}

/** A configuration of the daemon that is refused. */
export const configurationExit = ({ message, faults }: ConfigurationError): ExitError =>
  faultyExit('the configuration', message.split('\n'), faults);
