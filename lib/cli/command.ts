/**
 * What a command is. Each lives in a file of its own under `commands/`, which is loaded only when it
 * is named, so that `ixion start` loads nothing of the others.
 */
import type { EarlyThreads } from '../start/early-threads.js';
import type { ExitCode } from './exit-codes.js';
import type { Output } from './output.js';

/** The module of a command. */
export interface CommandModule {
  /**
   * Runs the command with the arguments after its name. May reject with `UsageError` or
   * `IxionError`, which `main` prints as one line with the exit code that belongs to it.
   */
  run(
    argv: readonly string[],
    output: Output,
    /** Spawned for the command, if it is one that starts a server in this process. */
    threads?: EarlyThreads,
  ): Promise<ExitCode>;
}

/** A row of the registry. */
export interface CommandEntry {
  /** One line for `ixion --help`. */
  readonly about: string;
  load(): Promise<CommandModule>;
}

/** A wrong command line: exit code 64. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** An end with a code of the table that is no error of the server, as a wrong configuration. */
export class ExitError extends Error {
  override name = 'ExitError';
  readonly code: ExitCode;
  constructor(code: ExitCode, message: string) {
    super(message);
    this.code = code;
  }
}
