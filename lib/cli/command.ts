/**
 * What a command does, beside its row in the table. Each lives in a file of its own
 * under `commands/`, which is loaded only when it is named, so that `ixion start` loads
 * nothing of the others.
 */
import type { EarlyThreads } from '../start/early-threads.js';
import type { ExitCode } from './exit-codes.js';
import type { Output } from './output.js';
import type { CommandRow, InputOf } from './table/types.js';

/** The signals that end a command. */
export interface Interruption {
  /** Aborted by the first signal; from now on the command ends by itself. */
  claim(): AbortSignal;
  /** Which one came first. */
  by(): NodeJS.Signals | undefined;
  /** @throws {ExitError} when one has come; what to do is told if it is not to run it again */
  check(remedy?: string): void;
}

/** What every verb is given besides its command line. */
export interface Context {
  readonly output: Output;
  readonly interruption: Interruption;
  /** Spawned for the command, if it is one that starts a server in this process. */
  readonly threads?: EarlyThreads | undefined;
}

/**
 * The verbs of a command. Each may reject with `UsageError`, `ExitError` or `IxionError`, which
 * `main` prints as one line with the exit code that belongs to it.
 */
export type HandlersOf<Command extends CommandRow> = {
  readonly [Verb in keyof Command['verbs']]: (
    input: InputOf<Command['verbs'][Verb]>,
    context: Context,
  ) => Promise<ExitCode>;
};

/** A row of the registry: the two files of a command. */
export interface CommandEntry {
  /** One line for `ixion --help`. */
  readonly about: string;
  /** Its row in the table, without what it does. */
  table(): Promise<CommandRow>;
  handlers(): Promise<
    Readonly<Record<string, (input: never, context: Context) => Promise<ExitCode>>>
  >;
}

/** A wrong command line: exit code 64. */
export class UsageError extends Error {
  override name = 'UsageError';
  /** What to do; absent: to read the help of the verb. */
  readonly remedy: string | undefined;
  constructor(message: string, remedy?: string) {
    super(message);
    this.remedy = remedy;
  }
}

/** An end with a code of the table that is not an error of the server, as a wrong configuration. */
export class ExitError extends Error {
  override name = 'ExitError';
  readonly code: ExitCode;
  readonly remedy: string | undefined;
  /** Further things of the same kind, a line each. */
  readonly details: readonly string[];
  /** The same for programs: places, and what to do at each. */
  readonly faults: readonly object[];
  constructor(
    code: ExitCode,
    message: string,
    options?: {
      readonly remedy?: string;
      readonly details?: readonly string[];
      readonly faults?: readonly object[];
      readonly cause?: unknown;
    },
  ) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.remedy = options?.remedy;
    this.details = options?.details ?? [];
    this.faults = options?.faults ?? [];
  }
}
