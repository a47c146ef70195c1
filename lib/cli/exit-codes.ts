/**
 * The one table of exit codes of the command, after BSD's sysexits and the shell's 128 + signal.
 */
export const exitCodes = {
  ok: 0,
  /**
   * The server refused the request: EventError. Or, where it was asked for: there are differences.
   */
  refused: 1,
  /** Wrong command line. */
  usage: 64,
  /** Input or stored data is wrong. */
  data: 65,
  /** No server answers, or it ended the connection. */
  unavailable: 69,
  /** The server gave up: its parts crash faster than they may be restarted. Or a fault of ours. */
  internal: 70,
  /**
   * A commit failed: the disk did not say whether a change was kept. Or stdout cannot be written.
   */
  commitFailure: 74,
  /** Busy or locked by another: the same command may work later. */
  tryAgain: 75,
  /** The operating system does not allow it: another owner, or a file system that is read only. */
  notAllowed: 77,
  /** Wrong configuration. */
  configuration: 78,
  /** Ended by SIGINT (Ctrl-C) before it was done. */
  interrupted: 130,
  /** Ended by SIGTERM before it was done. */
  terminated: 143,
} as const;

export type ExitName = keyof typeof exitCodes;
export type ExitCode = (typeof exitCodes)[ExitName];

/** One line per code, for `--help` and the reference. */
export const exitCodeMeanings: Readonly<Record<ExitCode, string>> = {
  0: 'done',
  1: 'the server refused the request; with --exit-code: there are differences',
  64: 'wrong command line',
  65: 'wrong input or stored data',
  69: 'no server answers',
  70: 'the server gave up, or a fault of ixion itself',
  74: 'a commit failed, or what is to be written cannot be',
  75: 'try again',
  77: 'the operating system does not allow it',
  78: 'wrong configuration',
  130: 'interrupted (Ctrl-C)',
  143: 'ended by TERM',
};

/** Every code, from the smallest on. */
export const allExitCodes: readonly ExitCode[] = Object.values(exitCodes).toSorted((a, b) => a - b);
