/**
 * Every failure as one line with its cause and remedy, and the exit code that belongs to it; with
 * `--json` as one JSON object.
 */
import { errorTable, IxionError, type ErrorName } from '../errors.js';
import { ExitError, UsageError } from './command.js';
import { exitCodes, type ExitCode, type ExitName } from './exit-codes.js';
import { fileErrorOf, isSystemError, systemWords } from './file-errors.js';
import type { Output } from './output.js';

/** How a command ends by an error of the server or the client; what is not here by `refused`. */
export const codesByError: Partial<Record<ErrorName, ExitCode>> = {
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
 * How a command failed: what `--json` prints as `error`, and what the line for people is made of.
 */
export interface ErrorReport {
  /** Of the table of errors, if it is one of those; else how the command ended, as `usage`. */
  readonly name: ErrorName | ExitName;
  /** Of the table of errors, if it is one of those. */
  readonly code?: number;
  /** What happened, and to what. */
  readonly message: string;
  /** What to do. */
  readonly remedy: string;
  readonly exitCode: ExitCode;
  /** After how long it may be tried again. */
  readonly retryAfterMs?: number;
  /** Places of what is wrong, and what to do at each. */
  readonly faults?: readonly object[];
  /** The same as lines. */
  readonly details?: readonly string[];
}

const nameOf = (code: ExitCode): ExitName =>
  (Object.keys(exitCodes) as ExitName[]).find((name) => exitCodes[name] === code)!;

/** What to do after an end that has no remedy of its own. */
const remedies: Readonly<Record<ExitName, string>> = {
  ok: '',
  refused: 'See the message.',
  usage: 'See "ixion --help".',
  data: 'Check the path, or correct the input.',
  unavailable: 'Check the address, and that the server runs.',
  internal: 'Set IXION_DEBUG=true to see where, and report it.',
  commitFailure: 'Look at the disk.',
  tryAgain: 'Try again later.',
  notAllowed: 'Run it as a user who may, or change the permissions.',
  configuration: 'Correct the configuration.',
  interrupted: 'Nothing is wrong; run it again.',
  terminated: 'Nothing is wrong; run it again.',
};

/** What a user of the command does, where the table speaks to a program. */
export const commandRemedies: Partial<Record<ErrorName, string>> = {
  DeadlineExceeded: 'See whether it was done, and give it longer with --timeout.',
  ConnectionLost: 'See whether it was done, and run it again.',
  UnknownOutcome: 'See whether it was done; look at the disk of the server.',
  InvalidCredentials:
    'Check --application and --token, or IXION_APPLICATION and IXION_TOKEN; see docs/operating/security.md.',
  InvalidResumeToken: 'Begin anew, without --resume.',
  UnknownView: 'See "ixion queue list".',
};

/** How an error ends the command. */
function describeError(error: unknown): ErrorReport {
  if (error instanceof UsageError) return reportOf(exitCodes.usage, error.message, error.remedy);
  if (error instanceof ExitError) {
    const { code, message, remedy, details, faults } = error;
    return {
      ...reportOf(code, message, remedy),
      ...(faults.length > 0 && { faults }),
      ...(details.length > 0 && { details }),
    };
  }
  if (error instanceof IxionError) return reportOfIxion(error);
  if (isSystemError(error)) {
    const { exitCode, remedy } = fileErrorOf(error, 'read');
    const place = error.path === undefined ? '' : `${error.path}: `;
    return reportOf(exitCode, `${place}${systemWords(error)}`, remedy);
  }
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return reportOf(exitCodes.internal, `a fault of ixion itself: ${oneLine(text)}.`);
}

function reportOf(exitCode: ExitCode, message: string, remedy?: string): ErrorReport {
  const name = nameOf(exitCode);
  return { name, message: sentence(message), remedy: remedy ?? remedies[name], exitCode };
}

function reportOfIxion(error: IxionError): ErrorReport {
  const { errorName, code, message, retryAfterMs, remedy: own } = error;
  const { cause, remedy: general } = errorTable[errorName];
  const remedy = own === general ? (commandRemedies[errorName] ?? general) : own;
  return {
    name: errorName,
    code,
    message: message === cause ? cause : `${message} (${cause})`,
    remedy,
    exitCode: codesByError[errorName] ?? exitCodes.refused,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

/** With its full stop. */
const sentence = (text: string): string => text.replace(/([^.:!?])$/, '$1.');

const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, ' ').replace(/\.$/, '');

/** The same for people. */
function lineOf({ name, code, message, remedy }: ErrorReport): string {
  const head = code === undefined ? 'ixion' : `ixion: ${name} [${code}]`;
  return `${head}: ${message}${remedy === '' ? '' : ` ${remedy}`}`;
}

/** Prints `error` and returns its exit code. With IXION_DEBUG=true its stack follows. */
export function reportError(error: unknown, output: Output, json = false): ExitCode {
  const report = describeError(error);
  if (json) output.error(JSON.stringify({ error: report }));
  else {
    output.error(lineOf(report));
    for (const detail of report.details ?? []) output.error(detail);
  }
  if (process.env['IXION_DEBUG'] === 'true' && error instanceof Error) {
    output.error(error.stack ?? '');
  }
  return report.exitCode;
}
